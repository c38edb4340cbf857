//! What is kept of a record: its newest version and who holds it. No value of the finding but the
//! subject it is found by.

use crate::wire::{Reader, Writer};
use crate::{Error, limits};
use carrier::{Message, Offset};
use vocabulary::{Digest, OrgNumber, RecordId, RecordType, Timestamp, ViewId};

const VERSION: u8 = 1;

/// The state of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordState {
    /// The record.
    pub record_id: RecordId,
    /// Its type.
    pub record_type: RecordType,
    /// Newest version accepted.
    pub version: u64,
    /// Who produced it.
    pub producer: OrgNumber,
    /// When that version was recorded.
    pub recorded_at: Timestamp,
    /// The subject's organisation number, where it has one.
    pub subject: Option<OrgNumber>,
    /// The subject as entries name it: its number, or the source's own object id.
    pub subject_text: String,
    /// The subject of the first version: a release lane's partition never changes.
    pub first_subject: String,
    /// Facts as stamped by the source.
    pub facts: u16,
    /// Whether its retention state lets it be routed.
    pub live: bool,
    /// Whether its source retracted or restricted it.
    pub retracted: bool,
    /// Where the newest version lies on its intake lane.
    pub intake: Offset,
    /// The newest version's sequence number.
    pub sequence: u64,
    /// Registry id of its schema.
    pub schema: u32,
    /// Who holds it.
    pub holders: Vec<Holder>,
}

/// A view, or one recipient of an addressed view, that holds a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The view.
    pub view: ViewId,
    /// The recipient of an addressed view.
    pub recipient: Option<OrgNumber>,
    /// Digest of the plan it was released by.
    pub plan: Digest,
    /// SHA-256 of the released value.
    pub bytes: Digest,
    /// The version it holds.
    pub version: u64,
}

// === impl RecordState ===

impl RecordState {
    /// The message of the state lane: the record's id, and everything else.
    pub fn to_message(&self) -> Result<Message, Error> {
        Ok(Message {
            key: self.record_id.as_bytes().to_vec(),
            value: Some(self.encode()?),
            headers: Vec::new(),
        })
    }

    /// The value on the state lane.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let holders = u16::try_from(self.holders.len()).map_err(|_| Error::TooLarge)?;
        let long = |text: &str| text.len() > limits::SUBJECT;
        if self.holders.len() > limits::HOLDERS
            || long(&self.subject_text)
            || long(&self.first_subject)
        {
            return Err(Error::TooLarge);
        }
        let mut out = Writer::default();
        out.byte(VERSION)
            .raw(self.record_id.as_bytes())
            .text(self.record_type.as_str())
            .long(self.version)
            .text(self.producer.as_str())
            .raw(&self.recorded_at.as_micros().to_be_bytes())
            .text(self.subject.as_ref().map_or("", OrgNumber::as_str))
            .text(&self.subject_text)
            .text(&self.first_subject)
            .raw(&self.facts.to_be_bytes())
            .byte(u8::from(self.live))
            .byte(u8::from(self.retracted))
            .long(self.intake.0)
            .long(self.sequence)
            .raw(&self.schema.to_be_bytes())
            .raw(&holders.to_be_bytes());
        for holder in &self.holders {
            out.text(holder.view.as_str())
                .text(holder.recipient.as_ref().map_or("", OrgNumber::as_str))
                .raw(holder.plan.as_bytes())
                .raw(holder.bytes.as_bytes())
                .long(holder.version);
        }
        Ok(out.finish())
    }

    /// Reads what [`RecordState::encode`] gave.
    pub fn decode(bytes: &[u8]) -> Result<RecordState, Error> {
        let mut read = Reader::new(bytes);
        if read.byte()? != VERSION {
            return Err(Error::Malformed);
        }
        let mut record = RecordState {
            record_id: RecordId::new(read.array()?),
            record_type: read.parsed()?,
            version: read.long()?,
            producer: read.parsed()?,
            recorded_at: Timestamp::from_micros(i64::from_be_bytes(read.array()?)),
            subject: optional(read.text()?)?,
            subject_text: read.text()?.to_owned(),
            first_subject: read.text()?.to_owned(),
            facts: read.short()?,
            live: read.flag()?,
            retracted: read.flag()?,
            intake: Offset(read.long()?),
            sequence: read.long()?,
            schema: read.word()?,
            holders: Vec::new(),
        };
        for _ in 0..usize::from(read.short()?).min(limits::HOLDERS) {
            record.holders.push(Holder {
                view: read.parsed()?,
                recipient: optional(read.text()?)?,
                plan: Digest::new(read.array()?),
                bytes: Digest::new(read.array()?),
                version: read.long()?,
            });
        }
        read.end()?;
        Ok(record)
    }
}

fn optional(text: &str) -> Result<Option<OrgNumber>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Error::Malformed)
}
