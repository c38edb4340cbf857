//! What may be wrong with a request or a webhook, by code. Holds no value of any finding.

use connector::Malformed;
use standing::token;

/// Why a request was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing is served under this path.
    #[error("nothing is served under this path")]
    Path,
    /// Findings are posted, notices are got.
    #[error("the path is not served by this method")]
    Method,
    /// The body is no JSON by its own word, or is compressed.
    #[error("the body is not application/json in UTF-8, or is compressed")]
    MediaType,
    /// The body is larger than its bound.
    #[error("the body is too large")]
    Size,
    /// The body did not arrive in time, or broke off.
    #[error("the body did not arrive whole and in time")]
    Time,
    /// The body cannot be taken apart.
    #[error(transparent)]
    Body(#[from] Malformed),
    /// The idempotency key is malformed.
    #[error("the idempotency key is malformed")]
    Key,
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used for another body")]
    KeyTaken,
    /// Every object was refused.
    #[error("every object was refused")]
    Refused,
    /// Nobody has shown who they are.
    #[error("neither a token nor a certificate says who calls")]
    Nobody,
    /// The token was refused.
    #[error(transparent)]
    Token(#[from] token::Error),
    /// Token and certificate are different organisations'.
    #[error("token and certificate name different organisations")]
    Differ,
    /// The source is not the caller's, or there is none of this name.
    #[error("this source is not the caller's")]
    Source,
    /// The source has no such kind of record.
    #[error("the source has no such kind of record")]
    Kind,
    /// The source has as much under way as it may.
    #[error("the source has as much under way as it may")]
    Busy,
    /// The source is held back just now.
    #[error("the source cannot take anything just now")]
    Held,
}

impl Error {
    /// The stable code, which has a page in `ops/codes`.
    pub const fn code(self) -> &'static str {
        match self {
            Error::Path => "HTTP-001",
            Error::Method => "HTTP-002",
            Error::MediaType => "HTTP-003",
            Error::Size => "HTTP-004",
            Error::Time => "HTTP-005",
            Error::Body(Malformed::Syntax) => "HTTP-006",
            Error::Body(Malformed::Size) => "HTTP-007",
            Error::Body(Malformed::Shape) => "HTTP-008",
            Error::Body(Malformed::Authority) => "HTTP-009",
            Error::Key => "HTTP-010",
            Error::KeyTaken => "HTTP-011",
            Error::Refused => "HTTP-012",
            Error::Nobody => "HTTP-013",
            Error::Source => "HTTP-014",
            Error::Differ => "HTTP-015",
            Error::Busy => "HTTP-016",
            Error::Held => "HTTP-017",
            Error::Kind => "HTTP-018",
            Error::Token(error) => error.code(),
        }
    }

    /// The HTTP status it is told by.
    pub const fn status(self) -> u16 {
        match self {
            Error::Path | Error::Kind => 404,
            Error::Method => 405,
            Error::MediaType => 415,
            Error::Size | Error::Body(Malformed::Size) => 413,
            Error::Time => 408,
            Error::Body(Malformed::Syntax) | Error::Key => 400,
            Error::Body(Malformed::Shape | Malformed::Authority) => 422,
            Error::KeyTaken | Error::Refused => 422,
            Error::Token(token::Error::Scope) => 403,
            // The service's own fault, not the caller's.
            Error::Token(token::Error::Keys) => 503,
            Error::Nobody | Error::Token(_) => 401,
            Error::Source | Error::Differ => 403,
            Error::Busy => 429,
            Error::Held => 503,
        }
    }
}

/// The code told when the intake's address cannot be bound.
pub(crate) const BIND: &str = "HTTP-019";
/// The code told when the intake's certificate, key or authority cannot be read.
pub(crate) const TLS: &str = "HTTP-020";

/// What holds a webhook back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HookError {
    /// Its address cannot be read, or its certificates' authority.
    #[error("the webhook's address or its authority cannot be read")]
    Address,
    /// Its host has an address that is not public.
    #[error("the webhook's host has an address that is not public")]
    Private,
    /// It was not reached, or did not answer in time.
    #[error("the webhook is not reached, or does not answer in time")]
    Away,
    /// It did not allow us to post (CloudEvents validation).
    #[error("the webhook does not allow us to post")]
    NotAllowed,
    /// It refuses the record.
    #[error("the webhook refuses the record")]
    Refused,
    /// It wants nothing more.
    #[error("the webhook wants nothing more")]
    Gone,
    /// As many records are parked as may be.
    #[error("as many records are parked as may be")]
    Full,
    /// A version before it is parked.
    #[error("an earlier version of the record is parked")]
    Behind,
    /// The record cannot be read under its schema.
    #[error("the record cannot be read under its schema")]
    Unreadable,
}

impl HookError {
    /// The stable code, which has a page in `ops/codes`.
    pub const fn code(self) -> &'static str {
        match self {
            HookError::Address => "HOOK-001",
            HookError::Private => "HOOK-002",
            HookError::Away => "HOOK-003",
            HookError::NotAllowed => "HOOK-004",
            HookError::Refused => "HOOK-005",
            HookError::Gone => "HOOK-006",
            HookError::Full => "HOOK-007",
            HookError::Behind => "HOOK-008",
            HookError::Unreadable => "HOOK-009",
        }
    }
}
