//! Stepping over single values: a short path without branches on the data for what is usual, and
//! `wire`'s plain path for long values, the datum's last bytes and everything wrong.

use crate::{Error, wire};

type Rest<'r, 'd> = &'r mut &'d [u8];

/// The high bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Does it so many times.
#[inline(always)]
pub(super) fn times(count: u32, mut step: impl FnMut() -> Result<(), Error>) -> Result<(), Error> {
    for _ in 0..count {
        step()?;
    }
    Ok(())
}

#[inline(always)]
pub(super) fn take(rest: Rest<'_, '_>, count: u32) -> Result<(), Error> {
    *rest = rest.get(count as usize..).ok_or(Error::Truncated)?;
    Ok(())
}

/// A text or byte string.
#[inline(always)]
pub(super) fn text<const CHECK: bool>(rest: Rest<'_, '_>) -> Result<(), Error> {
    if CHECK {
        return wire::text(rest).map(drop);
    }
    if let Some(head) = rest.first_chunk::<2>()
        && let Some(length) = length(u16::from_le_bytes(*head))
    {
        *rest = rest.get(length..).ok_or(Error::Truncated)?;
        return Ok(());
    }
    slow_text(rest)
}

#[cold]
#[inline(never)]
fn slow_text(rest: Rest<'_, '_>) -> Result<(), Error> {
    wire::bytes(rest).map(drop)
}

/// Bytes of a length prefix of one or two bytes in shortest form, and of what it announces.
#[inline(always)]
fn length(head: u16) -> Option<usize> {
    let head = u32::from(head);
    let two = (head >> 7) & 1;
    let value = (head & 0x7f) | ((head >> 1) & (two.wrapping_neg() & 0x3f80));
    // negative; or three bytes; or two where one would do
    let odd = (head & 1) | (two & (head >> 15)) | (two & u32::from(head < 0x100));
    let length = (value >> 1).wrapping_add(1).wrapping_add(two);
    (odd == 0).then_some(length as usize)
}

/// Null, or a text or byte string.
#[inline(always)]
pub(super) fn opt_text<const CHECK: bool>(rest: Rest<'_, '_>) -> Result<(), Error> {
    if !CHECK && let Some([index, low, high]) = rest.first_chunk::<3>() {
        let some = usize::from(index >> 1);
        let length = length(u16::from_le_bytes([*low, *high]));
        if index & 0xfd == 0 && (some == 0 || length.is_some()) {
            let skipped = 1 + (length.unwrap_or(0) & some.wrapping_neg());
            *rest = rest.get(skipped..).ok_or(Error::Truncated)?;
            return Ok(());
        }
    }
    if branch(rest)? { text::<CHECK>(rest) } else { Ok(()) }
}

/// Bytes of a number of at most eight bytes in shortest form.
#[inline(always)]
fn number(word: u64) -> Option<u32> {
    let ends = !word & HIGH;
    let last = ends.trailing_zeros();
    let shown = word >> (last & 56);
    // the last byte may be 0 only if it is the first
    (ends != 0 && (last == 7 || shown & 0xff != 0)).then_some((last >> 3) + 1)
}

#[inline(always)]
pub(super) fn long(rest: Rest<'_, '_>) -> Result<(), Error> {
    if let Some(head) = rest.first_chunk::<8>()
        && let Some(length) = number(u64::from_le_bytes(*head))
    {
        *rest = rest.get(length as usize..).ok_or(Error::Truncated)?;
        return Ok(());
    }
    slow_long(rest)
}

#[cold]
#[inline(never)]
fn slow_long(rest: Rest<'_, '_>) -> Result<(), Error> {
    wire::long(rest).map(drop)
}

#[inline(always)]
pub(super) fn int(rest: Rest<'_, '_>) -> Result<(), Error> {
    if let Some(head) = rest.first_chunk::<8>()
        && let Some(length @ 1..=4) = number(u64::from_le_bytes(*head))
    {
        *rest = rest.get(length as usize..).ok_or(Error::Truncated)?;
        return Ok(());
    }
    slow_int(rest)
}

#[cold]
#[inline(never)]
fn slow_int(rest: Rest<'_, '_>) -> Result<(), Error> {
    wire::int(rest).map(drop)
}

/// Null, or a long.
#[inline(always)]
pub(super) fn opt_long(rest: Rest<'_, '_>) -> Result<(), Error> {
    if let Some([index, head @ ..]) = rest.first_chunk::<9>() {
        let some = usize::from(index >> 1);
        let length = number(u64::from_le_bytes(*head));
        if index & 0xfd == 0 && (some == 0 || length.is_some()) {
            let skipped = 1 + (length.unwrap_or(0) as usize & some.wrapping_neg());
            *rest = rest.get(skipped..).ok_or(Error::Truncated)?;
            return Ok(());
        }
    }
    if branch(rest)? { slow_long(rest) } else { Ok(()) }
}

/// Null, or an int.
#[inline(always)]
pub(super) fn opt_int(rest: Rest<'_, '_>) -> Result<(), Error> {
    if let Some([index, head @ ..]) = rest.first_chunk::<9>() {
        let some = usize::from(index >> 1);
        let length = number(u64::from_le_bytes(*head)).filter(|length| *length <= 4);
        if index & 0xfd == 0 && (some == 0 || length.is_some()) {
            let skipped = 1 + (length.unwrap_or(0) as usize & some.wrapping_neg());
            *rest = rest.get(skipped..).ok_or(Error::Truncated)?;
            return Ok(());
        }
    }
    if branch(rest)? { slow_int(rest) } else { Ok(()) }
}

/// An enum of that many symbols.
#[inline(always)]
pub(super) fn symbol(rest: Rest<'_, '_>, count: u32) -> Result<(), Error> {
    if let [byte, after @ ..] = *rest
        && byte & 0x81 == 0
        && u32::from(byte >> 1) < count
    {
        *rest = after;
        return Ok(());
    }
    slow_symbol(rest, count)
}

#[cold]
#[inline(never)]
fn slow_symbol(rest: Rest<'_, '_>, count: u32) -> Result<(), Error> {
    wire::index(rest, count as usize, Error::Symbol).map(drop)
}

/// Null, or an enum of that many symbols.
#[inline(always)]
pub(super) fn opt_symbol(rest: Rest<'_, '_>, count: u32) -> Result<(), Error> {
    if let Some([index, symbol]) = rest.first_chunk::<2>() {
        let some = usize::from(index >> 1);
        let known = symbol & 0x81 == 0 && u32::from(symbol >> 1) < count;
        if index & 0xfd == 0 && (some == 0 || known) {
            *rest = rest.get(1 + some..).ok_or(Error::Truncated)?;
            return Ok(());
        }
    }
    if branch(rest)? { slow_symbol(rest, count) } else { Ok(()) }
}

/// Null, or a boolean.
#[inline(always)]
pub(super) fn opt_boolean(rest: Rest<'_, '_>) -> Result<(), Error> {
    if branch(rest)? { wire::boolean(rest).map(drop) } else { Ok(()) }
}

/// Null, or that many bytes.
#[inline(always)]
pub(super) fn opt_fixed(rest: Rest<'_, '_>, size: u32) -> Result<(), Error> {
    if branch(rest)? { take(rest, size) } else { Ok(()) }
}

/// The index of a union of null and one other: whether it is the other.
#[inline(always)]
pub(super) fn branch(rest: Rest<'_, '_>) -> Result<bool, Error> {
    match *rest {
        [byte @ (0 | 2), after @ ..] => {
            *rest = after;
            Ok(*byte == 2)
        }
        [] => Err(Error::Truncated),
        _ => Err(Error::Branch),
    }
}
