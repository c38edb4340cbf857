//! Free text is the main leak. Where somebody wrote a person's number, telephone or e-mail into
//! it, none of the record's free texts leaves, to anyone, until its source has corrected it.

use carrier::{Lane, Notice};
use kit::made::{next, sanction};
use kit::{House, Outcome, numbers};
use records::{Record, Sanction, YesNo};
use vocabulary::{ChangeKind, Trace};

const SAFE: &str = "Arbeidsplanen manglet.";
const PERSONAL: [&str; 3] = [
    "Daglig leder treffes på 912 34 567.",
    "Se e-post fra kari@eksempel.example av 3. mars.",
    // A synthetic number: month plus 80.
    "Gjelder arbeidstaker 018100 00186.",
];
/// What points to a person in each of them.
const POINTS: [&str; 3] = ["912 34 567", "kari@eksempel", "018100"];

fn decided(reasoning: &str) -> Outcome<Sanction> {
    let company = numbers().next().ok_or("no number")?;
    let mut decided = sanction("DAT", "s-1", company)?;
    decided.reasoning = Some(reasoning.to_owned());
    Ok(decided)
}

fn house() -> Outcome<House> {
    let mut house = House::national(&["DAT"])?;
    let company = numbers().next().ok_or("no number")?;
    house.register(company.as_str(), "AS", "0301")?;
    house.settle()?;
    Ok(house)
}

/// What the source was told, and whether any of it holds what stands in the text.
fn told(house: &House) -> Outcome<Vec<Notice>> {
    let lane = house.lane(&Lane::Receipt)?;
    for message in &lane {
        let text = String::from_utf8_lossy(message.message.value.as_deref().unwrap_or_default());
        assert!(POINTS.iter().all(|points| !text.contains(points)));
    }
    let notices = lane.iter().filter_map(|message| Notice::of(&message.message));
    Ok(notices.filter(|(source, _)| source.as_str() == "DAT").map(|(_, notice)| notice).collect())
}

fn reasoning(house: &House) -> Outcome<(Option<String>, String)> {
    let seen = house.released("akrim-core")?.pop().ok_or("nothing was released")?;
    let text = seen.at("begrunnelse").and_then(|text| text.as_str()).map(str::to_owned);
    Ok((text, seen.header("samsyn_withheld")))
}

#[test]
fn neither_number_nor_telephone_nor_address_gets_out() -> Outcome<()> {
    for personal in PERSONAL {
        // Given a recipient that may read reasons.
        let mut house = house()?;
        // When a decision's reasons point to a person.
        house.send("DAT", &decided(personal)?.into())?;
        house.settle()?;
        // Then it is told that reasons were withheld, and everything else.
        let (text, withheld) = reasoning(&house)?;
        assert_eq!(text, None, "{personal}");
        assert!(withheld.split(',').any(|field| field == "begrunnelse"), "{withheld}");
        let seen = house.released("akrim-core")?;
        assert!(seen.iter().all(|seen| seen.at("lovparagraf").is_some()));
        house.prove()?;
    }
    Ok(())
}

#[test]
fn of_a_covert_text_nobody_is_told_that_it_was_withheld() -> Outcome<()> {
    // Given a recipient that may read the reasons of an a-krim case, which are intelligence.
    let mut house = house()?;
    for (text, told) in [(SAFE, Some(SAFE)), (PERSONAL[0], None)] {
        let mut covert = decided(text)?;
        covert.facts.akrim_case = Some(YesNo::Yes);
        covert.envelope.record_id =
            vocabulary::RecordId::new([if told.is_some() { 1 } else { 2 }; 16]);
        house.send("DAT", &covert.into())?;
        house.settle()?;
        // Then what is withheld of them cannot be told from what was never there.
        assert_eq!(reasoning(&house)?, (told.map(str::to_owned), String::new()));
    }
    house.prove()
}

#[test]
fn a_correction_without_it_gives_the_texts_back() -> Outcome<()> {
    let mut house = house()?;
    let first: Record = decided(PERSONAL[0])?.into();
    house.send("DAT", &first)?;
    house.settle()?;
    // When the exchange begins anew from its lanes, what it knew of the texts is still known.
    house.lose_copy()?;
    house.settle()?;
    assert_eq!(house.released("akrim-core")?.len(), 1);
    // When the source corrects the record.
    let Record::Sanction(mut corrected) = next(&first, ChangeKind::Correct) else {
        return Err("a sanction stays one".into());
    };
    corrected.reasoning = Some(SAFE.to_owned());
    house.send("DAT", &corrected.into())?;
    house.settle()?;
    // Then the recipient has the reasons.
    assert_eq!(reasoning(&house)?.0.as_deref(), Some(SAFE));
    house.prove()
}

#[test]
fn its_source_is_told_which_field_of_which_version_and_once() -> Outcome<()> {
    // Given a decision whose reasons point to a person, of each sort.
    let sorts = [Trace::Phone, Trace::Email, Trace::NationalId];
    for (personal, trace) in PERSONAL.into_iter().zip(sorts) {
        let mut house = house()?;
        let first: Record = decided(personal)?.into();
        let sealed = house.seal("DAT", std::slice::from_ref(&first))?;
        let again = sealed.clone();
        carrier::Carrier::submit(house.carrier().as_ref(), sealed)?;
        house.settle()?;
        // When it comes once more, the exchange begins anew, and the policy is published again.
        carrier::Carrier::submit(house.carrier().as_ref(), again)?;
        house.lose_copy()?;
        house.publish(&kit::house::Rulebook::national()?.version(2)?)?;
        house.settle()?;
        // Then its source was told once: record, version, field and sort.
        let notices = told(&house)?;
        let [notice] = notices.as_slice() else { return Err("not told once".into()) };
        assert_eq!((notice.record, notice.version), (first.envelope().record_id, 1));
        let traces: Vec<(&str, Trace)> =
            notice.traces.iter().map(|one| (one.path.as_str(), one.trace)).collect();
        assert_eq!(traces, [("begrunnelse", trace)]);
        // When a next version still does, it is told anew; of one that is taken back it is not.
        house.send("DAT", &next(&first, ChangeKind::Correct))?;
        house.settle()?;
        assert_eq!(told(&house)?.len(), 2);
        let second = next(&first, ChangeKind::Correct);
        house.send("DAT", &next(&second, ChangeKind::Retract))?;
        house.settle()?;
        assert_eq!(told(&house)?.len(), 2);
        house.prove()?;
    }
    Ok(())
}
