//! A SHA-256 digest as a value. Computing one is the work of `seal`.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// 32 bytes of SHA-256; printed and parsed as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; Digest::LEN]);

impl Digest {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// Wraps the 32 bytes of a SHA-256 result.
    pub const fn new(bytes: [u8; Self::LEN]) -> Self {
        Digest(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// The first eight hexadecimal digits, for people and metric labels.
    pub fn short(&self) -> String {
        hex::encode(self.0.first_chunk::<4>().unwrap_or(&[0; 4]))
    }
}

// === impl Digest ===

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut bytes = [0; Self::LEN];
        hex::decode_to_slice(text, &mut bytes)
            .map_err(|_| Error::Length { expected: Self::LEN * 2, found: text.len() })?;
        Ok(Digest(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

impl TryFrom<&[u8]> for Digest {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        let found = bytes.len();
        Ok(Digest(bytes.try_into().map_err(|_| Error::Length { expected: Self::LEN, found })?))
    }
}
