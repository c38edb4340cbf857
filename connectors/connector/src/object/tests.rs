//! The life of an object under any sequence of rows.

use super::{Held, Said, Step, step};
use proptest::prelude::*;
use vocabulary::{ChangeKind, Digest, RecordId};

const RECORD: RecordId = RecordId::new([1; 16]);
const OTHER: RecordId = RecordId::new([2; 16]);

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        3 => (0_u8..3).prop_map(|content| Said::State(Digest::new([content; 32]))),
        1 => Just(Said::Gone),
    ]
}

proptest! {
    /// Versions are dense from 1, all of one record; the same state twice in a row makes one;
    /// a removal makes one only of what is alive.
    #[test]
    fn versions_are_dense_and_of_one_record(rows in prop::collection::vec(said(), 0..40)) {
        let mut held: Option<Held> = None;
        let mut standing: Option<Digest> = None;
        let mut versions = 0;
        for said in rows {
            // A later row's id is never taken: the first version fixed it.
            let id = if held.is_none() { RECORD } else { OTHER };
            let expected = match said {
                Said::State(content) if standing == Some(content) => None,
                Said::State(_) if held.is_none() => Some(ChangeKind::Create),
                Said::State(_) => Some(ChangeKind::Correct),
                Said::Gone => standing.map(|_| ChangeKind::Retract),
            };
            match step(held.as_ref(), said, id) {
                Step::Version(change, next) => {
                    versions += 1;
                    prop_assert_eq!(Some(change), expected);
                    prop_assert_eq!((next.record, next.version), (RECORD, versions));
                    prop_assert_eq!(next.alive, said != Said::Gone);
                    held = Some(next);
                }
                Step::Unchanged => prop_assert!(expected.is_none() && said != Said::Gone),
                Step::NeverSeen => prop_assert!(held.is_none() && said == Said::Gone),
                Step::AlreadyGone => prop_assert!(standing.is_none() && held.is_some()),
            }
            standing = match said {
                Said::State(content) => Some(content),
                Said::Gone => None,
            };
        }
    }
}
