//! Days of the calendar against another calendar's count.

use crate::Date;
use proptest::prelude::*;

#[test]
fn known_days() {
    let days =
        [("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-08-22", 20_687), ("1969-12-31", -1)];
    for (text, days) in days {
        let date: Date = text.parse().unwrap();
        assert_eq!((date.days(), date.to_string().as_str()), (days, text));
    }
    for text in [
        "2026-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "2026/01/01",
        "26-01-01",
        "0000-01-01",
    ] {
        assert!(text.parse::<Date>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn a_day_is_the_day_after_the_day_before(days in -700_000_i32..2_900_000) {
        let (year, month, day) = Date::from_days(days).civil();
        prop_assert_eq!(Date::from_civil(year, month, day), Some(Date::from_days(days)));
        let (next_year, next_month, next_day) = Date::from_days(days + 1).civil();
        let next = (next_year, next_month, next_day);
        let turns = [(year, month, day + 1), (year, month + 1, 1), (year + 1, 1, 1)];
        prop_assert!(turns.contains(&next));
        prop_assert!(next == turns[0] || day >= 28);
        prop_assert!(next != turns[2] || (month, day) == (12, 31));
    }
}
