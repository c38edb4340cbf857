//! Dates by pattern, and points in time. No time zone is guessed: a time without offset is
//! refused.

use crate::refusal::Rule;
use jiff::{Timestamp, civil, tz::TimeZone};
use serde::Deserialize;

/// Years before this one are refused; year 1 means unset.
const FIRST_YEAR: i16 = 1800;
/// Years after this one are refused.
const LAST_YEAR: i16 = 2200;

/// A pattern such as `ddmmyyyy`, `dd.mm.yyyy` or `yyyy-mm-dd`: each of `d`, `m` twice and `y`
/// four times, in runs; everything else stands for itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(Vec<char>);

// === impl Pattern ===

impl Pattern {
    /// Days since 1970-01-01, or nothing for a date in year 1 (a system's word for unset).
    pub fn read(&self, cell: &str) -> Result<Option<i32>, Rule> {
        let (mut day, mut month, mut year) = (0_i8, 0_i8, 0_i16);
        let mut letters = cell.chars();
        for expected in &self.0 {
            let letter = letters.next().ok_or(Rule::Date)?;
            let digit = || letter.to_digit(10).and_then(|digit| i8::try_from(digit).ok());
            match expected {
                'd' => day = day * 10 + digit().ok_or(Rule::Date)?,
                'm' => month = month * 10 + digit().ok_or(Rule::Date)?,
                'y' => year = year * 10 + i16::from(digit().ok_or(Rule::Date)?),
                literal if *literal == letter => {}
                _ => return Err(Rule::Date),
            }
        }
        // A date may be followed by its midnight, as many exports write it.
        let rest = letters.as_str();
        if !(rest.is_empty() || rest.starts_with("T00:00:00") || rest.starts_with(" 00:00:00")) {
            return Err(Rule::Date);
        }
        if year == 1 {
            return Ok(None);
        }
        days(year, month, day).map(Some)
    }
}

fn days(year: i16, month: i8, day: i8) -> Result<i32, Rule> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Err(Rule::Date);
    }
    let date = civil::Date::new(year, month, day).map_err(|_| Rule::Date)?;
    let epoch = civil::date(1970, 1, 1);
    date.since((jiff::Unit::Day, epoch)).map(|span| span.get_days()).map_err(|_| Rule::Date)
}

impl TryFrom<String> for Pattern {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let runs = ["dd", "mm", "yyyy"];
        let once = runs.iter().all(|run| text.matches(run).count() == 1);
        let total = text.chars().filter(|letter| matches!(letter, 'd' | 'm' | 'y')).count();
        if once && total == 8 && text.len() <= 16 {
            return Ok(Pattern(text.chars().collect()));
        }
        Err("a date pattern holds dd, mm and yyyy once each")
    }
}

/// The day of a date or of a point in time. A time with an offset is read on Norway's clocks, one
/// without as it stands; nothing for a day in year 1.
pub(super) fn day(cell: &str) -> Result<Option<i32>, Rule> {
    let date = match cell.parse::<Timestamp>() {
        Ok(time) => norway()?.to_datetime(time).date(),
        Err(_) => match cell.parse::<civil::DateTime>() {
            Ok(time) => time.date(),
            Err(_) => cell.parse::<civil::Date>().map_err(|_| Rule::Date)?,
        },
    };
    // Midnight of year 1 in UTC is later the same day, or the one before.
    if date.year() <= 1 {
        return Ok(None);
    }
    days(date.year(), date.month(), date.day()).map(Some)
}

/// Norway's clocks as they have been since 1996.
fn norway() -> Result<TimeZone, Rule> {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").map_err(|_| Rule::Date)
}

/// Microseconds since the epoch of an RFC 3339 time.
pub(super) fn time(cell: &str) -> Result<i64, Rule> {
    let time: Timestamp = cell.parse().map_err(|_| Rule::Time)?;
    Ok(time.as_microsecond())
}
