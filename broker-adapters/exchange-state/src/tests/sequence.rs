//! The sequence rules of a source, held against a set of numbers.

use crate::limits::MAX_GAPS;
use crate::{Sequence, SourceState};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Numbers near each other, so that gaps open, split and close.
fn arrivals() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(0..60u64, 0..200)
}

proptest! {
    #[test]
    fn every_number_is_accepted_once_in_whatever_order(arrivals in arrivals()) {
        let (mut state, mut accepted) = (SourceState::default(), BTreeSet::new());
        for sequence in arrivals {
            let highest = accepted.last().copied().unwrap_or(0);
            let expected = match sequence {
                0 => Sequence::Duplicate,
                _ if accepted.contains(&sequence) => Sequence::Duplicate,
                _ if sequence < highest => Sequence::Late,
                _ if sequence == highest + 1 => Sequence::Fresh,
                _ => Sequence::Gap { from: highest + 1, to: sequence - 1 },
            };
            prop_assert_eq!(state.check(sequence), expected);
            prop_assert_eq!(state.accept(sequence), expected);
            if sequence > 0 {
                accepted.insert(sequence);
            }
            prop_assert_eq!(state.check(sequence), Sequence::Duplicate);
            let highest = accepted.last().copied().unwrap_or(0);
            prop_assert_eq!(state.highest(), highest);
            let missing = (1..=highest).filter(|number| !accepted.contains(number));
            let open: Vec<u64> = state.gaps().iter().flat_map(|(from, to)| *from..=*to).collect();
            prop_assert_eq!(&open, &missing.collect::<Vec<_>>());
            prop_assert_eq!(state.missing(), open.len() as u64);
            prop_assert_eq!(SourceState::decode(&state.encode()), Ok(state.clone()));
        }
    }

    #[test]
    fn no_number_breaks_the_state(sequences in prop::collection::vec(any::<u64>(), 0..40)) {
        let mut state = SourceState::default();
        for sequence in sequences.into_iter().chain([u64::MAX, u64::MAX, 1]) {
            state.accept(sequence);
            prop_assert_eq!(SourceState::decode(&state.encode()), Ok(state.clone()));
        }
    }

    #[test]
    fn any_bytes_are_a_state_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(state) = SourceState::decode(&bytes) {
            prop_assert_eq!(state.encode(), bytes);
        }
    }
}

#[test]
fn more_gaps_than_allowed_stop_the_lane_and_closing_one_frees_it() {
    let mut state = SourceState::default();
    for gap in 0..MAX_GAPS as u64 {
        assert!(matches!(state.accept(4 * gap + 4), Sequence::Gap { .. }));
    }
    let highest = state.highest();
    let full = state.clone();
    assert_eq!(state.accept(highest + 2), Sequence::TooManyGaps);
    // Splitting one gap makes two of it.
    assert_eq!(state.accept(2), Sequence::TooManyGaps);
    assert_eq!(state, full);
    assert_eq!(state.accept(highest + 1), Sequence::Fresh);
    for late in 1..4 {
        assert_eq!(state.accept(late), Sequence::Late);
    }
    assert_eq!(state.gaps().len(), MAX_GAPS - 1);
    assert!(matches!(state.accept(highest + 3), Sequence::Gap { .. }));
    assert_eq!(SourceState::decode(&state.encode()), Ok(state));
}
