//! Every bound of this crate.

/// Largest bundle, all files together.
pub const MAX_BUNDLE_BYTES: usize = 16 << 20;
/// Most files of a bundle.
pub const MAX_FILES: usize = 4_096;
/// Longest path inside a bundle.
pub const MAX_PATH: usize = 256;
/// Most rules of a bundle; a set of them is kept as 256 bits.
pub const MAX_RULES: usize = 256;
/// Longest text of one rule.
pub const MAX_RULE_BYTES: usize = 16 << 10;
/// Most bases of a bundle.
pub const MAX_BASES: usize = 512;
/// Most views of a bundle.
pub const MAX_VIEWS: usize = 256;
/// Most modifiers of a bundle.
pub const MAX_MODIFIERS: usize = 64;
/// Most invariants of a bundle.
pub const MAX_INVARIANTS: usize = 256;
/// Most cases of a bundle.
pub const MAX_CASES: usize = 10_000;
/// Most refusals reported at once; the rest are counted.
pub const MAX_REFUSALS: usize = 200;
/// Most approvals looked at.
pub const MAX_APPROVALS: usize = 16;
/// Most bases of one view that require an entitlement: rulings are made for every choice of them.
pub const MAX_REQUIRED: usize = 3;
/// Most widenings that a comparison lists; the rest are counted.
pub const MAX_WIDENINGS: usize = 1_000;
