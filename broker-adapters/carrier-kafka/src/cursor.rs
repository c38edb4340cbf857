//! One reader's place on a lane: what was fetched and not read yet, and the message read last,
//! which is asked for again by whoever makes sure that it stands where it stood.

use crate::blank::is_blank;
use crate::fetcher::Fetcher;
use crate::limits;
use crate::queue::{Pulled, Queue};
use crate::signal::Signal;
use carrier::{Error, Fetched, Limit, Offset, Temporary};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// A place on a lane.
pub(crate) struct Cursor {
    queue: Queue,
    fetcher: Arc<Fetcher>,
    /// Nothing before it comes any more.
    next: Offset,
    seen: Offset,
    ahead: VecDeque<Fetched>,
    last: Option<Fetched>,
    /// The last end that librdkafka reported.
    end: Offset,
    /// When it was used: the one not used for longest is moved.
    pub(crate) used: u64,
}

// === impl Cursor ===

impl Cursor {
    pub(crate) fn open(
        fetcher: &Arc<Fetcher>,
        topic: &str,
        from: Offset,
        signal: &Arc<Signal>,
    ) -> Result<Cursor, Error> {
        let opened = Cursor::open_all(fetcher, &[(topic, from)], signal)?.pop();
        opened.ok_or(Temporary::Unavailable.into())
    }

    /// Places on topics that nobody of this fetcher stands on, in the same order.
    pub(crate) fn open_all(
        fetcher: &Arc<Fetcher>,
        places: &[(&str, Offset)],
        signal: &Arc<Signal>,
    ) -> Result<Vec<Cursor>, Error> {
        let queues = fetcher.assign(places, signal)?.into_iter();
        let open = |(queue, (_, next)): (Queue, &(&str, Offset))| {
            let (ahead, end, seen) = (VecDeque::new(), Offset::default(), Offset::default());
            let fetcher = Arc::clone(fetcher);
            Cursor { queue, fetcher, next: *next, seen, ahead, last: None, end, used: 0 }
        };
        Ok(queues.zip(places).map(open).collect())
    }

    /// Whether it comes to this offset without a new question to the broker.
    pub(crate) fn reaches(&self, from: Offset) -> bool {
        self.begins() <= from && from.0 <= self.next.0.saturating_add(limits::SKIP)
    }

    /// Stands at this offset from now on.
    pub(crate) fn move_to(&mut self, topic: &str, to: Offset) -> Result<(), Error> {
        self.fetcher.seek(topic, to)?;
        self.ahead.clear();
        (self.next, self.last, self.end) = (to, None, Offset::default());
        Ok(())
    }

    /// Stands on the lane no longer.
    pub(crate) fn leave(self, topic: &str) -> Result<(), Error> {
        self.fetcher.unassign(topic)
    }

    /// The position after the last message that has come here.
    pub(crate) fn seen(&self) -> Offset {
        self.seen
    }

    /// Takes what has come and keeps none of it.
    pub(crate) fn skim(&mut self) {
        loop {
            self.last = None;
            self.ahead.clear();
            if self.gather(Duration::ZERO).messages == 0 {
                return;
            }
        }
    }

    /// Whether all up to `end` has come; `marks` more offsets there hold no message.
    pub(crate) fn has_reached(&self, end: Offset, marks: u64) -> bool {
        self.next.0.saturating_add(marks) >= end.0 || self.end >= end
    }

    /// Takes what librdkafka has fetched, if nothing is at hand.
    pub(crate) fn gather(&mut self, patience: Duration) -> Pulled {
        if !self.ahead.is_empty() || (patience.is_zero() && !self.queue.is_fresh()) {
            return Pulled::default();
        }
        let pulled = self.queue.pull(self.fetcher.pull, patience, &mut self.ahead);
        if let Some(last) = self.ahead.back() {
            self.next = self.next.max(last.offset.next());
        }
        self.ahead.retain(|fetched| !is_blank(&fetched.message));
        if let Some(last) = self.ahead.back() {
            self.seen = self.seen.max(last.offset.next());
        }
        if let Some(end) = pulled.end {
            self.end = Offset(end);
        }
        pulled
    }

    /// Moves messages at or after `from` into `read`, as far as they are at hand and within the
    /// limit; tells whether the limit was reached.
    pub(crate) fn hand_out(
        &mut self,
        from: Offset,
        limit: Limit,
        bytes: &mut usize,
        read: &mut Vec<Fetched>,
    ) -> bool {
        if let Some(last) = self.last.take_if(|last| read.is_empty() && last.offset >= from) {
            *bytes += last.message.bytes();
            read.push(last);
        }
        while let Some(front) = self.ahead.front() {
            if front.offset < from {
                // What was passed over can not be had here any more.
                (self.last, _) = (None, self.ahead.pop_front());
                continue;
            }
            let size = front.message.bytes();
            if read.len() >= limit.records
                || (bytes.saturating_add(size) > limit.bytes && !read.is_empty())
            {
                return true;
            }
            *bytes += size;
            read.extend(self.ahead.pop_front());
        }
        read.len() >= limit.records
    }

    /// Remembers the last message of a read.
    pub(crate) fn remember(&mut self, read: &[Fetched]) {
        if let Some(last) = read.last() {
            self.last = Some(last.clone());
        }
    }

    /// Whether something is at hand that was not handed out.
    pub(crate) fn has_more(&self) -> bool {
        !self.ahead.is_empty()
    }

    /// Whether there is nothing that it has not come to, as far as librdkafka has told.
    pub(crate) fn is_at_its_end(&self) -> bool {
        self.ahead.is_empty() && !self.queue.is_fresh()
    }

    /// The first offset that it still has.
    pub(crate) fn begins(&self) -> Offset {
        let ahead = self.ahead.front().map_or(self.next, |front| front.offset);
        self.last.as_ref().map_or(ahead, |last| last.offset)
    }
}
