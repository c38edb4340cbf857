//! Fairness at full size: one lane with a million waiting, 89 others with one finding a second
//! each. What the story shows with thousands, by the same code.

use kit::{Crowd, Outcome};

/// Lanes beside the crowded one, seconds, and the most commits that a finding of theirs may wait.
const OTHERS: usize = 89;
const SECONDS: usize = 30;
const COMMITS: u64 = 2;

/// Runs it with so many waiting; a report, or why it does not hold.
pub(crate) fn run(waiting: usize) -> Outcome<String> {
    let waited = Crowd::new(waiting, OTHERS)?.rounds(SECONDS)?;
    if waited.commits > COMMITS || waited.released != OTHERS * SECONDS {
        return Err(format!("not fair: {waited:?}").into());
    }
    let (commits, left) = (waited.commits, waited.waiting);
    Ok(format!(
        "fairness: {waiting} waited on one lane; {} findings of {OTHERS} others in {SECONDS} s \
         were each released within {commits} commits; {left} still wait",
        waited.released
    ))
}
