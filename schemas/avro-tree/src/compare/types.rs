//! Types against types: what a reader of the new schema makes of the old one's data.

use super::{Change, Verdict, record};
use crate::Schema;
use crate::node::{Node, NodeId};

/// Compares the types at a path.
pub(super) fn compare(
    old: &Schema,
    before: NodeId,
    new: &Schema,
    after: NodeId,
    path: &str,
    verdict: &mut Verdict,
) {
    match (old.node(before), new.node(after)) {
        (Node::Record { fields: a, .. }, Node::Record { fields: b, .. }) => {
            record((old, a), (new, b), verdict);
        }
        (Node::Array(a), Node::Array(b)) | (Node::Map(a), Node::Map(b)) => {
            compare(old, *a, new, *b, path, verdict);
        }
        (Node::Union(a), Node::Union(b)) => union((old, a), (new, b), path, verdict),
        (Node::Union(_), _) => verdict.add(path, Change::BranchRemoved),
        (_, Node::Union(_)) => verdict.add(path, Change::BranchAdded),
        (Node::Enum { name: n, symbols: a }, Node::Enum { name: m, symbols: b }) if n == m => {
            if a.iter().any(|symbol| !b.contains(symbol)) {
                verdict.add(path, Change::SymbolRemoved);
            }
            if b.iter().any(|symbol| !a.contains(symbol)) {
                verdict.add(path, Change::SymbolAdded);
            }
        }
        (a, b) if a == b => {}
        (a, b) if promotes(a, b) => verdict.add(path, Change::TypePromoted),
        _ => verdict.add(path, Change::TypeChanged),
    }
}

fn union(
    (old, a): (&Schema, &[NodeId]),
    (new, b): (&Schema, &[NodeId]),
    path: &str,
    verdict: &mut Verdict,
) {
    for branch in a {
        match b.iter().find(|other| alike(old.node(*branch), new.node(**other))) {
            Some(other) => compare(old, *branch, new, *other, path, verdict),
            None => verdict.add(path, Change::BranchRemoved),
        }
    }
    for branch in b {
        if !a.iter().any(|other| alike(old.node(*other), new.node(*branch))) {
            verdict.add(path, Change::BranchAdded);
        }
    }
}

/// Whether two branches are the same one, possibly changed within.
fn alike(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Record { name: a, .. }, Node::Record { name: b, .. })
        | (Node::Enum { name: a, .. }, Node::Enum { name: b, .. })
        | (Node::Fixed { name: a, .. }, Node::Fixed { name: b, .. }) => a == b,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// Avro's promotions; a meaning (date, time) may not be promoted away.
fn promotes(a: &Node, b: &Node) -> bool {
    matches!(
        (a, b),
        (Node::Int(None), Node::Long(None) | Node::Float | Node::Double)
            | (Node::Long(None), Node::Float | Node::Double)
            | (Node::Float, Node::Double)
            | (Node::String(None), Node::Bytes)
            | (Node::Bytes, Node::String(None))
    )
}
