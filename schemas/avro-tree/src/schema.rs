//! A schema as one value: nodes, fields, facts and the text it prints as. Reads no files.

use crate::Error;
use crate::canonical;
use crate::facts::FactSpace;
use crate::node::{Field, FieldId, Node, NodeId};
use crate::parse;
use std::collections::BTreeMap;

/// A checked, resolved, classified schema. Its root is a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) fingerprint: u64,
    pub(crate) root: NodeId,
    pub(crate) nodes: Vec<Node>,
    pub(crate) fields: Vec<Field>,
    pub(crate) paths: BTreeMap<String, FieldId>,
    pub(crate) facts: FactSpace,
    pub(crate) addressee: Option<FieldId>,
    pub(crate) data_subject: Option<FieldId>,
}

/// What a node that cannot be found is; ids come from their own schema, so none ever is.
const NO_NODE: Node = Node::Null;

impl Schema {
    /// Parses one self-contained text.
    pub fn parse(text: &str) -> Result<Schema, Error> {
        parse::schema(&[], text)
    }

    /// Parses a text whose named types may lie in other texts, in any order.
    pub fn parse_with(named: &[&str], text: &str) -> Result<Schema, Error> {
        parse::schema(named, text)
    }

    /// Self-contained JSON, the same for the same schema, with the contract's own properties.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parsing canonical form: names and types alone.
    pub fn canonical(&self) -> String {
        canonical::form(&self.text)
    }

    /// CRC-64-AVRO of [`Schema::canonical`].
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Full name of the root record.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The root record.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// The node. An id of another schema gives `null`'s node or a wrong one: keep ids by schema.
    pub fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(usize::from(id.0)).unwrap_or(&NO_NODE)
    }

    /// Every field, depth first, as written.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Ids of [`Schema::fields`].
    pub fn field_ids(&self) -> impl Iterator<Item = FieldId> + use<> {
        // INVARIANT: the parser keeps the count within MAX_FIELDS, so u16 holds it.
        (0..u16::try_from(self.fields.len()).unwrap_or(u16::MAX)).map(FieldId)
    }

    /// The field.
    ///
    /// # Panics
    /// For an id of another schema that is out of range here.
    #[expect(clippy::indexing_slicing, reason = "an id of another schema is a mistake in code")]
    pub fn field(&self, id: FieldId) -> &Field {
        &self.fields[id.index()]
    }

    /// The field at a path such as `subjekt.navn`.
    pub fn field_by_path(&self, path: &str) -> Option<FieldId> {
        self.paths.get(path).copied()
    }

    /// The facts that reclassify fields, declared at the root.
    pub fn facts(&self) -> &FactSpace {
        &self.facts
    }

    /// The field that holds the organisation number of the one recipient a record is meant for
    /// (`"addressee"` at the root): a text, frozen, so that no view can be without it.
    pub fn addressee(&self) -> Option<FieldId> {
        self.addressee
    }

    /// The field that holds the pseudonym of the person a record is about (`"data_subject"` at the
    /// root): a text or null.
    pub fn data_subject(&self) -> Option<FieldId> {
        self.data_subject
    }

    /// A union of null and one other type: that type.
    pub fn nullable(&self, id: NodeId) -> Option<NodeId> {
        match self.node(id) {
            Node::Union(branches) => match branches.as_slice() {
                [a, b] if *self.node(*a) == Node::Null => Some(*b),
                [a, b] if *self.node(*b) == Node::Null => Some(*a),
                _ => None,
            },
            _ => None,
        }
    }

    /// The field's type, with a null beside it taken away.
    pub fn value_node(&self, id: FieldId) -> &Node {
        let node = self.field(id).node;
        self.node(self.nullable(node).unwrap_or(node))
    }

    /// The field and every field it lies in, innermost first.
    pub fn lineage(&self, id: FieldId) -> impl Iterator<Item = FieldId> + '_ {
        std::iter::successors(Some(id), |id| self.fields.get(id.index())?.parent)
    }

    /// The fields directly within this one.
    pub fn children(&self, id: FieldId) -> impl Iterator<Item = FieldId> + '_ {
        self.field_ids().filter(move |child| self.field(*child).parent == Some(id))
    }
}
