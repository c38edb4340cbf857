//! Days since 1970-01-01 and the proleptic Gregorian calendar. No time zones, no clock.

/// Days of a 400-year cycle.
const CYCLE: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// Year, month and day of a day. Years count from March, so that a leap day comes last.
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day.saturating_add(EPOCH);
    let (cycle, in_cycle) = (shifted.div_euclid(CYCLE), shifted.rem_euclid(CYCLE));
    let years = (in_cycle - in_cycle / 1460 + in_cycle / 36_524 - in_cycle / 146_096) / 365;
    let in_year = in_cycle - (365 * years + years / 4 - years / 100);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (cycle * 400 + years + i64::from(month <= 2), month, day)
}

/// The day of a year, month (1 to 12) and day of the month.
pub(crate) fn day(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = if month > 2 { month - 3 } else { month + 9 };
    let (cycle, years) = (year.div_euclid(400), year.rem_euclid(400));
    let in_year = (153 * month + 2) / 5 + day - 1;
    cycle * CYCLE + years * 365 + years / 4 - years / 100 + in_year - EPOCH
}

/// The first day of the day's month.
pub(crate) fn month_start(of: i64) -> i64 {
    let (year, month, _) = civil(of);
    day(year, month, 1)
}

/// 1 January of the day's year.
pub(crate) fn year_start(of: i64) -> i64 {
    day(civil(of).0, 1, 1)
}
