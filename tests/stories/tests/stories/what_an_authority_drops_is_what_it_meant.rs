//! An authority drops files in its own words; its mapping makes exactly the findings it meant,
//! refuses its bad rows, and numbers the versions. No disk, no broker.

use connector::{Binding, Held, Machine, Mapping, Outcome};
use kit::{Counts, DropFile, Size, Traffic};
use records::Record;
use std::collections::BTreeMap;
use vocabulary::{ChangeKind, RecordId, RecordType, Secret, SourceId, Timestamp};

/// What came of all rows of one authority.
#[derive(Default)]
struct Taken {
    held: BTreeMap<(String, String), Held>,
    found: Vec<(String, Record)>,
    counts: BTreeMap<RecordType, Counts>,
}

fn mapping(authority: &SourceId) -> Mapping {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../connectors/mappings");
    let text = std::fs::read_to_string(format!("{dir}/{authority}.toml")).unwrap();
    let form = |name: &str| std::fs::read_to_string(format!("{dir}/forms/{name}.toml")).ok();
    Mapping::load(&text, form).unwrap()
}

fn take(mapping: &Mapping, machine: &Machine, file: &DropFile, taken: &mut Taken) {
    let kind = mapping.kind_of_file(&file.name).unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(file.text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let binding = Binding::new(kind, &header.iter().collect::<Vec<_>>()).unwrap();
    let counts = taken.counts.entry(kind.record_type()).or_default();
    for (row, cells) in (2..).zip(reader.records()) {
        counts.rows += 1;
        let cells = cells.unwrap();
        let cells: Vec<&str> = cells.iter().collect();
        let Ok(reading) = binding.read(row, &cells, Timestamp::from_micros(0)) else {
            counts.refused += 1;
            continue;
        };
        let key = (kind.name().to_owned(), reading.object().to_owned());
        match machine.take(&reading, taken.held.get(&key)) {
            Ok(Outcome::Finding(finding, held)) => {
                let record = records::decode(finding.record_type(), finding.datum()).unwrap();
                match finding.change() {
                    ChangeKind::Create => counts.first += 1,
                    ChangeKind::Retract => counts.retracted += 1,
                    ChangeKind::Correct | ChangeKind::Restrict => counts.corrected += 1,
                }
                taken.found.push((reading.object().to_owned(), record));
                taken.held.insert(key, held);
            }
            other => panic!("row {row} of {} {}: {other:?}", file.authority, file.name),
        }
    }
}

#[test]
fn every_row_becomes_the_finding_it_meant_and_bad_rows_are_refused() {
    // Given the traffic of ten authorities, and the mapping of each.
    let traffic = Traffic::generate(11, Size { organisations: 50, records: 25 });
    let (files, expected) = (traffic.files(), traffic.expected());
    for authority in traffic.authorities() {
        let mapping = mapping(&authority.code);
        let machine = Machine::new(authority.code.clone(), Secret::new([7; 32]));

        // When its files are taken in, first versions before corrections.
        let mut taken = Taken::default();
        for file in files.iter().filter(|file| file.authority == authority.code) {
            take(&mapping, &machine, file, &mut taken);
        }

        // Then each row counted is the row expected,
        for (record_type, counts) in &taken.counts {
            let key = (authority.code.clone(), *record_type);
            assert_eq!(Some(counts), expected.get(&key), "{} {record_type}", authority.code);
        }
        // and each finding, but for the id that the connector gives, is the record that was meant.
        let sent: Vec<_> =
            traffic.sent().iter().filter(|sent| sent.authority == authority.code).collect();
        assert_eq!(taken.found.len(), sent.len());
        let mut found: BTreeMap<_, _> = BTreeMap::new();
        for (object, record) in taken.found {
            found.insert((object, record.envelope().version), record);
        }
        for sent in sent {
            let version = sent.record.envelope().version;
            same(&found[&(sent.object.clone(), version)], &sent.record, &sent.object);
        }
    }
}

fn same(found: &Record, sent: &Record, object: &str) {
    let nobody = RecordId::new([0; RecordId::LEN]);
    let (mut found, mut sent) = (found.clone(), sent.clone());
    found.envelope_mut().record_id = nobody;
    sent.envelope_mut().record_id = nobody;
    if sent.envelope().change_kind == ChangeKind::Retract {
        // What a mapping stamps on every record stands on a retraction too.
        assert_eq!(found.header().recorded_at, sent.header().recorded_at, "{object}");
        assert_eq!(found.header().change, ChangeKind::Retract, "{object}");
        assert_eq!(found.subject().organisation, None, "{object}");
        return;
    }
    let json = |record: &Record| {
        let schema = records::schema(record.record_type());
        avro_span::to_value(&schema, &records::encode(record).unwrap_or_default()).ok()
    };
    assert_eq!(json(&found), json(&sent), "{object} differs");
}
