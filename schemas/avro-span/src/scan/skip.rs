//! Stepping over single values: a short path without branches on the data for what is usual, and
//! `wire`'s plain path for long values, the datum's last bytes and everything wrong.
//!
//! The short paths add up in an integer whatever is odd and look at it once: whether a field is
//! there and how long it is are as good as random, and a branch on either costs more than a step.

use crate::error::Fault;
use crate::wire;

type Rest<'r, 'd> = &'r mut &'d [u8];

/// The high bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// A length in bytes, and 0 when it is to be believed.
type Sized = (usize, u64);

/// Does it so many times.
#[inline(always)]
pub(super) fn times(count: u32, mut step: impl FnMut() -> Result<(), Fault>) -> Result<(), Fault> {
    for _ in 0..count {
        step()?;
    }
    Ok(())
}

#[inline(always)]
pub(super) fn take(rest: Rest<'_, '_>, count: usize) -> Result<(), Fault> {
    *rest = rest.get(count..).ok_or(Fault::Truncated)?;
    Ok(())
}

/// Of a union of null and another that begins with `index`: the length of both together.
#[inline(always)]
fn optional(index: u8, (length, odd): Sized) -> Sized {
    let some = u64::from(index >> 1);
    let length = length & (some as usize).wrapping_neg();
    (length.wrapping_add(1), u64::from(index & 0xfd) | (odd & some.wrapping_neg()))
}

/// A text or byte string.
#[inline(always)]
pub(super) fn text<const CHECK: bool>(rest: Rest<'_, '_>) -> Result<(), Fault> {
    if CHECK {
        return wire::text(rest).map(drop);
    }
    if let Some(head) = rest.first_chunk::<2>()
        && let (length, 0) = prefixed(u16::from_le_bytes(*head))
    {
        return take(rest, length);
    }
    slow_text(rest)
}

#[cold]
#[inline(never)]
fn slow_text(rest: Rest<'_, '_>) -> Result<(), Fault> {
    wire::bytes(rest).map(drop)
}

/// Bytes of a length prefix of one or two bytes, and of what it announces.
#[inline(always)]
fn prefixed(head: u16) -> Sized {
    let head = u64::from(head);
    let two = (head >> 7) & 1;
    let value = (head & 0x7f) | ((head >> 1) & (two.wrapping_neg() & 0x3f80));
    // negative; or three bytes; or two where one would do
    let odd = (head & 1) | (two & (head >> 15)) | (two & u64::from(head < 0x100));
    ((value >> 1).wrapping_add(1).wrapping_add(two) as usize, odd)
}

/// Null, or a text or byte string.
#[inline(always)]
pub(super) fn opt_text<const CHECK: bool>(rest: Rest<'_, '_>) -> Result<(), Fault> {
    if !CHECK
        && let Some([index, low, high]) = rest.first_chunk::<3>()
        && let (length, 0) = optional(*index, prefixed(u16::from_le_bytes([*low, *high])))
    {
        return take(rest, length);
    }
    if branch(rest)? { text::<CHECK>(rest) } else { Ok(()) }
}

/// Bytes of a number of at most eight bytes.
#[inline(always)]
fn number(word: u64) -> Sized {
    let ends = !word & HIGH;
    let last = (ends | (1 << 63)).trailing_zeros();
    let end = (word >> (last & 56)) & 0xff;
    // nine bytes or more; or a last byte of 0 that is not the first
    let odd = u64::from(ends == 0) | (u64::from(end == 0) & u64::from(last > 7));
    ((last >> 3) as usize + 1, odd)
}

#[inline(always)]
pub(super) fn long(rest: Rest<'_, '_>) -> Result<(), Fault> {
    if let Some(head) = rest.first_chunk::<8>()
        && let (length, 0) = number(u64::from_le_bytes(*head))
    {
        return take(rest, length);
    }
    slow_long(rest)
}

#[cold]
#[inline(never)]
fn slow_long(rest: Rest<'_, '_>) -> Result<(), Fault> {
    wire::long(rest).map(drop)
}

/// Bytes of a number of at most four bytes, which any int fits in.
#[inline(always)]
fn short_number(word: u64) -> Sized {
    let (length, odd) = number(word);
    (length, odd | u64::from(length > 4))
}

#[inline(always)]
pub(super) fn int(rest: Rest<'_, '_>) -> Result<(), Fault> {
    if let Some(head) = rest.first_chunk::<8>()
        && let (length, 0) = short_number(u64::from_le_bytes(*head))
    {
        return take(rest, length);
    }
    slow_int(rest)
}

#[cold]
#[inline(never)]
fn slow_int(rest: Rest<'_, '_>) -> Result<(), Fault> {
    wire::int(rest).map(drop)
}

/// Null, or a long.
#[inline(always)]
pub(super) fn opt_long(rest: Rest<'_, '_>) -> Result<(), Fault> {
    if let Some([index, head @ ..]) = rest.first_chunk::<9>()
        && let (length, 0) = optional(*index, number(u64::from_le_bytes(*head)))
    {
        return take(rest, length);
    }
    if branch(rest)? { slow_long(rest) } else { Ok(()) }
}

/// Null, or an int.
#[inline(always)]
pub(super) fn opt_int(rest: Rest<'_, '_>) -> Result<(), Fault> {
    if let Some([index, head @ ..]) = rest.first_chunk::<9>()
        && let (length, 0) = optional(*index, short_number(u64::from_le_bytes(*head)))
    {
        return take(rest, length);
    }
    if branch(rest)? { slow_int(rest) } else { Ok(()) }
}

/// The one byte of an enum's index below `count`.
#[inline(always)]
fn one_symbol(byte: u8, count: u32) -> Sized {
    (1, u64::from(byte & 0x81) | u64::from(u32::from(byte >> 1) >= count))
}

/// An enum of that many symbols.
#[inline(always)]
pub(super) fn symbol(rest: Rest<'_, '_>, count: u32) -> Result<(), Fault> {
    if let Some(byte) = rest.first()
        && let (length, 0) = one_symbol(*byte, count)
    {
        return take(rest, length);
    }
    slow_symbol(rest, count)
}

#[cold]
#[inline(never)]
fn slow_symbol(rest: Rest<'_, '_>, count: u32) -> Result<(), Fault> {
    wire::index(rest, count as usize, Fault::Symbol).map(drop)
}

/// Null, or an enum of that many symbols.
#[inline(always)]
pub(super) fn opt_symbol(rest: Rest<'_, '_>, count: u32) -> Result<(), Fault> {
    if let Some([index, byte]) = rest.first_chunk::<2>()
        && let (length, 0) = optional(*index, one_symbol(*byte, count))
    {
        return take(rest, length);
    }
    if branch(rest)? { slow_symbol(rest, count) } else { Ok(()) }
}

/// A boolean.
#[inline(always)]
pub(super) fn boolean(rest: Rest<'_, '_>) -> Result<(), Fault> {
    wire::boolean(rest).map(drop)
}

/// Null, or a boolean.
#[inline(always)]
pub(super) fn opt_boolean(rest: Rest<'_, '_>) -> Result<(), Fault> {
    if let Some([index, byte]) = rest.first_chunk::<2>()
        && let (length, 0) = optional(*index, (1, u64::from(byte & 0xfe)))
    {
        return take(rest, length);
    }
    if branch(rest)? { boolean(rest) } else { Ok(()) }
}

/// Null, or that many bytes.
#[inline(always)]
pub(super) fn opt_fixed(rest: Rest<'_, '_>, size: usize) -> Result<(), Fault> {
    let index = rest.first().ok_or(Fault::Truncated)?;
    match optional(*index, (size, 0)) {
        (length, 0) => take(rest, length),
        _ => Err(Fault::Branch),
    }
}

/// The index of a union of null and one other: whether it is the other.
#[inline(always)]
pub(super) fn branch(rest: Rest<'_, '_>) -> Result<bool, Fault> {
    match *rest {
        [byte @ (0 | 2), after @ ..] => {
            *rest = after;
            Ok(*byte == 2)
        }
        [] => Err(Fault::Truncated),
        _ => Err(Fault::Branch),
    }
}
