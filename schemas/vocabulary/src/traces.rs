//! Traces of a person in free text: what looks like a national identity number, a telephone
//! number or an e-mail address. A second line behind the classes of fields, never the rule: it
//! may find too much, and it finds no names.

use crate::NationalId;
use serde::{Deserialize, Serialize};

/// What was found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Trace {
    /// Eleven digits whose date and check digits hold: a fødselsnummer or D-number, also a
    /// synthetic one, also in groups.
    #[serde(rename = "TRACE-001")]
    NationalId,
    /// A telephone number as it is written in Norway, or after `+`.
    #[serde(rename = "TRACE-002")]
    Phone,
    /// An e-mail address.
    #[serde(rename = "TRACE-003")]
    Email,
}

/// Most digits that are looked at in a row; a longer row is no number of a person.
const DIGITS: usize = 24;
/// Most groups that a row of digits is written in.
const GROUPS: usize = 8;
/// Groups that Norwegian telephone numbers are written in.
const PHONE_GROUPS: [&[u8]; 4] = [&[8], &[3, 2, 3], &[2, 2, 2, 2], &[4, 4]];

/// A row of digits in groups parted by one separator each.
#[derive(Default)]
struct Row {
    digits: [u8; DIGITS],
    len: usize,
    groups: [u8; GROUPS],
    count: usize,
    /// Whether a `+` stood before it.
    international: bool,
}

/// The first trace of a person in a text, if any. Never reads beyond the text and keeps nothing
/// of it; bytes that are no UTF-8 are read like any other.
///
/// ```
/// use vocabulary::{Trace, trace};
/// assert_eq!(trace(b"ring 912 34 567 om saken"), Some(Trace::Phone));
/// assert_eq!(trace(b"org.nr. 310 032 871, 2026-11-23, kr 22 345 678"), None);
/// ```
pub fn trace(text: &[u8]) -> Option<Trace> {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'0'..=b'9' => {
                let mut row = Row { international: plus_before(text, at), ..Row::default() };
                at = row.read(text, at);
                if let Some(found) = row.trace() {
                    return Some(found);
                }
            }
            b'@' if is_address(text, at) => return Some(Trace::Email),
            _ => at += 1,
        }
    }
    None
}

// === impl Trace ===

impl Trace {
    /// Every sort of trace.
    pub const ALL: [Trace; 3] = [Trace::NationalId, Trace::Phone, Trace::Email];

    /// The code it is told by, which has a page in `ops/codes`; also its name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Trace::NationalId => "TRACE-001",
            Trace::Phone => "TRACE-002",
            Trace::Email => "TRACE-003",
        }
    }
}

fn plus_before(text: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| text.get(before)) == Some(&b'+')
}

/// Whether the `@` at that place stands in an address: something before it, a domain after it.
fn is_address(text: &[u8], at: usize) -> bool {
    let of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte);
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let Some((_, after)) = text.split_at_checked(at + 1) else { return false };
    let end = after.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-');
    let host = end.unwrap_or(after.len());
    let top = after.get(host + 1..).unwrap_or_default();
    let letters = top.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    before.is_some_and(of_name) && host > 0 && after.get(host) == Some(&b'.') && letters >= 2
}

// === impl Row ===

impl Row {
    /// Reads the row that begins there, and tells where it ends.
    fn read(&mut self, text: &[u8], mut at: usize) -> usize {
        loop {
            let begin = at;
            while let Some(digit @ b'0'..=b'9') = text.get(at) {
                if let Some(place) = self.digits.get_mut(self.len) {
                    *place = *digit;
                }
                self.len += 1;
                at += 1;
            }
            if let Some(group) = self.groups.get_mut(self.count) {
                *group = u8::try_from(at - begin).unwrap_or(u8::MAX);
            }
            self.count += 1;
            match separator(text, at) {
                Some(next) if text.get(next).is_some_and(u8::is_ascii_digit) => at = next,
                _ => return at,
            }
        }
    }

    fn trace(&self) -> Option<Trace> {
        let digits = self.digits.get(..self.len)?;
        let groups = self.groups.get(..self.count)?;
        let mut from = 0;
        for (first, group) in groups.iter().enumerate() {
            let mut to = from;
            for (last, group) in groups.iter().enumerate().skip(first) {
                to += usize::from(*group);
                let (digits, groups) = (digits.get(from..to)?, groups.get(first..=last)?);
                if is_national_id(digits) {
                    return Some(Trace::NationalId);
                }
                // A part of a longer row is an amount or a number of something else.
                if first == 0 && last + 1 == self.count && self.is_phone(digits, groups) {
                    return Some(Trace::Phone);
                }
            }
            from += usize::from(*group);
        }
        None
    }

    fn is_phone(&self, digits: &[u8], groups: &[u8]) -> bool {
        if self.international {
            return (8..=15).contains(&digits.len());
        }
        let groups = match digits.strip_prefix(b"0047") {
            Some(rest) if rest.len() == 8 => return true,
            _ => groups,
        };
        let [first @ b'2'..=b'9', ..] = digits else { return false };
        let written = PHONE_GROUPS.contains(&groups);
        written && !(*first == b'2' && is_day(digits))
    }
}

/// Where a row goes on behind one separator: space, no-break space, full stop or hyphen.
fn separator(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at..)? {
        [0xc2, 0xa0, ..] => Some(at + 2),
        [b' ' | b'.' | b'-', ..] => Some(at + 1),
        _ => None,
    }
}

fn is_national_id(digits: &[u8]) -> bool {
    digits.len() == NationalId::LEN
        && std::str::from_utf8(digits).is_ok_and(|digits| digits.parse::<NationalId>().is_ok())
}

/// Whether eight digits are a day of this century written year first.
fn is_day(digits: &[u8]) -> bool {
    let [b'2', b'0', _, _, m1, m2, d1, d2] = digits else { return false };
    let of = |tens: &u8, ones: &u8| (tens - b'0') * 10 + (ones - b'0');
    (1..=12).contains(&of(m1, m2)) && (1..=31).contains(&of(d1, d2))
}
