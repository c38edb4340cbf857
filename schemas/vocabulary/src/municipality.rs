//! Municipality numbers. Which numbers exist on which day is a register's knowledge, not ours.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Four digits as text (`0301` is Oslo); the first two name the county.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MunicipalityNumber([u8; MunicipalityNumber::LEN]);

impl MunicipalityNumber {
    /// Length in digits.
    pub const LEN: usize = 4;

    /// The four digits.
    pub fn as_str(&self) -> &str {
        // INVARIANT: only ASCII digits are ever stored.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

// === impl MunicipalityNumber ===

impl fmt::Display for MunicipalityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MunicipalityNumber {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = text.len();
        let digits: [u8; Self::LEN] =
            text.as_bytes().try_into().map_err(|_| Error::Length { expected: Self::LEN, found })?;
        match digits.iter().position(|digit| !digit.is_ascii_digit()) {
            Some(position) => Err(Error::Character { position }),
            None if digits.starts_with(b"00") => Err(Error::Unknown),
            None => Ok(MunicipalityNumber(digits)),
        }
    }
}

impl TryFrom<String> for MunicipalityNumber {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<MunicipalityNumber> for String {
    fn from(number: MunicipalityNumber) -> String {
        number.as_str().to_owned()
    }
}
