//! The page `schemas/contract/NAMES.md`: made from the contract, compared with what is there. Where
//! they differ, the test writes the new page aside and says how to take it over.

use super::TYPES;
use super::equal::records;
use crate::schema;
use avro_tree::{Field, FieldId, Node, NodeId, Schema};
use std::collections::BTreeSet;
use std::fmt::Write;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../contract/NAMES.md");

fn page() -> String {
    let mut page = String::from(
        "# Names of the contract\n\nMade from the `.avsc` files; do not edit. After a change, the \
         tests of `records` write the new page and say where it lies.\n\n\
         Marks: **frozen** every view releases it or withholds the record · \
         **subject** points to the subject: PER when that is a natural person · **published** \
         covered by `alleredePublisert` · **text** free text.\n",
    );
    let mut seen = BTreeSet::new();
    for record_type in TYPES.iter().copied() {
        let schema = schema(record_type);
        let _ = writeln!(page, "\n## {record_type}\n\n| fact | field | values | when missing |");
        page.push_str("|---|---|---|---|\n");
        for fact in schema.facts().facts() {
            let values = fact.values().join(" ");
            let strictest = &fact.values()[usize::from(fact.strictest())];
            let path = schema.field(fact.field()).path();
            let _ = writeln!(page, "| {} | {path} | {values} | {strictest} |", fact.name());
        }
        let root = schema.node(schema.root());
        section(&schema, root, &mut seen, &mut page);
    }
    page
}

fn section(schema: &Schema, node: &Node, seen: &mut BTreeSet<String>, page: &mut String) {
    let Node::Record { name, fields } = node else { return };
    if !seen.insert(name.clone()) {
        return;
    }
    let wire = name.trim_start_matches("no.samsyn.");
    let english = records()[name.as_str()].0;
    let _ = writeln!(page, "\n### {wire} · {english}\n");
    page.push_str("| Norwegian | English | type | class | paragraph | marks |\n");
    page.push_str("|---|---|---|---|---|---|\n");
    for id in fields {
        let field = schema.field(*id);
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} |",
            field.name(),
            field.english().unwrap(),
            kind(schema, field.node()),
            field.class().unwrap(),
            field.paragraph().unwrap(),
            marks(field)
        );
    }
    for id in fields {
        section(schema, inner(schema, *id), seen, page);
    }
}

/// The record within a field, through union and list.
fn inner(schema: &Schema, field: FieldId) -> &Node {
    match schema.value_node(field) {
        Node::Array(item) => schema.node(*item),
        node => node,
    }
}

fn kind(schema: &Schema, id: NodeId) -> String {
    let plain = |name: &str| name.trim_start_matches("no.samsyn.").to_owned();
    match schema.node(id) {
        Node::Union(branches) => kind(schema, branches[1]) + "?",
        Node::Array(item) => format!("[{}]", kind(schema, *item)),
        Node::Record { name, .. } | Node::Enum { name, .. } | Node::Fixed { name, .. } => {
            plain(name)
        }
        Node::Int(Some(logical)) | Node::Long(Some(logical)) => logical.as_str().to_owned(),
        Node::Int(None) => "int".to_owned(),
        Node::Long(None) => "long".to_owned(),
        Node::Boolean => "boolean".to_owned(),
        Node::String(_) => "string".to_owned(),
        other => panic!("the contract has no {other:?}"),
    }
}

fn marks(field: &Field) -> String {
    let marks = [
        (field.frozen(), "frozen"),
        (field.subject(), "subject"),
        (field.published(), "published"),
        (field.free_text(), "text"),
    ];
    let set: Vec<_> = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect();
    set.join(", ")
}

#[test]
fn the_names_page_is_current() {
    let found = std::fs::read_to_string(PAGE).unwrap_or_default();
    if found != page() {
        let made = std::env::temp_dir().join("NAMES.md");
        std::fs::write(&made, page()).unwrap();
        panic!("the contract has changed: cp {} schemas/contract/NAMES.md", made.display());
    }
}
