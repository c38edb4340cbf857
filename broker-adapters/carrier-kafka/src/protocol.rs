//! Which transaction protocol the brokers have agreed on. librdkafka does not tell, so one question
//! is put by hand, in Kafka's own form: ApiVersions, version 3, answered before any log-in.

use crate::{Error, limits};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

/// A connection to a broker.
pub trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// Opens a connection to a broker's address; through TLS where the brokers want that.
pub type Dial = Arc<dyn Fn(&str) -> io::Result<Box<dyn Stream>> + Send + Sync>;

/// The feature whose level says it, and the level since which a late message of an old transaction
/// can not end up in a new one.
const FEATURE: &str = "transaction.version";
const LEAST: i16 = 2;
/// The question: size, ApiVersions, version 3, number 1, no client id, no tags, who asks, no tags.
const QUESTION: &[u8] = b"\0\0\0\x15\0\x12\0\x03\0\0\0\x01\xff\xff\0\x07samsyn\x021\0";
/// The tag of the features that are in force.
const FINALIZED: u32 = 2;

/// A plain connection.
pub(crate) fn plain() -> Dial {
    Arc::new(|address| {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(limits::ANSWER))?;
        stream.set_write_timeout(Some(limits::ANSWER))?;
        Ok(Box::new(stream))
    })
}

/// Asks the first broker that answers; false if none does.
pub(crate) fn is_new<'a>(
    brokers: impl Iterator<Item = &'a str>,
    dial: &Dial,
) -> Result<bool, Error> {
    for broker in brokers {
        match asked(broker, dial) {
            Ok(level) if level >= LEAST => return Ok(true),
            Ok(_) => return Err(Error::OldProtocol),
            Err(error) => tracing::warn!(broker, kind = %error.kind(), "a broker did not answer"),
        }
    }
    Ok(false)
}

/// The level in force on a broker; 0 if it tells none.
fn asked(broker: &str, dial: &Dial) -> io::Result<i16> {
    let mut stream = dial(broker)?;
    stream.write_all(QUESTION)?;
    let mut size = [0; 4];
    stream.read_exact(&mut size)?;
    let size = u32::from_be_bytes(size) as usize;
    if size > limits::FEATURES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut answer = vec![0; size];
    stream.read_exact(&mut answer)?;
    level(&answer).ok_or(io::ErrorKind::InvalidData.into())
}

/// The level that an answer tells.
fn level(answer: &[u8]) -> Option<i16> {
    let mut answer = Answer(answer);
    let (_number, _error) = (answer.take(4)?, answer.take(2)?);
    for _ in 1..answer.varint()? {
        answer.take(6)?;
        answer.tags(|_, _| Some(()))?;
    }
    let _throttled = answer.take(4)?;
    let mut level = 0;
    answer.tags(|tag, mut value| {
        if tag != FINALIZED {
            return Some(());
        }
        for _ in 1..value.varint()? {
            let length = value.varint()?.checked_sub(1)?;
            let name = value.take(length as usize)?;
            let (most, _least) = (value.take(2)?, value.take(2)?);
            value.tags(|_, _| Some(()))?;
            if name == FEATURE.as_bytes() {
                level = i16::from_be_bytes(most.try_into().ok()?);
            }
        }
        Some(())
    })?;
    Some(level)
}

/// What is left of an answer.
struct Answer<'a>(&'a [u8]);

// === impl Answer ===

impl<'a> Answer<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        for at in 0..5 {
            let byte = *self.take(1)?.first()?;
            value |= u32::from(byte & 0x7f).checked_shl(7 * at)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// Shows every tagged field.
    fn tags(&mut self, mut see: impl FnMut(u32, Answer<'a>) -> Option<()>) -> Option<()> {
        for _ in 0..self.varint()? {
            let (tag, length) = (self.varint()?, self.varint()?);
            see(tag, Answer(self.take(length as usize)?))?;
        }
        Some(())
    }
}
