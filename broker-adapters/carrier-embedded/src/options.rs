//! What an embedded carrier is opened with. Which values are right is for settings to say.

use carrier::Retention;
use std::sync::Arc;
use std::time::Duration;
use vocabulary::Timestamp;

/// Tells the time. The carrier never asks the system itself.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How an embedded carrier behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How long messages stay.
    pub retention: Retention,
    /// Most bytes of the file; requests that need more are refused as if the disk were full.
    /// Besides, the write-ahead log may take as much as one large transaction.
    pub max_bytes: Option<u64>,
    /// How long a caller may be held while the queue to the writer is full.
    pub hold: Duration,
}

// === impl Options ===

impl Default for Options {
    fn default() -> Self {
        Options { retention: Retention::HELD, max_bytes: None, hold: Duration::from_secs(10) }
    }
}
