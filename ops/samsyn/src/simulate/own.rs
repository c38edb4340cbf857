//! The days on a site of their own, whose clock goes to each hour as it comes. Then what must have
//! come of them is held against what stands on the lanes.

use super::{Arguments, PATIENCE, pause, write};
use crate::demo::{
    Expectations, Figures, Play, Prepared, Site, entitle, histories, prepare, put, say, settle,
    show_expectations, start, synthetic,
};
use carrier::Lane;
use daemon::{Clock, WallClock};
use exchange_state::Terms;
use kit::{Happening, Simulation, Step};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use vocabulary::{EntitlementKind, OrgNumber, Timestamp};

/// The machine's clock, so far ahead or behind.
struct Shifted(AtomicI64);

// === impl Shifted ===

impl Shifted {
    fn at(at: Timestamp) -> Shifted {
        Shifted(AtomicI64::new(at.as_micros() - WallClock.now().as_micros()))
    }

    /// Goes to a time, unless it is past it already.
    fn reach(&self, at: Timestamp) {
        let shift = at.as_micros() - WallClock.now().as_micros();
        self.0.fetch_max(shift, Ordering::SeqCst);
    }
}

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(WallClock.now().as_micros() + self.0.load(Ordering::SeqCst))
    }
}

/// Plays the days; whether all came of them that must.
#[expect(clippy::print_stdout, reason = "the verb's answer")]
pub(super) fn play(arguments: &Arguments, simulation: &Simulation) -> Result<bool, String> {
    let expectations = arguments.root.join("ops/samples/simulation-expectations.toml");
    let expectations = Expectations::read(&expectations)?;
    let traffic = simulation.traffic();
    let authorities = traffic.authorities().to_vec();
    let play = Play { authorities, lapse: simulation.lapse(), ..Play::default() };
    let prepared = prepare(&arguments.root, &arguments.own, &play)?;
    let first = simulation.steps().first().ok_or("nothing happens")?.at;
    let clock = Arc::new(Shifted::at(first));
    let site = start(&prepared, traffic.clone(), clock.clone())?;
    settle(&site, "start")?;
    let mut before: Option<&Step> = None;
    for step in simulation.steps() {
        if let Some(speed) = arguments.speed {
            std::thread::sleep(pause(before, step, speed));
        }
        clock.reach(step.at);
        happen(&prepared, &site, step, before.is_none())?;
        before = Some(step);
    }
    settle(&site, "the last day")?;
    clock.reach(simulation.end());
    settle(&site, "the day after")?;
    println!("{}", site.house.status().table());
    let mut figures = Figures::default();
    synthetic(&site, &mut figures);
    figures.count("flips", simulation.flips().len() as u64);
    flipped(&site, simulation, &mut figures)?;
    lapsed(&site, &mut figures)?;
    consented(&site, simulation, &mut figures)?;
    let held = show_expectations(&expectations.compare(&figures));
    Ok(held && site.running.drain() == daemon::Ending::Drained)
}

/// One step. Before the register turns, what came in until then is ruled; and what it and an
/// entitlement change is settled before the next.
fn happen(prepared: &Prepared, site: &Site, step: &Step, first: bool) -> Result<(), String> {
    match &step.what {
        Happening::Register(text) => {
            settle(site, "a day")?;
            let before = published(site);
            write(&prepared.folder.join("register.csv"), text)?;
            // The first is the one that the site began with.
            let begun = Instant::now();
            while !first && published(site) == before {
                if begun.elapsed() > PATIENCE {
                    return Err("the register was not read".to_owned());
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            settle(site, "the register")
        }
        Happening::Entitled(terms) => entitle(prepared, site, terms),
        Happening::Dropped(file) => {
            let inbox = prepared.folder.join("in").join(file.authority.as_str());
            put(&inbox, &file.name, file.text.as_bytes())
        }
    }
}

fn published(site: &Site) -> u64 {
    site.house.connector.snapshot().register.map_or(0, |register| register.published)
}

fn lane(view: &str) -> Result<Lane, String> {
    Ok(Lane::Release { view: view.parse().map_err(say("a view's name"))?, recipient: None })
}

const CHANGE: &str = "konvolutt.endringstype";
const SUBJECT: &str = "subjekt.tildaenhet";

/// Supervisors hold nothing any more of who became a sole proprietor, but for licences, which are
/// public; and they hold something of who became a company.
fn flipped(site: &Site, simulation: &Simulation, figures: &mut Figures) -> Result<(), String> {
    let of = |form: &str| -> BTreeSet<String> {
        let flips = simulation.flips().iter().filter(|flip| flip.form == form);
        flips.map(|flip| flip.number.to_string()).collect()
    };
    let (persons, companies) = (of("ENK"), of("AS"));
    let (mut withdrawn, mut held, mut opened) = (0, 0, 0);
    for (first, newest) in histories(site, &lane("tilda-supervisor")?).into_values() {
        let Some(subject) = first.get(SUBJECT) else { continue };
        if first.get("konvolutt.posttype").is_some_and(|of| of == "food_service_licence") {
            continue;
        }
        let stands = newest.get(CHANGE).is_some_and(|change| change != "trukket");
        withdrawn += u64::from(persons.contains(subject) && !stands);
        held += u64::from(persons.contains(subject) && stands);
        opened += u64::from(companies.contains(subject) && stands);
    }
    figures.count("flips.withdrawn", withdrawn);
    figures.count("flips.still_held", held);
    figures.count("flips.opened", opened);
    Ok(())
}

/// The register of cleaners was public, and nothing of it is once its basis has lapsed.
fn lapsed(site: &Site, figures: &mut Figures) -> Result<(), String> {
    let (mut shown, mut stands) = (0, 0);
    for (first, newest) in histories(site, &lane("public-register")?).into_values() {
        if first.get("ordning").is_some_and(|scheme| scheme == "renhold") {
            shown += 1;
            stands += u64::from(newest.get(CHANGE).is_some_and(|change| change != "trukket"));
        }
    }
    figures.count("lapse.shown", shown);
    figures.count("lapse.still_shown", stands);
    Ok(())
}

/// What a buyer may be given stands on a consent that lasts, and on no other.
fn consented(site: &Site, simulation: &Simulation, figures: &mut Figures) -> Result<(), String> {
    let day = i32::try_from(simulation.end().days()).map_err(say("the day"))?;
    let (mut live, mut over) = (BTreeSet::<OrgNumber>::new(), BTreeSet::<OrgNumber>::new());
    for step in simulation.steps() {
        let Happening::Entitled(terms) = &step.what else { continue };
        let Terms { kind: EntitlementKind::Consent, subject, .. } = terms else { continue };
        if terms.ended || terms.to < day {
            live.remove(subject);
            over.insert(*subject);
        } else {
            live.insert(*subject);
        }
    }
    let mut counts = [0, 0, 0];
    for (first, newest) in histories(site, &lane("buyer-consent")?).into_values() {
        let subject = first.get(SUBJECT).and_then(|subject| subject.parse().ok());
        let Some(subject) = subject else { continue };
        let stands = newest.get(CHANGE).is_some_and(|change| change != "trukket");
        let [lasting, ended, still] = &mut counts;
        *lasting += u64::from(live.contains(&subject) && stands);
        *ended += u64::from(over.contains(&subject) && !stands);
        *still += u64::from(over.contains(&subject) && stands);
    }
    let [lasting, ended, still] = counts;
    figures.count("consents.lasting", lasting);
    figures.count("consents.over", ended);
    figures.count("consents.over_and_still_given", still);
    Ok(())
}
