//! What was taken in: every record ruled on record, set aside or out of date; and every row of its
//! entries held against what the naive filter makes of its bytes.

use super::Bench;
use super::audience::addressed;
use super::states::{accepted, version as held};
use crate::digest::sha256;
use crate::entry::Outcome;
use crate::finding::Kind;
use crate::lanes::unframed;
use crate::limits::{MAX_GAPS, SCHEMAS};
use crate::notebook::{Line, Noted};
use crate::register::freest;
use crate::seal::{Said, Seal};
use crate::{Error, Lane, Message};
use rusqlite::params;
use shadow::{Case, Expected, strictness};
use std::collections::{BTreeMap, HashMap};
use vocabulary::{RecordId, RecordType, SourceId, SubjectKind};

/// What is known of a lane while it is walked.
struct Walk<'s> {
    source: &'s SourceId,
    /// The exchange's position: what lies before it is judged.
    position: u64,
    /// What lies behind this is not judged yet; in between, what has an entry is.
    reached: u64,
    /// Whether the lane's beginning was deleted by age; nothing is known of it then.
    cut: bool,
    /// The first number on the lane.
    first: Option<u64>,
    highest: u64,
    /// Numbers that never came, so far.
    gaps: BTreeMap<u64, u64>,
    types: HashMap<u32, Option<RecordType>>,
}

/// A record taken in.
struct Record<'m> {
    number: u64,
    id: RecordId,
    value: &'m [u8],
    seal: Option<Seal<'m>>,
    /// Its type and datum; none where its schema is none of the contract's.
    typed: Option<(RecordType, &'m [u8])>,
}

pub(crate) fn intakes(bench: &mut Bench<'_>) -> Result<(), Error> {
    let (positions, reached) = (bench.site.lanes.positions()?, bench.site.lanes.reached()?);
    for lane in bench.lanes.clone() {
        let Lane::Intake(source) = &lane else { continue };
        let position = positions.get(source).copied().unwrap_or_default();
        let reached = reached.get(source).copied().unwrap_or_default().max(position);
        let cut = bench.site.lanes.begins(&lane)? > 0;
        let mut walk = Walk::new(source, position, reached, cut);
        bench.site.lanes.walk(&lane, &mut |message| walk.take(bench, &message))?;
        walk.finish(bench)?;
    }
    Ok(())
}

// === impl Walk ===

impl Walk<'_> {
    fn new(source: &SourceId, position: u64, reached: u64, cut: bool) -> Walk<'_> {
        let (gaps, types) = (BTreeMap::new(), HashMap::new());
        Walk { source, position, reached, cut, first: None, highest: 0, gaps, types }
    }

    fn take(&mut self, bench: &mut Bench<'_>, message: &Message) -> Result<(), Error> {
        bench.report.records += 1;
        let place = format!("intake.{}, offset {}", self.source, message.at);
        let aside = "SELECT count(*) FROM aside WHERE source = ?1 AND at = ?2";
        let values = params![self.source.as_str(), message.at.cast_signed()];
        let aside = bench.notebook.number(aside, values)? != Some(0);
        let value = message.value.as_deref().unwrap_or_default();
        let Some(record) = self.record(bench, message, value)? else {
            if !aside && message.at < self.position {
                bench.report.find(Kind::Lost, place);
            }
            return Ok(());
        };
        self.count(record.number);
        if !self.is_judged(bench, message.at, record.number)? {
            return Ok(());
        }
        if !self.is_first(bench, record.number, aside)? || aside {
            return Ok(());
        }
        self.ruled(bench, &record, message.appended, &place)
    }

    fn record<'m>(
        &mut self,
        bench: &Bench<'_>,
        message: &'m Message,
        value: &'m [u8],
    ) -> Result<Option<Record<'m>>, Error> {
        let number = message.text("samsyn_sequence").and_then(|text| text.parse().ok());
        let id = message.text("samsyn_record").and_then(|text| text.parse().ok());
        let (Some(number), Some(id)) = (number, id) else { return Ok(None) };
        let typed = match unframed(value) {
            None => None,
            Some((schema, datum)) => self.typed(bench, schema)?.map(|kind| (kind, datum)),
        };
        let seal = message.header("samsyn_seal").and_then(Seal::read);
        Ok(Some(Record { number, id, value, seal, typed }))
    }

    fn typed(&mut self, bench: &Bench<'_>, schema: u32) -> Result<Option<RecordType>, Error> {
        if let Some(known) = self.types.get(&schema) {
            return Ok(*known);
        }
        let text = bench.site.lanes.schema(schema)?;
        let found = text.and_then(|text| bench.site.truths.record_type(&text));
        if self.types.len() < SCHEMAS {
            self.types.insert(schema, found);
        }
        Ok(found)
    }

    /// Counts the number; what it jumps over is missing until it comes.
    fn count(&mut self, number: u64) {
        if self.first.is_none() {
            self.first = Some(number);
            self.highest = if self.cut { number } else { 0 };
        }
        if number > self.highest {
            if number > self.highest + 1 && self.gaps.len() < MAX_GAPS {
                self.gaps.insert(self.highest + 1, number - 1);
            }
            self.highest = number;
        } else if let Some((from, to)) = self.gap_of(number) {
            self.gaps.remove(&from);
            if from < number {
                self.gaps.insert(from, number - 1);
            }
            if number < to {
                self.gaps.insert(number + 1, to);
            }
        }
    }

    fn is_judged(&self, bench: &Bench<'_>, at: u64, number: u64) -> Result<bool, Error> {
        let entries = || bench.notebook.entries_of(self.source, number);
        Ok(at < self.position || (at < self.reached && !entries()?.is_empty()))
    }

    fn gap_of(&self, number: u64) -> Option<(u64, u64)> {
        let (from, to) = self.gaps.range(..=number).next_back()?;
        (*to >= number).then_some((*from, *to))
    }

    /// Whether a number is ruled here for the first time. One that was only set aside may come
    /// again: if its first coming counted, this one was dropped, else it has an entry.
    fn is_first(&self, bench: &Bench<'_>, number: u64, aside: bool) -> Result<bool, Error> {
        let values = params![self.source.as_str(), number.cast_signed()];
        let known = "SELECT ruled FROM number WHERE source = ?1 AND sequence = ?2";
        let before = bench.notebook.number(known, values)?;
        let ruled = u8::from(!aside) | u8::from(before == Some(1));
        bench.notebook.write(
            "INSERT OR REPLACE INTO number VALUES (?1, ?2, ?3)",
            params![self.source.as_str(), number.cast_signed(), ruled],
        )?;
        match before {
            None => Ok(true),
            Some(1) => Ok(false),
            Some(_) => Ok(!bench.notebook.entries_of(self.source, number)?.is_empty()),
        }
    }

    /// A record that was judged: its entries, and what each says.
    fn ruled(
        &self,
        bench: &mut Bench<'_>,
        record: &Record<'_>,
        appended: i64,
        place: &str,
    ) -> Result<(), Error> {
        let entries = bench.notebook.entries_of(self.source, record.number)?;
        let Some((record_type, datum)) = record.typed else {
            bench.report.find(Kind::Lost, place);
            return Ok(());
        };
        let reader = entries.iter().find_map(|entry| entry.truth);
        let reader = reader.or_else(|| reads(bench, record_type));
        let shadow = reader.and_then(|number| bench.shadows.get_mut(number));
        let value = shadow.and_then(|shadow| shadow.read(record_type, datum).ok());
        let Some((value, version)) =
            value.and_then(|value| shadow::version(&value).map(|version| (value, version)))
        else {
            bench.report.find(Kind::Lost, place);
            return Ok(());
        };
        let newer = self.is_newer(bench, record, version)?;
        match entries.iter().filter(|entry| entry.about.fresh).count() {
            0 if newer && is_viewed(bench, record_type) => {
                if self.is_beyond(bench, record, version, appended)? {
                    bench.report.beyond += 1;
                } else {
                    bench.report.find(Kind::Lost, place);
                }
            }
            0 | 1 => {}
            _ => bench.report.find(Kind::EntryTwice, place),
        }
        if !entries.is_empty() {
            self.sealed(bench, record, place);
        }
        for entry in &entries {
            let seen = "UPDATE entry SET seen = 1 WHERE id = ?1";
            bench.notebook.write(seen, [entry.id.as_bytes()])?;
            let same = entry.about.record == Some(record.id)
                && entry.about.version == version
                && entry.about.record_type == Some(record_type);
            if !same {
                bench.report.find(Kind::OtherRecord, format!("entry {}", entry.id));
                continue;
            }
            let kind = self.kind(bench, entry, record_type)?;
            let case = Case {
                record_type,
                source: self.source,
                kind,
                value: &value,
                held: std::collections::BTreeSet::new(),
            };
            rule_again(bench, entry, case)?;
        }
        Ok(())
    }

    /// The source's seal of a record that has an entry, where its keys are known.
    fn sealed(&self, bench: &mut Bench<'_>, record: &Record<'_>, place: &str) {
        let keys = bench.site.keys;
        if keys.is_empty() {
            return;
        }
        let Record { number: sequence, id, value, .. } = *record;
        let said = Said { source: self.source.clone(), sequence, record: id, value };
        bench.report.seals += 1;
        if !record.seal.as_ref().is_some_and(|seal| keys.hold(&said, seal)) {
            bench.report.find(Kind::Seal, place);
        }
    }

    /// Whether its entry, or the newer version before it, may be gone by age: what is left of the
    /// lane that has it begins later, and the state has come that far.
    fn is_beyond(
        &self,
        bench: &Bench<'_>,
        record: &Record<'_>,
        version: u64,
        appended: i64,
    ) -> Result<bool, Error> {
        if !self.cut && bench.cut.is_none_or(|begins| appended > begins) {
            return Ok(false);
        }
        Ok(held(bench, self.source, &record.id)?.is_some_and(|held| held >= version))
    }

    /// Whether the version is newer than all before it; from now on it is held.
    fn is_newer(
        &self,
        bench: &Bench<'_>,
        record: &Record<'_>,
        version: u64,
    ) -> Result<bool, Error> {
        let (source, id) = (self.source.as_str(), record.id.as_bytes());
        let held = "SELECT version FROM newest WHERE source = ?1 AND record = ?2";
        let held = bench.notebook.number(held, params![source, id])?;
        if held.is_some_and(|held| held >= version) {
            return Ok(false);
        }
        let put = "INSERT OR REPLACE INTO newest VALUES (?1, ?2, ?3)";
        bench.notebook.write(put, params![source, id, version.cast_signed()])?;
        Ok(true)
    }

    /// The kind of subject that an entry was ruled by. It may not be freer than the register's.
    fn kind(
        &self,
        bench: &mut Bench<'_>,
        entry: &Noted,
        record_type: RecordType,
    ) -> Result<SubjectKind, Error> {
        let truth = entry.truth.and_then(|number| bench.site.truths.all.get(number));
        let types = truth.and_then(|truth| truth.types.get(&record_type));
        let Some(kind) = types.and_then(|types| types.kind(entry.about.facts)) else {
            return Ok(SubjectKind::Unknown);
        };
        let least = match &entry.about.subject {
            Some(subject) => freest(&bench.notebook, subject, entry.about.at)?,
            None => SubjectKind::Unknown,
        };
        if strictness(kind) < strictness(least) {
            bench.report.find(Kind::Facts, format!("entry {}", entry.id));
        }
        Ok(kind)
    }

    fn finish(self, bench: &mut Bench<'_>) -> Result<(), Error> {
        let source = self.source;
        for (from, to) in &self.gaps {
            bench.report.find(Kind::Skipped, format!("intake.{source}: {from} to {to}"));
        }
        let ruled = "SELECT max(sequence) FROM number WHERE source = ?1";
        let ruled = bench.notebook.number(ruled, [source.as_str()])?.unwrap_or_default();
        // Of a source that went on, the state is of a later moment.
        let ruled = if self.position < self.reached { self.highest } else { ruled };
        // A number whose seal did not hold counts for nothing, so the state may be behind.
        let first = if self.cut { self.first.unwrap_or(u64::MAX) } else { 0 };
        if accepted(bench, source)? > ruled.max(first.saturating_sub(1)) {
            bench.report.find(Kind::State, format!("state.{source}: numbers"));
        }
        let (mut foreign, mut beyond) = (Vec::new(), 0);
        bench.notebook.unseen(source, |entry| {
            if entry.about.sequence < first {
                beyond += 1;
            } else {
                foreign.push(entry.id);
            }
        })?;
        bench.report.beyond += beyond;
        let report = &mut bench.report;
        foreign.iter().for_each(|id| report.find(Kind::OtherRecord, format!("entry {id}")));
        Ok(())
    }
}

/// A matrix that knows the record type.
fn reads(bench: &Bench<'_>, record_type: RecordType) -> Option<usize> {
    bench.site.truths.all.iter().position(|truth| truth.types.contains_key(&record_type))
}

/// Whether any view is over the record type; else its records are kept and no entry is made.
fn is_viewed(bench: &Bench<'_>, record_type: RecordType) -> bool {
    let mut truths = bench.site.truths.all.iter();
    truths.any(|truth| truth.oracle.views(record_type).next().is_some())
}

/// Works an entry out a second time: its facts, and what each of its rows got.
fn rule_again(bench: &mut Bench<'_>, entry: &Noted, case: Case<'_>) -> Result<(), Error> {
    let place = format!("entry {}", entry.id);
    let truth = entry.truth.and_then(|number| bench.site.truths.all.get(number));
    let (Some(truth), Some(number)) = (truth, entry.truth) else {
        bench.report.find(Kind::Unruled, place);
        return Ok(());
    };
    let said = truth.types.get(&case.record_type).and_then(|types| types.words(entry.about.facts));
    let words = bench.shadows.get(number).and_then(|shadow| shadow.words(&case).ok());
    if words.as_deref() != said {
        bench.report.find(Kind::Facts, &place);
    }
    let mut case = case;
    for row in bench.notebook.rows(&entry.id)? {
        case.held = row.under.iter().map(|(_, basis)| basis.clone()).collect();
        let for_all = truth.groups.contains(&(row.view.clone(), case.record_type));
        let expected = match row.outcome {
            Outcome::Withdrawn => continue,
            // Why an addressed view got nothing, the matrix does not tell.
            Outcome::Withheld if !for_all => continue,
            Outcome::Released | Outcome::Withheld => {
                let Some(shadow) = bench.shadows.get_mut(number) else { continue };
                shadow.expected(&case, &row.view)
            }
        };
        if row.outcome == Outcome::Released {
            addressed(bench, truth, entry, &row, &case)?;
        }
        bench.report.worked_out += 1;
        let kind = match (expected, row.outcome) {
            (Err(_), _) => Some(Kind::Unruled),
            (Ok(Expected::Nothing), Outcome::Released) => Some(Kind::Denied),
            (Ok(Expected::Datum { .. }), Outcome::Withheld) => Some(Kind::Withheld),
            (Ok(Expected::Datum { bytes, .. }), _) => differs(&row, &bytes).then_some(Kind::Bytes),
            (Ok(Expected::Nothing), _) => None,
        };
        if let Some(kind) = kind {
            bench.report.find(kind, format!("{place} for {}", row.view));
        }
    }
    Ok(())
}

/// Whether a row commits to other bytes than these. What left was held against the commitment, so
/// it need not be read a second time.
fn differs(row: &Line, datum: &[u8]) -> bool {
    // What never left is told as such.
    let Some(frame) = row.frame else { return false };
    sha256(&[&row.salt, &[0], &frame.to_be_bytes(), datum]) != row.commitment
}
