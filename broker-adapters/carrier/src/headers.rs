//! Sealed records as messages and back. The headers carry the seal and what it covers; whether it
//! holds is for `seal` to say.

use crate::{Error, Fetched, Headers, Message, Permanent};
use seal::{Seal, Sealed, Unsealed};
use std::borrow::Cow;
use vocabulary::SourceId;

/// The encoded [`Seal`].
pub const SEAL: &str = "samsyn_seal";
/// The source, as text.
pub const SOURCE: &str = "samsyn_source";
/// The source's sequence number, decimal.
pub const SEQUENCE: &str = "samsyn_sequence";
/// The record's id, as a UUID in text.
pub const RECORD: &str = "samsyn_record";
/// What the value is.
pub const CONTENT_TYPE: &str = "content-type";
/// A framed Avro datum.
pub const AVRO: &[u8] = b"application/avro";

/// Headers of a release that is for some of a view's recipients, or one person, though it lies on a
/// lane of the whole view: the gateway's, which no connector may read.
pub const LISTED: [&str; 2] = ["samsyn_recipients", "samsyn_data_subject"];

/// The message that carries a sealed record on its intake lane, with `extra` headers behind ours.
pub fn message_of(sealed: Sealed, extra: Headers) -> Message {
    let (Unsealed { source, sequence, record_id, value }, seal) = sealed.into_parts();
    let mut headers = Vec::with_capacity(5 + extra.len());
    headers.push((Cow::Borrowed(SEAL), seal.encode()));
    headers.push((Cow::Borrowed(SOURCE), source.as_str().as_bytes().to_vec()));
    headers.push((Cow::Borrowed(SEQUENCE), sequence.to_string().into_bytes()));
    headers.push((Cow::Borrowed(RECORD), record_id.to_string().into_bytes()));
    headers.push((Cow::Borrowed(CONTENT_TYPE), AVRO.to_vec()));
    headers.extend(extra);
    Message { key: record_id.as_bytes().to_vec(), value: Some(value), headers }
}

/// The sealed record of a message read from `lane_of`'s intake lane. A record that names another
/// source is refused: the lane proves who wrote it.
pub fn sealed_of(lane_of: &SourceId, fetched: Fetched) -> Result<Sealed, Error> {
    let message = fetched.message;
    let source = text(&message, SOURCE)?;
    if source != lane_of.as_str() {
        return Err(Permanent::ForeignSource.into());
    }
    let sequence = text(&message, SEQUENCE)?.parse().map_err(|_| Permanent::Header)?;
    let record_id = text(&message, RECORD)?.parse().map_err(|_| Permanent::Header)?;
    let seal = message.header(SEAL).ok_or(Permanent::Header)?;
    let seal = Seal::decode(seal).map_err(|_| Permanent::Header)?;
    let value = message.value.ok_or(Permanent::Header)?;
    let record = Unsealed { source: lane_of.clone(), sequence, record_id, value };
    Ok(Sealed::from_parts(record, seal))
}

fn text<'a>(message: &'a Message, name: &str) -> Result<&'a str, Permanent> {
    let bytes = message.header(name).ok_or(Permanent::Header)?;
    str::from_utf8(bytes).map_err(|_| Permanent::Header)
}
