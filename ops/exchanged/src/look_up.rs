//! The desk where people's look-ups are handed in. A question is recorded by the exchange's next
//! commit; only then may it be answered, by whoever holds the ledger.

use crate::limits;
use audit::Inquiry;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;
use vocabulary::EntryId;

/// Where look-ups are handed in; clones share one queue.
#[derive(Clone)]
pub struct Desk(SyncSender<Asked>);

/// Why a look-up was not recorded, so not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The reason is missing or too long.
    #[error("a look-up needs a reason of at most {} bytes", limits::REASON)]
    Reason,
    /// Too many look-ups wait already.
    #[error("too many look-ups are waiting")]
    Busy,
    /// The exchange did not commit it in time, or has stopped.
    #[error("the look-up could not be recorded")]
    NotRecorded,
}

pub(crate) struct Asked {
    pub(crate) inquiry: Inquiry,
    pub(crate) reply: SyncSender<EntryId>,
}

pub(crate) fn desk() -> (Desk, Receiver<Asked>) {
    let (sender, receiver) = sync_channel(limits::LOOK_UPS);
    (Desk(sender), receiver)
}

// === impl Desk ===

impl Desk {
    /// Hands a look-up in and waits for its commit. Returns the access entry.
    pub fn record(&self, inquiry: Inquiry, timeout: Duration) -> Result<EntryId, Refusal> {
        if inquiry.reason.trim().is_empty() || inquiry.reason.len() > limits::REASON {
            return Err(Refusal::Reason);
        }
        let (reply, answer) = sync_channel(1);
        self.0.try_send(Asked { inquiry, reply }).map_err(|error| match error {
            TrySendError::Full(_) => Refusal::Busy,
            TrySendError::Disconnected(_) => Refusal::NotRecorded,
        })?;
        answer.recv_timeout(timeout).map_err(|_| Refusal::NotRecorded)
    }
}

// === impl Refusal ===

impl Refusal {
    /// The code of the page that tells what to do.
    pub const fn code(self) -> &'static str {
        match self {
            Refusal::Reason => "EXCH-201",
            Refusal::Busy => "EXCH-202",
            Refusal::NotRecorded => "EXCH-203",
        }
    }
}
