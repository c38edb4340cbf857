//! What a seal promises: every changed bit is refused, malformed bytes are errors, one signature
//! check a batch. Timings are not tested.

use crate::tree::{Tree, leaf_hash, root_from_path};
use crate::*;
use proptest::prelude::*;
use vocabulary::{Digest, EntryId, RecordId, Secret, SourceId, Timestamp, ViewId};

const AT: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);

fn key() -> SigningKey {
    SigningKey::generate().unwrap()
}

fn source() -> SourceId {
    "MAT-smilefjes".parse().unwrap()
}

fn record(sequence: u64, value: Vec<u8>) -> Unsealed {
    let record_id = RecordId::new((u128::from(sequence) << 64 | 7).to_be_bytes());
    Unsealed { source: source(), sequence, record_id, value }
}

fn batch(key: &SigningKey, count: u64) -> Vec<Sealed> {
    let records = (1..=count).map(|n| record(n, n.to_be_bytes().repeat(5))).collect();
    seal_batch(key, AT, records).unwrap()
}

fn verifier(key: &SigningKey) -> Verifier {
    let mut keyring = Keyring::default();
    keyring.add(source(), key.public().clone()).unwrap();
    Verifier::new(keyring)
}

/// The record is accepted as sealed, and refused after `change`.
fn refused(sealed: Sealed, key: &SigningKey, change: impl FnOnce(&mut Unsealed, &mut Vec<u8>)) {
    let mut verifier = verifier(key);
    verifier.verify(sealed.clone()).expect("untouched");
    let (mut record, seal) = sealed.into_parts();
    let before = (record.clone(), seal.encode());
    let mut bytes = seal.encode();
    change(&mut record, &mut bytes);
    assert_ne!((record.clone(), bytes.clone()), before, "the change changed nothing");
    if let Ok(seal) = Seal::decode(&bytes) {
        // A cache that is warm with the true root must not help, nor a cold one.
        let forged = Sealed::from_parts(record, seal);
        assert!(verifier.verify(forged.clone()).is_err());
        assert!(super::tests::verifier(key).verify(forged).is_err());
    }
}

fn flip(bytes: &mut [u8], bit: usize) {
    let bit = bit % (bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_flipped_bit_is_refused(
        count in 1u64..70,
        at in any::<prop::sample::Index>(),
        bit in any::<usize>(),
    ) {
        let key = key();
        let sealed = batch(&key, count).swap_remove(at.index(count as usize));
        refused(sealed.clone(), &key, |record, _| flip(&mut record.value, bit));
        refused(sealed.clone(), &key, |record, _| record.sequence ^= 1 << (bit % 64));
        refused(sealed.clone(), &key, |record, _| {
            let mut id = *record.record_id.as_bytes();
            flip(&mut id, bit);
            record.record_id = RecordId::new(id);
        });
        refused(sealed.clone(), &key, |record, _| record.source = "MAT".parse().unwrap());
        refused(sealed.clone(), &key, |record, _| record.value.push(0));
        refused(sealed, &key, |_, seal| flip(seal, bit));
    }

    #[test]
    fn malformed_seals_are_errors(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        cut in any::<usize>(),
    ) {
        let _ = Seal::decode(&bytes);
        let whole = batch(&key(), 9).swap_remove(3).into_parts().1.encode();
        prop_assert_eq!(Seal::decode(&whole).unwrap().encode(), &whole[..]);
        prop_assert!(Seal::decode(&whole[..cut % whole.len()]).is_err());
        let mut longer = whole;
        longer.extend_from_slice(&bytes);
        prop_assert_eq!(Seal::decode(&longer).is_err(), !bytes.is_empty());
    }

    #[test]
    fn a_path_leads_to_the_root_from_its_own_place_only(
        count in 1usize..300,
        at in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
    ) {
        let leaves: Vec<_> = (0..count).map(|n| leaf_hash(&[&n.to_be_bytes()])).collect();
        let tree = Tree::new(leaves.clone());
        let (at, other) = (at.index(count), other.index(count));
        let path = tree.path(at).unwrap();
        let led = |place: usize| root_from_path(&leaves[at], place as u64, count as u64, &path);
        prop_assert_eq!(led(at), Some(tree.root()));
        prop_assert!(at == other || led(other) != Some(tree.root()));
        prop_assert_eq!(led(count), None);
    }

    #[test]
    fn a_ciphertext_opens_only_whole_and_in_its_place(
        plain in prop::collection::vec(any::<u8>(), 0..300),
        bit in any::<usize>(),
    ) {
        let key = DataKey::generate().unwrap();
        let sealed = key.seal(b"MAT 2026-11", &plain).unwrap();
        prop_assert_eq!(key.open(b"MAT 2026-11", &sealed).unwrap(), plain);
        prop_assert!(key.open(b"MAT 2026-12", &sealed).is_err());
        prop_assert!(DataKey::generate().unwrap().open(b"MAT 2026-11", &sealed).is_err());
        let mut changed = sealed.clone();
        flip(&mut changed, bit);
        prop_assert!(key.open(b"MAT 2026-11", &changed).is_err());
        prop_assert!(key.open(b"MAT 2026-11", &sealed[..bit % sealed.len()]).is_err());
    }

    #[test]
    fn hmac_agrees_with_the_provider(
        key in any::<[u8; 32]>(),
        message in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let peer = openssl::pkey::PKey::hmac(&key).unwrap();
        let digest = openssl::hash::MessageDigest::sha256();
        let mut signer = openssl::sign::Signer::new(digest, &peer).unwrap();
        let expected = signer.sign_oneshot_to_vec(&message).unwrap();
        let (front, back) = message.split_at(message.len() / 2);
        let ours = hmac_sha256(&Secret::new(key), &[front, back]);
        prop_assert_eq!(ours.as_bytes().as_slice(), expected.as_slice());
    }
}

#[test]
fn the_largest_batch_has_twelve_hashes_and_verifies() {
    let key = key();
    let mut verifier = verifier(&key);
    for sealed in batch(&key, limits::MAX_BATCH as u64).into_iter().step_by(97) {
        assert!(sealed.seal().encode().len() <= limits::MAX_SEAL_BYTES);
        verifier.verify(sealed).unwrap();
    }
    let one_more = (0..=limits::MAX_BATCH as u64).map(|n| record(n, vec![])).collect();
    assert_eq!(seal_batch(&key, AT, one_more).unwrap_err(), Error::BatchSize);
    assert_eq!(seal_batch(&key, AT, vec![]).unwrap_err(), Error::BatchSize);
    let large = vec![record(1, vec![0; limits::MAX_VALUE_BYTES + 1])];
    assert_eq!(seal_batch(&key, AT, large).unwrap_err(), Error::ValueSize);
}

#[test]
fn a_key_seals_only_for_its_sources() {
    let (mine, other) = (key(), key());
    let refused = verifier(&mine).verify(batch(&other, 1).remove(0)).unwrap_err();
    assert_eq!(refused.error, Error::UnknownKey);
    let mut keyring = Keyring::default();
    keyring.add("DAT".parse().unwrap(), mine.public().clone()).unwrap();
    let refused = Verifier::new(keyring).verify(batch(&mine, 1).remove(0)).unwrap_err();
    assert_eq!(refused.error, Error::UnknownKey);
}

#[test]
fn a_rotated_key_seals_beside_the_old_one() {
    let (old, new) = (key(), key());
    let mut keyring = Keyring::default();
    keyring.add(source(), old.public().clone()).unwrap();
    keyring.add(source(), new.public().clone()).unwrap();
    let mut verifier = Verifier::new(keyring);
    verifier.verify(batch(&old, 2).remove(1)).unwrap();
    verifier.verify(batch(&new, 2).remove(1)).unwrap();
}

#[test]
fn keys_survive_their_files() {
    let key = key();
    let again = SigningKey::from_pem(key.to_pem().unwrap().expose()).unwrap();
    let public = VerifyingKey::from_pem(key.public().to_pem().unwrap().as_bytes()).unwrap();
    assert_eq!(again.public(), &public);
    assert_eq!(VerifyingKey::from_raw(public.raw()).unwrap().id(), key.id());
    let signature = again.sign(b"bundle").unwrap();
    public.verify(b"bundle", &signature).unwrap();
    assert_eq!(public.verify(b"bundle!", &signature), Err(Error::Signature));
    let rsa = openssl::rsa::Rsa::generate(2048).unwrap();
    let pem = rsa.private_key_to_pem().unwrap();
    assert_eq!(SigningKey::from_pem(&pem).unwrap_err(), Error::KeyForm);
    assert_eq!(VerifyingKey::from_pem(b"").unwrap_err(), Error::KeyForm);
}

#[test]
fn a_released_leaf_binds_all_it_names() {
    let key = key();
    let view: ViewId = "akrim-core".parse().unwrap();
    let org = Some("999999999");
    let record_id = RecordId::new([1; 16]);
    let entry = EntryId::new([2; 16]);
    let value = sha256(&[b"value"]);
    let leaf = release_leaf(&view, org, &record_id, 3, &entry, &value);
    let others = [
        release_leaf(&"akrim-organ".parse().unwrap(), org, &record_id, 3, &entry, &value),
        release_leaf(&view, Some("974760673"), &record_id, 3, &entry, &value),
        release_leaf(&view, Some("99999999"), &record_id, 3, &entry, &value),
        release_leaf(&view, None, &record_id, 3, &entry, &value),
        release_leaf(&view, org, &RecordId::new([9; 16]), 3, &entry, &value),
        release_leaf(&view, org, &record_id, 4, &entry, &value),
        release_leaf(&view, org, &record_id, 3, &EntryId::new([9; 16]), &value),
        release_leaf(&view, org, &record_id, 3, &entry, &sha256(&[b"Value"])),
    ];
    let seal = seal_leaves(&key, AT, &[leaf]).unwrap().remove(0);
    verify_leaf(key.public(), &leaf, &seal).unwrap();
    for other in others {
        assert_eq!(verify_leaf(key.public(), &other, &seal), Err(Error::Signature));
    }
    assert_eq!(verify_leaf(self::key().public(), &leaf, &seal), Err(Error::UnknownKey));
}

#[test]
fn a_batch_costs_one_signature_check_and_the_cache_is_bounded() {
    let key = key();
    let mut verifier = verifier(&key);
    for sealed in batch(&key, 40) {
        verifier.verify(sealed).unwrap();
    }
    assert_eq!(verifier.remembered(), 1);
    for _ in 0..limits::MAX_ROOTS + 5 {
        // Ed25519 is deterministic: another batch needs another record.
        let value = random::<8>().unwrap().to_vec();
        let sealed = seal_batch(&key, AT, vec![record(1, value)]).unwrap().remove(0);
        verifier.verify(sealed).unwrap();
    }
    assert_eq!(verifier.remembered(), limits::MAX_ROOTS);
}

#[test]
fn nothing_printed_holds_a_value_or_a_key() {
    let key = key();
    let records = vec![record(1, b"planted-secret".to_vec())];
    let sealed = seal_batch(&key, AT, records).unwrap().remove(0);
    let pem = String::from_utf8(key.to_pem().unwrap().expose().clone()).unwrap();
    let body = pem.lines().nth(1).unwrap().to_owned();
    let authentic = verifier(&key).verify(sealed.clone()).unwrap();
    let printed = format!("{sealed:?} {authentic:?} {key:?} {:?}", DataKey::generate().unwrap());
    assert!(!printed.contains("planted") && !printed.contains(&body));
    let bytes = format!("{:?}", b"planted".as_slice());
    assert!(!printed.contains(bytes.trim_matches(['[', ']'])));
}

#[test]
fn a_sealer_never_uses_a_nonce_twice_and_its_bodies_open() {
    let key = DataKey::generate().unwrap();
    let mut sealer = key.sealer().unwrap();
    let mut nonces = std::collections::BTreeSet::new();
    for n in 0..300_u32 {
        let place = n.to_be_bytes();
        let sealed = sealer.seal(&place, b"body").unwrap();
        assert_eq!(key.open(&place, &sealed).unwrap(), b"body");
        assert!(key.open(b"elsewhere", &sealed).is_err());
        assert!(nonces.insert(sealed[1..13].to_vec()));
    }
}

#[test]
fn salts_never_repeat() {
    let mut salts = Salts::default();
    let drawn: std::collections::BTreeSet<_> = (0..300).map(|_| salts.draw().unwrap()).collect();
    assert_eq!(drawn.len(), 300);
    assert_eq!(format!("{salts:?}"), "Salts(…)");
}

#[test]
fn digests_match_the_published_ones() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(sha256(&[b"a", b"bc"]).to_string(), abc);
    assert_eq!(Tree::new(vec![]).root(), sha256(&[]));
    let one: Digest = leaf_hash(&[b"x"]);
    assert_eq!(Tree::new(vec![one]).root(), one);
}
