//! A lane with very many waiting takes its equal share and no more. The same with a million waiting
//! beside 89 lanes is `cargo xtask soak fairness`.

use kit::{Crowd, Outcome};

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
