//! Records as rows of a drop file: cells, quoting, one header for each kind. Reads nothing back.

use super::{Sent, approvals, plans, reports, sanctions};
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
pub(crate) const fn word(record_type: RecordType) -> &'static str {
    match record_type {
        RecordType::PlannedInspection => "planer",
        RecordType::Sanction => "reaksjoner",
        RecordType::ApprovalStatus => "godkjenninger",
        RecordType::InspectionReport => "rapporter",
    }
}

/// The header line of a type.
pub(crate) fn header(record_type: RecordType) -> String {
    let columns = match record_type {
        RecordType::PlannedInspection => plans::COLUMNS,
        RecordType::Sanction => sanctions::COLUMNS,
        RecordType::ApprovalStatus => approvals::COLUMNS,
        RecordType::InspectionReport => reports::COLUMNS,
    };
    let all: Vec<_> = LEAD.iter().chain(columns).copied().collect();
    all.join(";") + "\n"
}

/// The row of a record; a retraction says which object and when, and nothing else.
pub(crate) fn row(sent: &Sent) -> String {
    let (stamped, cells) = match &sent.record {
        Record::PlannedInspection(body) => (body.facts.subject_kind, plans::row(body)),
        Record::Sanction(body) => (body.facts.subject_kind, sanctions::row(body)),
        Record::ApprovalStatus(body) => (body.facts.subject_kind, approvals::row(body)),
        Record::InspectionReport(body) => (body.facts.subject_kind, reports::row(body)),
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
        code(stamped.map(SubjectKind::as_str)),
    ];
    row.extend(cells);
    if envelope.change_kind == ChangeKind::Retract {
        row.iter_mut().skip(3).for_each(String::clear);
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
