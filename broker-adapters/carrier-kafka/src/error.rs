//! Why a carrier can not be opened. What happens to an open one is told in the port's words.

/// Why a Kafka carrier can not be opened; trying again without a change is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A setting that would undo a guarantee, or that this carrier sets itself.
    #[error("the setting `{0}` may not be changed")]
    Dangerous(String),
    /// librdkafka does not know the setting, or not the value.
    #[error("librdkafka does not take the settings: `{0}`")]
    Setting(String),
    /// The brokers run the transaction protocol from before KIP-890, or did not say which.
    #[error(
        "the brokers run the old transaction protocol; `transaction.version` must be 2 or more"
    )]
    OldProtocol,
    /// No broker is named, or more settings than a site needs.
    #[error("no broker is named, or more settings than the limit")]
    Malformed,
    /// The brokers speak TLS only, and no way to speak it was handed in.
    #[error("the brokers' features can not be asked for without a TLS connection")]
    NoConnection,
}

// === impl Error ===

impl Error {
    /// The code of the page that tells an operator what to do.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Dangerous(_) => "KAFK-001",
            Error::Setting(_) => "KAFK-002",
            Error::OldProtocol => "KAFK-003",
            Error::Malformed => "KAFK-004",
            Error::NoConnection => "KAFK-005",
        }
    }
}
