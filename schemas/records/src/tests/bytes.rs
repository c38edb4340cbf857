//! Bytes: ours equal the reference library's for every value; damaged ones are refused.

use super::random::Random;
use super::{TYPES, report, sanction};
use crate::{Error, Record, decode, encode, limits, schema};
use proptest::prelude::*;
use vocabulary::RecordType;

fn types() -> impl Strategy<Value = RecordType> {
    prop::sample::select(TYPES.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// A field missing in our types, out of order or of another type would change the bytes.
    #[test]
    fn what_the_reference_library_writes_we_read_and_write_the_same(
        record_type in types(),
        seed in any::<u64>(),
    ) {
        let theirs = Random(seed).datum(&schema(record_type));
        let record = decode(record_type, &theirs).unwrap();
        prop_assert_eq!(record.record_type(), record_type);
        prop_assert!(encode(&record).unwrap() == theirs);
    }

    #[test]
    fn a_cut_record_is_refused(
        record_type in types(),
        seed in any::<u64>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let datum = Random(seed).datum(&schema(record_type));
        let cut = cut.index(datum.len());
        prop_assert_eq!(decode(record_type, &datum[..cut]), Err(Error::Malformed));
    }

    #[test]
    fn bytes_after_the_end_are_refused(
        record_type in types(),
        seed in any::<u64>(),
        extra in 1_usize..9,
    ) {
        let mut datum = Random(seed).datum(&schema(record_type));
        datum.extend(vec![0; extra]);
        prop_assert_eq!(decode(record_type, &datum), Err(Error::Trailing(extra)));
    }

    #[test]
    fn no_bytes_make_us_panic(
        record_type in types(),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let _ = decode(record_type, &bytes);
    }
}

#[test]
fn a_record_above_the_bound_is_refused() {
    let mut body = report();
    body.notes = Some("x".repeat(limits::RECORD_BYTES));
    assert!(matches!(encode(&Record::from(body)), Err(Error::Size(_))));
    let bytes = vec![0; limits::RECORD_BYTES + 1];
    assert!(matches!(decode(RecordType::InspectionReport, &bytes), Err(Error::Size(_))));
}

#[test]
fn an_organisation_number_with_a_wrong_check_digit_is_refused_on_the_way_in() {
    let good = encode(&Record::from(sanction())).unwrap();
    let number = b"310000000";
    let at = good.windows(9).position(|window| window == number).unwrap();
    let mut bad = good.clone();
    bad[at + 8] = b'8';
    assert!(decode(RecordType::Sanction, &good).is_ok());
    assert_eq!(decode(RecordType::Sanction, &bad), Err(Error::Malformed));
}
