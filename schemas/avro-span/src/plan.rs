//! Plans: what each does to each field, settled against the schema, and the copy program made of
//! it. Running that is the work of `copy`.

mod builder;
mod settle;

pub(crate) use builder::located;
pub(crate) use settle::{Emissions, Emit};

use crate::Error;
use crate::action::Form;
use crate::program::Layout;
use avro_tree::Schema;
use std::collections::BTreeSet;

/// A few bytes written as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tail {
    pub(crate) bytes: [u8; Tail::LEN],
    pub(crate) len: u8,
}

impl Tail {
    pub(crate) const LEN: usize = 8;
}

/// The bytes from one slot's position to another's, then `tail`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: u16,
    pub(crate) to: u16,
    pub(crate) tail: Tail,
}

/// One step of a copy program. Slots are those of the scope the step stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// `spans[first..end]`, one after another.
    Copy { first: u32, end: u32 },
    /// `literals[n]`.
    Literal(u32),
    /// Writes null and goes on elsewhere when the union at the slot holds branch 0.
    IfNull { slot: u16, to: u32 },
    /// Goes on at `tables[table + branch]` of the union at the slot.
    Switch { slot: u16, table: u32 },
    /// Goes on elsewhere.
    Jump(u32),
    /// The items of an array or map: `bodies[n]`.
    Items { slot: u16, body: u32 },
    /// A value in another form: `transforms[n]`.
    Transform(u32),
    /// The end of the scope.
    End,
}

/// A value within its scope: found when every guard holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) guards: Vec<(u16, u8)>,
    pub(crate) start: u16,
    pub(crate) end: u16,
    /// First byte of a null, where the value is a union that holds it.
    pub(crate) null: Option<u8>,
    /// Whether the union's index is taken off: the union is of null and one type.
    pub(crate) strip: bool,
}

/// Items of an array or map that are copied in part.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    /// Where the item's steps begin.
    pub(crate) steps: u32,
    /// The item's spans, where it is nothing but spans.
    pub(crate) flat: Option<(u32, u32)>,
    /// Slots of one item.
    pub(crate) slots: u32,
    /// Which items stay: those whose value is one of these encodings.
    pub(crate) keep: Option<(Located, BTreeSet<Vec<u8>>)>,
}

/// A transform at a place.
#[derive(Debug, Clone)]
pub(crate) struct Transformed {
    pub(crate) form: Form,
    pub(crate) kind: Kind,
    pub(crate) at: Located,
}

/// What a transformed value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Days since 1970.
    Date,
    /// Milliseconds since 1970.
    Millis,
    /// Microseconds since 1970.
    Micros,
    /// An int.
    Int,
    /// A long.
    Long,
    /// Text.
    Text,
}

/// A copy program.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) spans: Vec<Span>,
    pub(crate) tables: Vec<u32>,
    pub(crate) literals: Vec<Vec<u8>>,
    pub(crate) bodies: Vec<Body>,
    pub(crate) transforms: Vec<Transformed>,
}

impl Plan {
    /// The spans of a copy step.
    #[inline(always)]
    pub(crate) fn spans(&self, first: u32, end: u32) -> &[Span] {
        self.spans.get(first as usize..end as usize).unwrap_or_default()
    }
}

/// Makes the copy program of settled emissions.
pub(crate) fn compile(
    schema: &Schema,
    layout: &Layout,
    slots: &[u32],
    emissions: &Emissions,
) -> Result<Plan, Error> {
    builder::build(schema, layout, slots, emissions)
}
