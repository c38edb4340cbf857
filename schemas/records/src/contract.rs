//! The contract as compiled in: one schema for each record type. The only place that names its
//! files; says nothing of what a field means.

use avro_tree::Schema;
use std::sync::{Arc, LazyLock};
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
];

const APPROVAL: &[&str] =
    &[file!("konvolutt"), file!("subjekt"), file!("subjekttype"), file!("taushetsregime")];

/// The named types a record type needs, and its own text.
fn texts(record_type: RecordType) -> (&'static [&'static str], &'static str) {
    match record_type {
        RecordType::InspectionReport => (REPORT, file!("inspection_report")),
        RecordType::PlannedInspection => (PLAN, file!("planned_inspection")),
        RecordType::Sanction => (SANCTION, file!("sanction")),
        RecordType::ApprovalStatus => (APPROVAL, file!("approval_status")),
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

fn parsed(record_type: RecordType) -> &'static Parsed {
    static REPORT: LazyLock<Parsed> = LazyLock::new(|| parse(RecordType::InspectionReport));
    static PLAN: LazyLock<Parsed> = LazyLock::new(|| parse(RecordType::PlannedInspection));
    static SANCTION: LazyLock<Parsed> = LazyLock::new(|| parse(RecordType::Sanction));
    static APPROVAL: LazyLock<Parsed> = LazyLock::new(|| parse(RecordType::ApprovalStatus));
    match record_type {
        RecordType::InspectionReport => &REPORT,
        RecordType::PlannedInspection => &PLAN,
        RecordType::Sanction => &SANCTION,
        RecordType::ApprovalStatus => &APPROVAL,
    }
}

/// The contract's schema of a record type.
pub fn schema(record_type: RecordType) -> Arc<Schema> {
    Arc::clone(&parsed(record_type).tree)
}

pub(crate) fn codec(record_type: RecordType) -> &'static serde_avro_fast::Schema {
    &parsed(record_type).codec
}
