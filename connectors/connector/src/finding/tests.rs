//! The open inspection list through the machine, figure by figure, and what a finding holds.

use crate::{Binding, Finding, Held, Machine, Mapping, Outcome, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{ChangeKind, RecordId, Secret, Timestamp};

const MAPPING: &str = include_str!("../../../mappings/MAT-smilefjes.toml");
const OPEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus/open");
const TAKEN: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

fn mapping() -> Mapping {
    Mapping::load(MAPPING, |_| None).unwrap_or_else(|error| panic!("{}: {error}", error.code()))
}

fn machine(mapping: &Mapping) -> Machine {
    Machine::new(mapping.source().clone(), Secret::new([7; 32]))
}

/// What a run over one file came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    rows: usize,
    first: usize,
    next: usize,
    retracted: usize,
    unchanged: usize,
    never_seen: usize,
    already_gone: usize,
    without_number: usize,
}

/// The id map and a machine: what a daemon holds of a source.
struct Door {
    mapping: Mapping,
    machine: Machine,
    objects: BTreeMap<String, Held>,
    datums: BTreeMap<RecordId, Vec<u8>>,
    subject_changed: BTreeSet<RecordId>,
}

impl Door {
    fn open() -> Self {
        let mapping = mapping();
        Door {
            machine: machine(&mapping),
            mapping,
            objects: BTreeMap::new(),
            datums: BTreeMap::new(),
            subject_changed: BTreeSet::new(),
        }
    }

    fn alive(&self) -> usize {
        self.objects.values().filter(|held| held.alive).count()
    }

    fn take_file(&mut self, file: &str) -> Tally {
        let text = std::fs::read_to_string(format!("{OPEN}/{file}")).unwrap();
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let kind = self.mapping.kind_of_file(file).unwrap();
        let binding = Binding::new(kind, &header.iter().collect::<Vec<_>>()).unwrap();
        let mut tally = Tally::default();
        for (index, row) in reader.records().enumerate() {
            let row = row.unwrap();
            self.take_row(&binding, index as u64 + 2, &row.iter().collect::<Vec<_>>(), &mut tally);
        }
        tally
    }

    fn take_row(&mut self, binding: &Binding, row: u64, cells: &[&str], tally: &mut Tally) {
        tally.rows += 1;
        let reading = binding.read(row, cells, TAKEN).unwrap();
        let held = self.objects.get(reading.object());
        match self.machine.take(&reading, held).unwrap() {
            Outcome::Unchanged => tally.unchanged += 1,
            Outcome::NeverSeen => tally.never_seen += 1,
            Outcome::AlreadyGone => tally.already_gone += 1,
            Outcome::Finding(finding, held) => {
                match finding.change() {
                    ChangeKind::Create => tally.first += 1,
                    ChangeKind::Correct => tally.next += 1,
                    _ => tally.retracted += 1,
                }
                let number = number_of(&finding);
                if number.is_none() && finding.change() != ChangeKind::Retract {
                    tally.without_number += 1;
                }
                if let Some(before) = self.datums.get(&finding.record_id())
                    && number_in(before) != number
                {
                    self.subject_changed.insert(finding.record_id());
                }
                self.datums.insert(finding.record_id(), finding.datum().to_vec());
                self.objects.insert(reading.object().to_owned(), held);
            }
        }
    }
}

fn json(datum: &[u8]) -> serde_json::Value {
    let schema = records::schema(vocabulary::RecordType::InspectionReport);
    serde_json::from_str(&avro_span::to_json(&schema, datum).unwrap()).unwrap()
}

fn number_in(datum: &[u8]) -> Option<String> {
    json(datum)["subjekt"]["tildaenhet"].as_str().map(str::to_owned)
}

fn number_of(finding: &Finding) -> Option<String> {
    number_in(finding.datum())
}

/// The changes of 2026, oldest first, then the full list of 22 August as a reload.
#[test]
fn the_open_list_makes_exactly_the_versions_it_should() {
    let mut door = Door::open();

    let changes = door.take_file("smilefjes-changes-2026.csv");
    assert_eq!(changes.rows, 2_456);
    assert_eq!(door.alive(), 1_820);
    // 395 of the 420 removals name objects never seen.
    assert_eq!((changes.retracted, changes.never_seen, changes.already_gone), (25, 395, 0));
    // 191 changes of held objects, 2 that came back unchanged after their removal.
    assert_eq!((changes.first, changes.next, changes.unchanged), (1_843, 193, 0));

    door.subject_changed.clear();
    let reload = door.take_file("smilefjes-2026-08-22.csv");
    assert_eq!(reload.rows, 8_484);
    assert_eq!((reload.unchanged, reload.next, reload.first), (1_800, 20, 6_664));
    assert_eq!((reload.retracted, reload.never_seen), (0, 0));
    assert_eq!(door.subject_changed.len(), 5);
    assert_eq!(door.alive(), 8_484);

    let numberless = door.datums.values().filter(|datum| number_in(datum).is_none()).count();
    let gone = door.objects.values().filter(|held| !held.alive).count();
    // 12 rows of the full list have no organisation number; a retraction names none either.
    assert_eq!(numberless, 12 + gone);
}

const HEADER: &str = "hentet;endring;tilsynsobjektid;orgnummer;navn;adresse;dato;karakter;\
                      karakter1;karakter2;karakter3;karakter4;status";
const ROW: &str = "2026-03-17T06:56:43.620Z;ny;Z1_Tilsynsobjekt;;Kafé Én;Storgata 1B, 0155, Oslo;\
                   16032026;2;2;-1;0;0;1";
const GONE: &str = "2026-03-18T06:56:43.620Z;fjernet;Z1_Tilsynsobjekt;;;;;;;;;;";

fn take(row: &str, held: Option<&Held>) -> Result<Outcome, Vec<Refusal>> {
    let mapping = mapping();
    let header: Vec<&str> = HEADER.split(';').collect();
    let binding = Binding::new(&mapping.kinds()[0], &header).unwrap();
    let reading = binding.read(2, &row.split(';').collect::<Vec<_>>(), TAKEN)?;
    machine(&mapping).take(&reading, held)
}

fn finding(row: &str, held: Option<&Held>) -> (Finding, Held) {
    match take(row, held) {
        Ok(Outcome::Finding(finding, held)) => (finding, held),
        other => panic!("expected a finding: {other:?}"),
    }
}

#[test]
fn a_row_becomes_the_record_the_mapping_describes() {
    let (first, held) = finding(ROW, None);
    let record = json(first.datum());
    assert_eq!(record["konvolutt"]["versjon"], 1);
    assert_eq!(record["konvolutt"]["endringstype"], "ny");
    assert_eq!(record["konvolutt"]["tilsynsmyndighet"], "985399077");
    assert_eq!(record["konvolutt"]["bevaringstilstand"], "live");
    assert_eq!(record["subjekt"]["objektId"], "Z1_Tilsynsobjekt");
    assert!(record["subjekt"]["tildaenhet"].is_null());
    assert!(record["fakta"]["subjekttype"].is_null());
    assert_eq!(record["fakta"]["alleredePublisert"], "ja");
    assert_eq!(record["kontrolladresser"][0]["adressenavn"], "Storgata");
    assert_eq!(record["kontrolladresser"][0]["adressenummer"], "1B");
    assert_eq!(record["kontrolladresser"][0]["poststedsnavn"], "Oslo");
    assert_eq!(record["vurderinger"][1]["omraade"], 2);
    assert_eq!(record["vurderinger"][1]["karakter"], -1);
    assert_eq!(record["samletVurdering"], 2);
    assert_eq!((held.version, held.alive), (1, true));
}

#[test]
fn a_removal_retracts_by_what_is_held_and_a_return_is_the_next_version() {
    let (first, held) = finding(ROW, None);
    let (removal, gone) = finding(GONE, Some(&held));
    assert_eq!(removal.record_id(), first.record_id());
    assert_eq!((removal.change(), removal.version()), (ChangeKind::Retract, 2));
    assert_eq!(json(removal.datum())["konvolutt"]["endringstype"], "trukket");
    assert!(json(removal.datum())["vurderinger"].is_null());
    assert!(matches!(take(GONE, Some(&gone)), Ok(Outcome::AlreadyGone)));

    let (back, alive) = finding(ROW, Some(&gone));
    assert_eq!(back.record_id(), first.record_id());
    assert_eq!((back.change(), back.version()), (ChangeKind::Correct, 3));
    assert!(matches!(take(ROW, Some(&alive)), Ok(Outcome::Unchanged)));
    assert!(matches!(take(GONE, None), Ok(Outcome::NeverSeen)));
}

#[test]
fn the_time_of_collection_is_no_content() {
    let (_, held) = finding(ROW, None);
    let later = ROW.replace("2026-03-17", "2026-05-01");
    assert!(matches!(take(&later, Some(&held)), Ok(Outcome::Unchanged)));
}

#[test]
fn record_ids_follow_from_secret_and_object_alone() {
    let (one, _) = finding(ROW, None);
    let (again, _) = finding(&ROW.replace("Kafé Én", "Kafé To"), None);
    let (other, _) = finding(&ROW.replace("Z1_", "Z2_"), None);
    assert_eq!(one.record_id(), again.record_id());
    assert_ne!(one.record_id(), other.record_id());
    let text = one.record_id().to_string();
    assert_eq!(text.as_bytes()[14], b'8', "a UUID of version 8");
}
