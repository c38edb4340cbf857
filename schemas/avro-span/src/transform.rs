//! Coarser forms of values, under the unchanged Avro type. Whether a value may leave in a form is
//! not decided here; a value that has no such form is not written, and the field is null.

use crate::action::{Form, Pseudonyms};
use crate::plan::Kind;
use crate::{calendar, value, wire};

/// Most initials of a name.
const MAX_INITIALS: usize = 8;
/// What masked text is.
const MASK: &[u8] = b"***";

/// Writes the encoded value in the form. False, with nothing useful written, when it has none.
pub(crate) fn write(
    form: Form,
    kind: Kind,
    bytes: &[u8],
    pseudonyms: &dyn Pseudonyms,
    out: &mut Vec<u8>,
) -> bool {
    let done = match kind {
        Kind::Text => text(form, bytes, pseudonyms, out),
        _ => number(form, kind, bytes, out),
    };
    done.is_some()
}

fn number(form: Form, kind: Kind, bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let value = value::read_long(bytes).ok()?;
    let unit = match kind {
        Kind::Millis => 86_400_000,
        Kind::Micros => 86_400_000_000,
        _ => 1,
    };
    let coarse = match form {
        Form::Month => calendar::month_start(value.div_euclid(unit)).checked_mul(unit)?,
        Form::Year => calendar::year_start(value.div_euclid(unit)).checked_mul(unit)?,
        Form::Bucket(width) => value.checked_sub(value.checked_rem_euclid(width)?)?,
        _ => return None,
    };
    if matches!(kind, Kind::Date | Kind::Int) {
        i32::try_from(coarse).ok()?;
    }
    wire::put_long(coarse, out);
    Some(())
}

fn text(form: Form, bytes: &[u8], pseudonyms: &dyn Pseudonyms, out: &mut Vec<u8>) -> Option<()> {
    let text = value::read_str(bytes).ok()?;
    match form {
        Form::Municipality => wire::put_bytes(municipality(text)?, out),
        Form::Initials => wire::put_bytes(initials(text)?.as_bytes(), out),
        Form::Pseudonym => {
            let pseudonym = pseudonyms.pseudonym(text.as_bytes());
            let digits = u128::from_be_bytes(pseudonym);
            wire::put_bytes(format!("{digits:032x}").as_bytes(), out);
        }
        Form::Mask => wire::put_bytes(MASK, out),
        _ => return None,
    }
    Some(())
}

/// The four digits a place begins with (`0301-208/12` is in `0301`), unless more follow.
fn municipality(text: &str) -> Option<&[u8]> {
    let (number, after) = text.as_bytes().split_at_checked(4)?;
    let alone = !after.first().is_some_and(u8::is_ascii_alphanumeric);
    (alone && number.iter().all(u8::is_ascii_digit)).then_some(number)
}

/// `Kari Nordmann-Lie` is `K.N.L.`
fn initials(text: &str) -> Option<String> {
    let words = text.split(|letter: char| !letter.is_alphabetic() && letter != '\'');
    let letters = words.filter_map(|word| word.chars().find(|letter| letter.is_alphabetic()));
    let mut initials = String::new();
    for letter in letters.take(MAX_INITIALS) {
        initials.extend(letter.to_uppercase());
        initials.push('.');
    }
    (!initials.is_empty()).then_some(initials)
}
