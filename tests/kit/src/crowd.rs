//! One lane with very many findings waiting, beside lanes that get one finding a second each: how
//! many commits go by until those are out. Counted in commits, never in time.

use crate::made::sanction;
use crate::{House, Outcome, numbers};
use carrier::{Carrier, Lane};
use records::Record;
use std::time::Duration;
use vocabulary::{OrgNumber, SourceId};

/// The authority whose lane is crowded, and the one whose shards the others are.
const BUSY: &str = "DAT";
const OTHERS: &str = "SVV";
/// Findings sealed as one batch.
const SEALED: usize = 2_000;
/// Commits after which nothing more is waited for.
const PATIENCE: u64 = 64;

/// The lanes at one moment.
pub struct Crowd {
    house: House,
    others: Vec<String>,
    company: OrgNumber,
    rounds: usize,
}

/// What came of some rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waited {
    /// Most commits until every other lane's finding was out, over the rounds.
    pub commits: u64,
    /// Findings of the others that were released.
    pub released: usize,
    /// Findings of the crowded lane that are still waiting.
    pub waiting: u64,
}

// === impl Crowd ===

impl Crowd {
    /// A house under `national-2026` with so many findings waiting on one lane and none on others.
    pub fn new(waiting: usize, others: usize) -> Outcome<Crowd> {
        let others: Vec<String> = (1..=others).map(|n| format!("{OTHERS}-{n}")).collect();
        let sources: Vec<&str> = others.iter().map(String::as_str).chain([BUSY]).collect();
        let mut house = House::national(&sources)?;
        let company = numbers().next().ok_or("no number")?;
        house.register(company.as_str(), "AS", "0301")?;
        house.settle()?;
        for first in (0..waiting).step_by(SEALED) {
            let piece = first..waiting.min(first + SEALED);
            let record = |n| Ok(sanction(BUSY, &format!("b-{n}"), company)?.into());
            let piece: Vec<Record> = piece.map(record).collect::<Outcome<_>>()?;
            let sealed = house.seal(BUSY, &piece)?;
            house.carrier().submit(sealed)?;
        }
        Ok(Crowd { house, others, company, rounds: 0 })
    }

    /// So many seconds, in each of which every other lane gets one finding.
    pub fn rounds(&mut self, rounds: usize) -> Outcome<Waited> {
        let mut commits = 0;
        for _ in 0..rounds {
            self.rounds += 1;
            for other in &self.others {
                let label = format!("o-{}-{}", other.trim_start_matches(OTHERS), self.rounds);
                self.house.send(other, &sanction(OTHERS, &label, self.company)?.into())?;
            }
            commits = commits.max(self.until_out()?);
            self.house.wait(Duration::from_secs(1));
        }
        let released = self.house.released("akrim-core")?;
        let of_others = released.iter().filter(|seen| seen.record.starts_with("6f2d"));
        Ok(Waited { commits, released: of_others.count(), waiting: self.waiting(BUSY)? })
    }

    /// Commits until nothing waits on the others' lanes: their positions move with the commit that
    /// releases.
    fn until_out(&mut self) -> Outcome<u64> {
        let began = self.house.watch()?.snapshot().commits;
        loop {
            let mut waiting = 0;
            for other in &self.others {
                waiting += self.waiting(other)?;
            }
            let commits = self.house.watch()?.snapshot().commits - began;
            if waiting == 0 || commits >= PATIENCE {
                return Ok(commits);
            }
            self.house.step()?;
        }
    }

    /// Findings of a source that no commit has taken in.
    fn waiting(&self, source: &str) -> Outcome<u64> {
        let source: SourceId = source.parse()?;
        let carrier = self.house.carrier();
        let taken = carrier.positions()?.get(&source).map_or(0, |position| position.0);
        Ok(carrier.end(&Lane::Intake(source))?.0.saturating_sub(taken))
    }
}
