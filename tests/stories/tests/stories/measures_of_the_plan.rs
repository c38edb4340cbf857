//! The measures of the action plan, one story each: what becomes of a record that the measure is
//! about, for those it is for and for those it is not.

use kit::house::Seen;
use kit::made::{self, next};
use kit::{House, Outcome, numbers};
use records::{
    ApprovalScheme, DecisionState, LicenceState, OnwardSharing, PublicationState, Record,
    Selection, YesNo,
};
use vocabulary::{AlreadyPublished, ChangeKind, OrgNumber};

const OSLO: &str = "971183675";
const BERGEN: &str = "964338531";

/// A company and a sole proprietor, both in Oslo and in the register.
fn with(sources: &[&str]) -> Outcome<(House, OrgNumber, OrgNumber)> {
    let house = House::national(sources)?;
    let mut found = numbers();
    let (company, person) = (found.next().ok_or("no number")?, found.next().ok_or("no number")?);
    house.register(company.as_str(), "AS", "0301")?;
    house.register(person.as_str(), "ENK", "0301")?;
    Ok((house, company, person))
}

fn only(seen: &[Seen]) -> Outcome<&Seen> {
    match seen {
        [one] => Ok(one),
        other => Err(format!("{} records instead of one", other.len()).into()),
    }
}

/// Whether any record of the view says the word anywhere.
fn says(house: &House, view: &str, word: &str) -> Outcome<bool> {
    Ok(house.released(view)?.iter().any(|seen| seen.value.to_string().contains(word)))
}

#[test]
fn m19_buyers_see_registers_and_published_suspensions_and_no_sanction() -> Outcome<()> {
    let (mut house, company, person) = with(&["DAT"])?;
    house.send("DAT", &made::approval("DAT", "a-1", company)?.into())?;
    house.send("DAT", &made::approval("DAT", "a-2", person)?.into())?;
    house.send("DAT", &made::suspension("DAT", "st-1", company)?.into())?;
    house.send("DAT", &made::sanction("DAT", "s-1", company)?.into())?;
    house.settle()?;
    for view in ["buyer-private", "buyer-public"] {
        // Both approvals of the cleaning register, whose law knows no sole proprietor; the
        // suspension; and not the sanction.
        assert_eq!(house.released(view)?.len(), 3, "{view}");
        assert!(!says(&house, view, "Arbeidsplanen")?, "{view}");
    }
    house.prove()
}

#[test]
fn m21_the_open_site_gets_public_views_alone() -> Outcome<()> {
    let (mut house, company, _) = with(&["MAT-smilefjes", "DAT", "OSLO"])?;
    let mut published = made::report("MAT-smilefjes", "m-1", company)?;
    published.facts.already_published = Some(AlreadyPublished::Yes);
    house.send("MAT-smilefjes", &published.into())?;
    house.send("DAT", &made::report("DAT", "r-1", company)?.into())?;
    house.send("DAT", &made::plan("DAT", "p-1", company)?.into())?;
    house.send("OSLO", &made::licence("OSLO", "l-1", company)?.into())?;
    house.settle()?;
    let public = house.released("public-register")?;
    assert_eq!(public.len(), 2, "what an open register published, and a licence");
    assert!(public.iter().all(|seen| seen.at("konvolutt.internTilsynsid").is_none()));
    house.prove()
}

#[test]
fn m22_suspension_is_published_and_taken_down() -> Outcome<()> {
    let (mut house, company, person) = with(&["DAT"])?;
    // Given a suspension that the company has been told will be published.
    let mut body = made::suspension("DAT", "st-1", company)?;
    body.facts.publication_state = Some(PublicationState::PendingNotice);
    let first = Record::from(body);
    house.send("DAT", &first)?;
    house.settle()?;
    assert!(house.released("suspension-public")?.is_empty());
    // When it is published.
    let mut second = next(&first, ChangeKind::Correct);
    let Record::SuspensionDecision(body) = &mut second else { return Err("another".into()) };
    body.facts.publication_state = Some(PublicationState::Published);
    house.send("DAT", &second)?;
    // And so is a sole proprietor's, by mistake.
    house.send("DAT", &made::suspension("DAT", "st-2", person)?.into())?;
    house.settle()?;
    // Then the public sees whom, where and why, from the closed list, and no reasons.
    let public = house.released("suspension-public")?;
    let seen = only(&public)?;
    assert_eq!(seen.at("subjekt.tildaenhet").and_then(|it| it.as_str()), Some(company.as_str()));
    assert_eq!(seen.at("offentligBegrunnelse").and_then(|it| it.as_str()), Some("fallFraHoeyde"));
    assert!(!says(&house, "suspension-public", "sikring")?);
    // When it is lifted, while the source forgets to take it down.
    let mut third = next(&second, ChangeKind::Correct);
    let Record::SuspensionDecision(body) = &mut third else { return Err("another".into()) };
    body.facts.decision_state = Some(DecisionState::Lifted);
    house.send("DAT", &third)?;
    house.settle()?;
    // Then it is taken down from the public and from buyers, and supervisors have the new version.
    assert_eq!(house.story_of("suspension-public")?, "2 rettet, 3 trukket");
    assert_eq!(house.story_of("buyer-private")?, "2 rettet, 3 trukket");
    assert_eq!(house.story_of("tilda-supervisor")?, "1 ny, 2 rettet, 3 rettet");
    house.prove()
}

#[test]
fn m23_an_approval_and_its_history_are_public_in_the_schemes_that_have_a_register() -> Outcome<()> {
    let (mut house, company, person) = with(&["DAT"])?;
    let first = Record::from(made::approval("DAT", "a-1", person)?);
    let mut other = made::approval("DAT", "a-2", company)?;
    other.scheme = Some(ApprovalScheme::HmsCard);
    house.send("DAT", &first)?;
    house.send("DAT", &other.into())?;
    house.send("DAT", &next(&first, ChangeKind::Correct))?;
    house.settle()?;
    assert_eq!(house.story_of("public-register")?, "1 ny, 2 rettet");
    house.prove()
}

#[test]
fn m24_a_licence_is_public_when_given_and_in_its_own_municipality() -> Outcome<()> {
    let (mut house, company, person) = with(&["OSLO"])?;
    let mut applied = made::licence("OSLO", "l-1", company)?;
    applied.licence_state = Some(LicenceState::Applied);
    let first = Record::from(applied);
    house.send("OSLO", &first)?;
    house.send("OSLO", &made::licence("OSLO", "l-2", person)?.into())?;
    house.settle()?;
    assert!(house.released("public-register")?.is_empty(), "applied for, and a person's");
    let mut granted = next(&first, ChangeKind::Correct);
    let Record::FoodServiceLicence(body) = &mut granted else { return Err("another".into()) };
    body.licence_state = Some(LicenceState::Granted);
    house.send("OSLO", &granted)?;
    house.settle()?;
    let public = house.released("public-register")?;
    let seen = only(&public)?;
    assert_eq!(seen.at("serveringssted.stedsnavn").and_then(|it| it.as_str()), Some("Kafé Prøve"));
    assert!(!says(&house, "public-register", "Syn Tetisk")?, "the manager is a person");
    assert_eq!(house.released_to("municipality-licence", OSLO)?.len(), 1);
    assert!(house.released_to("municipality-licence", BERGEN)?.is_empty());
    house.prove()
}

#[test]
fn m26_statistics_get_cells_of_five_and_more_and_nobody_is_named() -> Outcome<()> {
    let (mut house, company, _) = with(&["DAT"])?;
    let mut small = made::cell("DAT", "t-2")?;
    small.facts.selection = Some(Selection::SmallCell);
    small.subjects = Some(3);
    house.send("DAT", &made::cell("DAT", "t-1")?.into())?;
    house.send("DAT", &small.into())?;
    house.send("DAT", &made::trend("DAT", "t-3", company)?.into())?;
    house.settle()?;
    let statistics = house.released("statistics")?;
    let seen = only(&statistics)?;
    assert_eq!(seen.at("subjekt.kommunenummer").and_then(|it| it.as_str()), Some("0301"));
    assert!(seen.at("subjekt.tildaenhet").is_none() && seen.at("subjekt.objektId").is_none());
    assert!(!says(&house, "statistics", company.as_str())?);
    house.prove()
}

#[test]
fn m30_ntaes_gets_a_case_note_only_where_its_owner_lets_it() -> Outcome<()> {
    let (mut house, company, _) = with(&["DAT"])?;
    let mut kept = made::note("DAT", "n-2", company)?;
    kept.facts.onward_sharing = Some(OnwardSharing::AskOwner);
    house.send("DAT", &made::note("DAT", "n-1", company)?.into())?;
    house.send("DAT", &kept.into())?;
    house.settle()?;
    assert_eq!(house.released("ntaes")?.len(), 1);
    assert_eq!(house.released("akrim-core")?.len(), 2);
    for view in ["ntaes", "akrim-core"] {
        assert!(says(&house, view, "samme adresse")?);
        assert!(!says(&house, view, "Tips fra nabo")?, "who said so never leaves its producer");
    }
    house.prove()
}

#[test]
fn m31_the_organs_share_a_sole_proprietor_in_full_and_the_case_stays_with_the_core() -> Outcome<()>
{
    let (mut house, _, person) = with(&["DAT", "DSB"])?;
    let mut report = made::report("DAT", "r-1", person)?;
    report.facts.akrim_case = Some(YesNo::Yes);
    report.notes = Some("Produsentens eget".to_owned());
    house.send("DAT", &report.into())?;
    house.send("DAT", &made::note("DAT", "n-1", person)?.into())?;
    // A body outside the regulation shares nothing by it.
    house.send("DSB", &made::sanction("DSB", "s-1", person)?.into())?;
    house.settle()?;
    assert_eq!(house.released("akrim-core")?.len(), 2);
    let organs = house.released("akrim-organ")?;
    let number = only(&organs)?.at("subjekt.tildaenhet").and_then(|it| it.as_str());
    assert_eq!(number, Some(person.as_str()));
    for view in ["tilda-supervisor", "public-register", "buyer-private", "suspension-public"] {
        assert!(house.released(view)?.is_empty(), "{view}");
    }
    assert!(!says(&house, "akrim-core", "Produsentens")?);
    house.prove()
}

#[test]
fn m32_who_sanctions_the_same_facts_sees_who_leads_and_what_is_imposed() -> Outcome<()> {
    let (mut house, company, person) = with(&["DAT", "FDIR"])?;
    for (source, label, subject) in
        [("DAT", "s-1", company), ("FDIR", "s-2", company), ("DAT", "s-3", person)]
    {
        let mut body = made::sanction(source, label, subject)?;
        body.same_facts_id = Some("forhold-1".to_owned());
        body.coordination_lead = Some("974761211".parse()?);
        house.send(source, &body.into())?;
    }
    house.settle()?;
    let seen = house.released("sanction-coordination")?;
    assert_eq!(seen.len(), 2, "a sole proprietor's stays");
    for one in &seen {
        assert_eq!(one.at("sammeForholdId").and_then(|it| it.as_str()), Some("forhold-1"));
        assert_eq!(one.at("samordningsmyndighet").and_then(|it| it.as_str()), Some("974761211"));
        assert_eq!(one.at("reaksjonstype").and_then(|it| it.as_str()), Some("paalegg"));
        assert!(one.at("begrunnelse").is_none());
    }
    house.prove()
}

#[test]
fn m33_supervisors_coordinate_companies_and_get_nothing_of_a_sole_proprietor() -> Outcome<()> {
    let (mut house, company, person) = with(&["DAT"])?;
    for (turn, subject) in [company, person].into_iter().enumerate() {
        let label = |kind: &str| format!("{kind}-{turn}");
        house.send("DAT", &made::plan("DAT", &label("p"), subject)?.into())?;
        house.send("DAT", &made::report("DAT", &label("r"), subject)?.into())?;
        house.send("DAT", &made::finding("DAT", &label("f"), subject)?.into())?;
        house.send("DAT", &made::trend("DAT", &label("t"), subject)?.into())?;
    }
    house.settle()?;
    assert_eq!(house.released("tilda-supervisor")?.len(), 4);
    assert!(!says(&house, "tilda-supervisor", person.as_str())?);
    // Seven workers are told as five: in steps, so that few cannot be told apart.
    let lane = house.released("tilda-supervisor")?;
    let affected = lane.iter().find_map(|seen| seen.at("antallBeroerteArbeidstakere"));
    assert_eq!(affected.and_then(|it| it.as_i64()), Some(5));
    house.prove()
}

#[test]
fn m34_35_inactive_nothing_crosses_the_border_until_a_basis_is_confirmed() -> Outcome<()> {
    let (mut house, company, _) = with(&["DAT"])?;
    house.send("DAT", &made::sanction("DAT", "s-1", company)?.into())?;
    house.send("DAT", &made::contracts("DAT", "k-1", company)?.into())?;
    house.settle()?;
    assert!(house.released("crossborder")?.is_empty());
    assert_eq!(house.released("akrim-core")?.len(), 2, "while the core has both");
    house.prove()
}
