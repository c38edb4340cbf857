//! Deletion at the left end of the lanes that must not go by age alone: intake a time after it was
//! committed, disclosures a time after they were integrated. Kafka tells neither moment, so each
//! sweep notes how far a lane has come, beside an offset of a group of our own; what a note of old
//! enough a moment covers is deleted. The brokers' own deletion by age is off on these topics.

use crate::client::Clients;
use crate::group::{Group, Place};
use crate::kafka::Clock;
use crate::limits;
use crate::marks::Marks;
use crate::membership::Member;
use crate::topics::Topics;
use carrier::{Error, Lane, LaneKind, Offset, Retention, Temporary};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Deletes what is past its time.
pub(crate) struct Sweeper {
    clients: Clients,
    topics: Arc<Topics>,
    member: Arc<OnceLock<Member>>,
    clock: Clock,
    groups: Mutex<Option<Groups>>,
    /// How far disclosures are integrated, as last committed, and when.
    told: Mutex<Option<(Offset, Instant)>>,
    runs: AtomicBool,
}

/// The groups whose offsets say what may go.
struct Groups {
    /// Positions on intake lanes.
    exchange: Group,
    /// How far disclosures are integrated.
    ledger: Group,
    /// Before which offset all is gone, and the marks.
    kept: Group,
    /// When all marks were last committed, also those that had not changed.
    renewed: Option<Instant>,
}

// === impl Sweeper ===

impl Sweeper {
    pub(crate) fn new(
        clients: Clients,
        topics: Arc<Topics>,
        member: Arc<OnceLock<Member>>,
        clock: Clock,
    ) -> Sweeper {
        let (groups, told, runs) = (Mutex::default(), Mutex::default(), AtomicBool::new(false));
        Sweeper { clients, topics, member, clock, groups, told, runs }
    }

    /// Sweeps now and then from now on, as long as the carrier is open.
    pub(crate) fn start(self: &Arc<Self>) -> Result<(), Error> {
        if self.runs.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let sweeper = Arc::downgrade(self);
        let thread = thread::Builder::new().name("kafka-retention".to_owned()).spawn(move || {
            while let Some(sweeper) = sweeper.upgrade() {
                if let Err(error) = sweeper.sweep() {
                    tracing::warn!(code = error.code(), "retention waits for the next sweep");
                }
                drop(sweeper);
                thread::sleep(limits::SWEEP);
            }
        });
        thread.map(|_| ()).map_err(|_| Temporary::Unavailable.into())
    }

    /// Notes how far each lane has come, and deletes what is past its time.
    pub(crate) fn sweep(&self) -> Result<(), Error> {
        let retention = self.topics.retention();
        let told = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((offset, _)) = told {
            self.integrated(offset)?;
        }
        let mut groups = self.lock();
        let groups = self.opened(&mut groups)?;
        let renews = groups.renewed.is_none_or(|at| at.elapsed() >= limits::TELL);
        let lanes = self.topics.lanes(groups.exchange.asker())?.into_iter();
        let lanes: Vec<Lane> = lanes
            .filter(|lane| retention.of(lane.kind()) < Duration::MAX && self.is_ours(lane))
            .collect();
        for lanes in lanes.chunks(limits::SWEEP_LANES) {
            self.step(groups, &retention, lanes, renews)?;
        }
        if renews {
            groups.renewed = Some(Instant::now());
        }
        Ok(())
    }

    /// All disclosures before `offset` are integrated: told to whoever sweeps. Told again now and
    /// then, for the brokers forget the offsets of a group that is silent.
    pub(crate) fn integrated(&self, offset: Offset) -> Result<(), Error> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let known = told.is_some_and(|(known, at)| known >= offset && at.elapsed() < limits::TELL);
        if known || offset == Offset::default() {
            return Ok(());
        }
        let place = Place { next: offset, note: String::new() };
        let places = BTreeMap::from([(self.topics.name(&Lane::Disclosure), place)]);
        self.opened(&mut self.lock())?.ledger.commit(&places)?;
        *told = Some((offset, Instant::now()));
        Ok(())
    }

    /// Disclosures are anybody's: marks are facts, whoever writes them. An intake lane is swept by
    /// the exchange that has it.
    fn is_ours(&self, lane: &Lane) -> bool {
        match lane {
            Lane::Intake(source) if self.clients.options().group => {
                self.member.get().is_some_and(|member| member.share().holds(source))
            }
            Lane::Intake(_) | Lane::Disclosure => true,
            _ => false,
        }
    }

    fn step(
        &self,
        groups: &Groups,
        retention: &Retention,
        lanes: &[Lane],
        renews: bool,
    ) -> Result<(), Error> {
        let named = lanes.iter().map(|lane| (self.topics.name(lane), lane.kind()));
        let named: BTreeMap<String, LaneKind> = named.collect();
        let of = |kind| named.iter().filter(move |(_, one)| **one == kind);
        let names = |kind| of(kind).map(|(topic, _)| topic.as_str());
        let mut words = groups.exchange.committed(names(LaneKind::Intake))?;
        words.extend(groups.ledger.committed(names(LaneKind::Disclosure))?);
        let held = groups.kept.committed(named.keys().map(String::as_str))?;
        let now = (self.clock)();
        let (mut seen, mut cuts) = (BTreeMap::new(), BTreeMap::new());
        for (topic, word) in words {
            let Some(keep) = named.get(&topic).map(|kind| retention.of(*kind)) else { continue };
            let before = held.get(&topic).cloned().unwrap_or_default();
            let mut marks = Marks::parse(&before.note);
            marks.see(word.next, now, keep);
            // INVARIANT: never more than is committed, or integrated, at this moment.
            let to = marks.over(now, keep).unwrap_or_default().min(word.next);
            if to > before.next {
                cuts.insert(topic.clone(), to);
            }
            seen.insert(topic, (before, marks));
        }
        let cut = self.topics.cut(&cuts)?;
        let places = seen.into_iter().filter_map(|(topic, (before, mut marks))| {
            let next = cut.get(&topic).copied().unwrap_or(before.next);
            marks.forget(next);
            let place = Place { next, note: marks.note() };
            (renews || place != before).then_some((topic, place))
        });
        groups.kept.commit(&places.collect())?;
        if cut.len() < cuts.len() { Err(Temporary::Unavailable.into()) } else { Ok(()) }
    }

    fn opened<'a>(&self, groups: &'a mut Option<Groups>) -> Result<&'a mut Groups, Error> {
        if groups.is_none() {
            let open = |name: &str| Group::open(&self.clients, name);
            *groups = Some(Groups {
                exchange: open(&self.clients.group())?,
                ledger: open(&self.clients.named("ledger"))?,
                kept: open(&self.clients.named("kept"))?,
                renewed: None,
            });
        }
        groups.as_mut().ok_or(Temporary::Unavailable.into())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Groups>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
