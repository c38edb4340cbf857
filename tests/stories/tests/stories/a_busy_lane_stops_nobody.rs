//! A lane with thousands waiting takes its equal share and no more.

use kit::made::sanction;
use kit::{House, Outcome, numbers};
use records::Record;

#[test]
fn one_finding_beside_thousands_is_released_by_the_next_commit() -> Outcome<()> {
    // Given an authority with 5,000 findings waiting, and another with one.
    let mut house = House::national(&["DAT", "SVV"])?;
    let company = numbers().next().ok_or("no number")?;
    house.register(company.as_str(), "AS", "0301")?;
    house.settle()?;
    let many: Vec<Record> = (0..5_000)
        .map(|index| Ok(sanction("DAT", &format!("d-{index}"), company)?.into()))
        .collect::<Outcome<_>>()?;
    for piece in many.chunks(1_000) {
        let sealed = house.seal("DAT", piece)?;
        carrier::Carrier::submit(house.carrier().as_ref(), sealed)?;
    }
    house.send("SVV", &sanction("SVV", "alone", company)?.into())?;
    // When the exchange makes two commits.
    house.step()?;
    house.step()?;
    // Then the one is out, and most of the thousands still wait.
    let released = house.released("akrim-core")?;
    assert!(released.iter().any(|seen| seen.record.starts_with("616c6f6e")));
    assert!(released.len() < 4_000);
    house.settle()?;
    assert_eq!(house.released("akrim-core")?.len(), 5_001);
    house.prove()
}
