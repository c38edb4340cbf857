//! Fields that name one recipient: whom a record is meant for, and which person it is about. The
//! root names them by path; who they are, and what they may see, is not known here.

use crate::node::{FieldId, Node};
use crate::{Error, Schema};
use serde_json::{Map, Value};

/// The property that names the field of the one recipient a record is meant for.
pub(crate) const ADDRESSEE: &str = "addressee";
/// The property that names the field of the person a record is about.
pub(crate) const DATA_SUBJECT: &str = "data_subject";

/// The field that a property of the root names, if it has the property.
pub(crate) fn named(
    schema: &Schema,
    root: &Map<String, Value>,
    property: &str,
) -> Result<Option<FieldId>, Error> {
    let Some(path) = root.get(property) else { return Ok(None) };
    let refuse = |rule| Error::shape(property, rule);
    let field = path.as_str().and_then(|path| schema.field_by_path(path));
    let field = field.ok_or_else(|| refuse("must be the path of a field"))?;
    let above = schema.lineage(field).skip(1);
    let records = |id| matches!(schema.value_node(id), Node::Record { .. });
    if schema.field(field).repeated() || !above.into_iter().all(records) {
        return Err(refuse("its field must be reached through records alone"));
    }
    if !matches!(schema.value_node(field), Node::String(None)) {
        return Err(refuse("its field must be a text"));
    }
    if property == ADDRESSEE {
        // A view that could leave it out would send a record to nobody, or to everybody.
        if !schema.field(field).frozen() {
            return Err(refuse("its field must be frozen"));
        }
        if schema.nullable(schema.field(field).node()).is_some() {
            return Err(refuse("its field must not be null"));
        }
    }
    Ok(Some(field))
}
