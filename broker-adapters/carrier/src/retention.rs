//! How long messages stay, by kind of lane. Deleting them is each carrier's work.

use crate::LaneKind;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long messages stay on each kind of lane. On compacted lanes the newest message of a key
/// stays whatever its age, and the time is that of those it replaced.
///
/// Never deleted, whatever the age: intake that the exchange has not committed, disclosures that
/// the ledger has not integrated ([`crate::Carrier::integrated`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Submitted records; zero deletes one as soon as it is committed.
    pub intake: Duration,
    /// Replaced versions on release lanes.
    pub release: Duration,
    /// Integrated disclosure entries.
    pub disclosure: Duration,
    /// Receipts.
    pub receipt: Duration,
    /// Quarantined records.
    pub quarantine: Duration,
    /// Replaced states.
    pub state: Duration,
    /// Replaced messages of control lanes.
    pub control: Duration,
}

// === impl Retention ===

impl Retention {
    /// Nothing that a bundle gives a time to goes: for whoever opens a carrier and does not know
    /// the bundle in force.
    pub const HELD: Retention = Retention {
        intake: Duration::MAX,
        release: Duration::MAX,
        disclosure: Duration::MAX,
        receipt: Duration::MAX,
        quarantine: Duration::MAX,
        state: Duration::ZERO,
        control: Duration::MAX,
    };

    /// The times of a bundle's table, in days; what it does not name stays as by default.
    pub fn of_days(intake: u32, release: u32, disclosure: u32, quarantine: u32) -> Retention {
        let [intake, release, disclosure, quarantine] =
            [intake, release, disclosure, quarantine].map(|days| DAY * days);
        Retention { intake, release, disclosure, quarantine, ..Retention::default() }
    }

    /// The time of a kind of lane.
    pub const fn of(&self, kind: LaneKind) -> Duration {
        match kind {
            LaneKind::Intake => self.intake,
            LaneKind::Release => self.release,
            LaneKind::Disclosure => self.disclosure,
            LaneKind::Receipt => self.receipt,
            LaneKind::Quarantine => self.quarantine,
            LaneKind::State => self.state,
            LaneKind::Control => self.control,
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Retention {
            intake: DAY * 30,
            release: DAY * 30,
            disclosure: DAY * 7,
            receipt: DAY * 90,
            quarantine: DAY * 90,
            state: Duration::ZERO,
            control: DAY * 7,
        }
    }
}
