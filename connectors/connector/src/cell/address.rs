//! Parts of an address written in one cell: `street number, postcode, place`. An address in any
//! other form is kept whole as the street; none is ever refused.

use serde::Deserialize;

/// Which part of the address a field wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The street's name, or all that stands before the postcode when no number ends it.
    Street,
    /// The house number with its letter.
    Number,
    /// Four digits.
    Postcode,
    /// The place of the postcode.
    Place,
}

/// An address cut into its parts, each possibly absent.
#[derive(Debug, Default, PartialEq, Eq)]
struct Address<'a> {
    street: &'a str,
    number: &'a str,
    postcode: &'a str,
    place: &'a str,
}

// === impl Part ===

impl Part {
    /// The part of `cell`, if it has one.
    pub(super) fn read(self, cell: &str) -> Option<&str> {
        let address = Address::cut(cell);
        let part = match self {
            Part::Street => address.street,
            Part::Number => address.number,
            Part::Postcode => address.postcode,
            Part::Place => address.place,
        };
        (!part.is_empty()).then_some(part)
    }
}

// === impl Address ===

impl<'a> Address<'a> {
    fn cut(cell: &'a str) -> Self {
        let Some((rest, place)) = cell.rsplit_once(',') else {
            return Address { street: cell, ..Address::default() };
        };
        let (line, postcode) = rest.rsplit_once(',').unwrap_or(("", rest));
        let (line, postcode, place) = (line.trim(), postcode.trim(), place.trim());
        if postcode.len() != 4 || !postcode.bytes().all(|byte| byte.is_ascii_digit()) {
            return Address { street: cell, ..Address::default() };
        }
        match line.rsplit_once(' ') {
            Some((street, number)) if is_house_number(number) => {
                Address { street: street.trim(), number, postcode, place }
            }
            _ => Address { street: line, number: "", postcode, place },
        }
    }
}

/// `37`, `14B`, `3-5`: begins with a digit, at most six letters or digits.
fn is_house_number(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'/';
    text.len() <= 8
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        && text.bytes().all(allowed)
        && text.bytes().filter(u8::is_ascii_alphabetic).count() <= 2
}
