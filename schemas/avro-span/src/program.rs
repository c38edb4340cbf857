//! The scan program of a writer schema: one flat list of operations, cut only where some plan or
//! probe needs a position. Running it is the work of `scan`.
//!
//! A *scope* is the root, or the items of one array. The operations of a scope lie together, and
//! while it runs, the position before each is kept in a slot of its own: slot = operation's index
//! within its scope. Two fields share an operation only when every plan treats them alike.

mod builder;

pub(crate) use builder::branch_byte;

use crate::Error;
use crate::plan::{Emissions, Emit};
use avro_tree::{FieldId, NodeId, Schema};
use std::collections::BTreeMap;

/// One step over the bytes. A count of values in a row where a number stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    /// That many bytes.
    Fixed(u32),
    Boolean(u32),
    Int(u32),
    Long(u32),
    Text(u32),
    Bytes(u32),
    /// An enum of that many symbols.
    Symbol(u32),
    /// Null or that, each.
    OptBoolean(u32),
    OptInt(u32),
    OptLong(u32),
    OptText(u32),
    OptBytes(u32),
    OptSymbol(u32),
    /// Null or that many bytes.
    OptFixed(u32),
    /// Null, then go to the slot named; or what follows.
    Opt(u32),
    /// A union: `tables[table + index]` is the slot where its branch begins.
    Union {
        table: u32,
        count: u32,
    },
    /// Goes on elsewhere: the end of a branch.
    Jump(u32),
    /// An array or map: `arrays[n]`.
    Array(u32),
    /// The slot that holds the first block of the open array before it.
    Link,
    /// The end of the scope.
    End,
}

/// How the items of one array or map are walked. A map's items begin with their key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Items {
    /// Where the item's scope begins.
    pub(crate) body: u32,
    /// Slots of one item's scope.
    pub(crate) slots: u32,
    /// Fewest bytes of an item.
    pub(crate) least: u32,
    /// Whether some plan cuts inside items, so that their positions are kept.
    pub(crate) open: bool,
    /// Whether some plan keeps anything of it; if not, sized blocks are jumped over unread.
    pub(crate) kept: bool,
}

/// The whole program.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) ops: Vec<Op>,
    pub(crate) tables: Vec<u32>,
    pub(crate) items: Vec<Items>,
    /// Slots of the root's scope.
    pub(crate) slots: usize,
}

/// Slots that a plan's steps refer to.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// By field: first slot, slot after, and the union branches on the way from its scope's root.
    pub(crate) fields: Vec<Place>,
    /// By union: the slots of its branches.
    pub(crate) branches: BTreeMap<NodeId, Vec<(u16, u16)>>,
    /// By array or map: its number in [`Program::items`].
    pub(crate) items: BTreeMap<NodeId, usize>,
}

/// Where a field lies within its scope.
#[derive(Debug, Default, Clone)]
pub(crate) struct Place {
    pub(crate) start: u16,
    pub(crate) end: u16,
    /// (slot, index byte) of each union that must have taken a branch for the field to be there.
    pub(crate) guards: Vec<(u16, u8)>,
    /// The number of the items it lies in, or [`ROOT`].
    pub(crate) scope: usize,
}

/// The scope of fields that lie in no array or map.
pub(crate) const ROOT: usize = usize::MAX;

/// How every plan and probe treats each field, so far as cutting goes.
pub(crate) struct Cuts {
    keys: Vec<u32>,
    alone: Vec<bool>,
}

impl Cuts {
    /// Fields that every plan treats alike get the same key; one that some plan rewrites, or
    /// that is probed, stands alone.
    pub(crate) fn new(schema: &Schema, plans: &[Emissions], probed: &[FieldId]) -> Cuts {
        let mut known: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        let (mut keys, mut alone) = (vec![], vec![]);
        for id in schema.field_ids() {
            let code = |plan: &Emissions| match plan.of(id) {
                Emit::Gone | Emit::Null => 0u8,
                Emit::Whole => 1,
                _ => 2,
            };
            let codes: Vec<u8> = plans.iter().map(code).collect();
            alone.push(codes.contains(&2) || probed.contains(&id));
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            keys.push(*known.entry(codes).or_insert(next));
        }
        Cuts { keys, alone }
    }

    fn key(&self, id: FieldId) -> u32 {
        self.keys.get(id.index()).copied().unwrap_or_default()
    }

    fn alone(&self, id: FieldId) -> bool {
        self.alone.get(id.index()).copied().unwrap_or(true)
    }
}

/// Compiles the program for a schema under plans and probes.
pub(crate) fn compile(
    schema: &Schema,
    plans: &[Emissions],
    probed: &[FieldId],
) -> Result<(Program, Layout), Error> {
    builder::build(schema, plans, &Cuts::new(schema, plans, probed))
}
