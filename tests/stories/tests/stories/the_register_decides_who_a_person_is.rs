//! Organisation form and area come from our own copy of the register, whatever a source stamps;
//! when the register changes its mind, what is held follows.

use kit::made::sanction;
use kit::{House, Outcome, numbers};
use records::Record;
use std::time::Duration;
use vocabulary::SubjectKind;

const OSLO: &str = "971183675";
const BERGEN: &str = "964338531";

#[test]
fn a_company_that_turns_out_to_be_a_person_is_taken_from_supervisors() -> Outcome<()> {
    // Given a sanction about what the register calls a company.
    let mut house = House::national(&["DAT"])?;
    let subject = numbers().next().ok_or("no number")?;
    house.register(subject.as_str(), "AS", "0301")?;
    let record: Record = sanction("DAT", "s-1", subject)?.into();
    house.send("DAT", &record)?;
    house.settle()?;
    assert_eq!(house.story_of("tilda-supervisor")?, "1 ny");
    // When the register says that it is a sole proprietorship.
    house.register(subject.as_str(), "ENK", "0301")?;
    house.settle()?;
    // Then supervisors outside a-krim lose it; a-krim, which may hold both, is told nothing.
    assert_eq!(house.story_of("tilda-supervisor")?, "1 ny, 1 trukket");
    assert_eq!(house.story_of("akrim-core")?, "1 ny");
    // When the register changes its mind again.
    house.register(subject.as_str(), "AS", "0301")?;
    house.settle()?;
    // Then they have it again.
    assert_eq!(house.story_of("tilda-supervisor")?, "1 ny, 1 trukket, 1 ny");
    house.prove()
}

#[test]
fn who_the_register_does_not_know_is_a_person_whatever_the_source_stamps() -> Outcome<()> {
    // Given a subject that no register entry names, stamped a company by its source.
    let mut house = House::national(&["DAT"])?;
    let subject = numbers().next().ok_or("no number")?;
    let record: Record = sanction("DAT", "s-1", subject)?.into();
    // When the sanction is ruled.
    house.send("DAT", &record)?;
    house.settle()?;
    // Then only a-krim has it.
    assert_eq!(house.story_of("akrim-core")?, "1 ny");
    assert_eq!(house.story_of("tilda-supervisor")?, "");
    assert!(house.released_to("municipality-licence", OSLO)?.is_empty());
    // And a source that stamps a person is believed over a register that says company.
    house.register(subject.as_str(), "AS", "0301")?;
    let mut person = sanction("DAT", "s-2", subject)?;
    person.facts.subject_kind = Some(SubjectKind::SoleProprietor);
    house.send("DAT", &person.into())?;
    house.settle()?;
    let tilda = house.released("tilda-supervisor")?;
    assert_eq!(tilda.len(), 1, "the first is now a company's, the second a person's");
    house.prove()
}

#[test]
fn a_register_entry_that_is_stale_counts_as_unknown() -> Outcome<()> {
    // Given a company whose entry the register last confirmed two months ago.
    let mut house = House::national(&["DAT"])?;
    let subject = numbers().next().ok_or("no number")?;
    house.register(subject.as_str(), "AS", "0301")?;
    house.wait(Duration::from_secs(60 * 86_400));
    // When a sanction comes.
    house.send("DAT", &sanction("DAT", "s-1", subject)?.into())?;
    house.settle()?;
    // Then it is ruled as one about a person.
    assert_eq!(house.story_of("tilda-supervisor")?, "");
    assert_eq!(house.story_of("akrim-core")?, "1 ny");
    house.prove()
}

#[test]
fn a_company_that_moves_is_taken_from_one_municipality_and_given_to_the_next() -> Outcome<()> {
    // Given a decision about a company in Oslo.
    let mut house = House::national(&["DAT"])?;
    let subject = numbers().next().ok_or("no number")?;
    house.register(subject.as_str(), "AS", "0301")?;
    house.send("DAT", &sanction("DAT", "s-1", subject)?.into())?;
    house.settle()?;
    assert_eq!(house.released_to("municipality-licence", OSLO)?.len(), 1);
    // When it moves to Bergen.
    house.register(subject.as_str(), "AS", "4601")?;
    house.settle()?;
    // Then Oslo is told to drop it and Bergen has it, under one entry each may prove its row of.
    let oslo = house.released_to("municipality-licence", OSLO)?;
    assert_eq!(oslo.iter().map(|seen| seen.change.as_str()).collect::<Vec<_>>(), ["ny", "trukket"]);
    let bergen = house.released_to("municipality-licence", BERGEN)?;
    assert_eq!(bergen.len(), 1);
    assert_eq!(bergen[0].header("samsyn_entry"), oslo[1].header("samsyn_entry"));
    assert_eq!(house.story_of("tilda-supervisor")?, "1 ny");
    house.prove()
}
