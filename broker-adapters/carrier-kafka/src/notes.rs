//! What an exchange writes down of a transaction before it asks for its commit, within that same
//! transaction: what it moves and where it ends. Whoever begins after a process that is gone reads
//! it whatever became of the transaction, and can tell from it how that one was decided.

use crate::client::{Clients, Ear};
use crate::fault::word;
use crate::limits;
use crate::transactions::Left;
use carrier::{Error, Lane, Message, Offset, Temporary};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use rdkafka::{Offset as At, TopicPartitionList};
use std::fmt::Write as _;
use std::time::Instant;

const KEY: &[u8] = b"commit";
/// Offsets before the end among which the last note lies: it, and the mark behind it.
const BACK: i64 = 8;

/// The note of a transaction. Without `left`, one that says nothing: it only makes the topic a part
/// of the transaction from its beginning, with no question to the coordinator of its own.
pub(crate) fn note(left: Option<&Left>) -> Message {
    let text = left.map(text).unwrap_or_default();
    Message { key: KEY.to_vec(), value: Some(text.into_bytes()), headers: Vec::new() }
}

/// The last note on the topic, whether its transaction has ended or not. None where there never was
/// one, or where it can not be read; nothing left where a transaction was only begun.
pub(crate) fn last(clients: &Clients, topic: &str) -> Result<Option<Left>, Error> {
    let mut config = clients.unsettled();
    let config = config.set("enable.partition.eof", "true");
    let consumer: BaseConsumer<Ear> =
        config.create_with_context(Ear).map_err(|error| word(&error))?;
    let (low, high) = match consumer.fetch_watermarks(topic, 0, limits::ANSWER) {
        Ok(ends) => ends,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(word(&error)),
    };
    let mut place = TopicPartitionList::with_capacity(1);
    let from = At::Offset(low.max(high - BACK));
    place.add_partition_offset(topic, 0, from).map_err(|error| word(&error))?;
    consumer.assign(&place).map_err(|error| word(&error))?;
    let (begun, mut last) = (Instant::now(), None);
    while begun.elapsed() < limits::ANSWER {
        match consumer.poll(limits::SERVE) {
            Some(Ok(message)) => last = message.payload().map(parse),
            Some(Err(KafkaError::PartitionEOF(_))) => return Ok(last.flatten()),
            Some(Err(error)) => return Err(word(&error)),
            None => {}
        }
    }
    Err(Temporary::Unavailable.into())
}

fn is_absent(error: &KafkaError) -> bool {
    let absent = [
        RDKafkaErrorCode::UnknownTopic,
        RDKafkaErrorCode::UnknownTopicOrPartition,
        RDKafkaErrorCode::UnknownPartition,
    ];
    error.rdkafka_error_code().is_some_and(|code| absent.contains(&code))
}

/// A line for each position and each end.
pub(crate) fn text(left: &Left) -> String {
    let mut text = String::new();
    for (source, to) in &left.moved {
        // Writing to a String cannot fail.
        let _written = writeln!(text, "moved {source} {}", to.0);
    }
    for (lane, end) in &left.ends {
        let _written = writeln!(text, "end {} {}", lane.topic(""), end.0);
    }
    text
}

/// What [`text`] wrote; how it ended is not known.
pub(crate) fn parse(text: &[u8]) -> Option<Left> {
    let mut left = Left::default();
    for line in std::str::from_utf8(text).ok()?.lines() {
        let mut words = line.split(' ');
        let (what, of, at) = (words.next()?, words.next()?, words.next()?.parse().ok()?);
        match (what, words.next()) {
            ("moved", None) => drop(left.moved.insert(of.parse().ok()?, Offset(at))),
            ("end", None) => drop(left.ends.insert(Lane::from_topic("", of).ok()?, Offset(at))),
            _ => return None,
        }
    }
    Some(left)
}
