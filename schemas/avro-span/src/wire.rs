//! Avro's primitive encodings, read one after another from the front of a slice and written at the
//! end of a buffer. Numbers must be in their shortest form; nothing here knows a schema.

use crate::error::Fault;

/// Reads a number of at most 64 bits in its shortest form.
#[inline]
pub(crate) fn long(rest: &mut &[u8]) -> Result<i64, Fault> {
    let [first, after @ ..] = *rest else { return Err(Fault::Truncated) };
    if *first < 0x80 {
        *rest = after;
        return Ok(unzigzag(u64::from(*first)));
    }
    long_slowly(rest)
}

#[cold]
fn long_slowly(rest: &mut &[u8]) -> Result<i64, Fault> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let [byte, after @ ..] = *rest else { return Err(Fault::Truncated) };
        *rest = after;
        if shift == 63 && *byte > 1 {
            return Err(Fault::Varint);
        }
        value |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return if *byte == 0 && shift > 0 { Err(Fault::Varint) } else { Ok(unzigzag(value)) };
        }
    }
    Err(Fault::Varint)
}

/// Reads a number of at most 32 bits.
#[inline]
pub(crate) fn int(rest: &mut &[u8]) -> Result<i32, Fault> {
    i32::try_from(long(rest)?).map_err(|_| Fault::Int)
}

/// Reads a length and as many bytes.
#[inline]
pub(crate) fn bytes<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Fault> {
    let length = usize::try_from(long(rest)?).map_err(|_| Fault::Length)?;
    take(rest, length)
}

/// Takes that many bytes off the front.
#[inline]
pub(crate) fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], Fault> {
    let (taken, after) = rest.split_at_checked(count).ok_or(Fault::Truncated)?;
    *rest = after;
    Ok(taken)
}

/// Reads text.
pub(crate) fn text<'a>(rest: &mut &'a [u8]) -> Result<&'a str, Fault> {
    str::from_utf8(bytes(rest)?).map_err(|_| Fault::Text)
}

/// Reads a boolean.
#[inline]
pub(crate) fn boolean(rest: &mut &[u8]) -> Result<bool, Fault> {
    match take(rest, 1)? {
        [0] => Ok(false),
        [1] => Ok(true),
        _ => Err(Fault::Boolean),
    }
}

/// Reads an index below `count`, else gives `wrong`.
#[inline]
pub(crate) fn index(rest: &mut &[u8], count: usize, wrong: Fault) -> Result<usize, Fault> {
    match usize::try_from(long(rest)?) {
        Ok(index) if index < count => Ok(index),
        _ => Err(wrong),
    }
}

/// Writes a number.
#[inline]
pub(crate) fn put_long(value: i64, out: &mut Vec<u8>) {
    let mut rest = (value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned();
    while rest >= 0x80 {
        out.push(low(rest) | 0x80);
        rest >>= 7;
    }
    out.push(low(rest));
}

/// Writes a length or count.
pub(crate) fn put_count(count: usize, out: &mut Vec<u8>) {
    // INVARIANT: counts are of things in memory, so i64 holds them.
    put_long(i64::try_from(count).unwrap_or(i64::MAX), out);
}

/// Writes a length and the bytes.
pub(crate) fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_count(bytes.len(), out);
    out.extend_from_slice(bytes);
}

#[inline]
fn low(value: u64) -> u8 {
    value.to_le_bytes()[0] & 0x7f
}

#[inline]
fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ (value & 1).cast_signed().wrapping_neg()
}
