//! The policy under load: synthetic records, bent out of shape, under every combination of facts,
//! from every authority, about every kind of subject, through seal, verification and plans; and
//! each view's output held against the shadow's. The walk of the exchange, without its lanes.

use crate::scrambled::Shape;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use audit::Disclosed;
use avro_span::{Spans, frame};
use kit::house::Rulebook;
use kit::{Outcome, Random, Size, Traffic};
use records::Record;
use release::{Plans, Standing, Whom};
use ruling::Bundle;
use seal::{Keyring, Sealed, SigningKey, Unsealed, Verifier, seal_batch};
use shadow::{Case, Checker, Oracle};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{
    ChangeKind, RecordId, RecordType, RetentionState, Secret, SourceId, SubjectKind, Timestamp,
};

/// A day in force: 2026-11-23.
const DAY: i32 = 20_780;
/// Records of one seed: organisations, and records of each type an authority sends.
const SIZE: Size = Size { organisations: 80, records: 12 };
/// Bent copies of each record.
const COPIES: usize = 8;

/// What all threads share.
struct Ground {
    bundle: Bundle,
    plans: Plans,
    oracle: Oracle,
    sources: Vec<SourceId>,
}

/// What was seen.
#[derive(Default)]
struct Seen {
    cases: u64,
    released: u64,
    combinations: BTreeSet<(RecordType, u16)>,
}

/// Runs as many cases, and says what they were.
pub(crate) fn run(cases: u64, seed: u64) -> Result<String, String> {
    let ground = ground().map_err(|error| error.to_string())?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let each = cases.div_ceil(threads);
    let seen = std::thread::scope(|scope| {
        let run = |thread: u64| {
            let ground = &ground;
            scope.spawn(move || {
                // Seeds of threads never meet: each takes every `threads`-th.
                worker(ground, each, (seed + thread, threads)).map_err(|error| error.to_string())
            })
        };
        let running: Vec<_> = (0..threads).map(run).collect();
        let joined = running.into_iter().map(|one| one.join().map_err(|_| "a thread fell over"));
        joined.map(|seen| seen?).collect::<Result<Vec<Seen>, String>>()
    })?;
    let mut all = Seen::default();
    for seen in seen {
        all.cases += seen.cases;
        all.released += seen.released;
        all.combinations.extend(seen.combinations);
    }
    Ok(format!(
        "{} cases, {} released and {} withheld as the shadow says, 0 denied bytes out; {} \
         combinations of facts, {} senders, seed {seed}",
        all.cases,
        all.released,
        all.cases - all.released,
        all.combinations.len(),
        ground.sources.len(),
    ))
}

fn ground() -> Outcome<Ground> {
    let rulebook = Rulebook::national()?;
    let contract: Vec<_> =
        RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind))).collect();
    let bundle = Bundle::load(rulebook.files(), &contract)
        .map_err(|errors| format!("the bundle has {} errors", errors.len()))?;
    let plans = Plans::compile(&bundle, &contract, DAY, &Secret::new([7; 32]))?;
    let oracle = Oracle::parse(&ruling::export(&bundle, DAY)?.to_string())?;
    let mut sources = vec!["NOBODY".parse()?];
    for (code, _) in bundle.senders().authorities() {
        sources.push(code.as_str().parse()?);
    }
    for open in bundle.open_registers() {
        // Often enough to matter: one in eight.
        let times = sources.len() / 8;
        sources.extend(std::iter::repeat_n(open.source.clone(), times));
    }
    Ok(Ground { bundle, plans, oracle, sources })
}

fn worker(ground: &Ground, cases: u64, (seed, stride): (u64, u64)) -> Outcome<Seen> {
    let key = SigningKey::generate()?;
    let mut keyring = Keyring::default();
    for source in ground.sources.iter().collect::<BTreeSet<_>>() {
        keyring.add(source.clone(), key.public().clone())?;
    }
    let mut bench = Bench {
        ground,
        checker: Checker::new(&ground.oracle),
        shapes: BTreeMap::new(),
        key,
        verifier: Verifier::new(keyring),
    };
    for kind in RecordType::ALL {
        let schema = ground.oracle.schema(*kind).ok_or("no schema")?;
        let writer = GenericDatumWriter::builder(schema).build()?;
        bench.shapes.insert(*kind, (Shape::of(schema), writer));
    }
    let mut seen = Seen::default();
    let mut seed = seed;
    while seen.cases < cases {
        bench.seed(seed, cases, &mut seen).map_err(|error| format!("seed {seed}: {error}"))?;
        seed += stride;
    }
    Ok(seen)
}

/// One thread's means.
struct Bench<'g> {
    ground: &'g Ground,
    checker: Checker<'g>,
    shapes: BTreeMap<RecordType, (Shape<'g>, GenericDatumWriter<'g>)>,
    key: SigningKey,
    verifier: Verifier,
}

/// A bent record, before and after its journey.
struct Bent {
    record_type: RecordType,
    source: SourceId,
    value: Value,
}

// === impl Bench ===

impl Bench<'_> {
    /// All records of a seed, until there are enough cases. Each is sealed with its copies.
    fn seed(&mut self, seed: u64, cases: u64, seen: &mut Seen) -> Outcome<()> {
        let mut random = Random::new(seed);
        for sent in Traffic::generate(seed, SIZE).sent() {
            if seen.cases >= cases {
                break;
            }
            let (mut batch, mut unsealed) = (Vec::new(), Vec::new());
            for _ in 0..COPIES {
                let bent = self.bend(&sent.record, &mut random)?;
                unsealed.push(self.unsealed(&bent, sent.record.envelope().record_id)?);
                batch.push(bent);
            }
            for (bent, sealed) in batch.iter().zip(self.seal(unsealed)?) {
                self.rule(bent, sealed, random.pick(SubjectKind::ALL), seen)?;
            }
        }
        Ok(())
    }

    /// A copy of a record, bent, from a source of chance.
    fn bend(&mut self, record: &Record, random: &mut Random) -> Outcome<Bent> {
        let record_type = record.record_type();
        let mut value = self.checker.read(record_type, &records::encode(record)?)?;
        let (shape, _) = self.shapes.get(&record_type).ok_or("no shape")?;
        shape.scramble(&mut value, random);
        let source = self.ground.sources.get(random.below(self.ground.sources.len()));
        Ok(Bent { record_type, source: source.ok_or("no source")?.clone(), value })
    }

    fn unsealed(&self, bent: &Bent, record_id: RecordId) -> Outcome<Unsealed> {
        let (_, writer) = self.shapes.get(&bent.record_type).ok_or("no writer")?;
        let mut value = Vec::new();
        frame::write(1, &mut value);
        writer.write_value_ref(&mut value, &bent.value)?;
        Ok(Unsealed { source: bent.source.clone(), sequence: 1, record_id, value })
    }

    fn seal(&self, unsealed: Vec<Unsealed>) -> Outcome<Vec<Sealed>> {
        Ok(seal_batch(&self.key, Timestamp::from_micros(1), unsealed)?)
    }

    /// What every view is given of a record about a subject of that kind.
    fn rule(
        &mut self,
        bent: &Bent,
        sealed: Sealed,
        kind: SubjectKind,
        seen: &mut Seen,
    ) -> Outcome<()> {
        let Bent { record_type, source, value } = bent;
        let authentic = self.verifier.verify(sealed).map_err(|refused| refused.error)?;
        let types = self.ground.plans.of(*record_type).ok_or("no plans")?;
        let verified =
            types.verify(authentic, Spans::new()).map_err(|refused| refused.error.to_string())?;
        let open_register = self.ground.bundle.may_stamp_published(source, *record_type);
        let facts = types.effective(verified.stamped(), Standing { kind, open_register });
        seen.combinations.insert((*record_type, facts));
        let sender = self.ground.bundle.sender_class(&source.authority()?);
        let header = verified.header();
        let closed = header.retention != RetentionState::Live
            || matches!(header.change, ChangeKind::Retract | ChangeKind::Restrict);
        let held = std::collections::BTreeSet::new();
        let case = Case { record_type: *record_type, source, kind, value, held };
        for view in types.views() {
            let plan = if closed { view.closed() } else { view.plan_for(sender, facts) };
            let plan = if verified.traced() { types.without_texts(plan) } else { plan };
            let released = types.release(view, plan, Whom::All, &verified)?;
            let datum = match &released {
                Some(released) => Some(frame::read(released.value())?.1),
                None => None,
            };
            seen.cases += 1;
            seen.released += u64::from(datum.is_some());
            self.checker.check(&case, view.id(), datum).map_err(|error| {
                format!("{record_type} to {} under facts {facts}: {error}", view.id())
            })?;
        }
        Ok(())
    }
}
