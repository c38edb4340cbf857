//! Approval statuses: made, changed, and as rows of a drop file.

use super::case::Case;
use super::rows::{code, day, flag, list, text};
use records::{ApprovalScheme, ApprovalStatus, ApprovalStatusFacts, RegisterStatus, SecrecyRegime};
use vocabulary::FieldClass;

pub(crate) const COLUMNS: &[&str] = &[
    "regime",
    "ordning",
    "status",
    "status_endret",
    "gyldig_til",
    "numre",
    "underenheter",
    "mangler",
    "aarsrapport",
    "ansatte",
    "begrunnelse",
];

pub(crate) fn make(case: &mut Case<'_>) -> ApprovalStatus {
    let facts = ApprovalStatusFacts {
        subject_kind: Some(case.stamped),
        secrecy_regime: Some(case.authority.regime),
    };
    let (scheme, status) = standing(case);
    let mut body = ApprovalStatus::new(case.envelope.clone(), case.subject(), facts);
    body.scheme = Some(scheme);
    body.status = Some(status);
    body.status_changed_on = case.day(-300, 0);
    let approved = !matches!(status, RegisterStatus::NotApproved | RegisterStatus::Pending);
    if approved {
        body.valid_to = case.day(60, 365);
        body.approval_numbers = Some(vec![format!("G-{:05}", case.random.below(100_000))]);
    } else {
        let missing = case.token(FieldClass::Biz, "vilkaarIkkeOppfylt");
        body.conditions_failed = Some(vec!["mva".to_owned(), missing]);
    }
    body.annual_report_ok = Some(case.random.percent(80));
    body.has_employees = Some(status != RegisterStatus::ApprovedWithoutEmployees);
    let about = "Vurdert etter forskriften";
    body.grounds = Some(case.text(FieldClass::Per, "begrunnelse", about));
    body
}

fn standing(case: &mut Case<'_>) -> (ApprovalScheme, RegisterStatus) {
    use RegisterStatus::{
        Approved, ApprovedWithEmployees, ApprovedWithoutEmployees, CardsPending, NotApproved,
        Pending,
    };
    let cleaning = [
        ApprovedWithEmployees,
        ApprovedWithEmployees,
        ApprovedWithoutEmployees,
        Pending,
        CardsPending,
        NotApproved,
    ];
    let other = [Approved, Approved, Pending, NotApproved];
    if case.show && case.authority.code.as_str() != "SKE" {
        return (ApprovalScheme::Cleaning, ApprovedWithEmployees);
    }
    // Schemes with a public register and without, so that the public must not see them all.
    let schemes: &[ApprovalScheme] = match case.authority.code.as_str() {
        "SKE" => &[ApprovalScheme::TaxCertificate],
        "SVV" => &[ApprovalScheme::CarCareTyre, ApprovalScheme::Workshop],
        _ => ApprovalScheme::ALL,
    };
    let scheme = case.random.pick(schemes);
    match scheme {
        ApprovalScheme::Cleaning => (scheme, case.random.pick(&cleaning)),
        _ => (scheme, case.random.pick(&other)),
    }
}

/// What was approved no longer is; what was not now is.
pub(crate) fn correct(body: &mut ApprovalStatus) {
    body.status = match body.status {
        Some(RegisterStatus::NotApproved) => Some(RegisterStatus::Pending),
        _ => Some(RegisterStatus::NotApproved),
    };
}

pub(crate) fn row(body: &ApprovalStatus) -> Vec<String> {
    let units = body.sub_units.iter().flatten().map(|unit| unit.to_string());
    vec![
        code(body.facts.secrecy_regime.map(SecrecyRegime::as_str)),
        code(body.scheme.map(ApprovalScheme::as_str)),
        code(body.status.map(RegisterStatus::as_str)),
        day(body.status_changed_on),
        day(body.valid_to),
        list(body.approval_numbers.iter().flatten().cloned()),
        list(units),
        list(body.conditions_failed.iter().flatten().cloned()),
        flag(body.annual_report_ok),
        flag(body.has_employees),
        text(body.grounds.as_ref()),
    ]
}
