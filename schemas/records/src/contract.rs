//! The contract as compiled in: one schema for each record type. The only place that names its
//! files; says nothing of what a field means.

use avro_tree::Schema;
use std::sync::{Arc, OnceLock};
use vocabulary::RecordType;

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../../contract/", $name, ".avsc"))
    };
}

const REPORT: &[&str] = &[
    file!("konvolutt"),
    file!("subjekt"),
    file!("lokalitet"),
    file!("kontaktpunkt"),
    file!("alvorsgrad"),
    file!("samtidig_kontroll"),
    file!("melding"),
    file!("subjekttype"),
    file!("tilsynsstatus"),
    file!("ja_nei"),
    file!("uanmeldttilsyn"),
    file!("storulykketilsyn"),
    file!("taushetsregime"),
];

const PLAN: &[&str] = &[
    file!("konvolutt"),
    file!("subjekt"),
    file!("lokalitet"),
    file!("kontaktpunkt"),
    file!("samtidig_kontroll"),
    file!("melding"),
    file!("subjekttype"),
    file!("tilsynsstatus"),
    file!("ja_nei"),
    file!("uanmeldttilsyn"),
    file!("storulykketilsyn"),
    file!("taushetsregime"),
];

const SANCTION: &[&str] = &[
    file!("konvolutt"),
    file!("subjekt"),
    file!("alvorsgrad"),
    file!("subjekttype"),
    file!("ja_nei"),
    file!("taushetsregime"),
    file!("vedtaksstatus"),
];

const FINDING: &[&str] = &[
    file!("konvolutt"),
    file!("subjekt"),
    file!("alvorsgrad"),
    file!("subjekttype"),
    file!("ja_nei"),
    file!("taushetsregime"),
];

const ALERT: &[&str] = &[
    file!("konvolutt"),
    file!("subjekt"),
    file!("melding"),
    file!("subjekttype"),
    file!("ja_nei"),
    file!("taushetsregime"),
];

const SUSPENSION: &[&str] = &[
    file!("konvolutt"),
    file!("subjekt"),
    file!("subjekttype"),
    file!("ja_nei"),
    file!("taushetsregime"),
    file!("vedtaksstatus"),
];

/// Approvals, licences and trends: of no case.
const STANDING: &[&str] =
    &[file!("konvolutt"), file!("subjekt"), file!("subjekttype"), file!("taushetsregime")];

/// Contract checks and case notes.
const CASE: &[&str] = &[
    file!("konvolutt"),
    file!("subjekt"),
    file!("subjekttype"),
    file!("ja_nei"),
    file!("taushetsregime"),
];

/// The named types a record type needs, and its own text.
fn texts(record_type: RecordType) -> (&'static [&'static str], &'static str) {
    match record_type {
        RecordType::InspectionReport => (REPORT, file!("inspection_report")),
        RecordType::PlannedInspection => (PLAN, file!("planned_inspection")),
        RecordType::Sanction => (SANCTION, file!("sanction")),
        RecordType::ApprovalStatus => (STANDING, file!("approval_status")),
        RecordType::TrendAggregate => (STANDING, file!("trend_aggregate")),
        RecordType::Alert => (ALERT, file!("alert")),
        RecordType::SuspensionDecision => (SUSPENSION, file!("suspension_decision")),
        RecordType::FoodServiceLicence => (STANDING, file!("food_service_licence")),
        RecordType::EmploymentContractCheck => (CASE, file!("employment_contract_check")),
        RecordType::CaseNote => (CASE, file!("case_note")),
        RecordType::Finding => (FINDING, file!("finding")),
    }
}

/// A schema for our own tree, and one for the codec.
struct Parsed {
    tree: Arc<Schema>,
    codec: serde_avro_fast::Schema,
}

#[expect(clippy::expect_used, reason = "the texts are compiled in and a test parses each")]
fn parse(record_type: RecordType) -> Parsed {
    let (named, text) = texts(record_type);
    let tree = Schema::parse_with(named, text).expect("the contract parses");
    let codec = tree.text().parse().expect("the contract parses");
    Parsed { tree: Arc::new(tree), codec }
}

/// Each is parsed when it is first asked for.
#[expect(clippy::indexing_slicing, reason = "as many places as there are record types")]
fn parsed(record_type: RecordType) -> &'static Parsed {
    const TYPES: usize = RecordType::ALL.len();
    static PARSED: [OnceLock<Parsed>; TYPES] = [const { OnceLock::new() }; TYPES];
    PARSED[record_type as usize].get_or_init(|| parse(record_type))
}

/// The contract's schema of a record type.
pub fn schema(record_type: RecordType) -> Arc<Schema> {
    Arc::clone(&parsed(record_type).tree)
}

pub(crate) fn codec(record_type: RecordType) -> &'static serde_avro_fast::Schema {
    &parsed(record_type).codec
}
