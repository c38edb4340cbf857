//! The measures of the action plan whose records are for one recipient alone: a worker's own
//! contract, what a subject consented to, a case, and a message to another authority.

use kit::made;
use kit::{House, Outcome, numbers};
use vocabulary::OrgNumber;

const OSLO: &str = "971183675";
const BERGEN: &str = "964338531";
/// A private buyer of the bundle.
const BUYER: &str = "310000027";
const MDIR: &str = "999601391";
const JV: &str = "874761192";

fn with_a_company() -> Outcome<(House, OrgNumber)> {
    let house = House::national(&["DAT"])?;
    let company = numbers().next().ok_or("no number")?;
    house.register(company.as_str(), "AS", "0301")?;
    Ok((house, company))
}

#[test]
fn m18_a_worker_sees_its_own_contract_and_nobody_elses_check_of_it() -> Outcome<()> {
    let (mut house, company) = with_a_company()?;
    house.send("DAT", &made::contract_of("DAT", "k-1", company, "arbeidstaker-1")?.into())?;
    house.send("DAT", &made::contracts("DAT", "k-2", company)?.into())?;
    house.settle()?;
    // The gateway has the worker's record for the worker, and not the check of the employer.
    let own = house.released("contract-own")?;
    assert_eq!(own.len(), 1);
    let worker = own[0].at("arbeidstakerPseudonym").and_then(|it| it.as_str());
    assert_eq!(worker, Some("arbeidstaker-1"));
    assert!(house.released("tilda-supervisor")?.is_empty());
    house.prove()
}

#[test]
fn m20_a_buyer_sees_by_consent_whether_contracts_are_in_order_until_it_is_withdrawn() -> Outcome<()>
{
    let (mut house, company) = with_a_company()?;
    house.send("DAT", &made::contracts("DAT", "k-1", company)?.into())?;
    house.settle()?;
    assert!(house.released("buyer-consent")?.is_empty(), "nobody has consented");
    let consent = house.consent("s-1", company, BUYER)?;
    house.entitle(&consent)?;
    house.settle()?;
    let given = house.released("buyer-consent")?;
    assert_eq!(given.len(), 1);
    assert_eq!(given[0].header("samsyn_recipients"), BUYER);
    assert_eq!(given[0].at("resultat").and_then(|it| it.as_str()), Some("iOrden"));
    assert!(given[0].at("antallAvtalerSett").is_none());
    house.end(&consent)?;
    house.settle()?;
    let last = house.released("buyer-consent")?.pop().ok_or("nothing was withdrawn")?;
    assert_eq!(last.change, "trukket");
    house.prove()
}

#[test]
fn m31_a_case_opens_a_report_to_one_municipality() -> Outcome<()> {
    let (mut house, company) = with_a_company()?;
    house.send("DAT", &made::report("DAT", "r-1", company)?.into())?;
    house.entitle(&house.case("sak-1", company, OSLO)?)?;
    house.settle()?;
    assert_eq!(house.released_to("akrim-case", OSLO)?.len(), 1);
    assert!(house.released_to("akrim-case", BERGEN)?.is_empty());
    house.prove()
}

#[test]
fn m33_a_message_is_read_by_its_addressee_and_by_nobody_else() -> Outcome<()> {
    let (mut house, company) = with_a_company()?;
    house.send("DAT", &made::alert("DAT", "v-1", company, MDIR.parse()?)?.into())?;
    house.settle()?;
    let read = house.released_to("alert-addressee", MDIR)?;
    assert_eq!(read.len(), 1);
    let text = "meldingsinnholdTilAnnenMyndighet.fritekst";
    assert!(read[0].at(text).is_some());
    assert!(house.released_to("alert-addressee", JV)?.is_empty());
    for view in ["akrim-core", "tilda-supervisor", "public-register"] {
        assert!(house.released(view)?.is_empty(), "{view}");
    }
    house.prove()
}
