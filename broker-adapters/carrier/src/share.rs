//! Which intake lanes are an exchange's own, where several share the work. How they agree is the
//! carrier's affair.

use std::collections::BTreeSet;
use vocabulary::SourceId;

/// The intake lanes that an exchange may work on now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Share {
    /// Every lane there is.
    All,
    /// These; others hold the rest.
    Some {
        /// Whose lanes.
        sources: BTreeSet<SourceId>,
        /// Another number means that lanes came or went, even if they are the same again.
        generation: u64,
    },
}

// === impl Share ===

impl Share {
    /// Whether a source's lane belongs to it.
    pub fn holds(&self, source: &SourceId) -> bool {
        match self {
            Share::All => true,
            Share::Some { sources, .. } => sources.contains(source),
        }
    }
}
