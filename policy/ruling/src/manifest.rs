//! `bundle.toml`: name, version, first day, open registers and retention.

use crate::error::{Cause, Error};
use crate::text;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;
use vocabulary::{EntitlementKind, GroupId, RecordType, SourceId};

/// How long each lane keeps what it holds, in days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Intake lanes; 0 means deleted when committed.
    pub intake_days: u32,
    /// Release lanes, besides the newest version that a lawful holder still needs.
    pub release_days: u32,
    /// The most for a-krim data, from collection (a-krim regulation § 9).
    pub akrim_days: u32,
    /// Disclosure lane, after integration into the ledger.
    pub disclosure_days: u32,
    /// Quarantine lanes.
    pub quarantine_days: u32,
}

/// A source whose mapping may stamp `already_published`, because its register is open.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenRegister {
    /// The source.
    pub source: SourceId,
    /// The record type it publishes.
    pub record_type: RecordType,
    /// Where anyone can see it.
    pub published_at: String,
}

/// A source whose word counts for entitlements of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntitlementSource {
    /// The kind.
    pub kind: EntitlementKind,
    /// The source; nobody else's seal counts.
    pub source: SourceId,
}

/// The law of secrecy of a sender group, for records whose type states none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HomeRegime {
    pub(crate) group: GroupId,
    pub(crate) regime: String,
}

/// What `bundle.toml` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) name: String,
    pub(crate) version: u64,
    pub(crate) first_day: i32,
    pub(crate) open_registers: Vec<OpenRegister>,
    pub(crate) entitlement_sources: Vec<EntitlementSource>,
    pub(crate) home_regimes: Vec<HomeRegime>,
    pub(crate) usual_regime: String,
    pub(crate) retention: Retention,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    version: u64,
    valid_from: Spanned<toml::value::Datetime>,
    usual_regime: String,
    #[serde(default)]
    home_regime: Vec<HomeRegime>,
    #[serde(default)]
    open_register: Vec<OpenRegister>,
    #[serde(default)]
    entitlement_source: Vec<EntitlementSource>,
    retention: Retention,
}

/// The file the manifest stands in.
pub(crate) const FILE: &str = "bundle.toml";

/// Most days anything of a-krim may be kept without a new decision: three years.
const AKRIM_DAYS: u32 = 3 * 365;

// === impl Manifest ===

impl Manifest {
    /// The law of secrecy a sender in these groups holds its records under, unless they state one.
    pub(crate) fn home_regime(&self, groups: &BTreeSet<GroupId>) -> &str {
        let home = self.home_regimes.iter().find(|home| groups.contains(&home.group));
        home.map_or(&self.usual_regime, |home| &home.regime)
    }

    /// Every law of secrecy the manifest names, each once.
    pub(crate) fn regimes(&self) -> impl Iterator<Item = &str> {
        let homes = self.home_regimes.iter().map(|home| home.regime.as_str());
        let all: BTreeSet<&str> = homes.chain([self.usual_regime.as_str()]).collect();
        all.into_iter()
    }
}

pub(crate) fn read(text: &str, errors: &mut Vec<Error>) -> Option<Manifest> {
    let file: File = text::toml(FILE, text, errors)?;
    let line = text::line(text, file.valid_from.span().start);
    let Some(first_day) = text::days(file.valid_from.get_ref()) else {
        let reason = "valid_from is not a plain date".to_owned();
        errors.push(Error::at(FILE, line, Cause::Unreadable { reason }));
        return None;
    };
    if file.retention.akrim_days > AKRIM_DAYS {
        let cause = Cause::Limit { what: "days for a-krim data", limit: AKRIM_DAYS as usize };
        errors.push(Error::at(FILE, line, cause));
    }
    Some(Manifest {
        name: file.name,
        version: file.version,
        first_day,
        open_registers: file.open_register,
        entitlement_sources: file.entitlement_source,
        home_regimes: file.home_regime,
        usual_regime: file.usual_regime,
        retention: file.retention,
    })
}
