//! Views that address some of their members: what the loader demands of them, and what a recipient
//! sees by what it holds.

use super::{files, load, national};
use crate::{Audience, Bundle, BundleFiles, Comparison, Inquiry, compare, compile_held, run_cases};
use vocabulary::{BasisId, EntitlementKind, RecordType};

const VIEWS: &str = "views.toml";

/// A view of what a private buyer sees by consent, on two bases, with rules of its own.
const VIEW: &str = r#"
[[view]]
id = "by-consent"
title = "t"
measure = "M20"
audience = "entitled"
entitlement = "consent"
groups = ["G7"]
purposes = ["procurement_before"]
bases = ["ONE", "TWO"]
record_types = ["approval_status"]
"#;

const RULES: &str = r#"
@id("one") @basis("ONE")
permit (principal in Group::"G7", action, resource)
when { resource in Class::"PUB" || resource in Part::"envelope" };
@id("two") @basis("TWO")
permit (principal in Group::"G7", action, resource)
when { resource in Class::"OFF" || resource in Part::"envelope" };
"#;

fn basis(id: &str, requirements: &str) -> String {
    let rest = "kind = \"opens\"\ncitation = \"c\"\ntext = \"t\"\nlink = \"l\"\nto = [\"any\"]\n\
                from = [\"AUTHORITIES\"]\npurposes = [\"any\"]\nregimes = [\"fvl\"]\n\
                active = true\n\
                valid_from = 2020-01-01\nvisible_to_subject = \"yes\"\nconfidence = \"S\"\n";
    format!("\n[[basis]]\nid = \"{id}\"\n{rest}requirements = [{requirements}]\n")
}

fn append(files: &mut BundleFiles, file: &str, text: &str) {
    let whole = format!("{}{text}", files.text(file).unwrap_or_default());
    files.0.insert(file.to_owned(), whole.into_bytes());
}

/// The national bundle with the view and its bases, which require these words.
fn with(view: &str, one: &str, two: &str) -> BundleFiles {
    let mut files = files("national-2026");
    append(&mut files, VIEWS, view);
    append(&mut files, "bases.toml", &(basis("ONE", one) + &basis("TWO", two)));
    append(&mut files, "rules/zz.cedar", RULES);
    files.0.retain(|path, _| !path.starts_with("cases/"));
    // What the bundle says of buyers is not what is asked here.
    files.0.insert("invariants.toml".to_owned(), Vec::new());
    files
}

fn entitled() -> BundleFiles {
    with(VIEW, "\"consent\"", "\"consent\"")
}

fn codes(files: &BundleFiles) -> Vec<&'static str> {
    let errors = Bundle::load(files, &super::contract()).err().unwrap_or_default();
    errors.iter().map(crate::Error::code).collect()
}

#[test]
fn a_recipient_sees_what_stands_on_the_bases_it_holds_an_entitlement_under() {
    let bundle = load(&entitled());
    let view = bundle.view(&"by-consent".parse().unwrap()).unwrap();
    assert_eq!(
        (view.audience, view.entitlement),
        (Audience::Entitled, Some(EntitlementKind::Consent))
    );
    let (one, two): (BasisId, BasisId) = ("ONE".parse().unwrap(), "TWO".parse().unwrap());
    let both = vec![one.clone(), two.clone()];
    assert_eq!(bundle.choices(view), [vec![one.clone()], vec![two.clone()], both.clone()]);
    let schema = bundle.schema(RecordType::ApprovalStatus).unwrap();
    let leaves = |held: &[BasisId], path: &str| {
        let day = bundle.first_day();
        let rulings = compile_held(&bundle, view, RecordType::ApprovalStatus, day, held);
        let field = schema.field_by_path(path).unwrap();
        rulings.distinct().iter().any(|ruling| ruling.releases() && ruling.field(field).leaves())
    };
    let (public, official) = ("status", "aarsrapportOk");
    assert!(leaves(&both, public) && leaves(&both, official));
    assert!(leaves(&both[..1], public) && !leaves(&[one], official));
    assert!(leaves(&both[1..], official) && !leaves(&[two], public));
    assert!(!leaves(&[], public) && !leaves(&[], official), "who holds nothing sees nothing");
}

#[test]
fn an_entitled_view_opens_by_its_entitlement_alone() {
    assert_eq!(codes(&entitled()), Vec::<&str>::new());
    // A basis that asks for nothing would open its fields to whoever holds any consent at all.
    assert_eq!(codes(&with(VIEW, "\"consent\"", "")), ["RULE-028"]);
    assert_eq!(codes(&with(VIEW, "\"consent\"", "\"case\"")), ["RULE-014", "RULE-028"]);
    let both = codes(&with(VIEW, "\"consent\"", "\"consent\", \"case\""));
    assert_eq!(both, ["RULE-014"], "one entitlement is of one kind");
    let unnamed = VIEW.replace("entitlement = \"consent\"\n", "");
    assert!(codes(&with(&unnamed, "\"consent\"", "\"consent\"")).contains(&"RULE-005"));
    let unasked = VIEW.replace("audience = \"entitled\"", "audience = \"group\"");
    let unasked = codes(&with(&unasked, "\"consent\"", "\"consent\""));
    assert!(unasked.contains(&"RULE-006"), "{unasked:?}");
    let group =
        VIEW.replace("audience = \"entitled\"\nentitlement = \"consent\"", "audience = \"group\"");
    let group = codes(&with(&group, "\"consent\"", "\"consent\""));
    assert_eq!(group, ["RULE-014", "RULE-014"], "one lane for all, opened by one's own consent");
}

#[test]
fn a_view_addresses_only_whom_the_record_names_and_the_lane_reaches() {
    let named = |audience: &str| {
        let view = VIEW.replace(
            "audience = \"entitled\"\nentitlement = \"consent\"",
            &format!("audience = \"{audience}\""),
        );
        codes(&with(&view, "", ""))
    };
    assert_eq!(named("addressee"), ["RULE-029"], "an approval is addressed to nobody");
    assert!(named("own_record").contains(&"RULE-029"), "and is about no person");
    let mixed = VIEW.replace("[\"G7\"]", "[\"G7\", \"G5\"]");
    let mut mixed = with(&mixed, "\"consent\"", "\"consent\"");
    append(
        &mut mixed,
        "rules/zz.cedar",
        &RULES.replace("\"one\"", "\"a\"").replace("\"two\"", "\"b\""),
    );
    assert!(codes(&mixed).contains(&"RULE-030"));
}

#[test]
fn a_source_of_entitlements_is_named_once_by_kind_and_adding_one_widens() {
    let source = |kind: &str, source: &str| {
        format!("\n[[entitlement_source]]\nkind = \"{kind}\"\nsource = \"{source}\"\n")
    };
    let told = |rows: &str| {
        let mut files = files("national-2026");
        append(&mut files, "bundle.toml", rows);
        files
    };
    let bundle = load(&told(&source("case", "saksbehandling")));
    let speaks = |kind| bundle.may_entitle(&"saksbehandling".parse().unwrap(), kind);
    assert!(speaks(EntitlementKind::Case) && !speaks(EntitlementKind::Consent));
    assert!(codes(&told(&source("case", "UKJENT"))).contains(&"RULE-006"), "no such authority");
    let twice = source("case", "x").repeat(2);
    assert!(codes(&told(&twice)).contains(&"RULE-004"));
    let (old, day) = (national(), bundle.first_day());
    assert!(matches!(compare(old, &bundle, day), Comparison::Widening(_)));
    assert_eq!(compare(&bundle, old, day), Comparison::Narrowing);
}

#[test]
fn a_permit_that_moves_to_a_basis_more_hold_widens_though_all_of_it_stays_the_same() {
    let old = load(&entitled());
    let mut files = entitled();
    let moved = RULES.replace("@basis(\"TWO\")", "@basis(\"ONE, TWO\")");
    files.0.insert("rules/zz.cedar".to_owned(), moved.into_bytes());
    let new = load(&files);
    let day = old.first_day();
    assert!(matches!(compare(&old, &new, day), Comparison::Widening(_)));
    assert_eq!(compare(&new, &old, day), Comparison::Narrowing);
}

#[test]
fn a_case_says_whether_its_recipient_is_entitled() {
    let bundle = load(&entitled());
    let ask = |words: &str, view: &str| {
        let case = format!(
            "[[case]]\nname = \"q\"\nviews = [\"{view}\"]\nsenders = [\"DAT\"]\n\
             record_type = \"approval_status\"\n\
             facts = {{ subject_kind = \"legal\", regime = \"fvl\", scheme = \"renhold\" }}\n\
             {words}"
        );
        run_cases(&bundle, &BundleFiles([("cases/a.toml".to_owned(), case.into_bytes())].into()))
    };
    let holds = |words: &str| ask(words, "by-consent").unwrap().remove(0).failures.is_empty();
    assert!(holds("entitlement = true\nrecord = \"release\"\nleaves = [\"status\"]"));
    assert!(holds("entitlement = false\nrecord = \"withhold\""));
    assert!(holds(
        "entitlement = true\noff = [\"ONE\"]\nrecord = \"release\"\nstays = [\"status\"]"
    ));
    let unsaid = ask("record = \"withhold\"", "by-consent");
    assert_eq!(unsaid.unwrap_err().first().map(crate::Error::code), Some("RULE-024"));
    let unasked = ask("entitlement = true\nrecord = \"release\"", "buyer-private");
    assert_eq!(unasked.unwrap_err().first().map(crate::Error::code), Some("RULE-024"));
    let inquiry = Inquiry::new(
        "by-consent".parse().unwrap(),
        RecordType::ApprovalStatus,
        "DAT".parse().unwrap(),
        [("subject_kind", "legal"), ("regime", "fvl"), ("scheme", "renhold")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        bundle.first_day(),
    );
    assert!(bundle.answer(&inquiry).unwrap().ruling.releases());
    let without = Inquiry { entitled: false, ..inquiry };
    assert!(!bundle.answer(&without).unwrap().ruling.releases());
}
