//! Every bound of this crate.

/// Most groups of a bundle.
pub const MAX_GROUPS: usize = 64;
/// Most members of all groups together; the country has about 400 authorities.
pub const MAX_MEMBERS: usize = 20_000;
/// Deepest nesting of groups within groups.
pub(crate) const MAX_DEPTH: usize = 8;
