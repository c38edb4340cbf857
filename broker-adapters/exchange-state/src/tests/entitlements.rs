//! The entitlement lane: until when one is live, what its source may change, and what is passed
//! over with a code.

use super::copy::House;
use super::states::{org, source};
use crate::limits::{MAX_OF_PAIR, MAX_UNDERWAY, WORD_DAYS};
use crate::{Entitlement, Error, Permanent, State, Terms, Unheard};
use carrier::{Carrier, Lane, Message, entitlement_message, entitlement_unsealed};
use seal::{SigningKey, seal_batch};
use vocabulary::{EntitlementKind, OrgNumber, Timestamp};

const SOURCE: &str = "samtykke";

fn terms(id: &str, from: i32, to: i32) -> Terms {
    Terms {
        id: id.parse().unwrap(),
        kind: EntitlementKind::Consent,
        subject: org(1),
        recipient: org(2),
        purpose: "procurement_before".parse().unwrap(),
        basis: "KONS".parse().unwrap(),
        from,
        to,
        evidence: "ref".to_owned(),
        ended: false,
    }
}

fn sealed(key: &SigningKey, by: &str, at: i64, terms: &Terms, value: Vec<u8>) -> Message {
    let unsealed = entitlement_unsealed(source(by), value);
    let sealed = seal_batch(key, Timestamp::from_micros(at), vec![unsealed]).unwrap().remove(0);
    entitlement_message(&terms.id, sealed)
}

/// What the source says at a time; the lane's clock stands at 0.
fn said(house: &House, at: i64, terms: &Terms) -> Message {
    let value = Entitlement::new(terms.clone()).unwrap().encode().unwrap();
    sealed(&house.key, SOURCE, at, terms, value)
}

/// About whom something changed by these messages, for a ruling on the first day.
fn follow(house: &House, state: &State, messages: Vec<Message>) -> Vec<OrgNumber> {
    house.carrier.publish(&Lane::Entitlement, messages).unwrap();
    let followed = state.follow_entitlements(&house.carrier, 0).unwrap();
    assert!(!state.follow_entitlements(&house.carrier, 0).unwrap().more);
    followed.changed
}

/// Days of the next hundred on which somebody is entitled about the subject.
fn live(state: &State) -> Vec<i32> {
    let held = state.entitlements(&org(1)).unwrap();
    (0..100).filter(|day| held.iter().any(|granted| granted.is_live(*day))).collect()
}

fn heard(state: &State, why: Unheard) -> u64 {
    state.unheard().get(&why).copied().unwrap_or_default()
}

#[test]
fn one_is_live_from_its_first_day_to_its_last_and_no_longer_than_its_source_is_heard() {
    let house = House::new();
    let state = house.state();
    assert!(state.entitlements(&org(1)).unwrap().is_empty());
    assert_eq!(follow(&house, &state, vec![said(&house, 0, &terms("a", 3, 5))]), [org(1)]);
    assert_eq!(live(&state), [3, 4, 5]);
    assert_eq!(state.turned(2, 3).unwrap(), [org(1)]);
    assert_eq!(state.turned(5, 6).unwrap(), [org(1)]);
    assert_eq!(state.turned(6, 5).unwrap(), [org(1)], "a clock that goes back");
    assert!(state.turned(3, 5).unwrap().is_empty());
    // A longer one lasts as long as its source's word.
    follow(&house, &state, vec![said(&house, 1, &terms("a", 0, 99))]);
    let last = i32::try_from(WORD_DAYS).unwrap();
    assert_eq!(live(&state), (0..=last).collect::<Vec<_>>());
    let again = house.state_again(state);
    assert_eq!(live(&again), (0..=last).collect::<Vec<_>>(), "the copy keeps it");
}

#[test]
fn an_end_ends_it_whenever_it_comes_and_what_was_said_before_it_is_not_heard() {
    let house = House::new();
    let state = house.state();
    let (grant, other) = (terms("a", 0, 9), terms("b", 0, 9));
    follow(&house, &state, vec![said(&house, 5, &grant), said(&house, 5, &other)]);
    let end = said(&house, 9, &Terms { ended: true, ..grant.clone() });
    assert_eq!(follow(&house, &state, vec![end.clone()]), [org(1)]);
    assert_eq!(state.entitlements(&org(1)).unwrap().len(), 1, "the other stands");
    // The grant once more, older than the end; the end once more.
    assert!(follow(&house, &state, vec![said(&house, 5, &grant), end]).is_empty());
    assert_eq!(
        (state.entitlements(&org(1)).unwrap().len(), heard(&state, Unheard::Replayed)),
        (1, 1)
    );
    // What its source says later counts again, and that it says it again changes nothing.
    assert_eq!(follow(&house, &state, vec![said(&house, 10, &grant)]), [org(1)]);
    assert!(follow(&house, &state, vec![said(&house, 11, &grant)]).is_empty());
    assert_eq!(state.entitlements(&org(1)).unwrap().len(), 2);
}

#[test]
fn nothing_is_opened_by_what_is_not_sealed_by_the_source_it_names() {
    let house = House::new();
    let state = house.state();
    let (grant, stranger) = (terms("a", 0, 9), SigningKey::generate().unwrap());
    let value = Entitlement::new(grant.clone()).unwrap().encode().unwrap();
    let good = said(&house, 5, &grant);
    let unsealed = vec![
        Message { headers: Vec::new(), ..good.clone() },
        Message { value: None, ..good.clone() },
        Message { value: Some(b"{}".to_vec()), ..good.clone() },
        sealed(&stranger, SOURCE, 5, &grant, value.clone()),
        sealed(&house.key, "ukjent", 5, &grant, value),
    ];
    let many = unsealed.len() as u64;
    assert!(follow(&house, &state, unsealed).is_empty());
    assert_eq!(heard(&state, Unheard::Unsealed), many);
    // Sealed long before it came, or by a clock far ahead: it may be an old one once more.
    let underway = said(&house, -MAX_UNDERWAY - 1, &grant);
    let ahead = said(&house, 2 * MAX_UNDERWAY, &grant);
    assert!(follow(&house, &state, vec![underway, ahead]).is_empty());
    assert_eq!(heard(&state, Unheard::Replayed), 2);
    // Over before it came.
    assert!(follow(&house, &state, vec![said(&house, 6, &terms("b", -9, -1))]).is_empty());
    assert_eq!(heard(&state, Unheard::Expired), 1);
    assert!(live(&state).is_empty());
    // Of one that a source holds, another source's word is not heard.
    follow(&house, &state, vec![good]);
    let ended = Terms { ended: true, ..grant.clone() };
    let value = Entitlement::new(ended).unwrap().encode().unwrap();
    assert!(
        follow(&house, &state, vec![sealed(&house.key, "register", 9, &grant, value)]).is_empty()
    );
    assert_eq!(heard(&state, Unheard::Unsealed), many + 1);
    assert_eq!(live(&state).len(), 10);
}

#[test]
fn what_cannot_be_read_opens_nothing_and_closes_what_its_source_had_opened() {
    let house = House::new();
    let state = house.state();
    let grant = terms("a", 0, 9);
    let junk = |at, value: &[u8]| sealed(&house.key, SOURCE, at, &grant, value.to_vec());
    let large = format!("{{\"evidence\":\"{}\"}}", "x".repeat(4_000));
    assert!(follow(&house, &state, vec![junk(1, b"{}"), junk(1, large.as_bytes())]).is_empty());
    let mut named = said(&house, 2, &grant);
    named.key = b"another".to_vec();
    assert!(follow(&house, &state, vec![named]).is_empty());
    assert_eq!(heard(&state, Unheard::Unreadable), 3);
    follow(&house, &state, vec![said(&house, 3, &grant)]);
    assert_eq!(live(&state).len(), 10);
    assert_eq!(follow(&house, &state, vec![junk(4, b"{}")]), [org(1)]);
    assert!(live(&state).is_empty());
    for (from, to, evidence) in [(5, 4, "x"), (0, 4_000, "x"), (0, 1, ""), (0, 1, "a\nb")] {
        let wrong = Terms { evidence: evidence.to_owned(), ..terms("a", from, to) };
        let refused = Entitlement::new(wrong).unwrap_err();
        assert!(matches!(refused, Error::Permanent(Permanent::TooLarge | Permanent::Malformed)));
    }
}

#[test]
fn a_recipient_has_only_so_many_about_one_subject() {
    let house = House::new();
    let state = house.state();
    let one = |n: i64| said(&house, 1, &terms(&format!("s-{n}"), 0, 9));
    follow(&house, &state, (0..=MAX_OF_PAIR).map(one).collect());
    assert_eq!(state.entitlements(&org(1)).unwrap().len() as i64, MAX_OF_PAIR);
    assert_eq!(heard(&state, Unheard::TooMany), 1);
    // Those held may be said again, and one that ends makes room.
    follow(&house, &state, vec![said(&house, 2, &Terms { ended: true, ..terms("s-0", 0, 9) })]);
    assert!(!follow(&house, &state, vec![said(&house, 3, &terms("late", 0, 9))]).is_empty());
    assert_eq!(state.entitlements(&org(1)).unwrap().len() as i64, MAX_OF_PAIR);
}
