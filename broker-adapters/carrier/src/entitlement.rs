//! Sealed entitlements as messages and back. Beside the value stands the source that seals it, as
//! on an intake lane; whether that source is heard is for `seal` and the bundle to say, and what an
//! entitlement means for the exchange's copy.

use crate::{Error, Message, Permanent, SEAL, SOURCE};
use seal::{Seal, Sealed, Unsealed};
use std::borrow::Cow;
use vocabulary::{EntitlementId, RecordId, SourceId};

/// Stands where a finding has its record id, so that no seal of a finding or of a register entry
/// holds for an entitlement.
const RECORD: RecordId = RecordId::new(*b"samsyn-entitled1");

/// An entitlement about to be sealed by a source.
pub fn entitlement_unsealed(source: SourceId, value: Vec<u8>) -> Unsealed {
    Unsealed { source, sequence: 0, record_id: RECORD, value }
}

/// The message that carries a sealed entitlement; the key is its id.
pub fn entitlement_message(id: &EntitlementId, sealed: Sealed) -> Message {
    let (Unsealed { source, value, .. }, seal) = sealed.into_parts();
    let headers = vec![
        (Cow::Borrowed(SEAL), seal.encode()),
        (Cow::Borrowed(SOURCE), source.as_str().as_bytes().to_vec()),
    ];
    Message { key: id.as_str().as_bytes().to_vec(), value: Some(value), headers }
}

/// The sealed entitlement of a message of the entitlement lane. A tombstone carries no seal.
pub fn entitlement_sealed(message: &Message) -> Result<Sealed, Error> {
    let value = message.value.clone().ok_or(Permanent::Header)?;
    let text = |name| message.header(name).ok_or(Permanent::Header);
    let seal = Seal::decode(text(SEAL)?).map_err(|_| Permanent::Header)?;
    let source = str::from_utf8(text(SOURCE)?).map_err(|_| Permanent::Header)?;
    let source = source.parse().map_err(|_| Permanent::Header)?;
    Ok(Sealed::from_parts(entitlement_unsealed(source, value), seal))
}
