//! What was found, as a table and as JSON: a kind with its code, and a place. Never a value.

use crate::limits::LISTED;
use std::fmt;

/// What may be wrong with a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A record taken in has no entry, though it was neither set aside nor out of date.
    Lost,
    /// A number of a source never came.
    Skipped,
    /// A number of a writer of entries is missing.
    EntryMissing,
    /// The same left twice for the same row, or the same version and bytes twice.
    Twice,
    /// A record taken in has more than one first entry, or a writer one number twice.
    EntryTwice,
    /// What left lies in another order than it was recorded.
    Order,
    /// A row says that something left, and it did not.
    NotReleased,
    /// The state says otherwise of a record's version and holders than the releases.
    State,
    /// An entry says otherwise of a record than the intake lane, or is about none there.
    OtherRecord,
    /// What left has no entry.
    NoEntry,
    /// What left has an entry that has no such row.
    NoRow,
    /// The entry does not commit to these bytes.
    Commitment,
    /// The ledger does not hold the entry, or another.
    Ledger,
    /// It left where the matrix opens nothing.
    Denied,
    /// What left differs from what the matrix opens.
    Bytes,
    /// A withdrawal says more than that it is one.
    Withdrawal,
    /// It stayed where the matrix opens something to all members.
    Withheld,
    /// The facts it was ruled by are not the record's, or freer than the register's.
    Facts,
    /// Nobody gave the matrix of the bundle, or the shadow cannot work it out.
    Unruled,
    /// A message, entry, state or leaf cannot be read.
    Malformed,
    /// It left for somebody whom the view does not address, or where others read it.
    Audience,
    /// It rests on an entitlement that was not there, or not for this.
    Entitlement,
    /// It was ruled, and its source's seal does not hold.
    Seal,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// Where: lane and offset, entry, numbers.
    pub place: String,
}

/// What was looked at and what was found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Records taken in.
    pub records: u64,
    /// Entries.
    pub entries: u64,
    /// Releases and withdrawals.
    pub releases: u64,
    /// Rows worked out a second time by the shadow.
    pub worked_out: u64,
    /// Seals of records that were checked; none where no keys were given.
    pub seals: u64,
    /// Leaves of the ledger.
    pub leaves: u64,
    /// What could not be held against its other half, which was deleted by age.
    pub beyond: u64,
    /// Entries that the ledger has not taken in yet.
    pub waiting: u64,
    /// Entries, and releases of theirs, that came after the moment of the check.
    pub later: u64,
    findings: Vec<Finding>,
    unlisted: u64,
}

// === impl Kind ===

impl Kind {
    /// Code and words.
    const fn told(self) -> (&'static str, &'static str) {
        match self {
            Kind::Lost => ("LANE-101", "taken in, and neither ruled nor set aside"),
            Kind::Skipped => ("LANE-102", "numbers of a source are missing"),
            Kind::EntryMissing => ("LANE-103", "numbers of a writer of entries are missing"),
            Kind::Twice => ("LANE-104", "released twice"),
            Kind::EntryTwice => ("LANE-105", "recorded twice"),
            Kind::Order => ("LANE-106", "out of order"),
            Kind::NotReleased => ("LANE-107", "recorded and not released"),
            Kind::State => ("LANE-108", "the state says otherwise than the releases"),
            Kind::OtherRecord => ("LANE-109", "the entry is not about what was taken in"),
            Kind::NoEntry => ("LANE-110", "released without an entry"),
            Kind::NoRow => ("LANE-111", "released without a row of its entry"),
            Kind::Commitment => ("LANE-112", "the entry commits to other bytes"),
            Kind::Ledger => ("LANE-113", "the ledger does not hold the entry"),
            Kind::Denied => ("LANE-114", "released where the matrix opens nothing"),
            Kind::Bytes => ("LANE-115", "other bytes than the matrix opens"),
            Kind::Withdrawal => ("LANE-116", "a withdrawal that says more"),
            Kind::Withheld => ("LANE-117", "withheld where the matrix opens"),
            Kind::Facts => ("LANE-118", "ruled by other facts than the record's"),
            Kind::Unruled => ("LANE-119", "cannot be worked out"),
            Kind::Malformed => ("LANE-120", "cannot be read"),
            Kind::Audience => ("LANE-121", "released to whom the view does not address"),
            Kind::Entitlement => ("LANE-122", "released on an entitlement that was not there"),
            Kind::Seal => ("LANE-123", "ruled under a seal that does not hold"),
        }
    }

    /// The code of its page in `ops/codes`.
    pub const fn code(self) -> &'static str {
        self.told().0
    }
}

// === impl Report ===

impl Report {
    pub(crate) fn find(&mut self, kind: Kind, place: impl fmt::Display) {
        if self.findings.len() < LISTED {
            self.findings.push(Finding { kind, place: place.to_string() });
        } else {
            self.unlisted += 1;
        }
    }

    /// What was found, the first thousand.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How much was found.
    pub fn found(&self) -> u64 {
        self.findings.len() as u64 + self.unlisted
    }

    /// The report for programs.
    pub fn to_json(&self) -> serde_json::Value {
        let finding = |finding: &Finding| {
            let (code, text) = finding.kind.told();
            serde_json::json!({ "code": code, "text": text, "place": finding.place })
        };
        serde_json::json!({
            "ok": self.found() == 0,
            "records": self.records, "entries": self.entries, "releases": self.releases,
            "worked_out": self.worked_out, "seals": self.seals,
            "leaves": self.leaves, "beyond": self.beyond,
            "waiting": self.waiting, "later": self.later, "found": self.found(),
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", if self.found() == 0 { "OK" } else { "NOT OK" })?;
        for (name, count) in [
            ("records", self.records),
            ("entries", self.entries),
            ("releases", self.releases),
            ("worked out", self.worked_out),
            ("seals", self.seals),
            ("leaves", self.leaves),
            ("beyond", self.beyond),
            ("waiting", self.waiting),
            ("later", self.later),
            ("findings", self.found()),
        ] {
            writeln!(f, "  {name:<12} {count}")?;
        }
        for Finding { kind, place } in &self.findings {
            let (code, text) = kind.told();
            writeln!(f, "  {code}   {text}: {place}")?;
        }
        match self.unlisted {
            0 => Ok(()),
            more => writeln!(f, "  … and {more} more"),
        }
    }
}
