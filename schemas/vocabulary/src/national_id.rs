//! National identity numbers and D-numbers, recognised by their check digits. They never leave
//! this type as text except through [`NationalId::expose`], and never travel in a payload.

use crate::Error;
use std::{fmt, str::FromStr};

const FIRST: [u32; 9] = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const SECOND: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// Eleven digits with valid check digits: a fødselsnummer, a D-number (first digit plus 4) or a
/// synthetic one (month plus 40 or 80). From 2032 the first check accepts remainders 0–3; no sex
/// or birth date is ever derived.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NationalId([u8; NationalId::LEN]);

impl NationalId {
    /// Length in digits.
    pub const LEN: usize = 11;

    /// The eleven digits. Call it only where the number itself is the purpose.
    pub fn expose(&self) -> &str {
        // INVARIANT: only ASCII digits are ever stored.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether the month says synthetic (plus 40 or plus 80).
    pub fn is_synthetic(&self) -> bool {
        self.0.get(2).is_some_and(|digit| *digit >= b'4')
    }
}

/// Remainder of the weighted sum with the check digit itself weighted 1.
fn remainder(digits: &[u8], weights: &[u32]) -> u32 {
    let weights = weights.iter().copied().chain([1]);
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum::<u32>()
        % 11
}

fn plausible_date(digits: &[u8; NationalId::LEN]) -> bool {
    let [d1, d2, m1, m2, ..] = digits.map(|digit| digit - b'0');
    let day = d1 % 4 * 10 + d2;
    let month = m1 % 4 * 10 + m2;
    d1 < 8 && (1..=31).contains(&day) && (1..=12).contains(&month)
}

// === impl NationalId ===

impl fmt::Debug for NationalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NationalId(…)")
    }
}

impl FromStr for NationalId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = text.len();
        let digits: [u8; Self::LEN] =
            text.as_bytes().try_into().map_err(|_| Error::Length { expected: Self::LEN, found })?;
        if let Some(position) = digits.iter().position(|digit| !digit.is_ascii_digit()) {
            return Err(Error::Character { position });
        }
        if !plausible_date(&digits) {
            return Err(Error::Unknown);
        }
        let first_ten = digits.first_chunk::<10>().map_or(&[][..], |ten| &ten[..]);
        if remainder(first_ten, &FIRST) > 3 || remainder(&digits, &SECOND) != 0 {
            return Err(Error::CheckDigit);
        }
        Ok(NationalId(digits))
    }
}
