//! The fault matrix: whatever is wrong with policy, register, keys, schemas, clock, disk or
//! carrier, and however, nothing leaves that would not have left without it; and once it is
//! mended everything is as if it had never been. tests/README.md has the table.

use kit::house::Rulebook;
use kit::made::{approval, report, sanction};
use kit::{House, Outcome, Part, Trouble, numbers};
use records::Record;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;
use vocabulary::{OrgNumber, SubjectKind, Timestamp};

/// Steps that an exchange with a fault is given.
const PATIENCE: usize = 16;
/// Views of the matrix: enough for a right, a reduced right and an area, quick to compile.
const VIEWS: [&str; 3] = ["akrim-core", "tilda-supervisor", "municipality-licence"];
/// What they are over here.
const TYPES: [&str; 3] = ["inspection_report", "sanction", "approval_status"];
/// The permits they live by.
const PERMITS: [&str; 10] = [
    "akrim-core",
    "akrim-core-offences",
    "akrim-core-intelligence",
    "tilda-connection",
    "tilda-breaches",
    "tilda-plans",
    "licence-approval",
    "licence-sanction",
    "already-published",
    "already-published-envelope",
];

/// Lane, record and version, and the bytes released.
type Released = BTreeSet<(String, Vec<u8>, Vec<u8>)>;

fn rulebook() -> Outcome<Rulebook> {
    Rulebook::national()?.only(&VIEWS, &PERMITS, &TYPES)
}

/// A company, a sole proprietor, one whom the register does not know, and one that says it is a
/// company although the register knows it as a person.
fn subjects() -> Outcome<[OrgNumber; 4]> {
    let mut all = numbers();
    let mut next = || all.next().ok_or("no number");
    Ok([next()?, next()?, next()?, next()?])
}

fn findings() -> Outcome<Vec<Record>> {
    let mut all = Vec::new();
    for (index, subject) in (0..).zip(subjects()?) {
        all.push(sanction("DAT", &format!("sanction-{index}"), subject)?.into());
        all.push(approval("DAT", &format!("approval-{index}"), subject)?.into());
        let mut closed = report("DAT", &format!("report-{index}"), subject)?;
        closed.notes = Some("Notatet er bare vårt.".to_owned());
        all.push(closed.into());
    }
    let mut stamped = sanction("DAT", "stamped", subjects()?[3])?;
    stamped.facts.subject_kind = Some(SubjectKind::Legal);
    all.push(stamped.into());
    Ok(all)
}

fn house() -> Outcome<House> {
    House::bare(&["DAT"], 1)
}

/// What comes in: policy, register, findings.
fn hand_in(house: &mut House) -> Outcome<()> {
    house.publish(&rulebook()?)?;
    let [company, person, _, liar] = subjects()?;
    house.register(company.as_str(), "AS", "0301")?;
    house.register(person.as_str(), "ENK", "0301")?;
    house.register(liar.as_str(), "ENK", "0301")?;
    send(house)
}

fn send(house: &mut House) -> Outcome<()> {
    findings()?.iter().try_for_each(|finding| house.send("DAT", finding))
}

/// Steps as `exchanged` does: again after what may pass, to the end after what may not.
fn be_patient(house: &mut House) -> Option<&'static str> {
    let mut rests = 0;
    for _ in 0..PATIENCE {
        match house.step() {
            Ok(exchanged::Progress::Idle | exchanged::Progress::NoPolicy) => rests += 1,
            Ok(_) => rests = 0,
            Err(error) => match error.downcast_ref::<exchanged::Error>() {
                Some(error) if error.is_temporary() => {}
                Some(error) => return Some(error.code()),
                None => return Some("no code"),
            },
        }
        if rests > 3 {
            break;
        }
    }
    None
}

/// Everything on the release lanes; a version that stands twice is an error.
fn released(house: &House) -> Outcome<Released> {
    let mut all = Released::new();
    for lane in carrier::Carrier::lanes(house.carrier().as_ref())? {
        if !matches!(lane, carrier::Lane::Release { .. }) {
            continue;
        }
        for one in house.lane(&lane)? {
            let value = one.message.value.unwrap_or_default();
            if !all.insert((lane.to_string(), one.message.key, value)) {
                return Err("released twice".into());
            }
        }
    }
    Ok(all)
}

/// What leaves where nothing is wrong.
fn sound() -> Outcome<&'static Released> {
    static SOUND: OnceLock<Released> = OnceLock::new();
    if let Some(sound) = SOUND.get() {
        return Ok(sound);
    }
    let mut house = house()?;
    hand_in(&mut house)?;
    house.settle()?;
    assert_eq!(house.watch()?.snapshot().refused_bundle, Vec::<String>::new());
    let released = released(&house)?;
    assert!(released.len() > 12, "there is something to compare");
    Ok(SOUND.get_or_init(|| released))
}

/// While it lasts, nothing but what would have left anyway.
#[track_caller]
fn nothing_wider(house: &House) -> Outcome<()> {
    assert!(released(house)?.is_subset(sound()?), "a fault let something out");
    house.prove()
}

/// Mended and begun anew, with what was set aside sent once more: everything, and each once.
#[track_caller]
fn mended(house: &mut House) -> Outcome<()> {
    house.faults().mend();
    house.restart()?;
    house.settle()?;
    if !house.set_aside("DAT")?.is_empty() {
        send(house)?;
        house.settle()?;
    }
    assert_eq!(&released(house)?, sound()?, "mended, it is as if nothing had been");
    house.prove()
}

/// From before the first word, and in the midst of it.
fn contained(part: Part, trouble: Trouble) -> Outcome<()> {
    let mut early = house()?;
    early.faults().begin(part, trouble)?;
    hand_in(&mut early)?;
    be_patient(&mut early);
    nothing_wider(&early)?;
    mended(&mut early)?;
    let mut late = house()?;
    hand_in(&mut late)?;
    late.step()?;
    late.faults().begin(part, trouble)?;
    be_patient(&mut late);
    nothing_wider(&late)?;
    mended(&mut late)
}

macro_rules! cells {
    ($($name:ident: $part:ident $trouble:ident;)*) => {$(
        #[test]
        fn $name() -> Outcome<()> {
            contained(Part::$part, Trouble::$trouble)
        }
    )*};
}

cells! {
    policy_that_is_down_releases_nothing: Policy Down;
    policy_that_is_slow_only_delays: Policy Slow;
    policy_that_is_stale_releases_nothing_new: Policy Stale;
    policy_that_is_wrong_is_refused: Policy Wrong;
    policy_that_is_huge_is_refused: Policy Huge;
    a_register_that_is_down_stops_releases: Register Down;
    a_register_that_is_slow_only_delays: Register Slow;
    a_register_that_is_stale_leaves_people_unknown: Register Stale;
    a_register_that_is_wrong_is_not_believed: Register Wrong;
    a_register_entry_that_is_huge_is_not_believed: Register Huge;
    schemas_that_are_down_stop_the_lane: Schema Down;
    schemas_that_are_slow_only_delay: Schema Slow;
    schemas_that_are_stale_set_findings_aside: Schema Stale;
    schemas_that_are_wrong_set_findings_aside: Schema Wrong;
    schemas_that_are_huge_set_findings_aside: Schema Huge;
    a_carrier_that_is_down_loses_nothing: Carrier Down;
    a_carrier_that_is_slow_loses_nothing: Carrier Slow;
    a_carrier_that_is_stale_loses_nothing: Carrier Stale;
    a_carrier_that_is_wrong_is_found_out: Carrier Wrong;
    a_carrier_that_is_huge_is_found_out: Carrier Huge;
}

/// A newer, narrower bundle that a stale reader of the bundle lane does not see.
#[test]
fn no_commit_gets_past_a_bundle_that_a_stale_reader_does_not_see() -> Outcome<()> {
    let mut house = house()?;
    hand_in(&mut house)?;
    house.settle()?;
    let before = released(&house)?;
    house.faults().begin(Part::Policy, Trouble::Stale)?;
    let closed =
        rulebook()?.version(2)?.edit("views.toml", "groups = [\"G1\"]", "groups = [\"G3\"]")?;
    house.publish(&closed)?;
    let [company, ..] = subjects()?;
    house.send("DAT", &sanction("DAT", "late", company)?.into())?;
    be_patient(&mut house);
    assert_eq!(released(&house)?, before, "the fence holds whatever the reader believes");
    house.prove()
}

// Keys.

/// A house whose source seals with a key that the exchange does not know.
fn with_foreign_key() -> Outcome<House> {
    let mut house = house()?;
    house.renew_key("DAT")?;
    hand_in(&mut house)?;
    Ok(house)
}

#[track_caller]
fn set_aside_all(house: &House, code: &str) -> Outcome<()> {
    let codes = house.set_aside("DAT")?;
    assert_eq!(codes.len(), findings()?.len());
    assert!(codes.iter().all(|one| one == code), "{codes:?}");
    assert!(released(house)?.is_empty());
    Ok(())
}

#[test]
fn a_key_that_is_wrong_opens_no_door() -> Outcome<()> {
    let mut house = with_foreign_key()?;
    be_patient(&mut house);
    set_aside_all(&house, "SEAL-003")?;
    nothing_wider(&house)
}

#[test]
fn a_key_that_comes_late_is_no_key_until_then() -> Outcome<()> {
    let mut house = with_foreign_key()?;
    be_patient(&mut house);
    nothing_wider(&house)?;
    mended(&mut house)
}

#[test]
fn a_key_that_was_replaced_seals_no_more() -> Outcome<()> {
    let mut house = house()?;
    hand_in(&mut house)?;
    // The exchange begins anew with the new key alone; what lies there was sealed with the old.
    house.renew_key("DAT")?;
    house.restart()?;
    be_patient(&mut house);
    set_aside_all(&house, "SEAL-003")?;
    nothing_wider(&house)?;
    mended(&mut house)
}

// The clock.

/// The clock goes to a day before anything is handed in, and stands there.
fn on(day: i64) -> Outcome<House> {
    let mut house = house()?;
    house.clock().set(Timestamp::from_micros(day.saturating_mul(86_400_000_000)));
    hand_in(&mut house)?;
    be_patient(&mut house);
    Ok(house)
}

#[test]
fn a_clock_that_stands_still_changes_nothing() -> Outcome<()> {
    let mut house = on(20_780)?;
    house.settle()?;
    assert_eq!(&released(&house)?, sound()?);
    house.prove()
}

#[test]
fn a_clock_that_goes_too_slowly_changes_nothing() -> Outcome<()> {
    let mut house = house()?;
    hand_in(&mut house)?;
    for _ in 0..PATIENCE {
        house.step()?;
        house.wait(Duration::from_nanos(1));
    }
    assert_eq!(&released(&house)?, sound()?);
    house.prove()
}

#[test]
fn a_clock_that_is_stale_opens_no_law_that_was_not() -> Outcome<()> {
    // Before the regulation of 2022 there is no a-krim view, and before 1970 no law at all.
    for day in [18_000, 0, -1] {
        nothing_wider(&on(day)?)?;
    }
    Ok(())
}

#[test]
fn a_clock_that_is_wrong_makes_the_register_stale() -> Outcome<()> {
    let mut house = house()?;
    hand_in(&mut house)?;
    house.clock().set(Timestamp::from_micros(30_000 * 86_400_000_000));
    be_patient(&mut house);
    nothing_wider(&house)
}

#[test]
fn a_clock_that_is_beyond_all_days_opens_nothing() -> Outcome<()> {
    let mut house = house()?;
    hand_in(&mut house)?;
    house.clock().set(Timestamp::from_micros(i64::MAX));
    be_patient(&mut house);
    nothing_wider(&house)
}

// The disk: the exchange's own copy of state.

/// The files of the copy.
fn copy(house: &House) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(house.folder())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("exchange-state") {
            files.push(path);
        }
    }
    Ok(files)
}

/// A house half through its findings, stopped.
fn stopped() -> Outcome<House> {
    let mut house = house()?;
    hand_in(&mut house)?;
    house.step()?;
    house.stop();
    Ok(house)
}

#[test]
fn a_disk_that_is_down_costs_the_copy_and_nothing_else() -> Outcome<()> {
    let mut house = stopped()?;
    house.lose_copy()?;
    nothing_wider(&house)?;
    mended(&mut house)
}

#[test]
fn a_disk_that_is_slow_for_another_is_not_slow_for_us() -> Outcome<()> {
    let mut house = house()?;
    hand_in(&mut house)?;
    house.step()?;
    // Nobody else can make the exchange wait for its own file: it holds it alone.
    let file = copy(&house)?.into_iter().min().ok_or("no copy")?;
    let other = rusqlite::Connection::open(file)?;
    assert!(other.execute_batch("BEGIN EXCLUSIVE").is_err());
    assert_eq!(be_patient(&mut house), None);
    drop(other);
    mended(&mut house)
}

#[test]
fn a_disk_that_is_stale_repeats_nothing() -> Outcome<()> {
    let mut house = stopped()?;
    let kept: Vec<_> = copy(&house)?
        .into_iter()
        .map(|file| Ok((std::fs::read(&file)?, file)))
        .collect::<Outcome<_>>()?;
    house.restart()?;
    house.settle()?;
    house.stop();
    copy(&house)?.into_iter().try_for_each(std::fs::remove_file)?;
    kept.iter().try_for_each(|(bytes, file)| std::fs::write(file, bytes))?;
    house.restart()?;
    house.settle()?;
    nothing_wider(&house)?;
    mended(&mut house)
}

#[test]
fn a_disk_that_is_wrong_is_not_believed() -> Outcome<()> {
    let mut house = stopped()?;
    for file in copy(&house)? {
        std::fs::write(file, b"SQLite format 3\0 and then nothing that makes sense")?;
    }
    // It says so, or begins the copy anew from the lanes; it releases nothing by it.
    if house.restart().is_ok() {
        be_patient(&mut house);
    }
    nothing_wider(&house)?;
    house.stop();
    house.lose_copy()?;
    mended(&mut house)
}
