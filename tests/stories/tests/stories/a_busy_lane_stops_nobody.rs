//! A lane with very many waiting takes its equal share and no more, and one that is new makes
//! nobody wait. The first with a million waiting beside 89 lanes is `cargo xtask soak fairness`.

use carrier::Lane;
use kit::made::sanction;
use kit::{Crowd, House, Outcome, numbers};

/// Findings that wait on one lane, lanes beside it, and seconds.
const WAITING: usize = 5_000;
const OTHERS: usize = 11;
const SECONDS: usize = 4;

#[test]
fn one_finding_beside_thousands_is_released_by_the_next_commit() -> Outcome<()> {
    // Given an authority with thousands of findings waiting, and others with none.
    let mut crowd = Crowd::new(WAITING, OTHERS)?;
    // When each of the others gets one finding a second.
    let waited = crowd.rounds(SECONDS)?;
    // Then theirs are out within two commits,
    assert!((1..=2).contains(&waited.commits), "{waited:?}");
    assert_eq!(waited.released, OTHERS * SECONDS);
    // and the thousands, most of which still wait, went on beside them.
    assert!((WAITING as u64 / 2..WAITING as u64).contains(&waited.waiting), "{waited:?}");
    Ok(())
}

#[test]
fn an_authority_that_is_new_costs_the_others_no_look_at_their_state() -> Outcome<()> {
    // Given two authorities whose findings were released.
    let mut house = House::national(&["DAT", "SVV", "MAT"])?;
    let company = numbers().next().ok_or("no number")?;
    house.register(company.as_str(), "AS", "0301")?;
    let known = ["DAT", "SVV"];
    for source in known {
        house.send(source, &sanction(source, "first", company)?.into())?;
    }
    house.settle()?;
    let states = known.map(|source| source.parse().map(Lane::State));
    let states = states.into_iter().collect::<Result<Vec<_>, _>>()?;
    let looks = |house: &House| -> Vec<u64> {
        states.iter().map(|lane| house.faults().looks(lane)).collect()
    };
    let before = looks(&house);
    // When a third begins.
    house.send("MAT", &sanction("MAT", "first", company)?.into())?;
    house.settle()?;
    // Then its finding is released too, and nothing was looked up that the others would wait for.
    assert_eq!(house.released("akrim-core")?.len(), 3);
    assert_eq!(looks(&house), before);
    Ok(())
}
