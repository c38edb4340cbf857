//! Every invalid bundle is refused, with code, file and line.

use super::{contract, files};
use crate::{Bundle, BundleFiles, Error};

const AKRIM: &str = "rules/akrim.cedar";
const NEVER: &str = "rules/never.cedar";
const TILDA: &str = "rules/tilda.cedar";
const REGISTERS: &str = "rules/registers.cedar";
const BASES: &str = "bases.toml";
const VIEWS: &str = "views.toml";
const MODIFIERS: &str = "modifiers.toml";

/// The scope of a rule about everything.
const ALL: &str = "principal, action, resource";

/// `national-2026` with one text changed in one file.
fn changed(file: &str, from: &str, to: &str) -> BundleFiles {
    let mut files = files("national-2026");
    change(&mut files, file, from, to);
    files
}

fn change(files: &mut BundleFiles, file: &str, from: &str, to: &str) {
    let text = files.text(file).unwrap();
    assert!(text.contains(from), "{file} does not hold {from}");
    let text = text.replacen(from, to, 1);
    files.0.insert(file.to_owned(), text.into_bytes());
}

/// A rule added at the end of a file.
fn added(file: &str, rule: &str) -> BundleFiles {
    let mut files = files("national-2026");
    let text = format!("{}\n{rule}\n", files.text(file).unwrap());
    files.0.insert(file.to_owned(), text.into_bytes());
    files
}

fn when(condition: &str) -> String {
    if condition.is_empty() { String::new() } else { format!(" when {{ {condition} }}") }
}

fn forbid(scope: &str, condition: &str) -> String {
    format!("@id(\"x\") @basis(\"AML18-2\") forbid ({scope}){};", when(condition))
}

fn permit(scope: &str, condition: &str) -> String {
    format!("@id(\"x\") @basis(\"AKRIM-4\") permit ({scope}){};", when(condition))
}

fn errors(files: &BundleFiles) -> Vec<Error> {
    Bundle::load(files, &contract()).err().unwrap_or_default()
}

/// The bundle is refused with this code, in this file, on the line that holds `at`.
#[track_caller]
fn refused(code: &str, file: &str, at: &str, files: &BundleFiles) {
    let line = files.text(file).map_or(1, |text| {
        1 + text.lines().position(|line| line.contains(at)).expect("the marked line")
    });
    let errors = errors(files);
    let here = |error: &Error| error.code() == code && error.file() == file && error.line() == line;
    let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.iter().any(here), "no {code} at {file}:{line} in:\n{}", found.join("\n"));
    assert!(errors.iter().all(|error| !error.fix().is_empty()));
}

#[test]
fn what_cannot_be_read() {
    let broken = changed(AKRIM, "principal in Group::\"G1\"", "principal in");
    refused("RULE-001", AKRIM, "@id(\"akrim-core\")", &broken);
    let endless = added(AKRIM, "@id(\"endless\") permit (principal, action, resource)");
    refused("RULE-001", AKRIM, "@id(\"endless\")", &endless);
    let misspelt = changed(VIEWS, "audience = \"group\"", "audiense = \"group\"");
    refused("RULE-001", VIEWS, "audiense", &misspelt);
}

#[test]
fn what_is_missing() {
    let mut missing = files("national-2026");
    missing.0.remove(VIEWS);
    refused("RULE-002", VIEWS, "", &missing);
    for rule in [
        forbid(ALL, "").replace("@id(\"x\")", ""),
        permit(ALL, "").replace("@basis(\"AKRIM-4\")", ""),
    ] {
        refused("RULE-005", NEVER, &rule, &added(NEVER, &rule));
    }
    let no_reason = changed(BASES, "reason = \"The list of cases", "link2 = \"The list of cases");
    refused("RULE-001", BASES, "link2", &no_reason);
    let limits = "id = \"ARK\"\nkind = \"limits\"";
    let bare = changed(BASES, limits, "id = \"ARK\"\nkind = \"opens\"");
    refused("RULE-005", BASES, "id = \"ARK\"", &bare);
}

#[test]
fn what_is_not_known() {
    for rule in [
        forbid("principal, action, resource in Class::\"TOP\"", ""),
        forbid("principal in Group::\"G99\", action, resource", ""),
        forbid("principal, action == Action::\"fun\", resource", ""),
        forbid("principal, action, resource == Field::\"nope\"", ""),
        forbid("principal, action, resource in Part::\"secret\"", ""),
        forbid(ALL, "context.mood == AkrimCase::\"ja\""),
        forbid(ALL, "context.akrim_case == AkrimCase::\"yes\""),
        forbid(ALL, "resource in RecordType::\"tip\""),
        forbid(ALL, "").replace("AML18-2", "NOPE"),
        forbid(ALL, "").replace("@basis", "@color(\"red\") @basis"),
        permit(ALL, "").replace("@basis", "@transform(\"blur\") @basis"),
    ] {
        refused("RULE-006", NEVER, &rule, &added(NEVER, &rule));
    }
    let group = changed(VIEWS, "groups = [\"G1\"]", "groups = [\"G13\"]");
    refused("RULE-006", VIEWS, "id = \"akrim-core\"", &group);
    let bases = "bases = [\"SERV\"";
    let gone = changed(VIEWS, bases, &format!("formerly = {{ sanction = [\"nope\"] }}\n{bases}"));
    refused("RULE-006", VIEWS, "id = \"municipality-licence\"", &gone);
    let law = changed("invariants.toml", "bases = [\"REGREN6\"]", "bases = [\"REGREN7\"]");
    refused("RULE-006", "invariants.toml", "The law of the cleaning register", &law);
    let fact = changed(MODIFIERS, "{ akrim_case = [\"ja\"] }", "{ akrim = [\"ja\"] }");
    refused("RULE-006", MODIFIERS, "id = \"akrim-free-text\"", &fact);
    let value = changed(MODIFIERS, "akrim_case = [\"ja\"]", "akrim_case = [\"yes\"]");
    refused("RULE-006", MODIFIERS, "id = \"akrim-free-text\"", &value);
    let group = changed("groups.toml", "groups = [\"G7\"]", "groups = [\"G13\"]");
    refused("STAND-003", "groups.toml", "name = \"Fjordbygg", &group);
    let source = changed("bundle.toml", "source = \"MAT-smilefjes\"", "source = \"UKJENT-x\"");
    assert!(errors(&source).iter().any(|error| error.code() == "RULE-006"));
}

#[test]
fn what_stands_twice() {
    let twice = forbid(ALL, "").replace("\"x\"", "\"never-source\"");
    refused("RULE-004", NEVER, &twice, &added(NEVER, &twice));
    let view = changed(VIEWS, "id = \"akrim-organ\"", "id = \"akrim-core\" # twin");
    refused("RULE-004", VIEWS, "# twin", &view);
}

#[test]
fn what_cedar_finds_wrong() {
    for condition in ["context.akrim_case == Regime::\"fvl\"", "resource == 1"] {
        let rule = forbid(ALL, condition);
        refused("RULE-007", NEVER, &rule, &added(NEVER, &rule));
    }
}

#[test]
fn rules_on_bases_that_are_not_active_or_not_in_force() {
    let note = "@note(\"That";
    let dormant = format!("@dormant(\"no basis confirmed\")\n{note}");
    let awake = changed(TILDA, &dormant, note);
    refused("RULE-008", TILDA, "@id(\"tilda-enk-plan\")", &awake);
    let basis = "@basis(\"AKRIM-4\")";
    let limits = changed(AKRIM, basis, "@basis(\"AML18-2\")");
    refused("RULE-008", AKRIM, "@id(\"akrim-core-intelligence\")", &limits);
    let asleep = changed(AKRIM, basis, &format!("{basis}\n@dormant(\"tired\")"));
    refused("RULE-008", AKRIM, "@id(\"akrim-core-intelligence\")", &asleep);
    let mut ended = files("national-2026");
    let from = "valid_from = 2022-06-20";
    let bases = ended.text(BASES).unwrap();
    let bases = bases.replace(from, &format!("{from}\nvalid_to = 2025-12-31"));
    ended.0.insert(BASES.to_owned(), bases.into_bytes());
    refused("RULE-009", AKRIM, "@id(\"akrim-organ\")", &ended);
}

#[test]
fn rules_on_bases_that_lead_elsewhere_or_serve_something_else() {
    // § 3 first sentence leads to the organs, not to tax, customs and police in the core.
    let direction = changed(AKRIM, "@basis(\"AKRIM-3-1, AKRIM-3-1b\")", "@basis(\"AKRIM-3-1\")");
    refused("RULE-010", AKRIM, "@id(\"akrim-core\")", &direction);
    let both = "purposes = [\"licensing\", \"coordination\"]";
    let purpose = changed(VIEWS, "purposes = [\"licensing\"]", both);
    refused("RULE-011", VIEWS, "id = \"municipality-licence\"", &purpose);
    let scope = "principal in Group::\"G12\", action, resource in Class::\"INT\"";
    let unused = permit(scope, "").replace("AKRIM-4", "AKRIM-5");
    refused("RULE-012", AKRIM, &unused, &added(AKRIM, &unused));
    let consent = changed(VIEWS, "bases = [\"SERV\"", "bases = [\"FVL13a-1\"");
    refused("RULE-014", VIEWS, "id = \"municipality-licence\"", &consent);
    let serv = "id = \"SERV\"\nkind = \"opens\"";
    let practice = changed(BASES, serv, "id = \"SERV\"\nkind = \"practice\"");
    refused("RULE-017", BASES, "id = \"SERV\"", &practice);
    let to = "to = [\"CONTROL\"]\npurposes = [";
    let barred = changed(BASES, to, &format!("{to}\"procurement_before\", "));
    refused("RULE-020", "invariants.toml", "Procurement never uses", &barred);
}

#[test]
fn a_lane_for_all_whose_outcome_depends_on_who_asks() {
    let one = "principal == Recipient::\"974761211\", action, resource in Class::\"SEN\"";
    let sen = "principal, action, resource in Class::\"SEN\"";
    for rule in [permit(one, ""), permit(sen, "principal in Group::\"G1\"")] {
        refused("RULE-013", AKRIM, &rule, &added(AKRIM, &rule));
    }
    let two = changed(VIEWS, "groups = [\"G1\"]", "groups = [\"G1\", \"G2\"]");
    refused("RULE-013", AKRIM, "@id(\"akrim-organ\")", &two);
}

#[test]
fn forms_that_clash_or_do_not_fit() {
    let scope = "principal in Group::\"G1\", action, \
                 resource == Field::\"tilsynsegenskaper.tilsynsutvelgelse\"";
    let rule = permit(scope, "context.akrim_case == AkrimCase::\"ja\"");
    let one = rule.replace("@basis", "@transform(\"initials\") @basis");
    let other = rule.replace("\"x\"", "\"y\"").replace("@basis", "@transform(\"mask\") @basis");
    let mut clash = changed(AKRIM, "resource in Class::\"INT\"", "resource in Class::\"SEN\"");
    let text = format!("{}\n{one}\n{other}\n", clash.text(AKRIM).unwrap());
    clash.0.insert(AKRIM.to_owned(), text.into_bytes());
    refused("RULE-015", AKRIM, "@id(\"x\")", &clash);
    change(&mut clash, AKRIM, "@id(\"x\")", "@id(\"x\") @rank(\"2\")");
    change(&mut clash, AKRIM, "@id(\"y\")", "@id(\"y\") @rank(\"1\")");
    assert_eq!(errors(&clash), [], "@rank decides");
    let note = "@note(\"Plans, to";
    let unfit = changed(TILDA, note, &format!("@transform(\"month\")\n{note}"));
    refused("RULE-016", TILDA, "@id(\"tilda-plans\")", &unfit);
}

#[test]
fn a_record_type_of_which_nothing_could_leave() {
    let types = "record_types = [\"approval_status\", \"sanction\"";
    let closed = changed(VIEWS, types, &format!("{types}, \"planned_inspection\""));
    refused("RULE-018", VIEWS, "id = \"municipality-licence\"", &closed);
}

#[test]
fn a_broken_invariant() {
    let public = "(resource in Class::\"PUB\" ||";
    let wide = format!("{public} resource in Class::\"BIZ\" ||");
    let wide = changed(REGISTERS, public, &wide);
    refused("RULE-019", "invariants.toml", "Business secrets never", &wide);
    // Each register's law opens its own scheme: the bounds of a rule are held by invariants too.
    for (scheme, register) in [
        ("renhold", "The law of the cleaning register"),
        ("bilpleieOgDekk", "The law of the car-care register"),
        ("bemanningsforetak", "The law of the temporary-agency register"),
    ] {
        let own = format!(" &&\n    context.scheme == Scheme::\"{scheme}\"");
        let any = changed(REGISTERS, &own, "");
        refused("RULE-019", "invariants.toml", register, &any);
    }
    // A person's report to other supervisors is locked twice, so both locks must be taken off.
    let mut open = files("national-2026");
    let never = open.text(NEVER).unwrap();
    let (never, _) = never.split_once("@id(\"never-persons-in-tilda\")").unwrap();
    let never = never.to_owned();
    let known = "[SubjectKind::\"legal\", ";
    let tilda = open.text(TILDA).unwrap();
    let tilda = tilda.replace(known, &format!("{known}SubjectKind::\"unknown\", "));
    open.0.insert(NEVER.to_owned(), never.into_bytes());
    open.0.insert(TILDA.to_owned(), tilda.into_bytes());
    let invariant = "Nothing about a person reaches other supervisors in a report";
    refused("RULE-019", "invariants.toml", invariant, &open);
}

#[test]
fn a_bundle_beyond_its_bounds() {
    let limited = |files: &BundleFiles| errors(files).iter().any(|e| e.code() == "RULE-003");
    assert!(limited(&changed("bundle.toml", "akrim_days = 1095", "akrim_days = 1096")));
    let rule = forbid(ALL, "");
    let number = |n: usize| rule.replace("\"x\"", &format!("\"r{n}\"")) + "\n";
    let rules: String = (0..crate::limits::MAX_RULES).map(number).collect();
    assert!(limited(&added(NEVER, &rules)));
}
