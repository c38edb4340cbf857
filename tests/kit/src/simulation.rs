//! Days of traffic: what every authority hands in and when, what the register says and when it
//! changes its mind, who consents and until when. A seed gives the same days to the byte. It hands
//! nothing in and waits for nothing.

use crate::random::Random;
use crate::traffic::{DropFile, Forms, Sent, Size, Traffic, file_of, rows};
use crate::{Authority, everyone};
use exchange_state::Terms;
use records::{CheckLevel, Date, Record, YesNo};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{
    BasisId, EntitlementKind, OrgNumber, RecordType, SourceId, SubjectKind, Timestamp,
};

const HOUR: i64 = 3_600_000_000;
/// Hours of a day.
const HOURS: usize = 24;
/// How much of the traffic falls into each hour of the day.
const RHYTHM: [usize; HOURS] =
    [1, 0, 0, 0, 0, 1, 2, 6, 12, 14, 14, 10, 9, 12, 13, 10, 5, 3, 2, 2, 1, 1, 1, 1];
/// The buyers of the bundle: one is consented to, the other never.
const BUYER: &str = "310000027";
/// A municipality that cases concern: Oslo.
const AFFECTED: &str = "971183675";

/// How much is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// What everything follows from.
    pub seed: u64,
    /// The first day (days since 1970-01-01).
    pub first: i32,
    /// Days.
    pub days: u16,
    /// At most so many authorities, in the list's order.
    pub authorities: usize,
    /// Organisations, and records of each type that an authority sends, before corrections.
    pub size: Size,
}

/// Something that happens at a time.
#[derive(Debug, Clone)]
pub struct Step {
    /// When, on the hour.
    pub at: Timestamp,
    /// What.
    pub what: Happening,
}

/// What happens.
#[derive(Debug, Clone)]
pub enum Happening {
    /// The register's file, whole, as of now.
    Register(String),
    /// A source says that an entitlement stands, or is ended.
    Entitled(Terms),
    /// An authority drops a file.
    Dropped(DropFile),
}

/// An organisation that is of another form from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flip {
    /// The first day of the new form.
    pub day: i32,
    /// Which organisation.
    pub number: OrgNumber,
    /// Its new form: `ENK` of what was a company, `AS` of what was a sole proprietor.
    pub form: &'static str,
}

/// A basis whose time passes within the simulation.
#[derive(Debug, Clone)]
pub struct Lapse {
    /// The basis.
    pub basis: BasisId,
    /// The last day on which it is in force.
    pub last: Date,
}

/// The days, made from one plan.
#[derive(Debug, Clone)]
pub struct Simulation {
    plan: Plan,
    traffic: Traffic,
    flips: Vec<Flip>,
    steps: Vec<Step>,
}

// === impl Plan ===

impl Plan {
    /// The days, each at its midnight, and the one after.
    fn days(&self) -> impl Iterator<Item = i32> + use<> {
        self.first..=self.last()
    }

    fn last(&self) -> i32 {
        self.first + i32::from(self.days.max(2)) - 1
    }

    fn midday(&self) -> i32 {
        self.first + i32::from(self.days.max(2)) / 2
    }

    /// All its hours.
    fn hours(&self) -> usize {
        usize::from(self.days.max(2)) * HOURS
    }

    fn at(&self, hour: usize) -> Timestamp {
        let hour = i64::try_from(hour).unwrap_or_default();
        Timestamp::from_micros(Date::from_days(self.first).midnight().as_micros() + hour * HOUR)
    }
}

// === impl Simulation ===

impl Simulation {
    /// Makes the days of a plan.
    pub fn new(plan: Plan) -> Simulation {
        let authorities: Vec<Authority> = everyone().into_iter().take(plan.authorities).collect();
        let traffic = Traffic::of(authorities, plan.seed, plan.size);
        let mut random = Random::new(plan.seed ^ 0x5117);
        let flips = flips(&plan, &traffic, &mut random);
        let mut steps = registers(&plan, &traffic, &flips);
        steps.extend(entitled(&plan, &traffic, &mut random));
        steps.extend(dropped(&plan, &traffic, &mut random));
        // What stands in the register, and who is entitled, is known before what comes in.
        steps.sort_by_key(|step| (step.at, step.what.order()));
        Simulation { plan, traffic, flips, steps }
    }

    /// The traffic it spreads over the days: whoever sends, about whom, what is planted, and what
    /// is to be expected.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// Everything that happens, in its order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whose form changes, and when.
    pub fn flips(&self) -> &[Flip] {
        &self.flips
    }

    /// The basis whose time passes: the register of cleaners is public until the last day.
    pub fn lapse(&self) -> Option<Lapse> {
        let last = Date::from_days(self.plan.last() - 1);
        Some(Lapse { basis: "REGREN6".parse().ok()?, last })
    }

    /// The midnight after its last day.
    pub fn end(&self) -> Timestamp {
        self.plan.at(self.plan.hours())
    }
}

impl Happening {
    /// What comes first of what happens in one hour.
    fn order(&self) -> u8 {
        match self {
            Happening::Register(_) => 0,
            Happening::Entitled(_) => 1,
            Happening::Dropped(_) => 2,
        }
    }
}

// === what happens ===

/// Every ninth company becomes a sole proprietorship, every ninth of those a company, each on a day
/// after the first.
fn flips(plan: &Plan, traffic: &Traffic, random: &mut Random) -> Vec<Flip> {
    let mut flips = Vec::new();
    for (form, other) in [("AS", "ENK"), ("ENK", "AS")] {
        // The first company and the first sole proprietor stay what they are, for show.
        let of = traffic.organisations().iter().skip(2).filter(|one| one.form == Some(form));
        for organisation in of.step_by(9) {
            let day = random.within(plan.first + 1, plan.last());
            flips.push(Flip { day, number: organisation.number, form: other });
        }
    }
    flips
}

/// The register at each midnight.
fn registers(plan: &Plan, traffic: &Traffic, flips: &[Flip]) -> Vec<Step> {
    let of = |(index, day): (usize, i32)| {
        let forms: Forms = flips
            .iter()
            .filter(|flip| flip.day <= day)
            .map(|flip| (flip.number, flip.form))
            .collect();
        let at = plan.at(index * HOURS);
        Step { at, what: Happening::Register(traffic.register_as(&forms, at)) }
    };
    plan.days().enumerate().map(of).collect()
}

/// Consents to one buyer that last, that are withdrawn midway and that lapse midway; and a case.
fn entitled(plan: &Plan, traffic: &Traffic, random: &mut Random) -> Vec<Step> {
    let subjects: Vec<OrgNumber> = checked(traffic).into_iter().take(12).collect();
    let midday = usize::try_from(plan.midday() - plan.first).unwrap_or_default() * HOURS;
    let mut steps = Vec::new();
    for (index, subject) in subjects.into_iter().enumerate() {
        let Some(granted) = terms(plan, index, subject) else { continue };
        let at = plan.at(random.below(HOURS / 2));
        steps.push(Step { at, what: Happening::Entitled(granted.clone()) });
        if index % 3 == 1 {
            let at = plan.at(midday + random.below(HOURS));
            steps.push(Step { at, what: Happening::Entitled(Terms { ended: true, ..granted }) });
        }
    }
    steps
}

/// Companies whose contracts were checked as an employer's, from no case: what a consent is about.
/// Then the other companies.
fn checked(traffic: &Traffic) -> Vec<OrgNumber> {
    let companies = traffic.organisations().iter().filter(|one| one.kind == SubjectKind::Legal);
    let companies: Vec<OrgNumber> = companies.map(|one| one.number).collect();
    let of = |sent: &Sent| match &sent.record {
        Record::EmploymentContractCheck(body) => {
            let facts = &body.facts;
            let open = facts.check_level == Some(CheckLevel::Employer)
                && facts.akrim_case == Some(YesNo::No);
            body.subject.organisation.filter(|number| open && companies.contains(number))
        }
        _ => None,
    };
    let mut found: Vec<OrgNumber> = Vec::new();
    for number in traffic.sent().iter().filter_map(of).chain(companies.iter().copied()) {
        if !found.contains(&number) {
            found.push(number);
        }
    }
    found
}

/// Every third lapses midway; every fourth is a case.
fn terms(plan: &Plan, index: usize, subject: OrgNumber) -> Option<Terms> {
    let case = index % 4 == 3;
    let (kind, recipient, purpose, basis) = match case {
        true => (EntitlementKind::Case, AFFECTED, "akrim_case", "AKRIM-3-2"),
        false => (EntitlementKind::Consent, BUYER, "procurement_before", "KONS"),
    };
    let to = if index % 3 == 2 { plan.midday() - 1 } else { plan.last() + 1 };
    Some(Terms {
        id: format!("sim-{index:03}").parse().ok()?,
        kind,
        subject,
        recipient: recipient.parse().ok()?,
        purpose: purpose.parse().ok()?,
        basis: basis.parse().ok()?,
        from: plan.first,
        to,
        evidence: format!("simulering/{index}"),
        ended: false,
    })
}

/// Every version at an hour of its authority's days, by hour and type in one file.
fn dropped(plan: &Plan, traffic: &Traffic, random: &mut Random) -> Vec<Step> {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let mut files: BTreeMap<(usize, &SourceId, RecordType), Vec<Sent>> = BTreeMap::new();
    let mut habits: BTreeMap<&SourceId, Habit> = BTreeMap::new();
    for sent in traffic.sent() {
        let habit = habits.entry(&sent.authority).or_insert_with(|| Habit::new(plan, random));
        let hour = match first.get(sent.object.as_str()) {
            // A correction comes after what it corrects: the same day's next hours, or days on.
            Some(before) => before + 1 + random.below(plan.hours() - before - 1),
            None => habit.hour(plan, random),
        };
        first.entry(&sent.object).or_insert(hour);
        let of = files.entry((hour, &sent.authority, sent.record.record_type())).or_default();
        let mut sent = sent.clone();
        let minute = i64::try_from(of.len() % 60).unwrap_or_default() * 60_000_000;
        sent.record.envelope_mut().recorded_at =
            Timestamp::from_micros(plan.at(hour).as_micros() + minute);
        of.push(sent);
    }
    let step = |((hour, _, record_type), sent): ((usize, _, _), Vec<Sent>)| {
        let name = format!("{}-{hour:05}.csv", rows::word(record_type));
        let sent: Vec<&Sent> = sent.iter().collect();
        let file = file_of(&sent, name, |sent| traffic.is_doubled_badly(sent))?;
        Some(Step { at: plan.at(hour), what: Happening::Dropped(file) })
    };
    files.into_iter().filter_map(step).collect()
}

/// When an authority hands in.
struct Habit {
    /// Days on which it says nothing.
    silent: BTreeSet<usize>,
    /// An hour into which half of what it has falls at once.
    burst: Option<usize>,
}

impl Habit {
    fn new(plan: &Plan, random: &mut Random) -> Habit {
        let days = usize::from(plan.days.max(2));
        let weekend = |day: usize| {
            // 1970-01-01 was a Thursday.
            let day = i64::from(plan.first) + i64::try_from(day).unwrap_or_default();
            matches!((day + 3).rem_euclid(7), 5 | 6)
        };
        let silent = (0..days).filter(|day| random.percent(if weekend(*day) { 85 } else { 15 }));
        let mut silent: BTreeSet<usize> = silent.collect();
        if silent.len() == days {
            silent.clear();
        }
        let burst = random.percent(20).then(|| random.below(plan.hours() - 2));
        Habit { silent, burst }
    }

    /// An hour that leaves one for a correction.
    fn hour(&self, plan: &Plan, random: &mut Random) -> usize {
        if let Some(burst) = self.burst.filter(|_| random.percent(50)) {
            return burst;
        }
        let days: Vec<usize> =
            (0..plan.hours() / HOURS).filter(|day| !self.silent.contains(day)).collect();
        let day = days.get(random.below(days.len())).copied().unwrap_or_default();
        (day * HOURS + hour_of_day(random)).min(plan.hours() - 2)
    }
}

fn hour_of_day(random: &mut Random) -> usize {
    let mut left = random.below(RHYTHM.iter().sum());
    for (hour, weight) in RHYTHM.iter().enumerate() {
        match left.checked_sub(*weight) {
            Some(after) => left = after,
            None => return hour,
        }
    }
    0
}

impl Step {
    /// The versions it hands in: none of what is no file.
    pub fn rows(&self) -> usize {
        match &self.what {
            Happening::Dropped(file) => file.text.lines().count().saturating_sub(1),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests;
