//! A point in time as a number. Everyone but `daemon` is told what time it is.

use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z (Avro `timestamp-micros`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Wraps microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Timestamp(micros)
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole days since the epoch, UTC (Avro `date`).
    pub const fn days(self) -> i64 {
        self.0.div_euclid(86_400_000_000)
    }
}
