//! Reading and writing of bounded binary forms: big-endian numbers, length before text. It knows
//! no entry; a reader that runs dry or finds an unknown word is malformed.

use crate::Error;
use std::str::FromStr;
use vocabulary::Digest;

/// Appends fields.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

/// Takes fields off the front.
pub(crate) struct Reader<'a>(&'a [u8]);

// === impl Writer ===

impl Writer {
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn byte(&mut self, value: u8) -> &mut Self {
        self.raw(&[value])
    }

    pub(crate) fn short(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    pub(crate) fn long(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    pub(crate) fn signed(&mut self, value: i64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Text after its length in two bytes; longer text was refused by the maker of the value.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.short(u16::try_from(text.len()).unwrap_or(u16::MAX)).raw(text.as_bytes())
    }

    /// Text after its length in four bytes.
    pub(crate) fn long_text(&mut self, text: &str) -> &mut Self {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.raw(&length.to_be_bytes()).raw(text.as_bytes())
    }

    /// A mark, then the value if there is one.
    pub(crate) fn option<T>(
        &mut self,
        value: Option<T>,
        write: impl FnOnce(&mut Self, T) -> &mut Self,
    ) -> &mut Self {
        match value {
            None => self.byte(0),
            Some(value) => write(self.byte(1), value),
        }
    }
}

// === impl Reader ===

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    /// Ends the reading: nothing may be left.
    pub(crate) fn end(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Malformed) }
    }

    pub(crate) fn raw(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (front, rest) = self.0.split_at_checked(length).ok_or(Error::Malformed)?;
        self.0 = rest;
        Ok(front)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (front, rest) = self.0.split_first_chunk().ok_or(Error::Malformed)?;
        self.0 = rest;
        Ok(*front)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Error> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn short(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn word(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn long(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn signed(&mut self) -> Result<i64, Error> {
        self.array().map(i64::from_be_bytes)
    }

    pub(crate) fn digest(&mut self) -> Result<Digest, Error> {
        self.array().map(Digest::new)
    }

    pub(crate) fn text(&mut self, most: usize) -> Result<&'a str, Error> {
        let length = usize::from(self.short()?);
        self.str(length, most)
    }

    pub(crate) fn long_text(&mut self, most: usize) -> Result<&'a str, Error> {
        let length = usize::try_from(self.word()?).map_err(|_| Error::Malformed)?;
        self.str(length, most)
    }

    /// Text that is a word of the vocabulary.
    pub(crate) fn parsed<T: FromStr>(&mut self) -> Result<T, Error> {
        self.text(64)?.parse().map_err(|_| Error::Malformed)
    }

    pub(crate) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        match self.byte()? {
            0 => Ok(None),
            1 => read(self).map(Some),
            _ => Err(Error::Malformed),
        }
    }

    fn str(&mut self, length: usize, most: usize) -> Result<&'a str, Error> {
        if length > most {
            return Err(Error::Malformed);
        }
        str::from_utf8(self.raw(length)?).map_err(|_| Error::Malformed)
    }
}
