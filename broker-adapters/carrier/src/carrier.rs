//! The trait every carrier implements. How is a carrier's own affair.

use crate::{
    Commit, CommitError, Committed, Error, Fetched, Lane, Limit, Message, Offset, Retention, Share,
};
use seal::Sealed;
use std::collections::BTreeMap;
use std::time::Duration;
use vocabulary::SourceId;

/// A lane from its beginning to its end, in memory: for tools, checks and tests, not for traffic.
pub fn whole_lane(carrier: &dyn Carrier, lane: &Lane) -> Result<Vec<Fetched>, Error> {
    let mut messages: Vec<Fetched> = Vec::new();
    loop {
        let from = messages.last().map_or(Offset::default(), |last| last.offset.next());
        let page = carrier.read(lane, from, Limit::default())?;
        if page.is_empty() {
            return Ok(messages);
        }
        messages.extend(page);
    }
}

/// Lanes, positions and an atomic commit. Calls block; a carrier is used from many threads.
pub trait Carrier: Send + Sync {
    /// Messages at or after `from`, in order; empty at the end. Sees only what was committed.
    /// Messages that retention has taken are passed over without a word.
    fn read(&self, lane: &Lane, from: Offset, limit: Limit) -> Result<Vec<Fetched>, Error>;

    /// Says from where intake lanes will be read on, so that what lies there may be fetched
    /// meanwhile. A hint: whatever becomes of it, every lane reads the same.
    fn follow(&self, intake: &[(SourceId, Offset)]) {
        let _all_at_hand = intake;
    }

    /// The position after the last message that [`Carrier::read`] can see; at least that.
    fn end(&self, lane: &Lane) -> Result<Offset, Error>;

    /// Every lane there is, in order: those that ever held a message, and any provisioned ahead.
    fn lanes(&self) -> Result<Vec<Lane>, Error>;

    /// Appends records of one source to its intake lane, in order; they are durable when it
    /// returns. Returns the position after the last. After an error the same batch may be
    /// submitted again: the exchange drops a sequence number that it has accepted before.
    fn submit(&self, batch: Vec<Sealed>) -> Result<Offset, Error>;

    /// The exchange's positions on the intake lanes; a source that is absent is at 0.
    fn positions(&self) -> Result<BTreeMap<SourceId, Offset>, Error>;

    /// Takes part as an exchange: to be called before positions and states are read, and again
    /// before each step. When it returns, nothing that another exchange had begun on these lanes
    /// is still open. A carrier with one exchange gives all.
    fn share(&self) -> Result<Share, Error> {
        Ok(Share::All)
    }

    /// Does all of the commit, durably, or nothing. In the same transaction the newest offset of
    /// the bundle lane is held against the commit's, and each position against where it must be.
    fn commit(&self, commit: Commit) -> Result<Committed, CommitError>;

    /// Appends to a control or receipt lane; durable when it returns. Returns the position after
    /// the last.
    fn publish(&self, lane: &Lane, messages: Vec<Message>) -> Result<Offset, Error>;

    /// The newest message of a key on a compacted lane; none if the key was never written.
    fn compacted(&self, lane: &Lane, key: &[u8]) -> Result<Option<Fetched>, Error>;

    /// Registers the schema that records of this full name have on a lane; the same text has the
    /// same id everywhere. Which subject that makes is the carrier's affair.
    fn register_schema(&self, lane: &Lane, name: &str, text: &str) -> Result<u32, Error>;

    /// The text of a schema id.
    fn schema(&self, id: u32) -> Result<Option<String>, Error>;

    /// How long messages stay from now on, as when a bundle is loaded. Until it is called nothing
    /// goes by age.
    fn set_retention(&self, retention: Retention) -> Result<(), Error>;

    /// Tells that the ledger holds all disclosures before `offset`: retention may take them.
    fn integrated(&self, offset: Offset) -> Result<(), Error>;

    /// Returns a generation other than `seen` as soon as something was appended since `seen` was
    /// returned, or `seen` itself when `timeout` has passed. The first call takes any number.
    fn wait(&self, seen: u64, timeout: Duration) -> u64;
}
