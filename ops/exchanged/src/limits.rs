//! Bounds of the exchange. Settings may only tighten them.

use std::time::Duration;

/// Most findings in one commit.
pub(crate) const BATCH_RECORDS: usize = 8_192;

/// Most bytes read from one lane for one commit.
pub(crate) const LANE_BYTES: usize = 8 * 1024 * 1024;

/// Most releases in one commit: two seals' worth. What a commit costs whatever is in it (a round of
/// the brokers, a page of the copy for each record) is shared by twice as many as under one seal.
pub(crate) const BATCH_RELEASES: usize = 8_192;

/// Records ruled again before it is looked whether the commit is full.
pub(crate) const RERULE_STEP: usize = 16;

/// Most such steps in one commit.
pub(crate) const RERULE_STEPS: usize = 32;

/// Longest wait for new records, and so the longest a bundle on an idle site stays unread.
pub(crate) const IDLE: Duration = Duration::from_millis(100);

/// Look-ups by people that may wait for their commit.
pub(crate) const LOOK_UPS: usize = 64;

/// Messages of the bundle lane looked back over for the bundle that a narrowing narrows.
pub(crate) const BUNDLES_BACK: u64 = 16;

/// Pause after a carrier said that trying again may help; doubled up to the longest.
pub(crate) const RETRY: Duration = Duration::from_millis(50);

/// Longest pause between two tries.
pub(crate) const RETRY_LONGEST: Duration = Duration::from_secs(5);

/// Longest text of a person's reason for a look-up, in bytes.
pub(crate) const REASON: usize = 500;

/// Age at which a copied register entry is stale, so unknown: the register connector hands the
/// whole file in again well within it.
pub(crate) const REGISTER_AGE_MICROS: i64 = 45 * 86_400_000_000;

/// Records or units read from the copy of state at once.
pub(crate) const PAGE: usize = 1_000;
