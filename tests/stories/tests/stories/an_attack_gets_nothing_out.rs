//! What somebody with a true key, or with a hand in the registry, may try: each attempt is set
//! aside with its code or changes nothing, and the good findings behind it go on.

use avro_span::frame;
use carrier::{Carrier, Lane};
use kit::made::{plan, sanction};
use kit::{House, Outcome, numbers};
use records::{Record, encode, schema};
use seal::{Sealed, SigningKey, Unsealed, seal_batch};
use vocabulary::{OrgNumber, RecordId, RecordType};

/// A text that stands in the attacked record once, so that its place is found in the bytes.
const TEXT: &str = "Angrep";
/// A string's type with a hint that some readers make an object by.
const HINTED: &str = r#"{"type":"string","java-class":"java.io.File"}"#;
/// The text's length as Avro writes it.
const LENGTH: u8 = 12;

fn company() -> Outcome<OrgNumber> {
    numbers().next().ok_or_else(|| "no number".into())
}

fn house() -> Outcome<House> {
    let mut house = House::national(&["DAT", "SVV"])?;
    house.register(company()?.as_str(), "AS", "0301")?;
    house.settle()?;
    Ok(house)
}

fn good(label: &str) -> Outcome<Record> {
    Ok(sanction("DAT", label, company()?)?.into())
}

/// A sanction's datum, and where the length of its text stands: behind the index of its branch.
fn datum() -> Outcome<(Vec<u8>, usize)> {
    let mut attacked = sanction("DAT", "attack", company()?)?;
    attacked.reasoning = Some(TEXT.to_owned());
    let bytes = encode(&attacked.into())?;
    let at = bytes.windows(TEXT.len()).position(|found| found == TEXT.as_bytes());
    let at = at.ok_or("no text")? - 1;
    assert_eq!(bytes[at - 1..=at], [2, LENGTH]);
    Ok((bytes, at))
}

/// Submits a datum under a true seal, framed by a schema's id, with a good finding behind it that
/// is released alone, and tells the code under which the datum was set aside.
fn attempt(house: &mut House, schema: u32, datum: &[u8]) -> Outcome<String> {
    let before = house.set_aside("DAT")?.len();
    let mut value = Vec::new();
    frame::write(schema, &mut value);
    value.extend_from_slice(datum);
    let mut id = [0; RecordId::LEN];
    id[..6].copy_from_slice(b"attack");
    let sealed = house.seal_values("DAT", vec![(RecordId::new(id), value)])?;
    house.carrier().submit(sealed)?;
    house.send("DAT", &good(&format!("good-{before}"))?)?;
    house.settle()?;
    let released = house.released("akrim-core")?;
    assert_eq!(released.len(), before + 1, "a good finding each, and nothing else");
    assert!(released.iter().all(|seen| seen.record.starts_with("676f6f64")));
    let mut codes = house.set_aside("DAT")?;
    assert_eq!(codes.len(), before + 1);
    codes.pop().ok_or_else(|| "nothing was set aside".into())
}

/// Every one of these data is set aside as no datum of its schema.
fn refused(record_type: RecordType, attempts: &[(&str, Vec<u8>)]) -> Outcome<()> {
    let mut house = house()?;
    let id = house.schema_id(record_type)?;
    for (name, datum) in attempts {
        assert_eq!(attempt(&mut house, id, datum)?, "REL-004", "{name}");
    }
    house.prove()
}

fn put(datum: &[u8], at: usize, removed: usize, bytes: &[u8]) -> Vec<u8> {
    let mut changed = datum.to_vec();
    changed.splice(at..at + removed, bytes.iter().copied());
    changed
}

#[test]
fn numbers_and_branches_that_no_encoder_writes_are_set_aside() -> Outcome<()> {
    let (sound, at) = datum()?;
    let huge = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let attempts = [
        ("a length in more bytes than it needs", put(&sound, at, 1, &[LENGTH | 0x80, 0])),
        ("a length without an end", put(&sound, at, 1, &[0xff; 11])),
        ("a negative length", put(&sound, at, 1, &[LENGTH - 1])),
        ("a length beyond the datum", put(&sound, at, 1, &huge)),
        ("a branch that the union has not", put(&sound, at - 1, 1, &[4])),
        ("a negative branch", put(&sound, at - 1, 1, &[1])),
        ("a branch in more bytes than it needs", put(&sound, at - 1, 1, &[0x82, 0])),
        ("null, with a text behind it", put(&sound, at - 1, 1, &[0])),
        ("bytes behind the end", [sound.as_slice(), b"\0more"].concat()),
        ("the datum twice", [sound.as_slice(), sound.as_slice()].concat()),
        ("cut within the text", sound[..at + 3].to_vec()),
        ("nothing", Vec::new()),
    ];
    refused(RecordType::Sanction, &attempts)
}

#[test]
fn blocks_that_are_bombs_or_lie_are_set_aside() -> Outcome<()> {
    // Given a plan with one visit: a block of one item and the end of blocks.
    let one: Record = plan("DAT", "attack", company()?)?.into();
    let mut two = plan("DAT", "attack", company()?)?;
    let visit =
        two.planned.as_ref().and_then(|visits| visits.first()).cloned().ok_or("no visit")?;
    two.planned = Some(vec![visit.clone(), visit]);
    let (one, two) = (encode(&one)?, encode(&two.into())?);
    // The count is the first byte in which the two differ.
    let at = one.iter().zip(&two).position(|(a, b)| a != b).ok_or("they do not differ")?;
    assert_eq!((one[at], two[at]), (2, 4));
    let most = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    let least = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    let attempts = [
        ("a count of 2^63 - 1", put(&one, at, 1, &most)),
        ("a count of -2^63", put(&one, at, 1, &[&least[..], &[2]].concat())),
        ("a negative count without a size", put(&one, at, 1, &[1])),
        ("a negative count with a wrong size", put(&one, at, 1, &[1, 2])),
        ("a negative count with a negative size", put(&one, at, 1, &[1, 1])),
        ("a count in more bytes than it needs", put(&one, at, 1, &[0x82, 0])),
        ("a million counts", put(&one, at, 1, &[2; 1_000_000])),
    ];
    refused(RecordType::PlannedInspection, &attempts)
}

#[test]
fn what_could_be_said_twice_or_be_no_number_has_no_place_in_the_contract() {
    // Two values under one key of a map, or a number that is none, cannot be smuggled in: the
    // contract has neither maps nor floating-point numbers.
    for record_type in RecordType::ALL {
        let text: String = schema(*record_type).text().split_whitespace().collect();
        for word in ["\"map\"", "\"float\"", "\"double\""] {
            assert!(!text.contains(word), "{record_type:?}: {word}");
        }
    }
}

#[test]
fn a_schema_that_only_looks_like_the_contracts_rules_nothing() -> Outcome<()> {
    let ours = schema(RecordType::Sanction);
    let text = ours.text();
    let swap = |find: &str, replace: &str| -> Outcome<String> {
        assert!(text.contains(find), "{find}");
        Ok(text.replacen(find, replace, 1))
    };
    let (open, close) = (r#"{"type":"array","items":"#.repeat(20_000), "}".repeat(20_000));
    let attempts = [
        // The reasons under the name, or alias, of a field that may be seen.
        ("a rename", swap("\"begrunnelse\"", "\"lovparagraf\"")?),
        (
            "an alias",
            swap("\"name\":\"begrunnelse\"", "\"name\":\"b\",\"aliases\":[\"lovparagraf\"]")?,
        ),
        ("a wider class", swap("\"class\":\"CRI\"", "\"class\":\"PUB\"")?),
        ("a symbol renamed", swap("\"nei\"", "\"nei2\"")?),
        ("symbols that change places", swap("\"ja\",\"nei\"", "\"nei\",\"ja\"")?),
        ("a default", swap("\"default\":null", "\"default\":0")?),
        ("a hint for a reader", swap("\"string\"", HINTED)?),
        ("a space", format!("{text} ")),
        ("no schema", "{".to_owned()),
        ("20,000 levels", format!("{open}\"null\"{close}")),
        ("nearly a mebibyte", format!("{text}{}", " ".repeat(1_000_000 - text.len()))),
    ];
    let (sound, _) = datum()?;
    let mut house = house()?;
    for (name, poisoned) in attempts {
        let id = house.carrier().register_schema(&Lane::Register, ours.name(), &poisoned)?;
        assert_ne!(id, house.schema_id(RecordType::Sanction)?, "{name}");
        assert_eq!(attempt(&mut house, id, &sound)?, "EXCH-101", "{name}");
    }
    // One that is larger than any may be is not registered, and an id of nobody is nothing.
    let huge = " ".repeat(1024 * 1024 + 1);
    assert!(house.carrier().register_schema(&Lane::Register, ours.name(), &huge).is_err());
    assert_eq!(attempt(&mut house, u32::MAX, &sound)?, "EXCH-101");
    house.prove()
}

/// Sealed with the source's true key under the numbers given.
fn numbered(house: &House, records: &[(u64, Record)]) -> Outcome<Vec<Sealed>> {
    let key = SigningKey::from_pem(house.sealing_key("DAT")?.expose())?;
    let unsealed = records.iter().map(|(sequence, record)| {
        let mut value = Vec::new();
        frame::write(house.schema_id(record.record_type())?, &mut value);
        value.extend_from_slice(&encode(record)?);
        let record_id = record.envelope().record_id;
        Ok(Unsealed { source: "DAT".parse()?, sequence: *sequence, record_id, value })
    });
    let unsealed = unsealed.collect::<Outcome<Vec<_>>>()?;
    let mut sealed = Vec::new();
    for chunk in unsealed.chunks(1_000) {
        sealed.extend(seal_batch(&key, kit::house::MORNING, chunk.to_vec())?);
    }
    Ok(sealed)
}

#[test]
fn a_number_that_was_changed_or_moved_to_another_lane_is_forged() -> Outcome<()> {
    let mut house = house()?;
    let sealed = numbered(&house, &[(1, good("a")?), (2, good("b")?)])?;
    let [one, two] = <[Sealed; 2]>::try_from(sealed).map_err(|_| "not two")?;
    // When the first comes under another number, and the second on another source's lane.
    let changed = |sealed: Sealed, change: &dyn Fn(&mut Unsealed)| {
        let (mut record, seal) = sealed.into_parts();
        change(&mut record);
        Sealed::from_parts(record, seal)
    };
    let svv = "SVV".parse()?;
    house.carrier().submit(vec![changed(one.clone(), &|record| record.sequence = 7)])?;
    house
        .carrier()
        .submit(vec![changed(two.clone(), &|record| record.source = Clone::clone(&svv))])?;
    house.settle()?;
    // Then both are set aside as forged,
    for authority in ["DAT", "SVV"] {
        let codes = house.set_aside(authority)?;
        assert!(codes.len() == 1 && codes[0].starts_with("SEAL-"), "{authority}: {codes:?}");
    }
    assert!(house.released("akrim-core")?.is_empty());
    // and their own numbers are still theirs.
    house.carrier().submit(vec![one, two])?;
    house.settle()?;
    assert_eq!(house.released("akrim-core")?.len(), 2);
    house.prove()
}

#[test]
fn a_replay_of_all_that_ever_lay_on_the_lane_releases_nothing() -> Outcome<()> {
    let mut house = house()?;
    let first = good("a")?;
    let second = kit::made::next(&first, vocabulary::ChangeKind::Correct);
    let gone = kit::made::next(&second, vocabulary::ChangeKind::Retract);
    let sealed = numbered(&house, &[(1, first), (2, second), (3, gone), (4, good("b")?)])?;
    house.carrier().submit(sealed.clone())?;
    house.settle()?;
    let before = house.story_of("akrim-core")?;
    // When all of it comes again, backwards too, also to an exchange that begins anew.
    house.carrier().submit(sealed.clone())?;
    house.lose_copy()?;
    house.carrier().submit(sealed.into_iter().rev().collect())?;
    house.settle()?;
    // Then nothing more is released, and what was taken back stays so.
    assert_eq!(house.story_of("akrim-core")?, before);
    assert!(before.contains("trukket"));
    house.prove()
}

#[test]
fn a_number_in_an_open_gap_counts_once() -> Outcome<()> {
    let mut house = house()?;
    let sealed = numbered(&house, &[(1, good("a")?), (9, good("b")?), (5, good("c")?)])?;
    let [one, nine, five] = <[Sealed; 3]>::try_from(sealed).map_err(|_| "not three")?;
    // Given a gap from 2 to 8, in which 5 comes, twice, and once as another record.
    let other = numbered(&house, &[(5, good("d")?)])?;
    for sealed in [vec![one], vec![nine], vec![five.clone()], vec![five], other] {
        house.carrier().submit(sealed)?;
    }
    house.settle()?;
    // Then it is accepted late, once.
    assert_eq!(house.released("akrim-core")?.len(), 3);
    let figures = house.watch()?.snapshot();
    let source = figures.sources.values().next().ok_or("no source")?;
    assert_eq!((source.duplicates, source.gaps), (2, 1));
    house.prove()
}

#[test]
fn more_gaps_than_allowed_stop_that_lane_and_no_other() -> Outcome<()> {
    let mut house = house()?;
    // Given a source that leaves out every other number, and then the largest there is.
    let mut records: Vec<(u64, Record)> =
        (1..=1_025).map(|n| Ok((2 * n, good(&format!("g-{n}"))?))).collect::<Outcome<_>>()?;
    records.push((u64::MAX, good("last")?));
    let sealed = numbered(&house, &records)?;
    for piece in sealed.chunks(1_000) {
        house.carrier().submit(piece.to_vec())?;
    }
    let alone: Record = sanction("SVV", "alone", company()?)?.into();
    house.send("SVV", &alone)?;
    house.settle()?;
    // Then its lane stops where the bound is, with an alarm; the other's finding is out.
    let figures = house.watch()?.snapshot();
    let dat = figures.sources.get(&"DAT".parse()?).ok_or("no source")?;
    assert!(dat.stopped);
    let released = house.released("akrim-core")?;
    assert_eq!(released.iter().filter(|seen| seen.record.starts_with("672d")).count(), 1_024);
    assert!(released.iter().any(|seen| seen.record.starts_with("616c6f6e")));
    // Nothing behind it was passed over: it waits.
    let taken = house.carrier().positions()?.get(&"DAT".parse()?).copied().unwrap_or_default();
    assert_eq!(house.carrier().end(&Lane::Intake("DAT".parse()?))?.0 - taken.0, 2);
    house.prove()
}
