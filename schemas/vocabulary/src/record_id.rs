//! Identifiers of records and of disclosure entries: 16 bytes, printed as UUIDs.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $name::LEN]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = 16;

            /// Wraps 16 bytes.
            pub const fn new(bytes: [u8; Self::LEN]) -> Self {
                $name(bytes)
            }

            /// The 16 bytes.
            pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Uuid::from_bytes(self.0).hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                let uuid = Uuid::try_parse(text)
                    .map_err(|_| Error::Length { expected: 36, found: text.len() })?;
                Ok($name(uuid.into_bytes()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                text.parse()
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = Error;

            fn try_from(bytes: &[u8]) -> Result<Self, Error> {
                let found = bytes.len();
                let bytes = bytes.try_into();
                Ok($name(bytes.map_err(|_| Error::Length { expected: Self::LEN, found })?))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    };
}

id!(
    /// A record across all its versions (`postId` on the wire), chosen by the source.
    RecordId
);
id!(
    /// A disclosure entry.
    EntryId
);
