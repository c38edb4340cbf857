//! The walks over the lanes, and the bench they work on. Each walk goes over its lanes once.

mod audience;
mod disclosures;
mod intake;
mod releases;
mod states;

pub(crate) use disclosures::{disclosures, quarantines};
pub(crate) use intake::intakes;
pub(crate) use releases::releases;
pub(crate) use states::states;

use crate::finding::Report;
use crate::notebook::Notebook;
use crate::{Error, Lane, Site, entitlements, register};
use shadow::Checker;

/// What the walks have in common.
pub(crate) struct Bench<'a> {
    pub(crate) site: &'a Site<'a>,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) notebook: Notebook,
    pub(crate) report: Report,
    /// A checker for each matrix.
    pub(crate) shadows: Vec<Checker<'a>>,
    /// Whether there is a ledger to look things up in.
    pub(crate) ledger: bool,
    /// Where the disclosure lane was cut at its beginning by age: when what is left of it begins.
    pub(crate) cut: Option<i64>,
    /// Whether entitlements that were replaced are gone from their lane.
    pub(crate) replaced: bool,
}

// === impl Bench ===

impl<'a> Bench<'a> {
    pub(crate) fn new(site: &'a Site<'a>) -> Result<Bench<'a>, Error> {
        let notebook = Notebook::new()?;
        register::read(site.lanes, site.keys, &notebook)?;
        let replaced = entitlements::read(site.lanes, site.keys, &notebook)?;
        Ok(Bench {
            site,
            lanes: site.lanes.lanes()?,
            notebook,
            report: Report::default(),
            shadows: site.truths.all.iter().map(|truth| Checker::new(&truth.oracle)).collect(),
            ledger: false,
            cut: None,
            replaced,
        })
    }

    pub(crate) fn finish(self) -> Report {
        self.report
    }
}
