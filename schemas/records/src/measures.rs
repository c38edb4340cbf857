//! Days and amounts, each a number with its unit in the type. Knows no time zone and no clock.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use vocabulary::{Error, Timestamp};

/// A day, as days since 1970-01-01 (Avro `date`); printed and parsed as `2026-08-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(i32);

/// An amount in øre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Oere(i64);

// === impl Date ===

impl Date {
    /// Wraps days since the epoch.
    pub const fn from_days(days: i32) -> Self {
        Date(days)
    }

    /// Days since the epoch.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The day of the calendar, for years 1 to 9999; none where there is no such day.
    pub fn from_civil(year: i32, month: u8, day: u8) -> Option<Self> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        // Days of the civil calendar, counted from 1 March so that the leap day comes last.
        let shifted = if month <= 2 { year - 1 } else { year };
        let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
        let of_year = (153 * ((i32::from(month) + 9) % 12) + 2) / 5 + i32::from(day) - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        let date = Date(days);
        (date.civil() == (year, month, day)).then_some(date)
    }

    /// Year, month and day of the calendar.
    pub fn civil(self) -> (i32, u8, u8) {
        let shifted = i64::from(self.0) + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        let narrow = |number: i64| u8::try_from(number).unwrap_or_default();
        (i32::try_from(year).unwrap_or_default(), narrow(month), narrow(day))
    }

    /// Midnight UTC of the day.
    pub fn midnight(self) -> Timestamp {
        Timestamp::from_micros(i64::from(self.0) * 86_400_000_000)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let length = Error::Length { expected: 10, found: text.len() };
        let bytes: &[u8; 10] = text.as_bytes().try_into().map_err(|_| length)?;
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else {
            return Err(Error::Character { position: 4 });
        };
        let number = |digits: &[u8]| -> Result<i32, Error> {
            digits.iter().try_fold(0, |sum, digit| match digit {
                b'0'..=b'9' => Ok(sum * 10 + i32::from(digit - b'0')),
                _ => Err(Error::Character { position: 0 }),
            })
        };
        let narrow = |number: i32| u8::try_from(number).unwrap_or_default();
        let (month, day) = (narrow(number(&[*m1, *m2])?), narrow(number(&[*d1, *d2])?));
        Date::from_civil(number(&[*y1, *y2, *y3, *y4])?, month, day).ok_or(Error::Unknown)
    }
}

// === impl Oere ===

impl Oere {
    /// Wraps an amount in øre.
    pub const fn new(oere: i64) -> Self {
        Oere(oere)
    }

    /// The amount in øre.
    pub const fn get(self) -> i64 {
        self.0
    }
}
