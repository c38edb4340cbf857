//! Seals, verified a second time: what was ruled under one that does not hold is found, and what
//! nobody sealed frees nobody.

use super::house::{Forged, blob, kinds, set, table, unsealed};
use crate::seal::{Keys, Said, Seal};
use crate::{Kind, digest};
use seal::{SigningKey, Unsealed, seal_batch};
use vocabulary::{RecordId, Timestamp};

#[test]
fn a_record_that_was_ruled_under_a_seal_that_does_not_hold_is_found() {
    let forged = Forged::of(|file| {
        let of = table(file, "intake.DAT");
        let mut headers = blob(file, &of, "headers", 0);
        let name = headers.windows(11).position(|window| window == b"samsyn_seal").unwrap();
        // Of the signature, behind version, time, key, count and index.
        headers[name + 11 + 30] ^= 1;
        set(file, &of, "headers", 0, &headers);
    });
    assert_eq!(forged.kinds(), [Kind::Seal]);
    let report = unsealed(&forged.path());
    assert_eq!((kinds(&report), report.seals), (vec![], 0));
}

#[test]
fn a_line_of_the_register_that_nobody_sealed_frees_nobody() {
    let forged = Forged::of(|file| {
        let of = table(file, "register");
        let mut headers = blob(file, &of, "headers", 0);
        let last = headers.len() - 1;
        headers[last] ^= 1;
        set(file, &of, "headers", 0, &headers);
    });
    assert!(forged.kinds().contains(&Kind::Facts), "{:?}", forged.kinds());
}

#[test]
fn seals_of_batches_of_every_size_hold_and_no_other_value_does() {
    let key = SigningKey::generate().unwrap();
    let mut keys = Keys::default();
    keys.add("DAT".parse().unwrap(), key.public().to_pem().unwrap().as_bytes()).unwrap();
    for size in [1, 2, 3, 5, 8, 13, 64, 100] {
        let unsealed = (0..size).map(|sequence| Unsealed {
            source: "DAT".parse().unwrap(),
            sequence,
            record_id: RecordId::new([7; 16]),
            value: vec![5; 10],
        });
        let at = Timestamp::from_micros(1_795_400_000_000_000);
        for sealed in seal_batch(&key, at, unsealed.collect()).unwrap() {
            let (unsealed, seal) = sealed.into_parts();
            let bytes = seal.encode();
            let seal = Seal::read(&bytes).unwrap();
            assert_eq!(seal.at, at.as_micros());
            let said = |source: &str, value| Said {
                source: source.parse().unwrap(),
                sequence: unsealed.sequence,
                record: unsealed.record_id,
                value,
            };
            assert!(keys.hold(&said("DAT", &unsealed.value), &seal), "{size}");
            assert!(!keys.hold(&said("DAT", b"other"), &seal), "{size}");
            assert!(!keys.hold(&said("MAT", &unsealed.value), &seal), "{size}");
        }
    }
    assert!(Seal::read(&digest::sha256(&[]).as_bytes()[..]).is_none());
    assert!(Keys::default().add("DAT".parse().unwrap(), b"no key").is_err());
}
