//! What a plan asks for, field by field. Who may have what was decided before, in `ruling`.

use avro_tree::FieldId;

/// What is done to one field of a plan. A field within a field that is dropped, withheld or
/// replaced goes with it, whatever its own action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Not in the view's schema.
    Drop,
    /// In the view's schema, withheld here: null.
    Null,
    /// Released; the fields within it by their own actions.
    Keep,
    /// Released in a coarser form under the same type. A value without that form is null.
    Transform(Form),
    /// This instead: one encoded value of the field's own type, for leaves.
    Literal(Vec<u8>),
    /// An array of which the items that satisfy the predicate are released, the fields within
    /// them by their own actions.
    Items(Predicate),
}

/// One action for each field of the schema, by [`FieldId`].
pub type PlanActions = Vec<Action>;

/// A coarser form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A date or time as the first of its month, in UTC.
    Month,
    /// A date or time as 1 January of its year, in UTC.
    Year,
    /// A place as text, as the four digits of the municipality it begins with.
    Municipality,
    /// A name as its initials.
    Initials,
    /// Text as 32 hexadecimal digits that only the view's key can make.
    Pseudonym,
    /// Text as three asterisks.
    Mask,
    /// A number as the lower bound of its bucket of this width (1 or more).
    Bucket(i64),
}

/// Which items of an array stay: those where a field holds one of the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    pub(crate) field: FieldId,
    pub(crate) values: Vec<String>,
}

impl Predicate {
    /// `field` is an enum, string, int or long within the items (not in an array of its own), or
    /// the array's own field when its items are such values. `values` are symbols, texts or
    /// decimal numbers. An item whose field is null goes.
    pub fn new(field: FieldId, values: Vec<String>) -> Self {
        Predicate { field, values }
    }
}

/// Makes pseudonyms; each view has a key of its own.
pub trait Pseudonyms {
    /// The pseudonym of a text.
    fn pseudonym(&self, text: &[u8]) -> [u8; 16];
}
