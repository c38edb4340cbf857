//! Every invalid bundle is refused, with code, file and line.

use super::{contract, files};
use crate::{Bundle, BundleFiles, Error};

const AKRIM: &str = "rules/akrim.cedar";
const NEVER: &str = "rules/never.cedar";
const TILDA: &str = "rules/tilda.cedar";
const REGISTERS: &str = "rules/registers.cedar";
const BASES: &str = "bases.toml";
const VIEWS: &str = "views.toml";

/// `national-2026` with one text changed in one file.
fn changed(file: &str, from: &str, to: &str) -> BundleFiles {
    let mut files = files("national-2026");
    let text = files.text(file).unwrap();
    assert!(text.contains(from), "{file} does not hold {from}");
    let text = text.replacen(from, to, 1);
    files.0.insert(file.to_owned(), text.into_bytes());
    files
}

/// A rule added at the end of a file.
fn added(file: &str, rule: &str) -> BundleFiles {
    let mut files = files("national-2026");
    let text = format!("{}\n{rule}\n", files.text(file).unwrap());
    files.0.insert(file.to_owned(), text.into_bytes());
    files
}

/// The bundle is refused with this code, in this file, on the line that holds `at`.
#[track_caller]
fn refused(code: &str, file: &str, at: &str, files: &BundleFiles) {
    let line = files.text(file).map_or(1, |text| {
        1 + text.lines().position(|line| line.contains(at)).expect("the marked line")
    });
    let errors = Bundle::load(files, &contract()).err().unwrap_or_default();
    let here = |error: &Error| error.code() == code && error.file() == file && error.line() == line;
    let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.iter().any(here), "no {code} at {file}:{line} in:\n{}", found.join("\n"));
    assert!(errors.iter().all(|error| !error.fix().is_empty()));
}

#[test]
fn what_cannot_be_read() {
    let file = changed(AKRIM, "principal in Group::\"G1\"", "principal in");
    refused("RULE-001", AKRIM, "@id(\"akrim-core\")", &file);
    let file = added(AKRIM, "@id(\"endless\") permit (principal, action, resource)");
    refused("RULE-001", AKRIM, "@id(\"endless\")", &file);
    let file = changed(VIEWS, "audience = \"group\"", "audiense = \"group\"");
    refused("RULE-001", VIEWS, "audiense", &file);
}

#[test]
fn what_is_missing() {
    let mut missing = files("national-2026");
    missing.0.remove(VIEWS);
    refused("RULE-002", VIEWS, "", &missing);
    let nameless = "@basis(\"AML18-2\") forbid (principal, action, resource);";
    refused("RULE-005", NEVER, nameless, &added(NEVER, nameless));
    let baseless = "@id(\"baseless\") permit (principal, action, resource in Class::\"OFF\");";
    refused("RULE-005", AKRIM, baseless, &added(AKRIM, baseless));
    let no_reason = changed(BASES, "reason = \"Sourced from the proposal", "text2 = \"");
    refused("RULE-001", BASES, "text2", &no_reason);
    let bare = changed(BASES, "id = \"ARK\"\nkind = \"limits\"", "id = \"ARK\"\nkind = \"opens\"");
    refused("RULE-005", BASES, "id = \"ARK\"", &bare);
}

#[test]
fn what_is_not_known() {
    let class =
        "@id(\"x\") @basis(\"AML18-2\") forbid (principal, action, resource in Class::\"TOP\");";
    refused("RULE-006", NEVER, class, &added(NEVER, class));
    for rule in [
        "@id(\"x\") @basis(\"AML18-2\") forbid (principal in Group::\"G99\", action, resource);",
        "@id(\"x\") @basis(\"NOPE\") forbid (principal, action, resource);",
        "@id(\"x\") @basis(\"AML18-2\") forbid (principal, action == Action::\"fun\", resource);",
        "@id(\"x\") @basis(\"AML18-2\") forbid (principal, action, resource == Field::\"nope\");",
        "@id(\"x\") @basis(\"AML18-2\") forbid (principal, action, resource) when { context.mood == AkrimCase::\"ja\" };",
        "@id(\"x\") @basis(\"AML18-2\") forbid (principal, action, resource) when { context.akrim_case == AkrimCase::\"yes\" };",
        "@id(\"x\") @basis(\"AML18-2\") forbid (principal, action, resource in Part::\"secret\");",
        "@id(\"x\") @basis(\"AML18-2\") forbid (principal, action, resource) when { resource in RecordType::\"tip\" };",
        "@id(\"x\") @basis(\"AML18-2\") @color(\"red\") forbid (principal, action, resource);",
        "@id(\"x\") @basis(\"AKRIM-4\") @transform(\"blur\") permit (principal in Group::\"G1\", action, resource);",
    ] {
        refused("RULE-006", NEVER, rule, &added(NEVER, rule));
    }
    let group = changed(VIEWS, "groups = [\"G1\"]", "groups = [\"G13\"]");
    refused("RULE-006", VIEWS, "id = \"akrim-core\"", &group);
    let fact = changed(
        "modifiers.toml",
        "when = { akrim_case = [\"ja\"] }",
        "when = { akrim = [\"ja\"] }",
    );
    refused("RULE-006", "modifiers.toml", "id = \"akrim-free-text\"", &fact);
    let value = changed("modifiers.toml", "akrim_case = [\"ja\"]", "akrim_case = [\"yes\"]");
    refused("RULE-006", "modifiers.toml", "id = \"akrim-free-text\"", &value);
    let group = changed("groups.toml", "groups = [\"G7\"]", "groups = [\"G13\"]");
    refused("STAND-003", "groups.toml", "name = \"Fjordbygg", &group);
    let source = changed("bundle.toml", "source = \"MAT-smilefjes\"", "source = \"UKJENT-x\"");
    let errors = Bundle::load(&source, &contract()).unwrap_err();
    assert!(errors.iter().any(|error| error.code() == "RULE-006"));
}

#[test]
fn what_stands_twice() {
    let twice = "@id(\"never-source\") @basis(\"AML18-2\") forbid (principal, action, resource);";
    refused("RULE-004", NEVER, twice, &added(NEVER, twice));
    let view = changed(VIEWS, "id = \"akrim-organ\"", "id = \"akrim-core\" # twin");
    refused("RULE-004", VIEWS, "# twin", &view);
}

#[test]
fn what_cedar_finds_wrong() {
    let mixed = "@id(\"x\") @basis(\"AML18-2\") forbid (principal, action, resource) when { context.akrim_case == Regime::\"fvl\" };";
    refused("RULE-007", NEVER, mixed, &added(NEVER, mixed));
    let never = "@id(\"x\") @basis(\"AML18-2\") forbid (principal, action, resource) when { resource == 1 };";
    refused("RULE-007", NEVER, never, &added(NEVER, never));
}

#[test]
fn bases_that_cannot_carry_a_rule() {
    let asleep = changed(TILDA, "@dormant(\"no basis confirmed\")\n@note(\"That", "@note(\"That");
    refused("RULE-008", TILDA, "@id(\"tilda-enk-plan\")", &asleep);
    let limits = changed(AKRIM, "@basis(\"AKRIM-4\")", "@basis(\"AML18-2\")");
    refused("RULE-008", AKRIM, "@id(\"akrim-core-intelligence\")", &limits);
    let awake = changed(AKRIM, "@basis(\"AKRIM-4\")", "@basis(\"AKRIM-4\")\n@dormant(\"tired\")");
    refused("RULE-008", AKRIM, "@id(\"akrim-core-intelligence\")", &awake);
    let ended = changed(
        BASES,
        "valid_from = 2022-06-20\nvisible_to_subject = \"delayed\"\nconfidence = \"S\"\nactive = true\nreason",
        "valid_from = 2022-06-20\nvalid_to = 2025-12-31\nvisible_to_subject = \"delayed\"\nconfidence = \"S\"\nactive = true\nreason",
    );
    refused("RULE-009", AKRIM, "@id(\"akrim-organ\")", &ended);
    // § 3 first sentence leads to the organs, not to tax, customs and police in the core.
    let direction = changed(AKRIM, "@basis(\"AKRIM-3-1, AKRIM-3-1b\")", "@basis(\"AKRIM-3-1\")");
    refused("RULE-010", AKRIM, "@id(\"akrim-core\")", &direction);
    let purpose = changed(
        VIEWS,
        "purposes = [\"licensing\"]",
        "purposes = [\"licensing\", \"coordination\"]",
    );
    refused("RULE-011", VIEWS, "id = \"municipality-licence\"", &purpose);
    let unused = "@id(\"x\") @basis(\"AKRIM-5\") permit (principal in Group::\"G3\", action, resource in Class::\"INT\");";
    refused("RULE-012", AKRIM, unused, &added(AKRIM, unused));
    let consent =
        changed(VIEWS, "bases = [\"SERV\", \"FVL13a-3\"]", "bases = [\"SERV\", \"FVL13a-1\"]");
    refused("RULE-014", VIEWS, "id = \"municipality-licence\"", &consent);
    let practice =
        changed(BASES, "id = \"ARK\"\nkind = \"limits\"", "id = \"ARK\"\nkind = \"practice\"");
    refused("RULE-017", BASES, "id = \"ARK\"", &practice);
    let barred = changed(
        BASES,
        "to = [\"CONTROL\"]\npurposes = [",
        "to = [\"CONTROL\"]\npurposes = [\"procurement_before\", ",
    );
    refused("RULE-020", "invariants.toml", "Procurement never uses", &barred);
}

#[test]
fn a_lane_for_all_whose_outcome_depends_on_who_asks() {
    for rule in [
        "@id(\"x\") @basis(\"AKRIM-4\") permit (principal == Recipient::\"974761211\", action, resource in Class::\"SEN\");",
        "@id(\"x\") @basis(\"AKRIM-4\") permit (principal, action, resource in Class::\"SEN\") when { principal in Group::\"G1\" };",
    ] {
        refused("RULE-013", AKRIM, rule, &added(AKRIM, rule));
    }
    let two = changed(VIEWS, "groups = [\"G1\"]", "groups = [\"G1\", \"G2\"]");
    refused("RULE-013", AKRIM, "@id(\"akrim-organ\")", &two);
}

#[test]
fn forms_that_clash_or_do_not_fit() {
    let two = "\n@id(\"x\") @basis(\"AKRIM-4\") @transform(\"initials\") permit (principal in Group::\"G1\", action, resource == Field::\"tilsynsegenskaper.tilsynsutvelgelse\") when { context.akrim_case == AkrimCase::\"ja\" };\n\
               @id(\"y\") @basis(\"AKRIM-4\") @transform(\"mask\") permit (principal in Group::\"G1\", action, resource == Field::\"tilsynsegenskaper.tilsynsutvelgelse\") when { context.akrim_case == AkrimCase::\"ja\" };";
    let mut clash =
        changed(AKRIM, "resource in Class::\"INT\"\n);", "resource in Class::\"SEN\"\n);");
    let text = format!("{}{two}", clash.text(AKRIM).unwrap());
    clash.0.insert(AKRIM.to_owned(), text.into_bytes());
    refused("RULE-015", AKRIM, "@id(\"x\")", &clash);
    let ranked = clash.text(AKRIM).unwrap().replace("@id(\"x\")", "@id(\"x\") @rank(\"2\")");
    let ranked = ranked.replace("@id(\"y\")", "@id(\"y\") @rank(\"1\")");
    clash.0.insert(AKRIM.to_owned(), ranked.into_bytes());
    assert!(Bundle::load(&clash, &contract()).is_ok(), "@rank decides");
    let unfit = changed(TILDA, "@note(\"Plans, to", "@transform(\"month\")\n@note(\"Plans, to");
    refused("RULE-016", TILDA, "@id(\"tilda-plans\")", &unfit);
}

#[test]
fn views_that_could_release_nothing_and_broken_invariants() {
    let closed = changed(
        VIEWS,
        "record_types = [\"approval_status\", \"sanction\"]",
        "record_types = [\"approval_status\", \"sanction\", \"planned_inspection\"]",
    );
    refused("RULE-018", VIEWS, "id = \"municipality-licence\"", &closed);
    let wide = changed(
        REGISTERS,
        "(resource in Class::\"PUB\" ||",
        "(resource in Class::\"PUB\" || resource in Class::\"BIZ\" ||",
    );
    refused("RULE-019", "invariants.toml", "Business secrets never", &wide);
    // A natural person's report to other supervisors: two locks, so both must be taken off.
    let mut open = changed(
        NEVER,
        "@id(\"never-persons-in-tilda\")",
        "@id(\"never-persons-in-tilda\")\n@basis(\"x\")",
    );
    let never = open.text(NEVER).unwrap();
    let cut = never.split("@id(\"never-persons-in-tilda\")").next().unwrap().to_owned();
    open.0.insert(NEVER.to_owned(), cut.into_bytes());
    let tilda = open.text(TILDA).unwrap().replace(
        "[SubjectKind::\"legal\", SubjectKind::\"facility\"]",
        "[SubjectKind::\"legal\", SubjectKind::\"facility\", SubjectKind::\"unknown\"]",
    );
    open.0.insert(TILDA.to_owned(), tilda.into_bytes());
    refused(
        "RULE-019",
        "invariants.toml",
        "Nothing about a person reaches other supervisors in a report",
        &open,
    );
}

#[test]
fn a_bundle_beyond_its_bounds() {
    let long = changed("bundle.toml", "akrim_days = 1095", "akrim_days = 1096");
    let errors = Bundle::load(&long, &contract()).unwrap_err();
    assert!(errors.iter().any(|error| error.code() == "RULE-003"));
    let rules: String = (0..crate::limits::MAX_RULES)
        .map(|n| format!("@id(\"r{n}\") @basis(\"AML18-2\") forbid (principal, action, resource in Class::\"SRC\");\n"))
        .collect();
    let errors = Bundle::load(&added(NEVER, &rules), &contract()).unwrap_err();
    assert!(errors.iter().any(|error| error.code() == "RULE-003"));
}
