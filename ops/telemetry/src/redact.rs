//! The second line against persons in logs: what reads as a national identity number is masked.
//!
//! The first line is that no event is given a value. Nothing here decides what may be released.

use crate::limits;
use std::borrow::Cow;
use vocabulary::NationalId;

/// Put in place of each digit.
const MASK: char = '*';

/// The line, cut to its bound, without anything that reads as a national identity number.
pub fn redact(line: &str) -> Cow<'_, str> {
    let cut = cut(line);
    let hits: Vec<(usize, usize)> =
        digit_runs(cut).filter(|(from, to)| reads_as_person(cut, *from, *to)).collect();
    if hits.is_empty() {
        return Cow::Borrowed(cut);
    }
    let mask = |(at, letter): (usize, char)| {
        let hit =
            letter.is_ascii_digit() && hits.iter().any(|(from, to)| (*from..*to).contains(&at));
        if hit { MASK } else { letter }
    };
    Cow::Owned(cut.char_indices().map(mask).collect())
}

fn cut(line: &str) -> &str {
    let mut end = line.len().min(limits::LINE_BYTES);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line.get(..end).unwrap_or_default()
}

/// Runs of eleven digits, together or as six and five with one space between, as people write them.
fn digit_runs(line: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = line.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).filter(move |at| digit(*at) && (*at == 0 || !digit(at - 1))).filter_map(
        move |from| {
            let run = |start: usize| (start..).take_while(|at| digit(*at)).count();
            match run(from) {
                11 => Some((from, from + 11)),
                6 if bytes.get(from + 6) == Some(&b' ') && run(from + 7) == 5 => {
                    Some((from, from + 12))
                }
                _ => None,
            }
        },
    )
}

fn reads_as_person(line: &str, from: usize, to: usize) -> bool {
    let digits: String =
        line.get(from..to).unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits.parse::<NationalId>().is_ok()
}
