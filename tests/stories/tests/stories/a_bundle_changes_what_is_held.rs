//! A new bundle takes effect without a restart: what it no longer opens is withdrawn from its
//! holders, what it opens anew is released, what it leaves alone is not released again.

use kit::house::Rulebook;
use kit::made::sanction;
use kit::{House, Outcome, numbers};
use records::{Record, YesNo};

/// `national-2026` where supervisors outside a-krim are no longer told the reasons of a sanction.
/// The view's schema keeps the fields that nothing opens any more, always null.
fn without_reasons() -> Outcome<Rulebook> {
    let narrowed = Rulebook::national()?.version(2)?.without_cases();
    let reports = "RecordType::\"inspection_report\",\n        RecordType::\"suspension";
    let both = "RecordType::\"inspection_report\", RecordType::\"sanction\",\n        \
                RecordType::\"suspension";
    let narrowed = narrowed.edit("rules/tilda.cedar", both, reports)?;
    let bases = "bases = [\"FVL13b-5\", \"FVL13b-6\", \"FVL13a-3\", \"TILDA-ENK\"]\n";
    let gone = "\"subjekt.personPseudonym\", \"adressattype\", \"begrunnelse\"";
    let formerly = format!("{bases}formerly = {{ sanction = [{gone}] }}\n");
    narrowed.edit("views.toml", bases, &formerly)
}

#[test]
fn what_it_no_longer_opens_is_withdrawn_and_what_it_opens_again_is_released() -> Outcome<()> {
    // Given a sanction that supervisors hold, and the same under a-krim.
    let mut house = House::national(&["DAT"])?;
    let company = numbers().next().ok_or("no number")?;
    house.register(company.as_str(), "AS", "0301")?;
    let record: Record = sanction("DAT", "s-1", company)?.into();
    house.send("DAT", &record)?;
    house.settle()?;
    assert_eq!(house.story_of("tilda-supervisor")?, "1 ny");
    // When a bundle comes in force that keeps the reasons from supervisors.
    house.publish(&without_reasons()?)?;
    house.settle()?;
    assert_eq!(house.watch()?.snapshot().refused_bundle, Vec::<String>::new());
    // Then what they hold is less, a-krim holds what it held, and nobody else was told anything.
    let tilda = house.released("tilda-supervisor")?;
    assert_eq!(tilda.len(), 2);
    assert!(tilda[0].at("begrunnelse").is_some() && tilda[1].at("begrunnelse").is_none());
    assert_eq!(house.story_of("akrim-core")?, "1 ny");
    assert_eq!(house.story_of("akrim-organ")?, "1 ny");
    // When the former rules come back under a newer number.
    house.publish(&Rulebook::national()?.version(3)?)?;
    house.settle()?;
    // Then they hold what they held first, bit for bit, and a-krim was left alone.
    let tilda = house.released("tilda-supervisor")?;
    assert_eq!(tilda.len(), 3);
    assert_eq!(tilda[2].value, tilda[0].value);
    assert_eq!(house.story_of("akrim-core")?, "1 ny");
    house.prove()
}

/// `national-2026` where nobody in a-krim is told the reasons of a sanction in an a-krim case.
fn without_reasons_of_a_case() -> Outcome<Rulebook> {
    let forbid = "\n@id(\"no-reasons\")\n@basis(\"FVL13-1\")\n@note(\"A story's.\")\n\
                  forbid (principal in Group::\"AKRIM\", action, resource in Part::\"free_text\")\n\
                  when { context.akrim_case == AkrimCase::\"ja\" };\n";
    Rulebook::national()?.version(2)?.without_cases().append("rules/never.cedar", forbid)
}

#[test]
fn one_record_behind_many_that_do_not_change_is_found_without_waiting() -> Outcome<()> {
    // Given more held records than are looked at in one step, and behind them one of a case.
    let mut house = House::national(&["DAT"])?;
    let company = numbers().next().ok_or("no number")?;
    house.register(company.as_str(), "AS", "0301")?;
    let mut records = Vec::new();
    for index in 0..1_200 {
        records.push(sanction("DAT", &format!("a-{index}"), company)?.into());
    }
    let mut case = sanction("DAT", "z", company)?;
    case.facts.akrim_case = Some(YesNo::Yes);
    records.push(case.into());
    for piece in records.chunks(1_000) {
        let sealed = house.seal("DAT", piece)?;
        carrier::Carrier::submit(house.carrier().as_ref(), sealed)?;
    }
    house.settle()?;
    let before = house.released("akrim-core")?.len();
    // When a bundle comes in force under which that one alone differs,
    house.publish(&without_reasons_of_a_case()?)?;
    // Then no step says that there is nothing to do until it has been found,
    house.settle()?;
    assert_eq!(house.watch()?.snapshot().refused_bundle, Vec::<String>::new());
    assert!(!house.watch()?.snapshot().reruling);
    // and it alone is released again.
    let after = house.released("akrim-core")?;
    assert_eq!(after.len(), before + 1);
    assert!(after.last().is_some_and(|seen| seen.record.starts_with("7a00")));
    house.prove()
}

#[test]
fn an_unsigned_or_broken_bundle_stops_releases_and_loses_nothing() -> Outcome<()> {
    // Given a house at work.
    let mut house = House::national(&["DAT"])?;
    let company = numbers().next().ok_or("no number")?;
    house.register(company.as_str(), "AS", "0301")?;
    house.settle()?;
    for (version, broken) in [
        (2, Rulebook::national()?.version(2)?),
        (3, Rulebook::national()?.version(3)?.file("rules/never.cedar", "forbid (")),
    ] {
        // When a bundle comes that nobody signed, or that does not load.
        house.publish_signed(&broken, if version == 2 { 0 } else { 2 })?;
        let record: Record = sanction("DAT", &format!("s-{version}"), company)?.into();
        house.send("DAT", &record)?;
        house.settle()?;
        // Then nothing is released, and the operator is told why.
        assert_eq!(house.released("akrim-core")?.len(), version - 2);
        assert!(!house.watch()?.snapshot().refused_bundle.is_empty());
        // When a good one follows.
        house.publish(&Rulebook::national()?.version(version as u64 + 10)?)?;
        house.settle()?;
        // Then what waited is released.
        assert_eq!(house.released("akrim-core")?.len(), version - 1);
        assert!(house.watch()?.snapshot().refused_bundle.is_empty());
    }
    house.prove()
}
