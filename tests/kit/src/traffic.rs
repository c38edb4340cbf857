//! Seeded traffic of authorities: records, the drop files that carry them, what was planted
//! and what is to be expected. Starts nothing and asks for no time.

mod approvals;
mod case;
mod columns;
mod decisions;
mod notices;
mod plans;
mod reports;
pub(crate) mod rows;
mod sanctions;

pub use rows::word;

use crate::authorities::{Authority, authorities};
use crate::organisations::{self, Organisation};
use crate::planted::{Planted, Planter};
use crate::random::Random;
use case::{Case, FIRST_DAY};
use records::{Date, Envelope, Record, Subject};
use std::collections::BTreeMap;
use std::{fs, io, path::Path};
use vocabulary::{
    ChangeKind, FieldClass, OrgNumber, RecordId, RecordType, SourceId, SubjectKind, Timestamp,
};

/// How much traffic.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Organisations that records are about.
    pub organisations: usize,
    /// Records of each type an authority sends, before corrections.
    pub records: usize,
}

impl Default for Size {
    fn default() -> Self {
        Size { organisations: 120, records: 30 }
    }
}

/// One version of a record as its authority sends it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Who sends it.
    pub authority: SourceId,
    /// The source's own id of the object.
    pub object: String,
    /// In which batch: 1 first versions, 2 corrections and retractions.
    pub batch: u8,
    /// The version. Its record id is the kit's; a connector makes its own.
    pub record: Record,
}

/// What is to be expected of one authority and type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows in the drop files.
    pub rows: usize,
    /// First versions.
    pub first: usize,
    /// Corrections.
    pub corrected: usize,
    /// Retractions.
    pub retracted: usize,
    /// Rows that must be refused.
    pub refused: usize,
}

/// Forms that organisations have in place of those they were made with.
pub(crate) type Forms = BTreeMap<OrgNumber, &'static str>;

/// A file as an authority drops it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DropFile {
    /// Whose folder.
    pub authority: SourceId,
    /// Its name.
    pub name: String,
    /// In which batch.
    pub batch: u8,
    /// What it holds.
    pub text: String,
}

/// Traffic made from one seed.
#[derive(Debug, Clone)]
pub struct Traffic {
    authorities: Vec<Authority>,
    organisations: Vec<Organisation>,
    sent: Vec<Sent>,
    planted: Vec<Planted>,
}

// === impl Traffic ===

impl Traffic {
    /// Makes the traffic of a seed, of the eleven authorities that have mappings in the tree.
    pub fn generate(seed: u64, size: Size) -> Traffic {
        Traffic::of(authorities(), seed, size)
    }

    /// The same of any authorities.
    pub fn of(authorities: Vec<Authority>, seed: u64, size: Size) -> Traffic {
        let mut random = Random::new(seed);
        let organisations = organisations::make(size.organisations.max(2), &mut random);
        let mut traffic = Traffic { authorities, organisations, sent: vec![], planted: vec![] };
        for authority in traffic.authorities.clone() {
            for record_type in authority.sends {
                for index in 0..size.records {
                    traffic.first(&authority, *record_type, index, &mut random);
                }
            }
        }
        traffic.second(&mut random);
        traffic
    }

    /// The authorities.
    pub fn authorities(&self) -> &[Authority] {
        &self.authorities
    }

    /// The organisations, also those the register does not hold.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// Every version sent, batch 1 before batch 2.
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// Every planted secret.
    pub fn planted(&self) -> &[Planted] {
        &self.planted
    }

    /// A full sanction about a company in Oslo: the one to show side by side.
    pub fn showcase(&self) -> Option<&Sent> {
        self.sent.iter().find(|sent| sent.object == "DAT-reaksjoner-0001")
    }

    /// The same about a sole proprietor in Oslo, stamped `legal` by its source.
    pub fn showcase_sole_proprietor(&self) -> Option<&Sent> {
        self.sent.iter().find(|sent| sent.object == "DAT-reaksjoner-0002")
    }

    /// A company's suspension that is published, and the file by which its authority lifts it and
    /// takes it down.
    pub fn taken_down(&self) -> Option<(&Sent, DropFile)> {
        let sent = self.sent.iter().find(|sent| sent.object == "DAT-stans-0001")?;
        let later = next(&sent.record, ChangeKind::Correct, at(300_000));
        let lifted = Sent { batch: 3, record: later, ..sent.clone() };
        let name = "stans-3.csv".to_owned();
        Some((sent, file_of(&[&lifted], name, |_| false)?))
    }

    /// What is to be expected, by authority and type.
    pub fn expected(&self) -> BTreeMap<(SourceId, RecordType), Counts> {
        let mut expected: BTreeMap<_, Counts> = BTreeMap::new();
        for sent in &self.sent {
            let key = (sent.authority.clone(), sent.record.record_type());
            let counts = expected.entry(key).or_default();
            counts.rows += 1;
            match sent.record.envelope().change_kind {
                ChangeKind::Create => counts.first += 1,
                ChangeKind::Retract => counts.retracted += 1,
                ChangeKind::Correct | ChangeKind::Restrict => counts.corrected += 1,
            }
            if self.is_doubled_badly(sent) {
                counts.rows += 1;
                counts.refused += 1;
            }
        }
        expected
    }

    /// The register of the organisations it holds.
    pub fn register(&self) -> String {
        self.register_as(&BTreeMap::new(), at(0))
    }

    /// The register where some are of another form, as of a time.
    pub(crate) fn register_as(&self, forms: &Forms, as_of: Timestamp) -> String {
        organisations::register(&self.organisations, forms, &rows::time(as_of))
    }

    /// Every drop file, batch 1 before batch 2.
    pub fn files(&self) -> Vec<DropFile> {
        let mut files: BTreeMap<(u8, &SourceId, RecordType), Vec<&Sent>> = BTreeMap::new();
        for sent in &self.sent {
            let key = (sent.batch, &sent.authority, sent.record.record_type());
            files.entry(key).or_default().push(sent);
        }
        let file = |((batch, _, record_type), sent): ((u8, _, _), Vec<&Sent>)| {
            let name = format!("{}-{batch}.csv", rows::word(record_type));
            file_of(&sent, name, |sent| self.is_doubled_badly(sent))
        };
        files.into_iter().filter_map(file).collect()
    }

    /// Writes the register and the drop files of one batch, a folder for each authority.
    pub fn write_batch(&self, dir: &Path, batch: u8) -> io::Result<()> {
        fs::create_dir_all(dir)?;
        fs::write(dir.join("register.csv"), self.register())?;
        for file in self.files().into_iter().filter(|file| file.batch == batch) {
            let folder = dir.join(file.authority.as_str());
            fs::create_dir_all(&folder)?;
            fs::write(folder.join(&file.name), &file.text)?;
        }
        Ok(())
    }

    /// Writes the register and every drop file.
    pub fn write(&self, dir: &Path) -> io::Result<()> {
        self.write_batch(dir, 1)?;
        self.write_batch(dir, 2)
    }
}

// === making ===

impl Traffic {
    /// The first version of an object. The first two of each kind are about the company and the
    /// sole proprietor in Oslo.
    fn first(&mut self, by: &Authority, what: RecordType, index: usize, random: &mut Random) {
        let chosen = if index < 2 { index } else { random.below(self.organisations.len()) };
        let Some(organisation) = self.organisations.get(chosen).cloned() else { return };
        let object = format!("{}-{}-{:04}", by.code, rows::word(what), index + 1);
        let core =
            matches!(by.code.as_str(), "DAT" | "NAV" | "SKE" | "UDI" | "SVV" | "TOLL" | "POD");
        let note = what == RecordType::CaseNote;
        // The first three of each kind are from no case, so that some are for those outside.
        let akrim = note || (index >= 3 && core && random.percent(20));
        let mut id = [0; RecordId::LEN];
        id.iter_mut().for_each(|byte| *byte = random.next().to_be_bytes()[0]);
        let mut envelope = Envelope::new(RecordId::new(id), by.number, at(self.sent.len()));
        envelope.source_case_id = Some(format!("{}/{:05}", by.code, random.below(100_000)));
        let planter = Planter {
            at: Planted {
                token: String::new(),
                class: FieldClass::Per,
                path: "",
                free_text: false,
                authority: by.code.clone(),
                record_type: what,
                object: object.clone(),
                subject_kind: organisation.kind,
                akrim,
            },
            list: &mut self.planted,
        };
        let stamped = stamp(&organisation, index, random);
        let mut case = Case {
            random,
            planter,
            authority: by,
            others: &self.authorities,
            organisation: &organisation,
            envelope,
            stamped,
            akrim,
            show: index < 2,
        };
        let record = made(what, &mut case);
        self.sent.push(Sent { authority: by.code.clone(), object, batch: 1, record });
    }

    /// Every eighth object is corrected, every thirteenth retracted; those for show are neither.
    fn second(&mut self, random: &mut Random) {
        let start = random.below(8);
        let mut later = Vec::new();
        for (index, sent) in self.sent.iter().enumerate() {
            let shown = sent.object.ends_with("-0001") || sent.object.ends_with("-0002");
            let change = match index + start {
                _ if shown => continue,
                turn if turn % 13 == 0 => ChangeKind::Retract,
                turn if turn % 8 == 0 => ChangeKind::Correct,
                _ => continue,
            };
            let when = at(100_000 + index);
            later.push(Sent { batch: 2, record: next(&sent.record, change, when), ..sent.clone() });
        }
        self.sent.append(&mut later);
    }

    /// The third first version of each authority's first kind is followed by a bad row.
    pub(crate) fn is_doubled_badly(&self, sent: &Sent) -> bool {
        let kinds = self.authorities.iter().find(|one| one.code == sent.authority);
        let first = kinds.and_then(|one| one.sends.first()).copied();
        sent.batch == 1
            && first == Some(sent.record.record_type())
            && sent.object.ends_with("-0003")
    }
}

/// One authority's versions of one type, in their order, as a drop file; none of none.
pub(crate) fn file_of(
    sent: &[&Sent],
    name: String,
    doubled: impl Fn(&Sent) -> bool,
) -> Option<DropFile> {
    let first = sent.first()?;
    let mut text = rows::header(first.record.record_type());
    for sent in sent {
        text.push_str(&rows::row(sent));
        if doubled(sent) {
            text.push_str(&rows::bad_row(sent));
        }
    }
    Some(DropFile { authority: first.authority.clone(), name, batch: first.batch, text })
}

/// The kind a source stamps: mostly the truth; a sole proprietor or its sub-unit is now and then
/// called a company, so is what the register does not know, and a few are called anything.
fn stamp(organisation: &Organisation, index: usize, random: &mut Random) -> SubjectKind {
    match organisation.kind {
        _ if index < 2 => SubjectKind::Legal,
        _ if random.percent(15) => random.pick(SubjectKind::ALL),
        SubjectKind::SoleProprietor if random.percent(30) => SubjectKind::Legal,
        SubjectKind::Unknown if random.percent(50) => SubjectKind::Legal,
        kind => kind,
    }
}

fn made(what: RecordType, case: &mut Case<'_>) -> Record {
    match what {
        RecordType::PlannedInspection => plans::make(case).into(),
        RecordType::Sanction => sanctions::make(case).into(),
        RecordType::ApprovalStatus => approvals::make(case).into(),
        RecordType::InspectionReport => reports::make(case).into(),
        RecordType::TrendAggregate => notices::trend(case).into(),
        RecordType::Alert => notices::alert(case).into(),
        RecordType::EmploymentContractCheck => notices::contracts(case).into(),
        RecordType::CaseNote => notices::note(case).into(),
        RecordType::SuspensionDecision => decisions::suspension(case).into(),
        RecordType::FoodServiceLicence => decisions::licence(case).into(),
        RecordType::Finding => decisions::finding(case).into(),
    }
}

fn next(record: &Record, change: ChangeKind, when: Timestamp) -> Record {
    let mut next = record.clone();
    *next.envelope_mut() = record.envelope().next(change, when);
    if change == ChangeKind::Retract {
        return bare(&next);
    }
    match &mut next {
        Record::PlannedInspection(body) => plans::correct(body),
        Record::Sanction(body) => sanctions::correct(body),
        Record::ApprovalStatus(body) => approvals::correct(body),
        Record::InspectionReport(body) => reports::correct(body),
        Record::TrendAggregate(body) => notices::correct_trend(body),
        Record::Alert(body) => notices::correct_alert(body),
        Record::EmploymentContractCheck(body) => notices::correct_contracts(body),
        Record::CaseNote(body) => notices::correct_note(body),
        Record::SuspensionDecision(body) => decisions::correct_suspension(body),
        Record::FoodServiceLicence(body) => decisions::correct_licence(body),
        Record::Finding(body) => decisions::correct_finding(body),
    }
    next
}

/// A retraction: the envelope, which object, and nothing else; an alert's addressee is part of its
/// envelope.
fn bare(record: &Record) -> Record {
    let mut envelope = record.envelope().clone();
    let object_id = record.subject().object_id.clone();
    let subject = Subject { object_id, ..Subject::default() };
    envelope.source_case_id = None;
    macro_rules! new {
        ($body:ident) => {
            records::$body::new(envelope, subject, Default::default()).into()
        };
    }
    match record {
        Record::PlannedInspection(_) => new!(PlannedInspection),
        Record::Sanction(_) => new!(Sanction),
        Record::ApprovalStatus(_) => new!(ApprovalStatus),
        Record::InspectionReport(_) => new!(InspectionReport),
        Record::TrendAggregate(_) => new!(TrendAggregate),
        Record::EmploymentContractCheck(_) => new!(EmploymentContractCheck),
        Record::CaseNote(_) => new!(CaseNote),
        Record::SuspensionDecision(_) => new!(SuspensionDecision),
        Record::FoodServiceLicence(_) => new!(FoodServiceLicence),
        Record::Finding(_) => new!(Finding),
        Record::Alert(body) => {
            let facts = records::AuthorityAlertFacts::default();
            records::AuthorityAlert::new(envelope, subject, facts, body.recipient).into()
        }
    }
}

/// The time of the n-th version: one every seven seconds from the first morning.
fn at(index: usize) -> Timestamp {
    let morning = Date::from_days(FIRST_DAY).midnight().as_micros() + 6 * 3_600_000_000;
    Timestamp::from_micros(morning + i64::try_from(index).unwrap_or_default() * 7_000_000)
}
