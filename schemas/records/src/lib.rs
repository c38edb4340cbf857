//! Typed findings: the contract's record types under English names, to and from bytes.
//!
//! ```text
//! Record ── check ──▶ complete? ── encode ──▶ datum        datum ── decode ──▶ Record
//! ```
//!
//! Written for the doors and for tests: in the exchange no finding is ever decoded. The contract's
//! texts are compiled in ([`schema`]); a test proves each type equal to them, field by field and in
//! order, and the bytes equal to what the reference library writes. The crate decides nothing about
//! who may see a field, and none of its types prints what it holds.

mod alert;
mod approval_status;
mod case_note;
mod check;
mod contract;
mod declare;
mod defaults;
mod employment_contract_check;
mod envelope;
mod error;
mod finding;
mod food_service_licence;
mod id;
mod inspection_report;
mod instant;
pub mod limits;
mod lists;
mod measures;
mod parts;
mod planned_inspection;
mod record;
mod sanction;
mod subject;
mod suspension_decision;
mod trend_aggregate;

pub use alert::{AuthorityAlert, AuthorityAlertFacts};
pub use approval_status::{ApprovalStatus, ApprovalStatusFacts};
pub use case_note::{CaseNote, CaseNoteFacts, CasePerson, CaseRole, OnwardSharing};
pub use check::{Rule, Violation, check};
pub use contract::schema;
pub use defaults::CONTRACT_VERSION;
pub use employment_contract_check::{
    CheckLevel, CheckResult, EmploymentContractCheck, EmploymentContractCheckFacts, IdentityCheck,
    RegisterMatch, WageLevel,
};
pub use envelope::Envelope;
pub use error::Error;
pub use finding::{Finding, FindingFacts, FindingKind};
pub use food_service_licence::{
    ConductAssessment, FoodServiceLicence, FoodServiceLicenceFacts, HearingAnswer,
    InfluentialPerson, LicenceKind, LicenceState, LicensedPremises,
};
pub use inspection_report::{
    Breach, Grade, InspectionActivity, InspectionAttributes, InspectionReport,
    InspectionReportFacts, Remark,
};
pub use lists::{
    AddresseeKind, AlertType, AppealStatus, ApprovalScheme, DecisionState, InspectionState,
    MajorAccident, OperationStatus, Outcome, RegisterStatus, SanctionKind, SecrecyRegime,
    Unannounced, YesNo,
};
pub use measures::{Date, Oere};
pub use parts::{Alert, AlertContent, ConcurrentInspection, Contact, Location, Severity};
pub use planned_inspection::{
    Campaign, ConflictHint, PlannedInspection, PlannedInspectionFacts, PlannedVisit,
};
pub use record::{Header, Record, decode, encode};
pub use sanction::{Sanction, SanctionFacts};
pub use subject::Subject;
pub use suspension_decision::{
    PublicationState, SuspendedSite, SuspensionDecision, SuspensionDecisionFacts, SuspensionGround,
    SuspensionReason, SuspensionScope,
};
pub use trend_aggregate::{Selection, SizeGroup, TrendAggregate, TrendAggregateFacts, YearlyTotal};

#[cfg(test)]
mod tests;
