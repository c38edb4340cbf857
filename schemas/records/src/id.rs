//! Record ids as 16 raw bytes on the wire, where everywhere else they are text.

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;
use vocabulary::RecordId;

struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = RecordId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("16 bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<RecordId, E> {
        RecordId::try_from(bytes).map_err(|_| E::invalid_length(bytes.len(), &self))
    }
}

pub(crate) fn serialize<S: Serializer>(id: &RecordId, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_bytes(id.as_bytes())
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<RecordId, D::Error> {
    from.deserialize_bytes(Bytes)
}

/// The same where the id may be absent.
pub(crate) mod optional {
    use super::RecordId;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Wire(#[serde(with = "super")] RecordId);

    pub(crate) fn serialize<S: Serializer>(
        id: &Option<RecordId>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        id.map(Wire).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<RecordId>, D::Error> {
        Ok(Option::<Wire>::deserialize(from)?.map(|wire| wire.0))
    }
}
