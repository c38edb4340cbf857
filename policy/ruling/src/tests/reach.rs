//! What Cedar is spared could not have held: asked all the same, it says no.

use super::national;
use crate::engine::{About, FieldKind, Hand, Question};
use crate::part::Parts;
use std::collections::BTreeSet;
use vocabulary::{GroupId, RecordType};

#[test]
fn no_rule_that_a_fields_own_properties_rule_out_ever_holds_for_it() {
    let bundle = national();
    let everyone: Vec<GroupId> = bundle.words.groups.iter().cloned().collect();
    let (mut spared, mut left) = (0, 0);
    for record_type in RecordType::ALL.iter().copied() {
        let schema = bundle.schema(record_type).unwrap();
        let kinds: BTreeSet<FieldKind> = schema
            .field_ids()
            .flat_map(|id| {
                let field = schema.field(id);
                let parts = Parts::of(schema, id);
                let path = Some(field.path().to_owned());
                [path, None].map(|path| FieldKind { class: field.class().unwrap(), parts, path })
            })
            .collect();
        for kind in &kinds {
            let about = About::of(&everyone, record_type, kind).unwrap();
            for rule in &bundle.rules {
                if rule.conditions.reach(kind, record_type) {
                    left += 1;
                    continue;
                }
                spared += 1;
                let hand = Hand::of([rule].into_iter()).unwrap();
                let purpose = bundle.words.purposes.iter().find(|purpose| rule.serves(purpose));
                // Facts at their first, last and no value: what the rule says of the field decides.
                for turn in 0..3 {
                    let value = |values: usize| match turn {
                        0 => Some(0),
                        1 => u8::try_from(values - 1).ok(),
                        _ => None,
                    };
                    let facts = bundle.words.facts.iter().map(|fact| value(fact.values.len()));
                    let facts: Vec<Option<u8>> = facts.collect();
                    let question = Question {
                        about: &about,
                        purpose: purpose.unwrap(),
                        sender: &everyone,
                        facts: &facts,
                    };
                    let said = hand.ask(&question, &bundle.words, &bundle.numbers).unwrap();
                    assert!(said.permits.is_empty() && said.forbid.is_none(), "{}", rule.id);
                }
            }
        }
    }
    assert!(spared > 1_000 && left > 1_000, "{spared} spared, {left} left");
}
