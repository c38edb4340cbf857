//! The independent checker: reads what lies on the lanes and in the ledger, and says what is lost,
//! doubled, out of order, torn, unrecorded or released against the policy. It shares no code with
//! the exchange but the vocabulary and the shadow; formats are read here a second time.
//!
//! ```text
//! Lanes (SQLite, Kafka) ─▶ ledger ─▶ disclosures ─▶ releases ─▶ states ─▶ intake ─▶ Report
//!                             └────────── notebook: a file of ids, numbers and digests ──┘
//! matrices, one per bundle ────────────────────────────────────────────▶ shadow
//! ```
//!
//! | asked | by |
//! |---|---|
//! | is every accepted record released, withheld on record, set aside or out of date? | `intake` |
//! | is every number there, once, in order? | `intake`, `disclosures` |
//! | has every row its release, every release its row, the state the same? | `releases`, `states` |
//! | did it leave for whom the view addresses, where nobody else reads? | `audience` |
//! | does each row of an entitled view rest on an entitlement that was live? | `audience` |
//! | does the seal of what was ruled hold? | `intake` |
//! | does the entry commit to these very bytes? is it in the ledger? | `releases`, `ledger` |
//! | are the bytes what the matrix opens for these facts, by the naive filter? | `intake` |
//!
//! Invariants: it opens everything read-only; no finding holds a value, a subject or a key; memory
//! does not grow with the lanes; what it cannot work out is a finding, never agreement. Seals of
//! sources are checked under the keys it is given. It checks no other signature: those of the
//! ledger's checkpoints and of released records `samsyn-verify` does, those of bundles the exchange
//! alone. Why somebody got nothing is asked only where a view is one lane for all.

mod digest;
mod embedded;
mod entitlements;
mod entry;
mod error;
mod finding;
mod kafka;
mod lanes;
mod ledger;
pub mod limits;
mod notebook;
mod pass;
mod register;
mod seal;
mod state;
#[cfg(test)]
mod tests;
mod truth;
mod wire;

pub use embedded::Embedded;
pub use error::Error;
pub use finding::{Finding, Kind, Report};
pub use kafka::{Kafka, Schema};
pub use lanes::{Lane, Lanes, Message};
pub use ledger::Ledger;
pub use seal::Keys;
pub use truth::Truths;

use vocabulary::Timestamp;

/// What is checked, and by what.
pub struct Site<'a> {
    /// The lanes.
    pub lanes: &'a dyn Lanes,
    /// The ledger, where there is one.
    pub ledger: Option<&'a Ledger<'a>>,
    /// The matrices of the bundles that were in force.
    pub truths: &'a Truths,
    /// Public keys of the sources; with none, seals are not checked and any word counts.
    pub keys: &'a Keys,
    /// What time it is: what a carrier may have deleted by age is not missed.
    pub now: Timestamp,
    /// For how many days a replaced release is kept.
    pub replaced_days: u32,
}

/// Checks a site; the report says what was looked at and what was found.
pub fn check(site: &Site<'_>) -> Result<Report, Error> {
    let mut bench = pass::Bench::new(site)?;
    if let Some(ledger) = site.ledger {
        ledger::read(ledger, &mut bench)?;
    }
    pass::disclosures(&mut bench)?;
    pass::quarantines(&mut bench)?;
    pass::releases(&mut bench)?;
    pass::states(&mut bench)?;
    pass::intakes(&mut bench)?;
    Ok(bench.finish())
}
