//! The walk along one lane: what it lets pass, and each thing that it must see.

use super::*;
use ChangeKind::{Correct, Create, Retract};
use Outcome::{Released as Out, Withdrawn as Back};

/// What the walk says of these messages: held last, or the fault.
fn walk(changes: &[ChangeKind], course: &[(u64, Outcome)]) -> Result<Option<u64>, String> {
    Released::default().walk(changes, &course.iter().copied().collect())
}

#[test]
fn who_holds_gets_each_later_version_or_its_withdrawal() {
    assert_eq!(walk(&[Create, Correct], &[(1, Out), (2, Out)]), Ok(Some(2)));
    assert_eq!(walk(&[Create, Retract], &[(1, Out), (2, Back)]), Ok(None));
    // Corrected beyond what may be released, and back again.
    assert_eq!(walk(&[Create, Correct, Correct], &[(1, Out), (2, Back), (3, Out)]), Ok(Some(3)));
    assert_eq!(walk(&[Create, Correct], &[]), Ok(None));
    assert_eq!(walk(&[Create, Correct], &[(2, Out)]), Ok(Some(2)));
}

#[test]
fn a_walk_sees_what_is_left_out_or_too_much() {
    assert!(walk(&[Create, Correct], &[(1, Out)]).is_err(), "the correction is missing");
    assert!(walk(&[Create, Retract], &[(1, Out)]).is_err(), "the withdrawal is missing");
    assert!(walk(&[Create, Retract], &[(2, Back)]).is_err(), "nobody held it");
    assert!(walk(&[Create, Retract], &[(1, Out), (2, Out)]).is_err(), "a retraction left");
    assert!(walk(&[Create], &[(1, Out), (2, Out)]).is_err(), "nobody handed it in");
}
