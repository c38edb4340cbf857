//! Waits within their bounds, records parked after theirs, recipients waited for.

use super::{After, Courier, Heard, OPEN_AFTER, Schedule, Time};
use proptest::prelude::*;
use std::time::Duration;
use vocabulary::Timestamp;

const SCHEDULE: Schedule =
    Schedule { first: Duration::from_millis(100), most: Duration::from_secs(10), attempts: 3 };
const NOW: Timestamp = Timestamp::from_micros(1_000_000);

#[test]
fn a_refused_record_is_parked_after_its_attempts_and_the_next_has_its_own() {
    let mut courier = Courier::new(SCHEDULE);
    for _ in 0..2 {
        let after = [0, 1, 2].map(|_| courier.heard(Heard::Refused, NOW, 0));
        assert_eq!(after, [After::Again, After::Again, After::Park]);
    }
    assert!(!courier.is_open());
}

#[test]
fn a_recipient_that_is_away_is_waited_for_without_end_and_nothing_is_parked() {
    let mut courier = Courier::new(SCHEDULE);
    for attempt in 1..1_000 {
        assert_eq!(courier.heard(Heard::Away(None), NOW, u64::MAX), After::Again);
        assert_eq!(courier.is_open(), attempt >= OPEN_AFTER);
    }
    assert_eq!(courier.heard(Heard::Taken, NOW, 0), After::Next);
    assert!(!courier.is_open());
}

#[test]
fn one_that_is_away_in_between_counts_nothing_against_the_record() {
    let mut courier = Courier::new(SCHEDULE);
    courier.heard(Heard::Refused, NOW, 0);
    courier.heard(Heard::Away(None), NOW, 0);
    assert_eq!(courier.heard(Heard::Refused, NOW, 0), After::Again);
    assert_eq!(courier.heard(Heard::Refused, NOW, 0), After::Park);
}

#[test]
fn one_that_is_gone_is_left_alone() {
    let mut courier = Courier::new(SCHEDULE);
    assert_eq!(courier.heard(Heard::of_status(410), NOW, 0), After::Stop);
    assert_eq!(courier.time(Timestamp::from_micros(i64::MAX)), Time::Never);
}

#[test]
fn the_recipient_may_ask_for_more_time_within_the_longest_wait() {
    let mut courier = Courier::new(SCHEDULE);
    courier.heard(Heard::Away(Some(Duration::from_secs(4))), NOW, 0);
    assert_eq!(courier.time(NOW), Time::Wait(Duration::from_secs(4)));
    courier.heard(Heard::Away(Some(Duration::from_secs(4_000))), NOW, 0);
    assert_eq!(courier.time(NOW), Time::Wait(SCHEDULE.most));
    assert_eq!(courier.time(Timestamp::from_micros(11_000_000)), Time::Now);
    // The clock went back by a year.
    assert_eq!(
        courier.time(Timestamp::from_micros(-31_536_000_000_000)),
        Time::Wait(SCHEDULE.most)
    );
}

#[test]
fn only_2xx_is_taken_and_no_redirect_is_followed() {
    for status in 100..600 {
        let taken = Heard::of_status(status) == Heard::Taken;
        assert_eq!(taken, (200..300).contains(&status), "{status}");
    }
    for status in [301, 302, 307, 308, 400, 422, 500] {
        assert_eq!(Heard::of_status(status), Heard::Refused);
    }
    for status in [401, 404, 429, 503] {
        assert_eq!(Heard::of_status(status), Heard::Away(None));
    }
}

proptest! {
    #[test]
    fn a_wait_is_anything_up_to_a_bound_that_doubles(failures in 1_u32..100, chance: u64) {
        let wait = SCHEDULE.wait(failures, chance);
        let bound = Duration::from_millis(100) * 2_u32.pow((failures - 1).min(7));
        prop_assert!(wait <= bound.min(SCHEDULE.most));
    }
}
