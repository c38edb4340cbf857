//! When what was seen committed may go, on a clock that is moved.

use crate::limits::MARKS;
use crate::marks::Marks;
use carrier::Offset;
use std::time::Duration;
use vocabulary::Timestamp;

const DAY: Duration = Duration::from_secs(86_400);
const KEEP: Duration = Duration::from_secs(30 * 86_400);

fn day(days: f64) -> Timestamp {
    Timestamp::from_micros((days * 86_400e6) as i64)
}

/// Through the note each time, as between two sweeps.
fn see(marks: &mut Marks, word: u64, at: Timestamp) {
    *marks = Marks::parse(&marks.note());
    marks.see(Offset(word), at, KEEP);
}

#[test]
fn nothing_is_over_before_its_time_since_it_was_seen() {
    let mut marks = Marks::default();
    see(&mut marks, 10, day(100.0));
    assert_eq!(marks.over(day(129.999), KEEP), None);
    assert_eq!(marks.over(day(130.0), KEEP), Some(Offset(10)));
    // What came later waits for its own time.
    see(&mut marks, 20, day(120.0));
    assert_eq!(marks.over(day(149.0), KEEP), Some(Offset(10)));
    assert_eq!(marks.over(day(150.0), KEEP), Some(Offset(20)));
    marks.forget(Offset(10));
    assert_eq!(marks.over(day(149.0), KEEP), None);
}

#[test]
fn a_busy_lane_is_over_soon_after_its_time_and_its_note_is_bounded() {
    let (mut marks, mut gone) = (Marks::default(), Offset(0));
    // A message is committed each hour.
    for hour in 1..24 * 400u64 {
        let now = day(hour as f64 / 24.0);
        see(&mut marks, hour, now);
        if let Some(to) = marks.over(now, KEEP) {
            marks.forget(to);
            assert!(to >= gone && to.0 + 30 * 24 <= hour, "{to:?} went too early at {hour}");
            gone = to;
        }
        // No later than a time and a 32nd of it.
        assert!(gone.0 + 30 * 24 + 24 > hour, "{gone:?} stays too long at {hour}");
        assert!(marks.note().len() < 4_096);
    }
}

#[test]
fn a_time_that_was_made_longer_keeps_to_the_bound_and_the_newest_mark() {
    let mut marks = Marks::default();
    for n in 1..10_000u64 {
        marks.see(Offset(n), Timestamp::from_micros(n as i64 * 1_000_000), Duration::ZERO);
        assert!(marks.note().split(' ').count() <= 2 * MARKS);
    }
    assert_eq!(marks.over(day(100.0), DAY), Some(Offset(9_999)));
}

#[test]
fn a_clock_that_was_ahead_takes_nothing_early() {
    let mut marks = Marks::default();
    see(&mut marks, 10, day(500.0));
    see(&mut marks, 11, day(100.0));
    assert_eq!(marks.over(day(129.0), KEEP), None);
    assert_eq!(marks.over(day(130.0), KEEP), Some(Offset(11)));
}

#[test]
fn a_note_that_can_not_be_read_is_none() {
    for note in ["", "10", "10@x", "10@5 y", "@", "-1@5"] {
        assert_eq!(Marks::parse(note), Marks::default(), "{note}");
    }
}
