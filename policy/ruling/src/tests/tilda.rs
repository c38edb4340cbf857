//! The bundle `tilda-2026`: today's filter field for field, for every organisation form, also where
//! the register did not answer.

use super::{files, load};
use crate::{Bundle, Inquiry, Ruling, run_cases};
use avro_tree::Schema;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use vocabulary::{OrgForm, RecordType, SubjectKind};

/// Forms of Enhetsregisteret.
const FORMS: &str = "AS ASA ENK NUF ANS DA KS SA BA FLI STI BRL ESEK SAM SF KF FKF IKS KOMM FYLK \
                     STAT ORGL ADOS SÆR BEDR AAFY KBO BO TVAM UTLA PERS VPFO SPA EØFG SE PRE PK \
                     KIRK ANNA IKJP OPMV GFS";
/// Of a report about a sole proprietorship these stay: the remarks, and what Tilda has in
/// `tilsynsegenskaper`.
const REPORT: [&str; 4] =
    ["anmerkninger", "tilsynsegenskaper", "konvolutt.internTilsynsid", "fakta.tilsynsstatus"];

/// The bundle, loaded once.
pub(crate) fn tilda() -> &'static Bundle {
    static TILDA: LazyLock<Bundle> = LazyLock::new(|| load(&files("tilda-2026")));
    &TILDA
}

fn ruling(record_type: RecordType, facts: &[(&str, &str)]) -> Ruling {
    let facts: BTreeMap<String, String> =
        facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let sender = "DAT".parse().unwrap();
    let inquiry = Inquiry::new("tilda".parse().unwrap(), record_type, sender, facts, 20_780);
    tilda().answer(&inquiry).unwrap().ruling
}

/// Paths that leave, without those that hold others.
fn leaving(schema: &Schema, ruling: &Ruling) -> BTreeSet<String> {
    let leaves = ruling.released().filter(|id| schema.children(*id).next().is_none());
    leaves.map(|id| schema.field(id).path().to_owned()).collect()
}

/// Every path but those at or below one of `stay`.
fn all_but(schema: &Schema, stay: &[&str]) -> BTreeSet<String> {
    let within = |path: &str, above: &str| {
        let rest = path.strip_prefix(above);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with("[]"))
    };
    let leaves = schema.field_ids().filter(|id| schema.children(*id).next().is_none());
    let paths = leaves.map(|id| schema.field(id).path());
    paths.filter(|path| !stay.iter().any(|above| within(path, above))).map(str::to_owned).collect()
}

#[test]
fn every_case_of_tilda_2026_is_answered_as_expected() {
    let results = run_cases(tilda(), &files("tilda-2026")).unwrap();
    for result in &results {
        assert!(result.failures.is_empty(), "{}: {}", result.name, result.failures.join("; "));
    }
    assert!(results.len() >= 20, "{} cases", results.len());
}

#[test]
fn field_for_field_what_tilda_shows_of_every_form() {
    // A look-up that failed gives no form, hence an unknown kind.
    let kinds = FORMS.split_whitespace().map(|form| {
        let form: OrgForm = form.parse().unwrap();
        (form.to_string(), form.subject_kind())
    });
    let mut apart = Vec::new();
    for (form, kind) in kinds.chain([("(no answer)".to_owned(), SubjectKind::Unknown)]) {
        let person = matches!(kind, SubjectKind::SoleProprietor | SubjectKind::Unknown);
        if person {
            apart.push(form.clone());
        }
        let of = ("subject_kind", kind.as_str());
        let report = RecordType::InspectionReport;
        let schema = tilda().schema(report).unwrap();
        let shown = ruling(report, &[of, ("inspection_state", "lukket"), ("akrim_case", "nei")]);
        let mut stay = vec!["tilsynsnotater", "subjekt.personPseudonym"];
        stay.extend(REPORT.iter().filter(|_| person));
        assert_eq!(leaving(schema, &shown), all_but(schema, &stay), "report, {form}");
        let plan = RecordType::PlannedInspection;
        let schema = tilda().schema(plan).unwrap();
        let shown = ruling(plan, &[of, ("unannounced", "ja"), ("akrim_case", "nei")]);
        let mut stay = vec!["subjekt.personPseudonym"];
        stay.extend(person.then_some("meldingTilAnnenMyndighet"));
        assert_eq!(leaving(schema, &shown), all_but(schema, &stay), "plan, {form}");
        let trend = RecordType::TrendAggregate;
        let shown = ruling(trend, &[of, ("regime", "fvl"), ("selection", "enkeltsubjekt")]);
        assert_eq!(shown.releases(), !person, "trend, {form}");
    }
    // A sub-unit takes its parent's form; the last are forms our list does not know as a company.
    assert!(apart.starts_with(&["ENK".to_owned(), "BEDR".to_owned(), "AAFY".to_owned()]));
    assert_eq!(apart.last().map(String::as_str), Some("(no answer)"));
}
