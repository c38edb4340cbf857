//! Dates, timestamps, UUIDs and bytes as text, and back.

use crate::calendar;

/// Days of which the year has four digits.
const DAYS: std::ops::RangeInclusive<i64> = -719_528..=2_932_896;

/// `2026-01-31`; none when the year has not four digits.
pub(super) fn date(day: i64) -> Option<String> {
    DAYS.contains(&day).then(|| {
        let (year, month, day) = calendar::civil(day);
        format!("{year:04}-{month:02}-{day:02}")
    })
}

/// `2026-01-31T12:00:00.000000Z`, with so many digits after the point.
pub(super) fn timestamp(value: i64, digits: usize) -> Option<String> {
    let unit = units(digits)?;
    let seconds = value.div_euclid(unit);
    let date = date(seconds.div_euclid(86_400))?;
    let (clock, part) = (seconds.rem_euclid(86_400), value.rem_euclid(unit));
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    Some(format!("{date}T{hour:02}:{minute:02}:{second:02}.{part:0digits$}Z"))
}

/// Parses [`date`].
pub(super) fn parse_date(text: &str) -> Option<i64> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 2)?;
    let (of_month, rest) = number(rest.strip_prefix('-')?, 2)?;
    let day = calendar::day(year, month, of_month);
    // a day that does not exist comes back as another
    (rest.is_empty() && calendar::civil(day) == (year, month, of_month)).then_some(day)
}

/// Parses [`timestamp`], with as many digits after the point or fewer.
pub(super) fn parse_timestamp(text: &str, digits: usize) -> Option<i64> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let (hour, rest) = number(clock, 2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = number(rest.strip_prefix(':')?, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let part = match rest.strip_prefix('.') {
        None if rest.is_empty() => 0,
        None => return None,
        Some(part) if part.is_empty() || part.len() > digits => return None,
        Some(part) => number(part, part.len())?.0 * units(digits - part.len())?,
    };
    let seconds = parse_date(date)? * 86_400 + hour * 3600 + minute * 60 + second;
    seconds.checked_mul(units(digits)?)?.checked_add(part)
}

fn units(digits: usize) -> Option<i64> {
    10i64.checked_pow(u32::try_from(digits).ok()?)
}

fn number(text: &str, digits: usize) -> Option<(i64, &str)> {
    let (head, rest) = text.split_at_checked(digits)?;
    head.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    Some((head.parse().ok()?, rest))
}

/// Bytes as lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Parses [`hex`], in either case.
pub(super) fn parse_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs.collect()
}

/// Sixteen bytes with dashes.
pub(super) fn uuid(bytes: &[u8]) -> String {
    let mut text = hex(bytes);
    for at in [20, 16, 12, 8] {
        if text.len() >= at {
            text.insert(at, '-');
        }
    }
    text
}

/// Parses [`uuid`], with or without dashes.
pub(super) fn parse_uuid(text: &str) -> Option<Vec<u8>> {
    let dashes: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
    let well_placed = dashes.is_empty() || dashes == [8, 13, 18, 23];
    well_placed.then(|| parse_hex(&text.replace('-', ""))).flatten()
}
