//! The eleven authorities of the synthetic traffic: real codes, names and numbers, as in
//! `tests/corpus/open/authorities.csv`. What they send is made up.

use records::SecrecyRegime;
use vocabulary::{OrgNumber, RecordType, SourceId};

/// An authority that sends.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The source it hands in as: its code, or a shard of the code it shares.
    pub code: SourceId,
    /// Its Norwegian name.
    pub name: &'static str,
    /// Its organisation number; a synthetic one where none is known.
    pub number: OrgNumber,
    /// The law of secrecy it holds its records under.
    pub regime: SecrecyRegime,
    /// What it sends.
    pub sends: &'static [RecordType],
}

pub(crate) const PLAN: RecordType = RecordType::PlannedInspection;
pub(crate) const SANCTION: RecordType = RecordType::Sanction;
pub(crate) const APPROVAL: RecordType = RecordType::ApprovalStatus;
pub(crate) const REPORT: RecordType = RecordType::InspectionReport;
pub(crate) const TREND: RecordType = RecordType::TrendAggregate;
pub(crate) const ALERT: RecordType = RecordType::Alert;
pub(crate) const SUSPENSION: RecordType = RecordType::SuspensionDecision;
pub(crate) const LICENCE: RecordType = RecordType::FoodServiceLicence;
const CONTRACTS: RecordType = RecordType::EmploymentContractCheck;
pub(crate) const NOTE: RecordType = RecordType::CaseNote;
pub(crate) const FINDING: RecordType = RecordType::Finding;

type Row = (&'static str, &'static str, &'static str, SecrecyRegime, &'static [RecordType]);

const TABLE: [Row; 11] = [
    (
        "DAT",
        "Arbeidstilsynet",
        "974761211",
        SecrecyRegime::Administration,
        &[PLAN, SANCTION, APPROVAL, REPORT, TREND, ALERT, SUSPENSION, CONTRACTS, NOTE, FINDING],
    ),
    (
        "NAV",
        "Arbeids- og velferdsetaten (NAV)",
        "889640782",
        SecrecyRegime::Welfare,
        &[SANCTION, NOTE],
    ),
    (
        "FDIR",
        "Fiskeridirektoratet",
        "971203420",
        SecrecyRegime::Administration,
        &[PLAN, SANCTION, REPORT, TREND],
    ),
    (
        "SDIR",
        "Sjøfartsdirektoratet",
        "974761262",
        SecrecyRegime::Administration,
        &[PLAN, SANCTION, REPORT],
    ),
    (
        "SVV",
        "Statens vegvesen",
        "971032081",
        SecrecyRegime::Administration,
        &[PLAN, SANCTION, APPROVAL],
    ),
    ("UDI", "Utlendingsdirektoratet", "974760746", SecrecyRegime::Administration, &[SANCTION]),
    ("SKE", "Skatteetaten", "974761076", SecrecyRegime::Tax, &[SANCTION, APPROVAL]),
    (
        "MDIR",
        "Miljødirektoratet",
        "999601391",
        SecrecyRegime::Administration,
        &[PLAN, SANCTION, REPORT, TREND],
    ),
    (
        "DSB",
        "Direktoratet for samfunnssikkerhet og beredskap",
        "974760983",
        SecrecyRegime::Administration,
        &[PLAN, SANCTION],
    ),
    (
        "JV",
        "Justervesenet",
        "874761192",
        SecrecyRegime::Administration,
        &[PLAN, REPORT, TREND, ALERT],
    ),
    (
        "OSLO",
        "Oslo kommune (bevilling, a-krim, byggesak, miljørettet helsevern)",
        "971183675",
        SecrecyRegime::Administration,
        &[LICENCE],
    ),
];

/// All of them, in a fixed order.
#[expect(clippy::expect_used, reason = "the table above is valid; a test reads it")]
pub fn authorities() -> Vec<Authority> {
    let row = |(code, name, number, regime, sends): Row| Authority {
        code: code.parse().expect("a code"),
        name,
        number: number.parse().expect("an organisation number"),
        regime,
        sends,
    };
    TABLE.into_iter().map(row).collect()
}
