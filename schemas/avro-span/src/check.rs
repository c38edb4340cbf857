//! Walks one value by its schema, node by node: slow, plain, and used only where plans are
//! compiled.

use crate::error::Fault;
use crate::limits::MAX_DEPTH;
use crate::wire;
use avro_tree::{Node, NodeId, Schema};

/// Whether the bytes are exactly one value of the node.
pub(crate) fn is_one(schema: &Schema, node: NodeId, mut bytes: &[u8]) -> bool {
    skip(schema, node, &mut bytes, 0).is_ok() && bytes.is_empty()
}

fn skip(schema: &Schema, node: NodeId, rest: &mut &[u8], depth: usize) -> Result<(), Fault> {
    if depth > MAX_DEPTH {
        return Err(Fault::Depth);
    }
    match schema.node(node) {
        Node::Null => Ok(()),
        Node::Boolean => wire::boolean(rest).map(drop),
        Node::Int(_) => wire::int(rest).map(drop),
        Node::Long(_) => wire::long(rest).map(drop),
        Node::Float => wire::take(rest, 4).map(drop),
        Node::Double => wire::take(rest, 8).map(drop),
        Node::Fixed { size, .. } => wire::take(rest, *size).map(drop),
        Node::Bytes => wire::bytes(rest).map(drop),
        Node::String(_) => wire::text(rest).map(drop),
        Node::Enum { symbols, .. } => wire::index(rest, symbols.len(), Fault::Symbol).map(drop),
        Node::Record { fields, .. } => {
            fields.iter().try_for_each(|id| skip(schema, schema.field(*id).node(), rest, depth + 1))
        }
        Node::Union(branches) => {
            let index = wire::index(rest, branches.len(), Fault::Branch)?;
            let branch = branches.get(index).ok_or(Fault::Branch)?;
            skip(schema, *branch, rest, depth + 1)
        }
        // only leaves are written as literals
        Node::Array(_) | Node::Map(_) => Err(Fault::Length),
    }
}
