//! Names given by settings, bundles and the contract: short, printable, safe in a path and a topic.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, sync::Arc};

/// Longest name, in bytes.
const MAX_LEN: usize = 64;

fn checked(text: &str, allowed: fn(u8) -> bool) -> Result<Arc<str>, Error> {
    if text.is_empty() || text.len() > MAX_LEN {
        return Err(Error::Length { expected: MAX_LEN, found: text.len() });
    }
    match text.bytes().position(|byte| !allowed(byte)) {
        Some(position) => Err(Error::Character { position }),
        None => Ok(Arc::from(text)),
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                checked(text, $allowed).map($name)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.as_ref().to_owned()
            }
        }
    };
}

name!(
    /// An authority's code, such as `DAT` (Arbeidstilsynet): capital letters and digits.
    AuthorityId,
    |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()
);
name!(
    /// A source: an authority, or one numbered or named shard of it (`MAT`, `MAT-smilefjes`).
    /// One source has one intake lane, one dense sequence and one key.
    SourceId,
    |byte| byte.is_ascii_alphanumeric() || byte == b'-'
);
name!(
    /// A view of the bundle, such as `akrim-core`.
    ViewId,
    |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
);
name!(
    /// A recipient or sender group of the bundle, such as `G1`.
    GroupId,
    |byte| byte.is_ascii_alphanumeric() || byte == b'-'
);
name!(
    /// A legal basis of `bases.toml`, such as `AKRIM-3-1`.
    BasisId,
    |byte| byte.is_ascii_alphanumeric() || byte == b'-'
);
name!(
    /// A purpose, such as `akrim_prevention`.
    Purpose,
    |byte| byte.is_ascii_lowercase() || byte == b'_'
);
name!(
    /// A consent, contract or case, by its source's own name for it. Says nothing of what it holds.
    EntitlementId,
    |byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte == b'.'
);

// === impl SourceId ===

impl SourceId {
    /// The authority this source belongs to: the part before the first dash.
    pub fn authority(&self) -> Result<AuthorityId, Error> {
        self.as_str().split('-').next().unwrap_or_default().parse()
    }
}

impl From<AuthorityId> for SourceId {
    fn from(authority: AuthorityId) -> Self {
        SourceId(authority.0)
    }
}
