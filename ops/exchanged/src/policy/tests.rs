//! Which bundle of the lane stands, when plans are made anew, and what a rule on elements lets out.

use super::{Found, Ground, Policy, follow};
use audit::Disclosed;
use avro_span::frame;
use avro_tree::Schema;
use carrier::{Carrier, Lane, Message, Offset};
use carrier_embedded::Embedded;
use records::{
    Breach, Date, Envelope, InspectionReport, InspectionReportFacts, Record, Subject, YesNo,
};
use ruling::BundleFiles;
use ruling::approval::{Approver, approve};
use seal::{Keyring, SigningKey, Unsealed, Verifier, seal_batch};
use std::sync::Arc;
use tempfile::TempDir;
use vocabulary::{OrgNumber, RecordId, RecordType, Secret, SubjectKind, Timestamp};

const FILES: [(&str, &str); 6] = [
    (
        "bundle.toml",
        "name = 'small'\nversion = 1\nvalid_from = 2026-01-01\nusual_regime = 'fvl'\n[retention]\n\
         intake_days = 1\nrelease_days = 1\nakrim_days = 1\ndisclosure_days = 1\n\
         quarantine_days = 1",
    ),
    (
        "groups.toml",
        "[[group]]\nid = 'G1'\nname = 'recipients'\n[[group]]\nid = 'S'\nname = 'senders'\n\
         [[member]]\nname = 'a'\ncode = 'AAA'\ngroups = ['S']",
    ),
    (
        "bases.toml",
        "[[basis]]\nid = 'ONE'\nkind = 'opens'\ncitation = 'x'\ntext = ''\nlink = ''\n\
         from = ['S']\nto = ['G1']\npurposes = ['any']\nregimes = ['any']\n\
         valid_from = 2020-01-01\nvalid_to = 2026-03-31\nvisible_to_subject = 'yes'\n\
         confidence = 'S'\nactive = true",
    ),
    (
        "views.toml",
        "[[view]]\nid = 'v'\ntitle = ''\nmeasure = ''\naudience = 'group'\ngroups = ['G1']\n\
         purposes = ['coordination']\nbases = ['ONE']\n\
         record_types = ['sanction', 'inspection_report']",
    ),
    ("modifiers.toml", ""),
    ("invariants.toml", ""),
];
pub(crate) const LEGAL: &str = "context.subject_kind == SubjectKind::\"legal\"";
const FIRST_DAY: i64 = 20_454; // 2026-01-01

/// A bundle lane with the keys of two approvers.
pub(crate) struct House {
    pub(crate) dir: TempDir,
    pub(crate) carrier: Arc<Embedded>,
    pub(crate) ground: Ground,
    keys: Vec<(&'static str, SigningKey)>,
}

// === impl House ===

impl House {
    pub(crate) fn new() -> House {
        let dir = tempfile::tempdir().unwrap();
        let now = Arc::new(|| Timestamp::from_micros(0));
        let carrier = Arc::new(Embedded::open(&dir.path().join("lanes.db"), now).unwrap());
        let key = |name| (name, SigningKey::generate().unwrap());
        let keys = vec![key("kari"), key("ola")];
        let approvers = keys
            .iter()
            .map(|(name, key)| Approver { name: (*name).to_owned(), key: key.public().clone() });
        let types = RecordType::ALL.iter();
        let ground = Ground {
            contract: types.map(|kind| (*kind, records::schema(*kind))).collect(),
            approvers: approvers.collect(),
            site: Secret::new([7; 32]),
        };
        House { dir, carrier, ground, keys }
    }

    /// Publishes a bundle with the approvals of the first so many.
    pub(crate) fn publish(&self, mut files: BundleFiles, approvals: usize) {
        for (name, key) in self.keys.iter().take(approvals) {
            let (path, text) = approve(&files, name, key).unwrap();
            files.0.insert(path, text);
        }
        let value = Some(files.encode());
        let message = Message { key: b"bundle".to_vec(), value, headers: Vec::new() };
        self.carrier.publish(&Lane::Bundle, vec![message]).unwrap();
    }

    /// The same ground, for an exchange of its own.
    pub(crate) fn ground_again(&self) -> Ground {
        let Ground { contract, approvers, site } = &self.ground;
        let approver = |one: &Approver| Approver { name: one.name.clone(), key: one.key.clone() };
        Ground {
            contract: contract.clone(),
            approvers: approvers.iter().map(approver).collect(),
            site: Secret::new(*site.expose()),
        }
    }

    fn follow(&self, in_force: Option<&Policy>, days: i64) -> Found {
        let now = Timestamp::from_micros((FIRST_DAY + days) * 86_400_000_000);
        follow(self.carrier.as_ref(), &self.ground, in_force, None, now).unwrap()
    }

    /// What an exchange finds that starts now: the offset in force, or the code of the refusal.
    #[track_caller]
    fn started(&self) -> Result<u64, &'static str> {
        ended(self.follow(None, 0))
    }
}

#[track_caller]
fn ended(found: Found) -> Result<u64, &'static str> {
    match found {
        Found::Newer(policy) => Ok(policy.offset.0),
        Found::Refused { code, .. } => Err(code),
        Found::None | Found::Same => panic!("a bundle was published"),
    }
}

#[track_caller]
fn loaded(found: Found) -> Box<Policy> {
    match found {
        Found::Newer(policy) => policy,
        Found::Refused { errors, .. } => panic!("{}", errors.join("\n")),
        Found::None | Found::Same => panic!("nothing was loaded"),
    }
}

/// A bundle that opens what is public or not secret when this holds.
pub(crate) fn bundle(when: &str) -> BundleFiles {
    let rule = format!(
        "@id(\"open\") @basis(\"ONE\") permit (principal in Group::\"G1\", action, resource)\n\
         when {{ resource in [Class::\"PUB\", Class::\"OFF\"] && {when} }};"
    );
    let mut files = BundleFiles::default();
    for (path, text) in FILES.into_iter().chain([("rules/a.cedar", rule.as_str())]) {
        files.0.insert(path.to_owned(), text.as_bytes().to_vec());
    }
    files
}

pub(crate) fn edited(mut files: BundleFiles, file: &str, from: &str, to: &str) -> BundleFiles {
    let text = files.text(file).unwrap();
    assert!(text.contains(from));
    let text = text.replacen(from, to, 1).into_bytes();
    files.0.insert(file.to_owned(), text);
    files
}

/// Legal entities under one law of secrecy alone: narrower than [`LEGAL`].
fn under(regime: &str) -> String {
    format!("{LEGAL} && context.regime == Regime::\"{regime}\"")
}

#[test]
fn the_first_bundle_of_a_lane_needs_two_approvers() {
    let house = House::new();
    assert!(matches!(house.follow(None, 0), Found::None));
    house.publish(bundle(LEGAL), 1);
    assert_eq!(house.started(), Err("RULE-022"));
    house.publish(bundle(LEGAL), 0);
    assert_eq!(house.started(), Err("RULE-022"));
    house.publish(bundle(LEGAL), 2);
    assert_eq!(house.started(), Ok(2));
}

#[test]
fn one_approver_is_enough_for_a_narrowing_and_for_nothing_else() {
    let house = House::new();
    house.publish(bundle(LEGAL), 2);
    let first = loaded(house.follow(None, 0));
    house.publish(bundle(&under("fvl")), 1);
    assert_eq!(ended(house.follow(Some(&first), 0)), Ok(1), "held against the one in force");
    assert_eq!(house.started(), Ok(1), "and against the lane, by an exchange that starts");
    // Wider than the narrowing that is in force by now, though not than the first.
    house.publish(bundle(LEGAL), 1);
    assert_eq!(ended(house.follow(Some(&first), 0)), Err("RULE-022"));
    assert_eq!(house.started(), Err("RULE-022"));
    // The refused one does not count: this narrows what was accepted before it.
    let narrower = format!("{} && context.akrim_case == AkrimCase::\"nei\"", under("fvl"));
    house.publish(bundle(&narrower), 1);
    assert_eq!(ended(house.follow(Some(&first), 0)), Ok(3));
    assert_eq!(house.started(), Ok(3));
    house.publish(bundle(LEGAL), 2);
    assert_eq!(house.started(), Ok(4), "two approvers may widen");
}

#[test]
fn what_lies_beyond_the_look_back_is_as_if_it_were_not_there() {
    let house = House::new();
    house.publish(bundle(LEGAL), 2);
    let back = crate::limits::BUNDLES_BACK;
    (1..back).for_each(|_| house.publish(bundle(LEGAL), 0));
    house.publish(bundle(&under("fvl")), 1);
    assert_eq!(house.started(), Ok(back));
    house.publish(bundle(&under("fvl")), 0);
    house.publish(bundle(&under("fvl")), 1);
    assert_eq!(house.started(), Err("RULE-022"), "what the narrowing narrowed is out of sight");
}

#[test]
fn a_schema_of_a_view_never_loses_a_field() {
    let house = House::new();
    house.publish(bundle(LEGAL), 2);
    let first = loaded(house.follow(None, 0));
    let less = bundle(&format!("{LEGAL} && resource != Field::\"beloep\""));
    house.publish(less.clone(), 1);
    assert_eq!(house.started(), Err("RULE-027"));
    house.publish(less.clone(), 2);
    assert_eq!(ended(house.follow(Some(&first), 0)), Err("RULE-027"), "two approvers or one");
    let kept = edited(
        less,
        "views.toml",
        "bases = ['ONE']",
        "bases = ['ONE']\nformerly = { sanction = ['beloep'] }",
    );
    house.publish(kept, 1);
    let second = loaded(house.follow(Some(&first), 0));
    let schema = |policy: &Policy| {
        policy.plans.of(RecordType::Sanction).unwrap().views()[0].schema().text().to_owned()
    };
    assert_eq!(schema(&first), schema(&second), "a narrowing leaves the schema as it was");
}

#[test]
fn plans_are_made_anew_when_a_basis_turns_and_on_no_other_day() {
    let house = House::new();
    house.publish(bundle(LEGAL), 2);
    let first = loaded(house.follow(None, 0));
    let releases = |policy: &Policy| {
        policy.plans.types().iter().flat_map(|types| types.plans()).any(release::Plan::releases)
    };
    assert!(releases(&first));
    // The basis lapses after 31 March, day 89 of the year.
    for day in [0, 1, 89] {
        assert!(matches!(house.follow(Some(&first), day), Found::Same), "day {day}");
    }
    let later = loaded(house.follow(Some(&first), 90));
    assert_eq!((later.offset, later.digest()), (Offset(0), first.digest()));
    assert!(!releases(&later), "nothing leaves once the basis has lapsed");
    assert!(matches!(house.follow(Some(&later), 400), Found::Same));
    assert!(releases(&loaded(house.follow(Some(&later), 0))), "a clock that goes back");
}

#[test]
fn of_a_list_only_the_elements_a_rule_names_leave() {
    let rule = "@id(\"some\") @basis(\"ONE\") @items(\"lovparagraf = aml § 4-1 | aml § 4-2\")\n\
                permit (principal in Group::\"G1\", action,\n\
                resource == Field::\"bruddOgReaksjoner\");";
    let mut files = bundle("resource != Field::\"bruddOgReaksjoner\"");
    let text = format!("{}\n{rule}", files.text("rules/a.cedar").unwrap());
    files.0.insert("rules/a.cedar".to_owned(), text.into_bytes());
    let house = House::new();
    house.publish(files, 2);
    let policy = loaded(house.follow(None, 0));
    let types = policy.plans.of(RecordType::InspectionReport).unwrap();
    let view = &types.views()[0];
    let verified = types.verify(authentic(), avro_span::Spans::default()).ok().unwrap();
    let sender = policy.bundle.sender_class(&"AAA".parse().unwrap());
    let plan = view.plan_for(sender, verified.stamped());
    let released = types.release(view, plan, release::Whom::All, &verified).unwrap().unwrap();
    let (_, datum) = frame::read(released.value()).unwrap();
    let value = avro_span::to_value(view.schema(), datum).unwrap();
    let breaches = value["bruddOgReaksjoner"].as_array().unwrap();
    let provisions: Vec<_> = breaches.iter().map(|breach| &breach["lovparagraf"]).collect();
    assert_eq!(provisions, ["aml § 4-1", "aml § 4-2"]);
    let leaves = |text: &str| datum.windows(text.len()).any(|found| found == text.as_bytes());
    assert!(leaves("aml § 4-1") && !leaves("aml § 2 A-1"));
}

/// Who sends, and whom it is about.
pub(crate) fn authority() -> OrgNumber {
    "974761211".parse().unwrap()
}

/// A report of four breaches, one of them without a provision.
pub(crate) fn report() -> (Arc<Schema>, Record) {
    let id = RecordId::new([9; RecordId::LEN]);
    let at = Timestamp::from_micros(FIRST_DAY * 86_400_000_000);
    let number = authority();
    let facts = InspectionReportFacts {
        subject_kind: Some(SubjectKind::Legal),
        akrim_case: Some(YesNo::No),
        ..InspectionReportFacts::default()
    };
    let envelope = Envelope::new(id, number, at);
    let mut report = InspectionReport::new(envelope, Subject::organisation(number), facts);
    let provisions = [Some("aml § 4-1"), Some("aml § 2 A-1"), None, Some("aml § 4-2")];
    let breach = |provision: Option<&str>| Breach {
        provision: provision.map(str::to_owned),
        reaction_date: Some(Date::from_days(20_000)),
        ..Breach::default()
    };
    report.breaches = Some(provisions.into_iter().map(breach).collect());
    (records::schema(RecordType::InspectionReport), report.into())
}

/// The report as its source sealed it.
fn authentic() -> seal::Authentic {
    let (_, record) = report();
    let id = record.envelope().record_id;
    let at = Timestamp::from_micros(FIRST_DAY * 86_400_000_000);
    let mut value = Vec::new();
    frame::write(1, &mut value);
    value.extend(records::encode(&record).unwrap());
    let (source, key) = ("AAA".parse().unwrap(), SigningKey::generate().unwrap());
    let mut keyring = Keyring::default();
    keyring.add("AAA".parse().unwrap(), key.public().clone()).unwrap();
    let unsealed = Unsealed { source, sequence: 1, record_id: id, value };
    let sealed = seal_batch(&key, at, vec![unsealed]).unwrap().remove(0);
    Verifier::new(keyring).verify(sealed).unwrap()
}
