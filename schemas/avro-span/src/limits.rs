//! Every bound of this crate, named once. Reaching one is an error; nothing is cut.

/// Largest datum scanned, in bytes. Spans are 32-bit; [`crate::Projector::with_limit`] tightens it.
pub const MAX_DATUM: usize = 1 << 20;
/// Most plans of one projector.
pub const MAX_PLANS: usize = 4096;
/// Most probes of one projector.
pub const MAX_PROBES: usize = 64;
/// Most marks one datum may need: 4 bytes each in [`crate::Spans`].
pub const MAX_MARKS: usize = 1 << 22;
/// Most array items of encoded size 0 (nulls, empty records) in one datum.
pub const MAX_EMPTY_ITEMS: usize = 65_536;
/// Most operations of one program.
pub const MAX_PROGRAM: usize = 65_000;
/// Deepest nesting of arrays in a datum; schemas are no deeper.
pub const MAX_DEPTH: usize = 32;
