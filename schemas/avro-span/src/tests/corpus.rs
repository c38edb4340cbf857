//! Replays the fuzzer's corpus, and breaks its datums, on stable Rust.

#[path = "../../../../tests/fuzz/src/avro_span.rs"]
mod case;

use proptest::prelude::*;
use std::path::Path;

#[test]
fn the_corpus_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/avro-span");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        case::check(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count >= 3, "the corpus lies beside the fuzz target");
    case::seeds().iter().for_each(|datum| case::check(datum));
}

proptest! {
    #![proptest_config(super::config(2000))]

    #[test]
    fn broken_datums_hold(
        seed in 0usize..3,
        breaks in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..5), 0..6),
    ) {
        let mut datum = case::seeds().swap_remove(seed);
        for (at, byte, how) in breaks {
            super::break_bytes(&mut datum, at, byte, how);
        }
        case::check(&datum);
    }

    #[test]
    fn any_bytes_hold(datum in prop::collection::vec(any::<u8>(), 0..200)) {
        case::check(&datum);
    }
}
