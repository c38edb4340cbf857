//! What the exchange and its embedded carrier keep in memory with 400 sources and 20 views:
//! resident when all records are held, against when half of them were. Flat is a ratio of one.

use crate::Outcome;
use crate::exchange::views;
use crate::line::Line;
use carrier::Carrier;
use kit::made::sanction;
use kit::{House, authorities, numbers};
use records::Record;
use seal::Sealed;
use std::ops::Range;
use vocabulary::OrgNumber;

/// Sources, and records of each in a long run and in a short one.
pub(crate) const SOURCES: usize = 400;
const MANY: usize = 500;
const FEW: usize = 20;
/// The shadow looks at one of so many, as at a site of usual settings.
const SHADOW_EVERY: u64 = 1_024;
/// Records of a source that are submitted at once.
const PIECE: usize = 10;

/// A short run.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    measured(FEW)
}

/// Twenty-five times as many records.
pub(crate) fn long() -> Outcome<Vec<Line>> {
    measured(MANY)
}

/// A house with 400 sources and a bundle of 20 views over their one record type.
pub(crate) struct Large {
    pub(crate) house: House,
    /// A source's name and its authority's code.
    sources: Vec<(String, String)>,
    companies: Vec<OrgNumber>,
}

// === impl Large ===

impl Large {
    pub(crate) fn new() -> Outcome<Large> {
        let codes: Vec<String> =
            authorities().iter().map(|authority| authority.code.to_string()).collect();
        let sources: Vec<(String, String)> = (0..SOURCES)
            .zip(codes.into_iter().cycle())
            .map(|(number, code)| (format!("{code}-{number}"), code))
            .collect();
        let names: Vec<&str> = sources.iter().map(|(name, _)| name.as_str()).collect();
        let mut house = House::bare(&names, SHADOW_EVERY)?;
        let companies: Vec<OrgNumber> = numbers().take(SOURCES).collect();
        for company in &companies {
            house.register(company.as_str(), "AS", "0301")?;
        }
        house.publish(&views(&["akrim-core", "akrim-organ"], 10)?)?;
        house.settle()?;
        Ok(Large { house, sources, companies })
    }

    /// The records of these numbers from each source, sealed.
    pub(crate) fn sealed(&mut self, numbers: Range<usize>) -> Outcome<Vec<Vec<Sealed>>> {
        let (house, companies) = (&mut self.house, self.companies.iter());
        let of = |((name, code), company): (&(String, String), &OrgNumber)| {
            let record = |n| Ok(sanction(code, &format!("m-{n}"), *company)?.into());
            let records: Vec<Record> = numbers.clone().map(record).collect::<Outcome<_>>()?;
            house.seal(name, &records)
        };
        self.sources.iter().zip(companies).map(of).collect()
    }
}

fn measured(records: usize) -> Outcome<Vec<Line>> {
    let mut large = Large::new()?;
    let mut resident = [0.0; 2];
    let halves = [0..records / 2, records / 2..records];
    for (half, resident) in halves.into_iter().zip(&mut resident) {
        for first in half.clone().step_by(PIECE) {
            for sealed in large.sealed(first..half.end.min(first + PIECE))? {
                large.house.carrier().submit(sealed)?;
            }
            large.house.settle()?;
        }
        *resident = mebibytes()?;
    }
    let figures = large.house.watch()?.snapshot();
    let ruled: u64 = figures.sources.values().map(|source| source.ruled).sum();
    if ruled != (SOURCES * records) as u64 {
        return Err(format!("{ruled} findings were ruled").into());
    }
    let [half, all] = resident;
    Ok(vec![Line {
        name: format!("exchange: 400 sources x 20 views, {} held", SOURCES * records),
        unit: "MiB",
        value: all,
        peer: "the same, half of them held",
        peer_value: half,
    }])
}

/// Resident memory of this process.
pub(crate) fn mebibytes() -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    let kibibytes: f64 = line.split_whitespace().nth(1).ok_or("no figure")?.parse()?;
    Ok(kibibytes / 1024.0)
}
