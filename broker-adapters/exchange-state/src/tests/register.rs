//! The register lane: what kind of subject it makes, and that only the register's source is heard.

use super::copy::House;
use super::states::{org, source};
use crate::{RegisterEntry, State};
use carrier::{Carrier, Lane, Message, REGISTER_SOURCE, register_message, register_unsealed};
use seal::{SigningKey, Unsealed, seal_batch};
use vocabulary::{OrgNumber, SubjectKind, Timestamp};

fn entry(at: usize, form: &str, parent: Option<usize>, as_of: i64) -> RegisterEntry {
    RegisterEntry {
        orgnr: org(at),
        form: form.parse().unwrap(),
        parent: parent.map(org),
        nace: None,
        municipality: Some(format!("{:04}", 301 + at).parse().unwrap()),
        status: "aktiv".to_owned(),
        storulykke: None,
        as_of: Timestamp::from_micros(as_of),
    }
}

/// Messages with their keys, sealed as one batch.
fn sealed(key: &SigningKey, at: i64, said: Vec<(OrgNumber, Unsealed)>) -> Vec<Message> {
    let (keys, unsealed): (Vec<_>, Vec<_>) = said.into_iter().unzip();
    let sealed = seal_batch(key, Timestamp::from_micros(at), unsealed).unwrap();
    let message = |(orgnr, sealed): (OrgNumber, _)| register_message(orgnr.as_str().into(), sealed);
    keys.into_iter().zip(sealed).map(message).collect()
}

fn value(entry: &RegisterEntry) -> Unsealed {
    register_unsealed(serde_json::to_vec(entry).unwrap()).unwrap()
}

/// Entries as the register's source seals them.
fn messages(house: &House, at: i64, entries: &[RegisterEntry]) -> Vec<Message> {
    let said = entries.iter().map(|entry| (entry.orgnr, value(entry)));
    sealed(&house.key, at, said.collect())
}

fn register(house: &House, at: i64, entries: &[RegisterEntry]) {
    house.carrier.publish(&Lane::Register, messages(house, at, entries)).unwrap();
}

fn kind(state: &State, at: usize) -> SubjectKind {
    state.resolve(&org(at), Timestamp::from_micros(0)).unwrap().kind
}

/// Whose entries changed by these messages.
fn changed(house: &House, state: &State, messages: Vec<Message>) -> Vec<OrgNumber> {
    house.carrier.publish(&Lane::Register, messages).unwrap();
    let followed = state.follow_register(&house.carrier).unwrap();
    assert!(followed.more && !state.follow_register(&house.carrier).unwrap().more);
    followed.changed
}

#[test]
fn a_sub_unit_is_what_the_unit_above_is() {
    let house = House::new();
    register(
        &house,
        1,
        &[
            entry(1, "AS", None, 10),
            entry(2, "BEDR", Some(1), 20),
            entry(3, "ENK", None, 10),
            entry(4, "BEDR", Some(3), 20),
            entry(5, "BEDR", Some(2), 20),
            entry(6, "BEDR", Some(99), 20),
            entry(7, "BEDR", Some(7), 20),
            entry(8, "BEDR", None, 20),
            entry(9, "AS", None, 4),
            entry(10, "BEDR", Some(9), 20),
        ],
    );
    let state = house.state();
    let resolve = |at| state.resolve(&org(at), Timestamp::from_micros(5)).unwrap();
    let kinds = [
        (1, SubjectKind::Legal),
        (2, SubjectKind::Legal),
        (3, SubjectKind::SoleProprietor),
        (4, SubjectKind::SoleProprietor),
        (5, SubjectKind::Legal),
        (6, SubjectKind::Unknown),
        (7, SubjectKind::Unknown),
        (8, SubjectKind::Unknown),
        (9, SubjectKind::Unknown),
        (10, SubjectKind::Unknown),
        (11, SubjectKind::Unknown),
    ];
    for (at, kind) in kinds {
        assert_eq!(resolve(at).kind, kind, "{at}");
        let known = resolve(at).municipality.is_some();
        assert_eq!(known, !matches!(at, 9 | 11), "{at}");
    }
    assert_eq!(resolve(2).as_of, Some(Timestamp::from_micros(10)));
    assert_eq!(resolve(2).municipality, Some("0303".parse().unwrap()));
    assert_eq!(state.sub_units(&org(1), None, 9).unwrap(), [org(2)]);
}

#[test]
fn a_change_in_the_register_is_told_and_counts_at_once() {
    let house = House::new();
    register(&house, 1, &[entry(1, "AS", None, 10), entry(2, "AS", None, 10)]);
    let state = house.state();
    assert_eq!(
        [1, 2, 3].map(|at| kind(&state, at)),
        [SubjectKind::Legal, SubjectKind::Legal, SubjectKind::Unknown]
    );
    let same = messages(&house, 2, &[entry(1, "AS", None, 11)]);
    assert_eq!(changed(&house, &state, same), []);
    let other = messages(&house, 3, &[entry(1, "ENK", None, 12), entry(3, "AS", None, 1)]);
    assert_eq!(changed(&house, &state, other), [org(1), org(3)]);
    assert_eq!(kind(&state, 1), SubjectKind::SoleProprietor);
    assert_eq!(kind(&state, 3), SubjectKind::Legal);
    assert_eq!(state.unsealed(), 0);
    // What a newer register would say, which this build can not read: counts as missing.
    let newer = register_unsealed(b"{}".to_vec()).unwrap();
    let newer = sealed(&house.key, 4, vec![(org(3), newer)]);
    assert_eq!(changed(&house, &state, newer), [org(3)]);
    assert_eq!(kind(&state, 3), SubjectKind::Unknown);
}

/// Whoever can write the lane, but has not the register's key, can neither widen nor take away.
#[test]
fn a_forged_register_entry_changes_nothing() {
    let house = House::new();
    let honest = entry(1, "ENK", None, 10);
    let earlier = messages(&house, 1, &[entry(1, "AS", None, 9)]);
    register(&house, 2, std::slice::from_ref(&honest));
    let state = house.state();
    let company = entry(1, "AS", None, 20);
    let bare = Message {
        key: org(1).as_str().into(),
        value: Some(serde_json::to_vec(&company).unwrap()),
        headers: vec![],
    };
    let strange = SigningKey::generate().unwrap();
    let strangers = sealed(&strange, 3, vec![(org(1), value(&company))]);
    let mut swapped = messages(&house, 3, &[entry(1, "ENK", None, 30)]);
    swapped[0].value = bare.value.clone();
    let other_key = sealed(&house.key, 3, vec![(org(1), value(&entry(2, "AS", None, 20)))]);
    let as_finding = Unsealed { source: source("AAA"), ..value(&company) };
    let as_finding = sealed(&house.key, 3, vec![(org(1), as_finding)]);
    let gone = Message { key: org(1).as_str().into(), ..Message::default() };
    let nobody = Message { key: b"nobody".to_vec(), ..swapped[0].clone() };
    let all =
        [vec![bare], strangers, swapped, other_key, as_finding, vec![gone], vec![nobody], earlier];
    for (number, forged) in (1..).zip(all) {
        assert_eq!(changed(&house, &state, forged), [], "{number}");
        assert_eq!(state.unsealed(), number);
        assert_eq!(state.register(&org(1)).unwrap().as_deref(), Some(&honest), "{number}");
        assert_eq!(kind(&state, 1), SubjectKind::SoleProprietor, "{number}");
    }
    // A copy begun anew comes to the same.
    drop(state);
    std::fs::remove_file(house.copy()).unwrap();
    let state = house.state();
    assert_eq!(kind(&state, 1), SubjectKind::SoleProprietor);
    assert_eq!(state.register(&org(2)).unwrap(), None);
    assert_eq!(REGISTER_SOURCE.parse().ok().as_ref(), Some(&source("register")));
}
