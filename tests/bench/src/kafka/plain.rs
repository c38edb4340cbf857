//! The exchange's work without transactions. The port has no commit without one, by design; so
//! this is no exchange but its parts put together here: findings read through the carrier, seals
//! checked, bytes verified and projected by the compiled plans, and what leaves produced through
//! the carrier's own way of producing outside transactions. No sequence, no register, no entry, no
//! state, no position: what is left when nothing is recorded.

use crate::Outcome;
use audit::{Disclosed, Leaving};
use avro_span::Spans;
use carrier::{Carrier, Lane, Limit, Message, Offset, sealed_of};
use kit::House;
use kit::house::{MORNING, Rulebook};
use release::{Plans, Verified, Whom};
use ruling::Bundle;
use seal::{Keyring, Sealed, SigningKey, Verifier};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::mpsc::{SyncSender, sync_channel};
use vocabulary::{RecordType, Secret, SourceId};

/// Everything that projecting needs.
pub(crate) struct Projecting {
    bundle: Bundle,
    plans: Plans,
    /// Record types, by the schema id of their frames.
    types: BTreeMap<u32, RecordType>,
    verifier: Verifier,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Written {
    pub(crate) records: usize,
    pub(crate) bytes: usize,
}

// === impl Projecting ===

impl Projecting {
    /// Compiles the plans of a bundle; the schema ids are those of `lanes`.
    pub(crate) fn new(
        house: &House,
        rulebook: &Rulebook,
        lanes: &dyn Carrier,
        sources: &[SourceId],
    ) -> Outcome<Projecting> {
        let contract: Vec<_> =
            RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind))).collect();
        let bundle = Bundle::load(rulebook.files(), &contract)
            .map_err(|errors| format!("the bundle has {} errors", errors.len()))?;
        let day = i32::try_from(MORNING.days())?;
        let plans = Plans::compile(&bundle, &contract, day, &Secret::new([7; 32]))?;
        let plans = plans.with_schema_ids(|view, name, text| {
            let lane = Lane::Release { view: view.clone(), recipient: None };
            lanes.register_schema(&lane, name, text)
        })?;
        let mut types = BTreeMap::new();
        for (kind, schema) in &contract {
            types.insert(
                lanes.register_schema(&Lane::Register, schema.name(), schema.text())?,
                *kind,
            );
        }
        let mut keys = Keyring::default();
        for source in sources {
            let key = SigningKey::from_pem(house.sealing_key(source.as_str())?.expose())?;
            keys.add(source.clone(), key.public().clone())?;
        }
        Ok(Projecting { bundle, plans, types, verifier: Verifier::new(keys) })
    }

    /// The plans.
    pub(crate) fn plans(&self) -> &Plans {
        &self.plans
    }

    /// The contracts' schema ids.
    pub(crate) fn contracts(&self) -> impl Iterator<Item = (u32, RecordType)> {
        self.types.iter().map(|(id, kind)| (*id, *kind))
    }

    /// Reads so many findings from each source's lane, and writes what each view opens of them: the
    /// next ones are read while the last are on their way.
    pub(crate) fn run(
        &mut self,
        lanes: &dyn Carrier,
        sources: &[(SourceId, u64)],
    ) -> Outcome<Written> {
        std::thread::scope(|scope| {
            let (hand_on, leaving) = sync_channel::<Vec<Message>>(1);
            let writing = scope.spawn(move || {
                let mut leaving = leaving.into_iter();
                leaving.try_for_each(|batch| lanes.publish(&Lane::Receipt, batch).map(|_| ()))
            });
            let written = self.read_all(lanes, sources, &hand_on);
            drop(hand_on);
            writing.join().map_err(|_| "the writing thread panicked")??;
            written
        })
    }

    fn read_all(
        &mut self,
        lanes: &dyn Carrier,
        sources: &[(SourceId, u64)],
        hand_on: &SyncSender<Vec<Message>>,
    ) -> Outcome<Written> {
        let mut written = Written::default();
        let mut places: Vec<(SourceId, u64, u64)> =
            sources.iter().map(|(source, last)| (source.clone(), 0, *last)).collect();
        let records = carrier::limits::MAX_BATCH / sources.len().max(1);
        let limit = Limit { records, ..Limit::default() };
        let mut spans = Spans::default();
        while places.iter().any(|(_, next, last)| next < last) {
            let mut leaving = Vec::new();
            for (source, next, _) in places.iter_mut().filter(|(_, next, last)| next < last) {
                let lane = Lane::Intake(source.clone());
                // As the exchange does: the carrier is told to look.
                lanes.end(&lane)?;
                for fetched in lanes.read(&lane, Offset(*next), limit)? {
                    *next = fetched.offset.next().0;
                    spans = self.rule(source, sealed_of(source, fetched)?, spans, &mut leaving)?;
                }
            }
            written.records += leaving.len();
            written.bytes += leaving.iter().map(Message::bytes).sum::<usize>();
            hand_on.send(leaving).map_err(|_| "nothing is written any more")?;
        }
        Ok(written)
    }

    fn rule(
        &mut self,
        source: &SourceId,
        sealed: Sealed,
        spans: Spans,
        leaving: &mut Vec<Message>,
    ) -> Outcome<Spans> {
        let authentic = self.verifier.verify(sealed).map_err(|refused| refused.error)?;
        let (id, _) = avro_span::frame::read(authentic.value())?;
        let types = self.types.get(&id).and_then(|kind| self.plans.of(*kind));
        let types = types.ok_or("an unknown schema")?;
        let verified = types.verify(authentic, spans).map_err(|refused| refused.error)?;
        self.project(source, types, &verified, leaving)?;
        Ok(verified.into_spans())
    }

    fn project(
        &self,
        source: &SourceId,
        types: &release::TypePlans,
        verified: &Verified,
        leaving: &mut Vec<Message>,
    ) -> Outcome<()> {
        let sender = self.bundle.sender_class(&source.authority()?);
        for view in types.views() {
            let mut plan = view.plan_for(sender, verified.stamped());
            if verified.traced() {
                plan = types.without_texts(plan);
            }
            if let Some(released) = types.release(view, plan, Whom::All, verified)? {
                let Leaving { key, value, headers, .. } = released.into_leaving();
                let headers = headers.into_iter().map(|(name, value)| (Cow::Borrowed(name), value));
                leaving.push(Message { key, value: Some(value), headers: headers.collect() });
            }
        }
        Ok(())
    }
}
