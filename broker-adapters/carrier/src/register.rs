//! Sealed register entries as messages and back. An entry's value says all there is; of two seals
//! for one organisation the later one counts. Whether a seal holds is for `seal` to say, and what
//! an entry means for the exchange's copy.

use crate::{Error, Message, Permanent, SEAL};
use seal::{Seal, Sealed, Unsealed};
use std::borrow::Cow;
use vocabulary::{RecordId, SourceId};

/// The source whose keys seal the register lane. No authority has this name: an authority's code
/// is written in capital letters.
pub const REGISTER_SOURCE: &str = "register";

/// A register entry about to be sealed.
pub fn register_unsealed(value: Vec<u8>) -> Result<Unsealed, Error> {
    let source: SourceId = REGISTER_SOURCE.parse().map_err(|_| Permanent::Header)?;
    Ok(Unsealed { source, sequence: 0, record_id: RecordId::new([0; RecordId::LEN]), value })
}

/// The message that carries a sealed entry; the key is the organisation number.
pub fn register_message(key: Vec<u8>, sealed: Sealed) -> Message {
    let (Unsealed { value, .. }, seal) = sealed.into_parts();
    Message { key, value: Some(value), headers: vec![(Cow::Borrowed(SEAL), seal.encode())] }
}

/// The sealed entry of a message of the register lane. A tombstone carries no seal.
pub fn register_sealed(message: &Message) -> Result<Sealed, Error> {
    let value = message.value.clone().ok_or(Permanent::Header)?;
    let seal = Seal::decode(message.header(SEAL).ok_or(Permanent::Header)?);
    Ok(Sealed::from_parts(register_unsealed(value)?, seal.map_err(|_| Permanent::Header)?))
}
