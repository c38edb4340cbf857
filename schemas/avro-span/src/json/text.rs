//! Dates, timestamps, UUIDs and bytes as text, and back.

use crate::calendar;

/// Days of which the year has four digits.
const DAYS: std::ops::RangeInclusive<i64> = -719_528..=2_932_896;
/// Digits up to hexadecimal.
const DIGITS: [u8; 16] = *b"0123456789abcdef";

/// Whether a day's year has four digits.
pub(super) fn is_date(day: i64) -> bool {
    DAYS.contains(&day)
}

/// Whether the year of an instant has four digits; `digits` after the point.
pub(super) fn is_timestamp(value: i64, digits: usize) -> bool {
    units(digits).is_some_and(|unit| is_date(value.div_euclid(unit).div_euclid(86_400)))
}

/// `2026-01-31`, for what [`is_date`].
pub(super) fn put_date(day: i64, out: &mut Vec<u8>) {
    let (year, month, day) = calendar::civil(day);
    put_number(year, 4, out);
    out.push(b'-');
    put_number(month, 2, out);
    out.push(b'-');
    put_number(day, 2, out);
}

/// `2026-01-31T12:00:00.000000Z`, with so many digits after the point, for what [`is_timestamp`].
pub(super) fn put_timestamp(value: i64, digits: usize, out: &mut Vec<u8>) {
    let unit = units(digits).unwrap_or(1);
    let seconds = value.div_euclid(unit);
    put_date(seconds.div_euclid(86_400), out);
    let (clock, part) = (seconds.rem_euclid(86_400), value.rem_euclid(unit));
    for (mark, number) in [(b'T', clock / 3600), (b':', clock / 60 % 60), (b':', clock % 60)] {
        out.push(mark);
        put_number(number, 2, out);
    }
    out.push(b'.');
    put_number(part, digits, out);
    out.push(b'Z');
}

/// A number that has at most so many digits, with zeros before it.
fn put_number(mut number: i64, digits: usize, out: &mut Vec<u8>) {
    let begin = out.len();
    out.resize(begin + digits, b'0');
    for place in out.iter_mut().skip(begin).rev() {
        *place = DIGITS.get(usize::try_from(number % 10).unwrap_or_default()).map_or(0, |d| *d);
        number /= 10;
    }
}

/// Parses what [`put_date`] writes.
pub(super) fn parse_date(text: &str) -> Option<i64> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 2)?;
    let (of_month, rest) = number(rest.strip_prefix('-')?, 2)?;
    let day = calendar::day(year, month, of_month);
    // a day that does not exist comes back as another
    (rest.is_empty() && calendar::civil(day) == (year, month, of_month)).then_some(day)
}

/// Parses what [`put_timestamp`] writes, with as many digits after the point or fewer.
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
pub(super) fn put_hex(bytes: &[u8], out: &mut Vec<u8>) {
    let digit = |at: u8| DIGITS.get(usize::from(at)).map_or(0, |digit| *digit);
    out.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]));
}

/// Parses what [`put_hex`] writes, in either case.
pub(super) fn parse_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs.collect()
}

/// Sixteen bytes with dashes.
pub(super) fn put_uuid(bytes: &[u8], out: &mut Vec<u8>) {
    let mut rest = bytes;
    for length in [4, 2, 2, 2] {
        let Some((part, after)) = rest.split_at_checked(length) else { break };
        put_hex(part, out);
        out.push(b'-');
        rest = after;
    }
    put_hex(rest, out);
}

/// Parses what [`put_uuid`] writes, with or without dashes.
pub(super) fn parse_uuid(text: &str) -> Option<Vec<u8>> {
    let dashes: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
    let well_placed = dashes.is_empty() || dashes == [8, 13, 18, 23];
    well_placed.then(|| parse_hex(&text.replace('-', ""))).flatten()
}
