//! Records as rows of a drop file: cells, quoting, one header for each kind. Reads nothing back.

use super::columns::{self, Column};
use super::{Sent, approvals, decisions, notices, plans, reports, sanctions};
use records::{Date, Oere, Record};
use vocabulary::{ChangeKind, RecordType, SubjectKind, Timestamp};

const LEAD: [&str; 9] = [
    "objekt",
    "hendelse",
    "registrert",
    "saksnr",
    "orgnr",
    "navn",
    "kommune",
    "naering",
    "subjekttype",
];

/// The word a drop file of the type begins with.
pub const fn word(record_type: RecordType) -> &'static str {
    match record_type {
        RecordType::PlannedInspection => "planer",
        RecordType::Sanction => "reaksjoner",
        RecordType::ApprovalStatus => "godkjenninger",
        RecordType::InspectionReport => "rapporter",
        RecordType::TrendAggregate => "trender",
        RecordType::Alert => "meldinger",
        RecordType::SuspensionDecision => "stans",
        RecordType::FoodServiceLicence => "bevillinger",
        RecordType::EmploymentContractCheck => "avtalekontroller",
        RecordType::CaseNote => "saksnotater",
        RecordType::Finding => "funn",
    }
}

/// The header line of a type.
pub(crate) fn header(record_type: RecordType) -> String {
    let columns: Vec<&str> = match record_type {
        RecordType::PlannedInspection => plans::COLUMNS.to_vec(),
        RecordType::Sanction => sanctions::COLUMNS.to_vec(),
        RecordType::ApprovalStatus => approvals::COLUMNS.to_vec(),
        RecordType::InspectionReport => reports::COLUMNS.to_vec(),
        other => columns_of(other).iter().map(|column| column.0).collect(),
    };
    let all: Vec<_> = LEAD.iter().copied().chain(columns).collect();
    all.join(";") + "\n"
}

/// Columns of a type whose cells are read off the record by their paths.
const fn columns_of(record_type: RecordType) -> &'static [Column] {
    match record_type {
        RecordType::TrendAggregate => notices::TREND,
        RecordType::Alert => notices::ALERT,
        RecordType::EmploymentContractCheck => notices::CONTRACTS,
        RecordType::CaseNote => notices::NOTE,
        RecordType::SuspensionDecision => decisions::SUSPENSION,
        RecordType::FoodServiceLicence => decisions::LICENCE,
        RecordType::Finding => decisions::FINDING,
        _ => &[],
    }
}

/// The row of a record; a retraction says which object and when, and nothing else.
pub(crate) fn row(sent: &Sent) -> String {
    let columns = columns_of(sent.record.record_type());
    let cells = match &sent.record {
        Record::PlannedInspection(body) => plans::row(body),
        Record::Sanction(body) => sanctions::row(body),
        Record::ApprovalStatus(body) => approvals::row(body),
        Record::InspectionReport(body) => reports::row(body),
        Record::TrendAggregate(body) => columns::cells(columns, body),
        Record::Alert(body) => columns::cells(columns, body),
        Record::SuspensionDecision(body) => columns::cells(columns, body),
        Record::FoodServiceLicence(body) => columns::cells(columns, body),
        Record::EmploymentContractCheck(body) => columns::cells(columns, body),
        Record::CaseNote(body) => columns::cells(columns, body),
        Record::Finding(body) => columns::cells(columns, body),
    };
    let (envelope, subject) = (sent.record.envelope(), sent.record.subject());
    let mut row = vec![
        sent.object.clone(),
        envelope.change_kind.to_string(),
        time(envelope.recorded_at),
        text(envelope.source_case_id.as_ref()),
        subject.organisation.map(|number| number.to_string()).unwrap_or_default(),
        text(subject.name.as_ref()),
        subject.municipality.map(|number| number.to_string()).unwrap_or_default(),
        text(subject.industry_code.as_ref()),
        code(sent.record.subject_kind().map(SubjectKind::as_str)),
    ];
    row.extend(cells);
    if envelope.change_kind == ChangeKind::Retract {
        // An alert's addressee is part of its envelope.
        let kept = if matches!(sent.record, Record::Alert(_)) { LEAD.len() } else { row.len() };
        for (at, cell) in row.iter_mut().enumerate().skip(3) {
            if at != kept {
                cell.clear();
            }
        }
    }
    line(&row)
}

/// The same row under another object id, with an organisation number that fails its check.
pub(crate) fn bad_row(sent: &Sent) -> String {
    let number = sent.record.subject().organisation.map(|number| number.to_string());
    let number = number.unwrap_or_default();
    let last = number.bytes().last().unwrap_or(b'0');
    let wrong: String =
        number.chars().take(8).chain([if last == b'0' { '1' } else { '0' }]).collect();
    let bad = Sent { object: format!("{}-FEIL", sent.object), ..sent.clone() };
    row(&bad).replacen(&format!(";{number};"), &format!(";{wrong};"), 1)
}

fn line(cells: &[String]) -> String {
    let quoted: Vec<_> = cells.iter().map(|cell| quote(cell)).collect();
    quoted.join(";") + "\n"
}

fn quote(cell: &str) -> String {
    if cell.contains([';', '"', '\n', '\r']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell.to_owned()
}

pub(crate) fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

pub(crate) fn code(value: Option<&'static str>) -> String {
    value.unwrap_or_default().to_owned()
}

pub(crate) fn number(value: Option<i32>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

pub(crate) fn day(value: Option<Date>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

pub(crate) fn flag(value: Option<bool>) -> String {
    code(value.map(|value| if value { "ja" } else { "nei" }))
}

pub(crate) fn kroner(value: Option<Oere>) -> String {
    let plain = |amount: Oere| format!("{},{:02}", amount.get() / 100, amount.get() % 100);
    value.map(plain).unwrap_or_default()
}

pub(crate) fn list(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join("|")
}

/// A point in time as RFC 3339, to the second.
pub(crate) fn time(at: Timestamp) -> String {
    let date = Date::from_days(i32::try_from(at.days()).unwrap_or_default());
    let seconds = at.as_micros().rem_euclid(86_400_000_000) / 1_000_000;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{date}T{hours:02}:{minutes:02}:{:02}Z", seconds % 60)
}
