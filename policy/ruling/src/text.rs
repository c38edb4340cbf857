//! Lines of bundle files, and TOML read with them. Knows no file's meaning.

use crate::error::{Cause, Error};
use serde::de::DeserializeOwned;

/// The line, counted from 1, on which a byte of the text lies.
pub(crate) fn line(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// Reads a TOML file of a closed shape.
pub(crate) fn toml<T: DeserializeOwned>(
    file: &str,
    text: &str,
    errors: &mut Vec<Error>,
) -> Option<T> {
    match toml::from_str(text) {
        Ok(read) => Some(read),
        Err(error) => {
            let line = error.span().map_or(1, |span| line(text, span.start));
            let reason = error.message().replace('\n', " ");
            errors.push(Error::at(file, line, Cause::Unreadable { reason }));
            None
        }
    }
}

/// Days since 1970-01-01 of a TOML date; none when it is no local date.
pub(crate) fn days(date: &toml::value::Datetime) -> Option<i32> {
    let (None, None, Some(date)) = (date.time, date.offset, date.date) else { return None };
    Some(civil(i32::from(date.year), i32::from(date.month), i32::from(date.day)))
}

/// Days since 1970-01-01 of a day in the Gregorian calendar.
fn civil(year: i32, month: i32, day: i32) -> i32 {
    // Years begin in March here, so that a leap day is a year's last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The day as `2026-11-23`.
pub(crate) fn date(days: i32) -> String {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let of_cycle = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * of_cycle + of_cycle / 4 - of_cycle / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = era * 400 + of_cycle + i32::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}
