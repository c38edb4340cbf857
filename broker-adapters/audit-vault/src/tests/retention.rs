//! The end of retention: keys, bodies and tags go; tree and proofs stay.

use super::*;
use audit::{Inquiry, Question, Recorded};
use std::fs;

const DAY: i64 = 86_400_000_000;

fn at(days: i64) -> Timestamp {
    Timestamp::from_micros(AT.as_micros() + days * DAY)
}

#[test]
fn months_follow_the_calendar() {
    let month = |days: i64| Month::of(Timestamp::from_micros(days * DAY)).year_and_month();
    // Days since 1970-01-01 of dates at the edges of months and of leap years.
    let dates = [
        (0, (1970, 1)),
        (-1, (1969, 12)),
        (58, (1970, 2)),
        (59, (1970, 3)),
        (11_016, (2000, 2)),
        (11_017, (2000, 3)),
        (20_512, (2026, 2)),
        (20_513, (2026, 3)),
        (20_818, (2026, 12)),
        (20_819, (2027, 1)),
    ];
    for (days, expected) in dates {
        assert_eq!(month(days), expected, "day {days}");
    }
    assert_eq!(Month::of(AT).before(11).year_and_month(), (2025, 12));
}

#[test]
fn shredding_takes_bodies_and_tags_and_leaves_every_proof() {
    let (scene, mut recorder) = (Scene::new(), recorder());
    let mut vault = scene.open();
    let old = entry(&mut recorder, shared("MAT-smilefjes", SUBJECT, at(-400)));
    let other = entry(&mut recorder, shared("DAT", SUBJECT, at(-400)));
    let new = entry(&mut recorder, shared("MAT", SUBJECT, AT));
    vault.integrate(&[old.clone(), other.clone(), new.clone()], 3).unwrap();
    let view = "akrim-core".parse().unwrap();
    let questions = [
        Question::WhoGot { subject: SUBJECT.to_owned() },
        Question::Explain { entry: old.id() },
        Question::Receipt { entry: old.id(), view, recipient: None },
    ];
    let asked = questions.map(|question| {
        let inquiry = Inquiry { question, asker: "dpo".to_owned(), reason: "x".to_owned() };
        let recorded: Recorded<Plain> =
            recorder.access(AT, Digest::new([1; 32]), &inquiry).unwrap();
        recorded.into_parts().0
    });
    vault.integrate(&asked, 6).unwrap();
    vault.publish(AT).unwrap();
    let reader = scene.reader();
    let [who, explain, receipt] = asked.each_ref().map(|asked| reader.access(&asked.id()).unwrap());
    let found = |reader: &Reader| -> Vec<_> {
        let found = reader.who_got(&who, 0).unwrap().found;
        found.into_iter().map(|answer| answer.entry.id()).collect()
    };
    assert_eq!(found(&reader), [old.id(), other.id(), new.id(), asked[0].id()]);
    let kept = reader.receipt(&receipt, scene.key().public()).unwrap();

    let mat = "MAT".parse().unwrap();
    assert_eq!(vault.shred(Some(&mat), Month::of(AT)).unwrap(), 1);

    assert_eq!(found(&reader), [other.id(), new.id(), asked[0].id()]);
    assert!(matches!(reader.explain(&explain), Err(Error::Unknown)));
    assert!(matches!(reader.receipt(&receipt, scene.key().public()), Err(Error::Unknown)));
    assert_eq!(scene.check().findings, []);
    kept.verify(scene.key().public()).unwrap();
    assert_eq!(vault.shred(Some(&mat), Month::of(AT)).unwrap(), 0);
    // The month's late entry gets a new key.
    let late = entry(&mut recorder, shared("MAT", SUBJECT, at(-400)));
    vault.integrate(std::slice::from_ref(&late), 7).unwrap();
    assert_eq!(found(&reader), [other.id(), new.id(), asked[0].id(), late.id()]);
}

#[test]
fn a_shredded_key_is_in_no_file() {
    let (scene, mut recorder) = (Scene::new(), recorder());
    let mut vault = scene.open();
    for days in [-400, 0] {
        let about = shared("MAT", SUBJECT, at(days));
        let position = vault.position() + 1;
        vault.integrate(&[entry(&mut recorder, about)], position).unwrap();
    }
    let path = scene.path().join("private/keys.sqlite");
    let keys = crate::keys::Keys::open_to_read(&path).unwrap().all().unwrap();
    let held = |key: &seal::DataKey| {
        let private = fs::read_dir(scene.path().join("private")).unwrap();
        private.into_iter().any(|file| {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            bytes.windows(32).any(|window| window == key.expose())
        })
    };
    let [(old, _, old_key), (_, _, new_key)] = &keys[..] else { panic!("two periods") };
    assert!(held(old_key) && held(new_key));
    vault.shred(old.authority.as_ref(), Month::of(AT)).unwrap();
    assert!(!held(old_key) && held(new_key));
}

#[test]
fn a_crash_while_shredding_is_made_good_by_the_next_try() {
    let (scene, mut recorder) = (Scene::new(), recorder());
    let old = entry(&mut recorder, shared("MAT", SUBJECT, at(-400)));
    // Instants: keys, rows, leaves, then the clearing.
    let mut vault = scene.open_crashing(3).unwrap();
    vault.integrate(&[old], 1).unwrap();
    let mat = "MAT".parse().unwrap();
    vault.shred(Some(&mat), Month::of(AT)).unwrap_err();
    drop(vault);
    assert_eq!(scene.open().shred(Some(&mat), Month::of(AT)).unwrap(), 1);
}
