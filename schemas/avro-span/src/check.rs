//! Walks one value by its schema, node by node: slow, plain, and used only where plans are compiled.

use crate::limits::MAX_DEPTH;
use crate::{Error, wire};
use avro_tree::{Node, NodeId, Schema};

/// Whether the bytes are exactly one value of the node.
pub(crate) fn is_one(schema: &Schema, node: NodeId, mut bytes: &[u8]) -> bool {
    skip(schema, node, &mut bytes, 0).is_ok() && bytes.is_empty()
}

fn skip(schema: &Schema, node: NodeId, rest: &mut &[u8], depth: usize) -> Result<(), Error> {
    if depth > MAX_DEPTH {
        return Err(Error::Limit { what: "levels", limit: MAX_DEPTH });
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
        Node::Enum { symbols, .. } => wire::index(rest, symbols.len(), Error::Symbol).map(drop),
        Node::Record { fields, .. } => {
            fields.iter().try_for_each(|id| skip(schema, schema.field(*id).node(), rest, depth + 1))
        }
        Node::Union(branches) => {
            let index = wire::index(rest, branches.len(), Error::Branch)?;
            let branch = branches.get(index).ok_or(Error::Branch)?;
            skip(schema, *branch, rest, depth + 1)
        }
        // only leaves are written as literals
        Node::Array(_) | Node::Map(_) => Err(Error::Length),
    }
}
