//! Approvals, and the one encoding of a bundle.

use super::files;
use crate::approval::{Approver, approve, verify};
use crate::{BundleFiles, Error};
use proptest::prelude::*;
use seal::SigningKey;
use std::collections::BTreeMap;
use std::slice::from_ref;

fn approver(name: &str) -> (Approver, SigningKey) {
    let key = SigningKey::generate().unwrap();
    (Approver { name: name.to_owned(), key: key.public().clone() }, key)
}

fn sign(files: &mut BundleFiles, name: &str, key: &SigningKey) {
    let (path, text) = approve(files, name, key).unwrap();
    files.0.insert(path, text);
}

fn codes(errors: Result<Vec<String>, Vec<Error>>) -> Vec<&'static str> {
    errors.err().unwrap_or_default().iter().map(Error::code).collect()
}

#[test]
fn two_different_people_with_different_keys_approve() {
    let mut files = files("national-2026");
    let ((kari, kari_key), (ola, ola_key)) = (approver("kari"), approver("ola"));
    let both = [kari.clone(), ola];
    assert_eq!(codes(verify(&files, &both, 1)), ["RULE-022"]);
    sign(&mut files, "kari", &kari_key);
    assert_eq!(verify(&files, &both, 1).unwrap(), ["kari"]);
    assert_eq!(codes(verify(&files, &both, 2)), ["RULE-022"]);
    sign(&mut files, "ola", &ola_key);
    assert_eq!(verify(&files, &both, 2).unwrap(), ["kari", "ola"]);
    // One person under two names, with one key, is one approver.
    let other = Approver { name: "ola".to_owned(), key: kari.key.clone() };
    let twice = [kari, other];
    sign(&mut files, "ola", &kari_key);
    assert_eq!(codes(verify(&files, &twice, 2)), ["RULE-022"]);
}

#[test]
fn an_approval_of_other_content_or_by_a_stranger_does_not_count() {
    let mut files = files("national-2026");
    let ((kari, key), (_, stranger)) = (approver("kari"), approver("kari"));
    sign(&mut files, "kari", &stranger);
    assert_eq!(codes(verify(&files, from_ref(&kari), 1)), ["RULE-023", "RULE-022"]);
    sign(&mut files, "kari", &key);
    assert!(verify(&files, from_ref(&kari), 1).is_ok());
    files.0.insert("rules/more.cedar".to_owned(), Vec::new());
    assert_eq!(codes(verify(&files, from_ref(&kari), 1)), ["RULE-023", "RULE-022"]);
    files.0.remove("rules/more.cedar");
    let text = files.text("approvals/kari.toml").unwrap().replace("\"kari\"", "\"kare\"");
    files.0.insert("approvals/kari.toml".to_owned(), text.into_bytes());
    let kare = Approver { name: "kare".to_owned(), key: kari.key };
    assert_eq!(codes(verify(&files, &[kare], 1)), ["RULE-023", "RULE-022"], "the name is signed");
    assert!(approve(&files, "../../etc", &key).is_err());
}

#[test]
fn approvals_are_outside_the_digest_and_inside_the_encoding() {
    let mut files = files("national-2026");
    let digest = files.digest();
    sign(&mut files, "kari", &approver("kari").1);
    assert_eq!(files.digest(), digest);
    assert_eq!(BundleFiles::decode(&files.encode()), Some(files.clone()));
    files.0.insert("bundle.toml".to_owned(), b"name = 'x'".to_vec());
    assert_ne!(files.digest(), digest);
}

proptest! {
    #[test]
    fn a_bundle_reads_back_as_it_was(
        parts in prop::collection::btree_map(
            "[a-z/]{1,12}", prop::collection::vec(any::<u8>(), 0..40), 0..8
        )
    ) {
        let files = BundleFiles(parts);
        prop_assert_eq!(BundleFiles::decode(&files.encode()), Some(files));
    }

    #[test]
    fn no_bytes_make_decoding_fail_otherwise_than_by_refusing(
        mut bytes in prop::collection::vec(any::<u8>(), 0..200), cut in any::<bool>()
    ) {
        if cut {
            let encoded = BundleFiles(BTreeMap::from([("a".to_owned(), bytes)])).encode();
            bytes = encoded[..encoded.len() / 2].to_vec();
        }
        if let Some(files) = BundleFiles::decode(&bytes) {
            prop_assert_eq!(files.encode(), bytes);
        }
    }
}
