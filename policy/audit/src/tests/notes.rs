//! Checkpoints and their notes, against the reference implementation of signed notes.

use super::*;
use signed_note::{Note, StandardVerifier, VerifierList};

fn checkpoint(runs: usize) -> Checkpoint {
    let mut state = Runs::default();
    for run in 0..runs as u64 {
        state.put("exchange-0".parse().unwrap(), run, Run { highest: 3, last_leaf: run });
    }
    let (runs, earlier) = state.lines();
    let root = some_leaf(1);
    Checkpoint { origin: ORIGIN.to_owned(), size: 9, root, at: AT, runs, earlier }
}

#[test]
fn other_peoples_tools_verify_a_checkpoint() {
    let key = SigningKey::generate().unwrap();
    let note = checkpoint(400).sign(&key).unwrap();
    let verifier = StandardVerifier::new(&verifier_key(ORIGIN, key.public())).unwrap();
    let known = VerifierList::new(vec![Box::new(verifier)]);
    let theirs = Note::from_bytes(note.as_bytes()).unwrap();
    assert_eq!(theirs.verify(&known).unwrap().0.len(), 1);
    let theirs = tlog_tiles::Checkpoint::from_bytes(theirs.text()).unwrap();
    assert_eq!((theirs.origin(), theirs.size()), (ORIGIN, 9));
    assert_eq!(&theirs.hash().0, some_leaf(1).as_bytes());
    assert_eq!(theirs.extension().lines().count(), 1 + 256 + 1);
}

#[test]
fn a_checkpoint_survives_its_note_and_every_changed_byte_is_refused() {
    let key = SigningKey::generate().unwrap();
    let before = checkpoint(2);
    let note = before.sign(&key).unwrap();
    assert_eq!(Checkpoint::open(&note, key.public()).unwrap(), before);
    let other = SigningKey::generate().unwrap();
    let refused = Checkpoint::open(&note, other.public()).unwrap_err();
    assert_eq!(refused, Error::NoteSignature);
    for at in 0..note.len() {
        for bit in 0..8 {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            if let Ok(changed) = String::from_utf8(bytes) {
                let opened = Checkpoint::open(&changed, key.public());
                assert!(opened.is_err(), "bit {bit} of byte {at} in {note}");
            }
        }
        if let Some(cut) = note.get(..at) {
            assert!(Checkpoint::open(cut, key.public()).is_err(), "cut at {at}");
        }
    }
}

#[test]
fn a_witness_may_sign_too_but_never_instead() {
    let (key, witness) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    let note = checkpoint(1).sign(&key).unwrap();
    let seen = sign_note(&checkpoint(1).text(), "witness.example", &witness).unwrap();
    let line = seen.lines().last().unwrap();
    let both = format!("{note}{line}\n");
    assert_eq!(Checkpoint::open(&both, key.public()).unwrap(), checkpoint(1));
    assert_eq!(Checkpoint::open(&both, witness.public()), Err(Error::NoteSignature));
    assert!(Checkpoint::open(&format!("{note}no signature\n"), key.public()).is_err());
}

#[test]
fn earlier_runs_fold_into_one_digest_that_still_binds_them() {
    let folded = |change: u64| {
        let mut runs = Runs::default();
        for run in 0..300 {
            let highest = if run == 5 { 3 + change } else { 3 };
            runs.put("exchange-0".parse().unwrap(), run, Run { highest, last_leaf: run });
        }
        runs.lines()
    };
    let (lines, earlier) = folded(0);
    assert_eq!((lines.len(), earlier.unwrap().count), (256, 44));
    assert!(lines.iter().all(|line| line.run >= 44));
    assert_ne!(folded(1).1, earlier);
}

#[test]
fn a_text_that_could_break_a_note_is_not_signed() {
    let key = SigningKey::generate().unwrap();
    for (text, name) in [("no newline", ORIGIN), ("a\tb\n", ORIGIN), ("a\n", "a b"), ("a\n", "a+b")]
    {
        assert_eq!(sign_note(text, name, &key), Err(Error::Note));
    }
}
