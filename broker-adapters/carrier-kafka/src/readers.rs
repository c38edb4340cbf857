//! Reading lanes: whoever reads on finds the next messages fetched already, and whoever reads
//! elsewhere is given a place of its own, up to a bound. The broker sends what comes on a
//! lane that is followed; whether it still does is asked now and then, for all of them at once.

mod asking;
mod following;

use crate::client::{Clients, Ear};
use crate::cursor::Cursor;
use crate::fault::word;
use crate::fetcher::Fetcher;
use crate::figures::Client;
use crate::limits;
use crate::signal::Signal;
use crate::topics::Topics;
use carrier::{Error, Fetched, Lane, LaneKind, Limit, Offset, Temporary};
use rdkafka::consumer::BaseConsumer;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// All reading of one carrier.
pub(crate) struct Readers {
    pub(crate) clients: Clients,
    topics: Arc<Topics>,
    pub(crate) signal: Arc<Signal>,
    fetchers: Mutex<Vec<Arc<Fetcher>>>,
    /// Most intake lanes that are followed at once, as far as was told.
    intake: AtomicUsize,
    /// For lanes that are looked at and left.
    pub(crate) visitor: OnceLock<Arc<Fetcher>>,
    /// Reads nothing: on a connection of its own, so that no question waits behind a fetch that
    /// waits for messages.
    asker: OnceLock<BaseConsumer<Ear>>,
    tracks: Mutex<BTreeMap<Lane, Arc<Track>>>,
    /// When it is asked next how far the lanes go that are followed.
    hear: Mutex<Instant>,
}

/// What is known of one lane.
pub(crate) struct Track {
    pub(crate) topic: String,
    /// Offsets that a transaction's own mark takes behind its messages.
    pub(crate) marks: u64,
    /// The position after the last message that this carrier itself has written.
    written: AtomicU64,
    places: Mutex<Places>,
    /// The place of whoever looks at the lane in passing, until it has seen the end.
    pub(crate) visit: Mutex<Option<Cursor>>,
}

#[derive(Default)]
struct Places {
    cursors: Vec<Cursor>,
    /// The end as the broker last told it, and when.
    told: Option<(Offset, Instant)>,
    /// The furthest that anything was seen.
    seen: Offset,
    turn: u64,
}

// === impl Readers ===

impl Readers {
    pub(crate) fn new(clients: Clients, topics: Arc<Topics>, signal: Arc<Signal>) -> Readers {
        Readers {
            clients,
            topics,
            signal,
            fetchers: Mutex::default(),
            intake: AtomicUsize::new(0),
            visitor: OnceLock::new(),
            asker: OnceLock::new(),
            tracks: Mutex::default(),
            hear: Mutex::new(Instant::now() + limits::HEARD),
        }
    }

    pub(crate) fn read(
        &self,
        lane: &Lane,
        from: Offset,
        limit: Limit,
    ) -> Result<Vec<Fetched>, Error> {
        if !self.has(lane)? {
            return Ok(Vec::new());
        }
        let track = self.track(lane);
        let in_passing = limit.records == 1 && !track.lock().is_reached(from);
        if in_passing || lane.kind() == LaneKind::State {
            // Whoever follows the lane does not wait for it.
            return self.visit(&track, from, limit);
        }
        self.read_on(&track, from, limit)
    }

    /// Reads where more will be read: the next messages are fetched meanwhile.
    fn read_on(&self, track: &Track, from: Offset, limit: Limit) -> Result<Vec<Fetched>, Error> {
        let mut places = track.lock();
        let told = self.told(track, &mut places)?;
        // What was read already is there, though the broker told of the end long before.
        let end = told.max(places.seen).max(track.written());
        let at = self.cursor(track, &mut places, from.min(end))?;
        let cursor = places.cursors.get_mut(at).ok_or(Temporary::Unavailable)?;
        match fill(track, cursor, told, from, limit) {
            Ok(read) => {
                cursor.remember(&read);
                let seen = cursor.seen();
                places.seen = places.seen.max(seen);
                Ok(read)
            }
            Err(error) => {
                // What is known to be there does not come: another place is made, by whoever reads
                // next. Those behind it go too, for each stands on the consumer of its number.
                for stuck in places.cursors.drain(at..) {
                    let _left = stuck.leave(&track.topic);
                }
                // It is less than what was told since, and nobody stands behind it any more.
                places.seen = Offset::default();
                Err(error)
            }
        }
    }

    /// One message of a lane on which others ahead of it will be looked up too.
    pub(crate) fn look_up(&self, lane: &Lane, at: Offset) -> Result<Option<Fetched>, Error> {
        let one = Limit { records: 1, bytes: 1 };
        Ok(self.read_on(&self.track(lane), at, one)?.pop())
    }

    /// The position after the last message that can be read: known without asking while the lane is
    /// followed to its end.
    pub(crate) fn end(&self, lane: &Lane) -> Result<Offset, Error> {
        if !self.has(lane)? {
            return Ok(Offset::default());
        }
        let track = self.track(lane);
        if lane.kind() == LaneKind::State {
            return Ok(self.asked(&track.topic)?.max(track.written()));
        }
        self.hear();
        let mut places = track.lock();
        let told = self.told(&track, &mut places)?;
        if places.cursors.is_empty() {
            // Where the last message must be, so that the marks behind it are not taken for one.
            let back = if track.marks > 0 { 1 + track.marks } else { 0 };
            let from = Offset(told.0.saturating_sub(back));
            let mut cursor = Cursor::open(&self.fetcher(0)?, &track.topic, from, &self.signal)?;
            let begun = Instant::now();
            while !cursor.has_reached(told, track.marks) && begun.elapsed() < limits::FETCH {
                cursor.gather(limits::SERVE);
            }
            places.cursors.push(cursor);
        }
        let end = places.end(track.marks, || self.asked(&track.topic))?;
        Ok(end.max(track.written()))
    }

    pub(crate) fn lanes(&self) -> Result<Vec<Lane>, Error> {
        Ok(self.topics.lanes(self.asker()?)?.into_iter().collect())
    }

    /// This carrier itself has written up to `end`: a read waits until it can see that.
    pub(crate) fn wrote(&self, lane: &Lane, end: Offset) {
        self.track(lane).written.fetch_max(end.0, Ordering::AcqRel);
    }

    /// Whether the lane is known to reach `to`, or else turns out to.
    pub(crate) fn reaches(&self, lane: &Lane, to: Offset) -> Result<bool, Error> {
        let track = self.track(lane);
        let places = track.lock();
        let told = places.told.map_or(Offset::default(), |(told, _)| told);
        let known = told.max(places.seen).max(track.written());
        drop(places);
        Ok(known >= to || self.ask_end(lane)? >= to)
    }

    /// The lane's end, asked of the broker now.
    pub(crate) fn ask_end(&self, lane: &Lane) -> Result<Offset, Error> {
        let asker = self.asker()?;
        if !self.topics.has(asker, lane)? && !self.topics.look(asker, lane)? {
            return Ok(Offset::default());
        }
        self.asked(&self.topics.name(lane))
    }

    /// Stops fetching a lane, as librdkafka may.
    #[cfg(feature = "test-util")]
    pub(crate) fn stall(&self, lane: &Lane) -> Result<(), Error> {
        let fetchers = self.fetchers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        fetchers.iter().try_for_each(|fetcher| fetcher.unassign(&self.topics.name(lane)))
    }

    fn has(&self, lane: &Lane) -> Result<bool, Error> {
        self.topics.has(self.asker()?, lane)
    }

    fn told(&self, track: &Track, places: &mut Places) -> Result<Offset, Error> {
        if let Some((told, _)) = places.told {
            return Ok(told);
        }
        let told = self.asked(&track.topic)?;
        places.told = Some((told, Instant::now()));
        Ok(told)
    }

    /// The place that comes to `from` soonest: one that is on its way, a new one, or the one that
    /// was not used for longest.
    fn cursor(&self, track: &Track, places: &mut Places, from: Offset) -> Result<usize, Error> {
        places.turn += 1;
        let turn = places.turn;
        let on_its_way = places.cursors.iter().enumerate();
        let on_its_way = on_its_way.filter(|(_, cursor)| cursor.reaches(from));
        let nearest = on_its_way.max_by_key(|(_, cursor)| cursor.begins()).map(|(at, _)| at);
        let idlest = places.cursors.iter().enumerate().min_by_key(|(_, cursor)| cursor.used);
        let idlest = idlest.map(|(at, cursor)| (at, cursor.used));
        let at = match (nearest, idlest) {
            (Some(at), _) => at,
            (None, Some((at, used))) if used == 0 || places.cursors.len() >= limits::FETCHERS => {
                let moved = places.cursors.get_mut(at).ok_or(Temporary::Unavailable)?;
                moved.move_to(&track.topic, from)?;
                at
            }
            _ => {
                let at = places.cursors.len();
                let fetcher = self.fetcher(at)?;
                places.cursors.push(Cursor::open(&fetcher, &track.topic, from, &self.signal)?);
                at
            }
        };
        if let Some(cursor) = places.cursors.get_mut(at) {
            cursor.used = turn;
        }
        Ok(at)
    }

    fn track(&self, lane: &Lane) -> Arc<Track> {
        let mut tracks = self.tracks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(track) = tracks.get(lane) {
            return Arc::clone(track);
        }
        let track = Arc::new(Track {
            topic: self.topics.name(lane),
            marks: u64::from(lane.is_committed()),
            written: AtomicU64::new(0),
            places: Mutex::default(),
            visit: Mutex::default(),
        });
        tracks.insert(lane.clone(), Arc::clone(&track));
        track
    }

    fn asker(&self) -> Result<&BaseConsumer<Ear>, Error> {
        if self.asker.get().is_none() {
            let made = self.clients.asker().create_with_context(Ear);
            // Another thread may have made one meanwhile; then that one stays.
            let _other = self.asker.set(made.map_err(|error| word(&error))?);
        }
        self.asker.get().ok_or(Temporary::Unavailable.into())
    }

    fn fetcher(&self, at: usize) -> Result<Arc<Fetcher>, Error> {
        let mut fetchers = self.fetchers.lock().unwrap_or_else(PoisonError::into_inner);
        while fetchers.len() <= at {
            let lanes = self.intake.load(Ordering::Acquire);
            fetchers.push(Arc::new(Fetcher::start(&self.clients, Client::Reader, lanes)?));
        }
        fetchers.get(at).cloned().ok_or(Temporary::Unavailable.into())
    }
}

// === impl Track ===

impl Track {
    fn lock(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn written(&self) -> Offset {
        Offset(self.written.load(Ordering::Acquire))
    }
}

// === impl Places ===

impl Places {
    /// Whether somebody who reads the lane comes to this offset.
    fn is_reached(&self, from: Offset) -> bool {
        self.cursors.iter().any(|cursor| cursor.used > 0 && cursor.reaches(from))
    }

    /// The end of a lane that is followed; asked for now and then while every reader is behind.
    fn end(
        &mut self,
        marks: u64,
        ask: impl FnOnce() -> Result<Offset, Error>,
    ) -> Result<Offset, Error> {
        let (mut told, asked) = self.told.unwrap_or((Offset::default(), Instant::now()));
        let mut follows = false;
        for cursor in &mut self.cursors {
            if cursor.used == 0 {
                // Nobody reads here: it only tells how far the lane goes.
                cursor.skim();
            } else {
                cursor.gather(Duration::ZERO);
            }
            follows |= cursor.is_at_its_end() && cursor.has_reached(told, marks);
            self.seen = self.seen.max(cursor.seen());
        }
        if follows && self.seen > Offset::default() {
            return Ok(self.seen);
        }
        if !follows && asked.elapsed() > limits::LANES {
            told = ask()?;
            self.told = Some((told, Instant::now()));
        }
        Ok(told.max(self.seen))
    }
}

/// Reads until the limit, or until everything has come that is known to be there.
pub(crate) fn fill(
    track: &Track,
    cursor: &mut Cursor,
    told: Offset,
    from: Offset,
    limit: Limit,
) -> Result<Vec<Fetched>, Error> {
    let begun = Instant::now();
    let (mut read, mut bytes) = (Vec::new(), 0);
    loop {
        if cursor.hand_out(from, limit, &mut bytes, &mut read) {
            return Ok(read);
        }
        let has_all =
            cursor.has_reached(track.written(), 0) && cursor.has_reached(told, track.marks);
        let patience = if has_all { Duration::ZERO } else { limits::SERVE };
        let pulled = cursor.gather(patience);
        if let Some(code) = pulled.error {
            tracing::debug!(kafka = ?code, "a fetch failed; librdkafka tries again");
        }
        if pulled.messages > 0 {
            continue;
        }
        if has_all {
            return Ok(read);
        }
        if begun.elapsed() > limits::FETCH {
            return if read.is_empty() { Err(Temporary::Unavailable.into()) } else { Ok(read) };
        }
    }
}
