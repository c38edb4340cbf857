//! Entries, rows and their numbering.

use super::*;
use crate::test_util::recorded;
use proptest::prelude::*;

fn recorder() -> Recorder {
    Recorder::new("exchange-0", 42).unwrap()
}

/// A row that releases the value to a view, as release would make it.
fn row(item: &Plain, outcome: Outcome) -> Row {
    let salt = [9; SALT_LEN];
    let commitment = match outcome {
        Outcome::Withheld => Row::NOTHING,
        _ => Row::commit(&salt, &item.value),
    };
    Row {
        view: item.view.clone(),
        recipient: item.recipient,
        epoch: 1,
        purpose: "akrim_prevention".parse().unwrap(),
        plan: seal::sha256(&[b"plan"]),
        outcome,
        under: vec![Under {
            entitlement: "samtykke-7".parse().unwrap(),
            basis: "KONS".parse().unwrap(),
        }],
        salt,
        commitment,
    }
}

#[test]
fn an_entry_survives_its_bytes_and_every_change_of_them_changes_the_leaf() {
    let entry = entries(&mut recorder(), 3).swap_remove(2);
    let bytes = entry.encode();
    assert_eq!(Entry::decode(&bytes).unwrap(), entry);
    let leaf = entry.leaf().encode();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = Entry::decode(&changed) {
            assert_ne!(other.leaf().encode(), leaf, "bit {bit}");
        }
    }
}

proptest! {
    #[test]
    fn malformed_entries_and_leaves_are_errors(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        cut in any::<usize>(),
    ) {
        let _ = (Entry::decode(&bytes), Leaf::decode(&bytes), Frontier::decode(&bytes));
        let entry = entries(&mut recorder(), 1).remove(0);
        for whole in [entry.encode(), entry.leaf().encode()] {
            let cut = cut % whole.len();
            prop_assert!(Entry::decode(&whole[..cut]).is_err());
            prop_assert!(Leaf::decode(&whole[..cut]).is_err());
            let longer = [&whole[..], &[0]].concat();
            prop_assert!(Entry::decode(&longer).is_err() && Leaf::decode(&longer).is_err());
        }
    }
}

#[test]
fn a_leaf_tells_nothing_but_when_and_which() {
    let (mut one, mut other) = (recorder(), recorder());
    let (one, other) = (entries(&mut one, 1).remove(0), entries(&mut other, 1).remove(0));
    // The same finding twice: salts keep the commitments apart.
    assert_eq!(one.shared(), other.shared());
    assert_ne!(one.leaf().body, other.leaf().body);
    assert_ne!(one.leaf().rows, other.leaf().rows);
    let bytes = one.leaf().encode();
    for told in [&b"999999999"[..], b"akrim-core", b"974760673", b"planted", b"MAT", b"sanction"] {
        assert!(!bytes.windows(told.len()).any(|window| window == told));
    }
}

#[test]
fn numbers_are_dense_and_an_aborted_one_is_used_again() {
    let mut recorder = recorder();
    let id = recorder.next_id();
    let first = recorded(&mut recorder, AT, two()).unwrap();
    assert_eq!((first.entry().counter(), first.entry().id()), (1, id));
    recorder.committed();
    let lost = recorded(&mut recorder, AT, two()).unwrap().entry().counter();
    let _ = recorded(&mut recorder, AT, two()).unwrap();
    recorder.abandon(lost).unwrap();
    assert_eq!(recorded(&mut recorder, AT, vec![]).unwrap().entry().counter(), 2);
    assert_eq!(recorder.abandon(1), Err(Error::Rewind));
    assert_eq!(recorder.abandon(4), Err(Error::Rewind));
    assert_eq!(Recorder::new("Exchange 0", 1).unwrap_err(), Error::Writer);
}

#[test]
fn a_refused_recording_takes_no_number() {
    let mut recorder = recorder();
    recorder.record(shared(1), Vec::new(), two()).unwrap_err();
    assert_eq!(recorder.next(), 1);
}

#[test]
fn rows_and_what_leaves_are_one_to_one() {
    let [a, b] = [two().remove(0), two().remove(1)];
    let released = |item: &Plain| row(item, Outcome::Released);
    let check = |rows: Vec<Row>, covered: Vec<Plain>| {
        let recorded = recorder().record(shared(1), rows, covered);
        recorded.map(|recorded| recorded.entry().kind())
    };
    let all = vec![a.clone(), b.clone()];
    let both = vec![released(&a), released(&b)];
    assert_eq!(check(both.clone(), all.clone()), Ok(EntryKind::Release));
    let gone = vec![row(&a, Outcome::Withdrawn), row(&b, Outcome::Withheld)];
    assert_eq!(check(gone, vec![a.clone()]), Ok(EntryKind::Release));
    assert_eq!(check(vec![row(&a, Outcome::Withheld)], vec![]), Ok(EntryKind::Withheld));
    // Something leaves without a row, a row without something that leaves, either twice.
    assert_eq!(check(vec![released(&a)], all), Err(Error::Rows));
    assert_eq!(check(both, vec![a.clone()]), Err(Error::Rows));
    assert_eq!(check(vec![released(&a)], vec![a.clone(), a.clone()]), Err(Error::Rows));
    assert_eq!(check(vec![released(&a), released(&a)], vec![a.clone()]), Err(Error::Rows));
    // To another recipient than the row says.
    let mut other = b.clone();
    other.recipient = None;
    assert_eq!(check(vec![released(&b)], vec![other]), Err(Error::Rows));
    // Other bytes than the row commits to, or a commitment where nothing left.
    let mut other = a.clone();
    other.value.push(0);
    assert_eq!(check(vec![released(&a)], vec![other]), Err(Error::Commitment));
    let mut withheld = row(&a, Outcome::Withheld);
    withheld.commitment = Row::commit(&withheld.salt, &a.value);
    assert_eq!(check(vec![withheld], vec![]), Err(Error::Commitment));
}

#[test]
fn an_inquiry_is_recorded_with_who_and_why() {
    let question = Question::WhoGot { subject: "999999999".to_owned() };
    let inquiry =
        Inquiry { question, asker: "dpo@mat".to_owned(), reason: "innsyn \"2026/17\"".to_owned() };
    let bundle = seal::sha256(&[b"bundle"]);
    let recorded: Recorded<Plain> = recorder().access(AT, bundle, &inquiry).unwrap();
    let entry = Entry::decode(&recorded.entry().encode()).unwrap();
    assert_eq!(entry.kind(), EntryKind::Access);
    assert_eq!(entry.shared().subject.as_deref(), Some("999999999"));
    assert_eq!(Inquiry::of(&entry), Some(inquiry.clone()));
    let changed: Recorded<Plain> =
        recorder().change(AT, bundle, entry.detail().unwrap().to_owned()).unwrap();
    assert_eq!(Inquiry::of(changed.entry()), None);
    let long = Inquiry { reason: "x".repeat(2000), ..inquiry };
    assert_eq!(recorder().access::<Plain>(AT, bundle, &long).unwrap_err(), Error::Limit);
}

#[test]
fn bounds_are_errors() {
    let mut long = shared(1);
    long.subject = Some("9".repeat(300));
    assert_eq!(recorded_about(&mut recorder(), long, vec![]).unwrap_err(), Error::Limit);
    let detail = "x".repeat(limits::MAX_DETAIL_BYTES + 1);
    let bundle = seal::sha256(&[]);
    assert_eq!(recorder().change::<Plain>(AT, bundle, detail).unwrap_err(), Error::Limit);
    assert_eq!(Entry::decode(&vec![1; limits::MAX_ENTRY_BYTES + 1]), Err(Error::Limit));
}
