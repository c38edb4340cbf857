//! A message as the columns of a row. The message's bounds are checked before, by `carrier`.

use carrier::{Fetched, Headers, Message, Offset, Permanent};
use rusqlite::{Row, ToSql};
use std::borrow::Cow;
use vocabulary::Timestamp;

/// The columns every lane's table has, in the order [`fetched`] reads them.
pub(crate) const COLUMNS: &str = "at, appended, key, value, headers";

/// Headers as one blob: for each, the lengths of name and value as varints, then both.
pub(crate) fn encode_headers(headers: &Headers, out: &mut Vec<u8>) {
    out.clear();
    for (name, value) in headers {
        put_length(name.len(), out);
        put_length(value.len(), out);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(value);
    }
}

/// Reads what [`encode_headers`] wrote.
pub(crate) fn decode_headers(mut bytes: &[u8]) -> Result<Headers, Permanent> {
    let mut headers = Headers::new();
    while !bytes.is_empty() {
        let (name, value, rest) = header(bytes).ok_or(Permanent::Damaged)?;
        let name = str::from_utf8(name).map_err(|_| Permanent::Damaged)?;
        headers.push((Cow::Owned(name.to_owned()), value.to_vec()));
        bytes = rest;
    }
    Ok(headers)
}

/// An offset as SQLite's integer.
pub(crate) fn sql(offset: u64) -> impl ToSql {
    i64::try_from(offset).unwrap_or(i64::MAX)
}

/// An offset from SQLite's integer.
pub(crate) fn offset(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|at| u64::try_from(at).unwrap_or_default())
}

/// Reads a row of [`COLUMNS`].
pub(crate) fn fetched(row: &Row<'_>) -> rusqlite::Result<Result<Fetched, Permanent>> {
    let headers = decode_headers(row.get_ref(4)?.as_blob()?);
    let message = |headers| -> rusqlite::Result<Message> {
        let value = row.get_ref(3)?.as_blob_or_null()?.map(<[u8]>::to_vec);
        Ok(Message { key: row.get_ref(2)?.as_blob()?.to_vec(), value, headers })
    };
    let appended = Timestamp::from_micros(row.get(1)?);
    match headers {
        Ok(headers) => {
            let message = message(headers)?;
            Ok(Ok(Fetched { offset: Offset(offset(row, 0)?), appended, message }))
        }
        Err(error) => Ok(Err(error)),
    }
}

fn put_length(length: usize, out: &mut Vec<u8>) {
    let mut rest = length;
    while rest > 0x7f {
        out.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    out.push((rest & 0x7f) as u8);
}

fn take_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0usize;
    let mut rest = bytes;
    for shift in [0, 7, 14, 21] {
        let (byte, after) = rest.split_first()?;
        length |= usize::from(byte & 0x7f) << shift;
        rest = after;
        if byte & 0x80 == 0 {
            return Some((length, rest));
        }
    }
    None
}

fn header(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (name_length, bytes) = take_length(bytes)?;
    let (value_length, bytes) = take_length(bytes)?;
    let (name, bytes) = bytes.split_at_checked(name_length)?;
    let (value, rest) = bytes.split_at_checked(value_length)?;
    Some((name, value, rest))
}
