//! Numbers and texts as bytes: LEB128 varints, lengths before texts. What they mean is not known
//! here.

use crate::Permanent;

/// Writes.
pub(crate) struct Writer(Vec<u8>);

/// Reads, never past the end.
pub(crate) struct Reader<'a>(&'a [u8]);

// === impl Writer ===

impl Writer {
    pub(crate) fn new(version: u8) -> Self {
        Writer(vec![version])
    }

    pub(crate) fn byte(&mut self, byte: u8) -> &mut Self {
        self.0.push(byte);
        self
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        let mut rest = number;
        while rest > 0x7f {
            self.0.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        self.0.push((rest & 0x7f) as u8);
        self
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.number(text.len() as u64).raw(text.as_bytes())
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }
}

// === impl Reader ===

impl<'a> Reader<'a> {
    /// Begins after the version byte.
    pub(crate) fn new(bytes: &'a [u8], version: u8) -> Result<Self, Permanent> {
        match bytes.split_first() {
            Some((first, rest)) if *first == version => Ok(Reader(rest)),
            Some((first, _)) if *first > version => Err(Permanent::Newer),
            _ => Err(Permanent::Malformed),
        }
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Permanent> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Permanent> {
        let (array, rest) = self.0.split_first_chunk().ok_or(Permanent::Malformed)?;
        self.0 = rest;
        Ok(*array)
    }

    pub(crate) fn number(&mut self) -> Result<u64, Permanent> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return Err(Permanent::Malformed);
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                // One form for each number: no trailing zero groups.
                let overlong = byte == 0 && shift > 0;
                return if overlong { Err(Permanent::Malformed) } else { Ok(number) };
            }
        }
        Err(Permanent::Malformed)
    }

    pub(crate) fn count(&mut self, most: usize) -> Result<usize, Permanent> {
        let count = usize::try_from(self.number()?).map_err(|_| Permanent::Malformed)?;
        if count > most { Err(Permanent::TooLarge) } else { Ok(count) }
    }

    pub(crate) fn text(&mut self, most: usize) -> Result<&'a str, Permanent> {
        let length = self.count(most)?;
        let (text, rest) = self.0.split_at_checked(length).ok_or(Permanent::Malformed)?;
        self.0 = rest;
        str::from_utf8(text).map_err(|_| Permanent::Malformed)
    }

    /// Everything must have been read.
    pub(crate) fn finish(self) -> Result<(), Permanent> {
        if self.0.is_empty() { Ok(()) } else { Err(Permanent::Malformed) }
    }
}
