//! A finding that does not hold is set aside with a code, kept whole for its owner, and stops
//! nobody: not its source's good findings, not another source's.

use carrier::{Carrier, Lane, Message, message_of};
use kit::made::{report, sanction};
use kit::{House, Outcome, numbers};
use records::Record;
use seal::Sealed;
use vocabulary::{RecordId, RecordType};

/// A house with two sources and what a good finding looks like.
fn house() -> Outcome<(House, Record)> {
    let mut house = House::national(&["DAT", "SVV"])?;
    let company = numbers().next().ok_or("no number")?;
    house.register(company.as_str(), "AS", "0301")?;
    let good: Record = sanction("DAT", "good", company)?.into();
    house.settle()?;
    Ok((house, good))
}

/// The one code under which a bad finding was set aside, a good one behind it being released.
fn code_of(house: &mut House, good: &Record) -> Outcome<String> {
    house.send("DAT", good)?;
    house.settle()?;
    assert_eq!(house.story_of("akrim-core")?, "1 ny", "the good finding behind it is released");
    house.prove()?;
    let codes = house.set_aside("DAT")?;
    assert_eq!(codes.len(), 1);
    codes.into_iter().next().ok_or_else(|| "no code".into())
}

#[test]
fn an_unknown_schema_is_set_aside() -> Outcome<()> {
    // Given a finding whose frame names a schema that is no contract schema.
    let (mut house, good) = house()?;
    let text = r#"{"type":"record","name":"no.samsyn.Annet","fields":[]}"#;
    let foreign = house.carrier().register_schema(&Lane::Register, "no.samsyn.Annet", text)?;
    let mut value = Vec::new();
    avro_span::frame::write(foreign, &mut value);
    // When it is submitted under a true seal.
    let sealed = house.seal_values("DAT", vec![(RecordId::new([1; 16]), value)])?;
    house.carrier().submit(sealed)?;
    // Then it is set aside as such.
    assert_eq!(code_of(&mut house, &good)?, "EXCH-101");
    Ok(())
}

#[test]
fn bytes_that_do_not_follow_the_schema_are_set_aside() -> Outcome<()> {
    // Given a record cut short, and a record with bytes behind its end.
    for change in [-1_isize, 1] {
        let (mut house, good) = house()?;
        let mut value = Vec::new();
        avro_span::frame::write(house.schema_id(RecordType::Sanction)?, &mut value);
        value.extend_from_slice(&records::encode(&good)?);
        if change < 0 {
            value.pop();
        } else {
            value.push(0);
        }
        // When it is submitted under a true seal.
        let sealed = house.seal_values("DAT", vec![(good.envelope().record_id, value)])?;
        house.carrier().submit(sealed)?;
        // Then it is set aside, with the code of the fault in its bytes.
        assert_eq!(code_of(&mut house, &good)?, "REL-004");
    }
    Ok(())
}

#[test]
fn a_forged_seal_is_set_aside() -> Outcome<()> {
    // Given a finding that another source sealed, put on this source's lane with a changed value.
    let (mut house, good) = house()?;
    let sealed = house.seal("DAT", std::slice::from_ref(&good))?;
    let forged = sealed.into_iter().map(|sealed| {
        let (mut record, seal) = sealed.into_parts();
        record.value.push(0);
        Sealed::from_parts(record, seal)
    });
    // When it is submitted.
    house.carrier().submit(forged.collect())?;
    // Then it is set aside as forged; its number is not taken.
    assert!(code_of(&mut house, &good)?.starts_with("SEAL-"));
    Ok(())
}

#[test]
fn a_producer_or_record_of_somebody_else_is_set_aside() -> Outcome<()> {
    // Given a finding that names another authority as its producer.
    let (mut house, good) = house()?;
    let company = good.subject().organisation.ok_or("no subject")?;
    let foreign: Record = report("SVV", "foreign", company)?.into();
    house.send("DAT", &foreign)?;
    // Then it is set aside.
    assert_eq!(code_of(&mut house, &good)?, "EXCH-102");
    // When the same source reuses the id of its sanction for a report.
    house.send("DAT", &report("DAT", "good", company)?.into())?;
    house.settle()?;
    // Then that is set aside too, and the sanction stays as it was.
    assert_eq!(house.set_aside("DAT")?, ["EXCH-102", "EXCH-103"]);
    assert_eq!(house.story_of("akrim-core")?, "1 ny");
    house.prove()
}

#[test]
fn what_is_set_aside_is_kept_as_it_came() -> Outcome<()> {
    // Given a finding that will not hold.
    let (mut house, good) = house()?;
    let sealed = house.seal_values("DAT", vec![(RecordId::new([9; 16]), b"no frame".to_vec())])?;
    let as_sent: Vec<Message> =
        sealed.iter().map(|sealed| message_of(sealed.clone(), Vec::new())).collect();
    house.carrier().submit(sealed)?;
    code_of(&mut house, &good)?;
    // Then its bytes, its key and its own headers lie in quarantine, and the code beside them.
    let kept = house.lane(&Lane::Quarantine("DAT".parse()?))?;
    assert_eq!(kept[0].message.value, as_sent[0].value);
    for (name, value) in &as_sent[0].headers {
        assert_eq!(kept[0].message.header(name), Some(value.as_slice()));
    }
    Ok(())
}

#[test]
fn the_same_number_twice_is_dropped_and_a_gap_stops_nothing() -> Outcome<()> {
    // Given three findings under numbers 1, 2, 3.
    let (mut house, good) = house()?;
    let company = good.subject().organisation.ok_or("no subject")?;
    let records: Vec<Record> = ["a", "b", "c"]
        .iter()
        .map(|label| Ok(sanction("DAT", label, company)?.into()))
        .collect::<Outcome<_>>()?;
    let sealed = house.seal("DAT", &records)?;
    let [one, two, three] = <[Sealed; 3]>::try_from(sealed).map_err(|_| "not three")?;
    // When they come as 1, 3, 3, 2, 1.
    for sealed in [one.clone(), three.clone(), three, two, one] {
        house.carrier().submit(vec![sealed])?;
    }
    house.settle()?;
    // Then each is released once; the gap was seen, and closed by the late one.
    let mut seen = Vec::new();
    for released in house.released("akrim-core")? {
        seen.extend(released.record.chars().nth(1));
    }
    seen.sort_unstable();
    assert_eq!(seen, ['1', '2', '3']);
    let figures = house.watch()?.snapshot();
    let source = figures.sources.values().next().ok_or("no source")?;
    assert_eq!((source.duplicates, source.gaps, source.quarantined), (2, 1, 0));
    house.prove()
}

#[test]
fn text_that_is_no_text_is_set_aside() -> Outcome<()> {
    // Given a record whose name holds a byte that no UTF-8 text has.
    let (mut house, good) = house()?;
    let mut value = Vec::new();
    avro_span::frame::write(house.schema_id(RecordType::Sanction)?, &mut value);
    value.extend_from_slice(&records::encode(&good)?);
    let name = value.windows(9).position(|bytes| bytes == b"Syntetisk").ok_or("no name")?;
    value[name] = 0xff;
    // When it is submitted under a true seal.
    let sealed = house.seal_values("DAT", vec![(good.envelope().record_id, value)])?;
    house.carrier().submit(sealed)?;
    // Then it is set aside: no recipient's reader ever stumbles over it.
    assert_eq!(code_of(&mut house, &good)?, "REL-004");
    Ok(())
}
