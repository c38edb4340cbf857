//! What a list of groups must hold.

use super::*;
use std::collections::BTreeSet;
use vocabulary::{AuthorityId, GroupId, OrgNumber};

const LIST: &str = r#"
[[group]]
id = "AUTHORITIES"
name = "Every public body in the exchange"

[[group]]
id = "ORGANS"
name = "Organs of § 3"
within = ["AUTHORITIES"]

[[group]]
id = "G7"
name = "Private buyers"

[[member]]
name = "Arbeidstilsynet"
code = "DAT"
orgnr = "974761211"
groups = ["ORGANS"]

[[member]]
name = "Mattilsynet"
code = "MAT"
orgnr = "985399077"
groups = ["ORGANS"]

[[member]]
name = "Skatteetaten"
code = "SKE"
groups = ["AUTHORITIES"]

[[member]]
name = "Byggmester AS (syntetisk)"
orgnr = "310000000"
groups = ["G7"]
"#;

fn group(id: &str) -> GroupId {
    id.parse().unwrap()
}

fn refusal(list: &str) -> Error {
    Groups::parse(list).expect_err("must be refused")
}

#[test]
fn a_member_is_in_every_group_its_own_lie_within() {
    let groups = Groups::parse(LIST).unwrap();
    let dat: OrgNumber = "974761211".parse().unwrap();
    let recipient = groups.recipient(&dat).unwrap();
    assert!(recipient.is_in(&group("ORGANS")) && recipient.is_in(&group("AUTHORITIES")));
    assert!(!recipient.is_in(&group("G7")));
    assert_eq!(groups.members_of(&group("AUTHORITIES")).count(), 3);
}

#[test]
fn an_organisation_no_row_names_is_no_recipient_and_no_sender() {
    let groups = Groups::parse(LIST).unwrap();
    assert_eq!(groups.recipient(&"985399077".parse().unwrap()).map(|r| r.groups().len()), Some(2));
    assert_eq!(groups.recipient(&"889640782".parse().unwrap()), None);
    let senders = groups.senders(&BTreeSet::from([group("ORGANS")]));
    assert_eq!(senders.class(&"NAV".parse().unwrap()), None);
}

#[test]
fn authorities_that_no_rule_can_tell_apart_share_a_class() {
    let groups = Groups::parse(LIST).unwrap();
    let class = |senders: &Senders, code: &str| {
        senders.class(&code.parse::<AuthorityId>().unwrap()).unwrap()
    };
    let by_organ = groups.senders(&BTreeSet::from([group("ORGANS")]));
    assert_eq!(by_organ.count(), 2);
    assert_eq!(class(&by_organ, "DAT"), class(&by_organ, "MAT"));
    assert_ne!(class(&by_organ, "DAT"), class(&by_organ, "SKE"));
    assert_eq!(groups.senders(&BTreeSet::new()).count(), 1);
}

#[test]
fn every_refusal_names_its_line() {
    let twice = LIST.replace("code = \"MAT\"", "code = \"DAT\"");
    assert_eq!(refusal(&twice), Error::Twice { line: 22, what: "authority code" });
    let unknown = LIST.replace("groups = [\"G7\"]", "groups = [\"G8\"]");
    assert_eq!(refusal(&unknown), Error::UnknownGroup { line: 33, group: "G8".into() });
    let ring = LIST.replace("id = \"G7\"", "id = \"G7\"\nwithin = [\"G7\"]");
    assert!(matches!(refusal(&ring), Error::Ring { line: 12, .. }));
    let bare = LIST.replace("code = \"SKE\"\n", "");
    assert_eq!(refusal(&bare), Error::Bare { line: 28 });
    let shape = LIST.replace("name = \"Skatteetaten\"", "name = 7");
    assert!(matches!(refusal(&shape), Error::Shape { line: 28, .. }));
}
