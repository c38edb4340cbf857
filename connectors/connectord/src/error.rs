//! What holds a source, a delivery or the register back. Each is told by its code, retried, and
//! concerns nobody else.

/// Why a part of the connector cannot go on just now. Names files, never what stands in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The spool holds as much as it may: nothing more is taken until the carrier took some.
    #[error("the spool is full; intake waits for the carrier")]
    Full,
    /// The spool is damaged: this source stands still, nothing of it is guessed.
    #[error("the spool is damaged; this source is held until it is restored")]
    Corrupt,
    /// The disk of the spool is full: nothing was taken.
    #[error("the disk of the spool is full")]
    DiskFull,
    /// The spool belongs to another source, or to a newer version.
    #[error("the spool belongs to another source or a newer version")]
    Foreign,
    /// The spool cannot be read or written.
    #[error("the spool cannot be read or written")]
    Unavailable,
    /// The source's key file cannot be read, or is no Ed25519 key.
    #[error("the source's key cannot be read")]
    Key,
    /// The source's mapping file cannot be read, or is another source's.
    #[error("the source's mapping file cannot be read or is another source's")]
    MappingFile,
    /// The source's record secret cannot be read or made.
    #[error("the source's record secret cannot be read")]
    Secret,
    /// The register file cannot be read, or has not the columns of a register.
    #[error("the register file cannot be read or is no register")]
    Register,
    /// The lane of the delivery is one that only the gateway may read.
    #[error("the view's lane is the gateway's: it lists whom each record is for")]
    GatewayLane,
    /// The mapping was refused.
    #[error(transparent)]
    Mapping(#[from] connector::Error),
    /// A folder or file.
    #[error(transparent)]
    Files(#[from] connector_files::Error),
    /// The carrier.
    #[error(transparent)]
    Carrier(#[from] carrier::Error),
    /// A batch could not be sealed.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// A webhook.
    #[error(transparent)]
    Hook(#[from] connector_http::HookError),
    /// The connector's metrics could not be registered.
    #[error(transparent)]
    Metrics(#[from] telemetry::Error),
}

impl Error {
    /// The stable code, which has a page in `ops/codes`.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Full => "SPOOL-001",
            Error::Corrupt => "SPOOL-002",
            Error::DiskFull => "SPOOL-003",
            Error::Foreign => "SPOOL-005",
            Error::Unavailable => "SPOOL-006",
            Error::Key => "SPOOL-007",
            Error::MappingFile => "SPOOL-008",
            Error::Secret => "SPOOL-009",
            Error::Register => "SPOOL-010",
            Error::Metrics(_) => "SPOOL-011",
            Error::GatewayLane => "SPOOL-012",
            Error::Mapping(error) => error.code(),
            Error::Files(error) => error.code(),
            Error::Carrier(error) => error.code(),
            Error::Seal(error) => error.code(),
            Error::Hook(error) => error.code(),
        }
    }
}

/// The code told when the clock goes backwards; the last time of the spool is used instead.
pub const CLOCK_WENT_BACK: &str = "SPOOL-004";

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Corrupt,
            Some(ErrorCode::DiskFull) => Error::DiskFull,
            // A row that does not read as it was written.
            None => Error::Corrupt,
            Some(_) => Error::Unavailable,
        }
    }
}
