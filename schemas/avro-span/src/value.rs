//! Single encoded values, as probes give them and as edges write them. The bytes must hold the one
//! value and nothing after it.

use crate::error::Fault;
use crate::{Error, wire};

fn whole<'a, T>(
    mut bytes: &'a [u8],
    read: impl FnOnce(&mut &'a [u8]) -> Result<T, Fault>,
) -> Result<T, Error> {
    let value = read(&mut bytes)?;
    if bytes.is_empty() { Ok(value) } else { Err(Error::Trailing) }
}

/// Reads an int or long.
pub fn read_long(bytes: &[u8]) -> Result<i64, Error> {
    whole(bytes, wire::long)
}

/// Reads a string.
pub fn read_str(bytes: &[u8]) -> Result<&str, Error> {
    whole(bytes, wire::text)
}

/// Reads a byte string, or a string whose encoding does not matter.
pub fn read_bytes(bytes: &[u8]) -> Result<&[u8], Error> {
    whole(bytes, wire::bytes)
}

/// Reads an enum's index; whether a symbol has it is the schema's knowledge.
pub fn read_enum(bytes: &[u8]) -> Result<usize, Error> {
    usize::try_from(read_long(bytes)?).map_err(|_| Error::Symbol)
}

/// Reads a boolean.
pub fn read_bool(bytes: &[u8]) -> Result<bool, Error> {
    whole(bytes, wire::boolean)
}

/// Writes an int, long, enum or union index.
pub fn write_long(value: i64, out: &mut Vec<u8>) {
    wire::put_long(value, out);
}

/// Writes a string.
pub fn write_str(text: &str, out: &mut Vec<u8>) {
    wire::put_bytes(text.as_bytes(), out);
}

/// Writes a byte string.
pub fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    wire::put_bytes(bytes, out);
}

/// Writes a boolean.
pub fn write_bool(value: bool, out: &mut Vec<u8>) {
    out.push(u8::from(value));
}
