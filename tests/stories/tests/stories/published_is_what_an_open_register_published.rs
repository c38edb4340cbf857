//! `alleredePublisert` opens the published fields to everyone, and only an open register that the
//! bundle names may stamp it.

use kit::made::report;
use kit::{House, Outcome, numbers};
use vocabulary::AlreadyPublished;

#[test]
fn the_stamp_counts_from_the_open_register_and_from_nobody_else() -> Outcome<()> {
    // Given the open register of the bundle, and another source of the same authority.
    let mut house = House::national(&["MAT-smilefjes", "MAT", "DAT"])?;
    let subject = numbers().next().ok_or("no number")?;
    for (source, label) in [("MAT-smilefjes", "m-1"), ("MAT", "m-2"), ("DAT", "d-1")] {
        let mut record = report(source, label, subject)?;
        record.facts.already_published = Some(AlreadyPublished::Yes);
        // When each stamps a report about an unknown subject as published.
        house.send(source, &record.into())?;
    }
    house.settle()?;
    // Then the public has the open register's; the others reach the a-krim organs alone.
    let public = house.released("public-register")?;
    assert_eq!(public.len(), 1);
    assert_eq!(public[0].record, "6d2d3100-0000-0000-0000-000000000000");
    assert_eq!(house.released("tilda-supervisor")?.len(), 1);
    assert_eq!(house.released("akrim-core")?.len(), 3);
    house.prove()
}
