//! Bounds of this crate.

/// Distinct plans of one record type over all views.
pub(crate) const PLANS: usize = 4096;

/// Facts a record type may declare.
pub(crate) const FACTS: usize = 12;

/// Places in free texts of one finding that its source is told of.
pub(crate) const TRACES: usize = 64;

/// Longest pseudonym of a person a record is about, in bytes.
pub(crate) const PERSON: usize = 128;
