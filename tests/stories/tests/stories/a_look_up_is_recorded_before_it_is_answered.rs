//! Whoever asks who got what is recorded first, with the reason.

use audit::{EntryKind, Inquiry, Question};
use kit::{House, Outcome, numbers};
use std::time::Duration;

#[test]
fn the_question_stands_on_the_disclosure_lane_before_the_answer() -> Outcome<()> {
    // Given a house at rest, and somebody who asks at its desk.
    let mut house = House::national(&["DAT"])?;
    house.settle()?;
    let desk = house.desk()?.clone();
    let subject = numbers().next().ok_or("no number")?;
    let inquiry = Inquiry {
        asker: "kari".to_owned(),
        reason: "innsynskrav 12/2026".to_owned(),
        question: Question::WhoGot { subject: subject.to_string() },
    };
    let asked = std::thread::spawn(move || desk.record(inquiry, Duration::from_secs(20)));
    // When the exchange takes its steps.
    let recorded = loop {
        house.step()?;
        if asked.is_finished() {
            break asked.join().map_err(|_| "the asker fell over")?;
        }
    };
    // Then the answer names the entry that tells who asked what and why.
    let id = recorded?;
    let entry = house.entries()?.into_iter().find(|entry| entry.id() == id).ok_or("no entry")?;
    assert_eq!(entry.kind(), EntryKind::Access);
    assert!(entry.detail().is_some_and(|detail| detail.contains("innsynskrav 12/2026")));
    // And a question without a reason is refused at the desk.
    let desk = house.desk()?.clone();
    let question = Question::WhoGot { subject: subject.to_string() };
    let without = Inquiry { asker: "kari".to_owned(), reason: " ".to_owned(), question };
    let refused = desk.record(without, Duration::from_millis(1)).err().ok_or("not refused")?;
    assert_eq!(refused.code(), "EXCH-201");
    Ok(())
}
