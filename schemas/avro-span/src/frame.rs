//! The registry's frame before a datum: a zero byte and the schema id, big-endian. Asks no
//! registry.

use crate::Error;

/// Bytes before the datum.
pub const LEN: usize = 5;

/// Takes a framed value apart: the schema id and the datum.
pub fn read(bytes: &[u8]) -> Result<(u32, &[u8]), Error> {
    match bytes {
        [0, a, b, c, d, datum @ ..] => Ok((u32::from_be_bytes([*a, *b, *c, *d]), datum)),
        _ => Err(Error::Frame),
    }
}

/// Writes the frame; the datum follows.
pub fn write(id: u32, out: &mut Vec<u8>) {
    out.push(0);
    out.extend_from_slice(&id.to_be_bytes());
}
