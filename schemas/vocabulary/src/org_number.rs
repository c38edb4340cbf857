//! Organisation numbers of Enhetsregisteret. Whether one is in use is a register's knowledge, not
//! ours.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Weights of the mod-11 check (Brønnøysundregistrene).
const WEIGHTS: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];

/// Nine digits with a valid mod-11 check digit. The first is 8 or 9, or 2 or 3 in the
/// synthetic series for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrgNumber([u8; OrgNumber::LEN]);

impl OrgNumber {
    /// Length in digits.
    pub const LEN: usize = 9;

    /// The nine digits.
    pub fn as_str(&self) -> &str {
        // INVARIANT: only ASCII digits are ever stored.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether the number is of the synthetic series (first digit 2 or 3): no real organisation.
    pub fn is_synthetic(&self) -> bool {
        matches!(self.0, [b'2' | b'3', ..])
    }

    /// The check digit of eight leading digits, or none where mod 11 gives 10.
    pub fn check_digit(leading: [u8; 8]) -> Option<u8> {
        let sum: u32 = leading
            .iter()
            .zip(WEIGHTS)
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        match 11 - sum % 11 {
            11 => Some(b'0'),
            10 => None,
            digit => u8::try_from(digit).ok().map(|digit| b'0' + digit),
        }
    }
}

// === impl OrgNumber ===

impl fmt::Display for OrgNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for OrgNumber {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = text.len();
        let digits: [u8; Self::LEN] =
            text.as_bytes().try_into().map_err(|_| Error::Length { expected: Self::LEN, found })?;
        if let Some(position) = digits.iter().position(|digit| !digit.is_ascii_digit()) {
            return Err(Error::Character { position });
        }
        let [a, b, c, d, e, f, g, h, check] = digits;
        if !matches!(a, b'2' | b'3' | b'8' | b'9') {
            return Err(Error::Character { position: 0 });
        }
        match Self::check_digit([a, b, c, d, e, f, g, h]) {
            Some(expected) if expected == check => Ok(OrgNumber(digits)),
            _ => Err(Error::CheckDigit),
        }
    }
}

impl TryFrom<String> for OrgNumber {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<OrgNumber> for String {
    fn from(number: OrgNumber) -> String {
        number.as_str().to_owned()
    }
}
