//! What the exchange remembers of a record: its newest version, and who holds what of it. The
//! record's content is not among it.

use crate::limits::{MAX_HOLDERS, MAX_STATE, MAX_SUBJECT};
use crate::wire::{Reader, Writer};
use crate::{Error, Permanent};
use carrier::{Message, Offset};
use vocabulary::{Digest, OrgNumber, RecordId, RecordType, SourceId, Timestamp, ViewId};

const VERSION: u8 = 2;
const LIVE: u8 = 1;
const RETRACTED: u8 = 2;
const SUBJECT: u8 = 4;
const ADDRESSEE: u8 = 8;
const PERSON: u8 = 16;
const TRACED: u8 = 32;

/// A record's state. A record is named by its source and id together: two sources that choose one
/// id have two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordState {
    /// Which source it is from; the state lane's.
    pub source: SourceId,
    /// Its id; the message's key.
    pub record_id: RecordId,
    /// Its type.
    pub record_type: RecordType,
    /// The newest version accepted.
    pub version: u64,
    /// The authority that produced it.
    pub producer: OrgNumber,
    /// When its source registered that version.
    pub recorded_at: Timestamp,
    /// The subject's organisation number, if it has one.
    pub subject: Option<OrgNumber>,
    /// The subject as the source names it: organisation number or object id.
    pub subject_text: String,
    /// The subject of the first version: decides the partition for ever.
    pub first_subject: String,
    /// The one recipient it is meant for, if its type names one.
    pub addressee: Option<OrgNumber>,
    /// The pseudonym of the person it is about, if its type names one and it is stated.
    pub person: Option<String>,
    /// The facts as the source stamped them.
    pub facts: u16,
    /// Whether it may be routed: not restricted, not expired.
    pub live: bool,
    /// Whether its source has retracted it.
    pub retracted: bool,
    /// Whether its free texts point to a person, so that none of them leaves.
    pub traced: bool,
    /// Where the newest version lies on the intake lane.
    pub intake: Offset,
    /// The newest version's sequence number.
    pub sequence: u64,
    /// The newest version's writer schema.
    pub schema: u32,
    /// Who holds what.
    pub holders: Vec<Holder>,
}

/// A view, or one recipient of an addressed view, that holds a version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The view.
    pub view: ViewId,
    /// The recipient of an addressed view.
    pub recipient: Option<OrgNumber>,
    /// Digest of the plan it was released by.
    pub plan: Digest,
    /// SHA-256 of the bytes released.
    pub bytes: Digest,
    /// The version released.
    pub version: u64,
}

// === impl RecordState ===

impl RecordState {
    /// The state as it lies on the state lane.
    pub fn message(&self) -> Result<Message, Error> {
        let key = self.record_id.as_bytes().to_vec();
        Ok(Message { key, value: Some(self.encode()?), headers: Vec::new() })
    }

    /// The state as bytes, without source and id: lane and key tell those.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let person = self.person.as_deref().unwrap_or_default();
        let texts = self.subject_text.len().max(self.first_subject.len()).max(person.len());
        if texts > MAX_SUBJECT || self.holders.len() > MAX_HOLDERS {
            return Err(Permanent::TooLarge.into());
        }
        let flag = |set: bool, bit| if set { bit } else { 0 };
        let flags = flag(self.live, LIVE)
            | flag(self.retracted, RETRACTED)
            | flag(self.subject.is_some(), SUBJECT)
            | flag(self.addressee.is_some(), ADDRESSEE)
            | flag(self.person.is_some(), PERSON)
            | flag(self.traced, TRACED);
        let mut out = Writer::new(VERSION);
        out.byte(flags).byte(code(self.record_type)).number(self.version);
        put_org(&mut out, &self.producer);
        out.raw(&self.recorded_at.as_micros().to_be_bytes());
        if let Some(subject) = &self.subject {
            put_org(&mut out, subject);
        }
        out.text(&self.subject_text).text(&self.first_subject);
        if let Some(addressee) = &self.addressee {
            put_org(&mut out, addressee);
        }
        if self.person.is_some() {
            out.text(person);
        }
        out.number(self.facts.into()).number(self.intake.0).number(self.sequence);
        out.number(self.schema.into()).number(self.holders.len() as u64);
        for holder in &self.holders {
            holder.encode(&mut out);
        }
        let bytes = out.finish();
        if bytes.len() > MAX_STATE { Err(Permanent::TooLarge.into()) } else { Ok(bytes) }
    }

    /// Reads what [`RecordState::encode`] gave, with what lane and key tell.
    pub fn decode(source: SourceId, record_id: RecordId, bytes: &[u8]) -> Result<Self, Error> {
        let mut read = Reader::new(bytes, VERSION)?;
        let flags = read.byte()?;
        let known = LIVE | RETRACTED | SUBJECT | ADDRESSEE | PERSON | TRACED;
        if flags & !known != 0 {
            return Err(Permanent::Malformed.into());
        }
        let state = RecordState {
            source,
            record_id,
            record_type: record_type(read.byte()?)?,
            version: read.number()?,
            producer: org(&mut read)?,
            recorded_at: Timestamp::from_micros(i64::from_be_bytes(read.array()?)),
            subject: if flags & SUBJECT == 0 { None } else { Some(org(&mut read)?) },
            subject_text: read.text(MAX_SUBJECT)?.to_owned(),
            first_subject: read.text(MAX_SUBJECT)?.to_owned(),
            addressee: if flags & ADDRESSEE == 0 { None } else { Some(org(&mut read)?) },
            person: match flags & PERSON {
                0 => None,
                _ => Some(read.text(MAX_SUBJECT)?.to_owned()),
            },
            facts: u16::try_from(read.number()?).map_err(|_| Permanent::Malformed)?,
            live: flags & LIVE != 0,
            retracted: flags & RETRACTED != 0,
            traced: flags & TRACED != 0,
            intake: Offset(read.number()?),
            sequence: read.number()?,
            schema: u32::try_from(read.number()?).map_err(|_| Permanent::Malformed)?,
            holders: holders(&mut read)?,
        };
        read.finish()?;
        Ok(state)
    }
}

// === impl Holder ===

impl Holder {
    fn encode(&self, out: &mut Writer) {
        out.text(self.view.as_str()).byte(u8::from(self.recipient.is_some()));
        if let Some(recipient) = &self.recipient {
            put_org(out, recipient);
        }
        out.raw(self.plan.as_bytes()).raw(self.bytes.as_bytes()).number(self.version);
    }

    fn decode(read: &mut Reader<'_>) -> Result<Self, Permanent> {
        let view = read.text(MAX_SUBJECT)?.parse().map_err(|_| Permanent::Malformed)?;
        let recipient = match read.byte()? {
            0 => None,
            1 => Some(org(read)?),
            _ => return Err(Permanent::Malformed),
        };
        let plan = Digest::new(read.array()?);
        let bytes = Digest::new(read.array()?);
        Ok(Holder { view, recipient, plan, bytes, version: read.number()? })
    }
}

fn holders(read: &mut Reader<'_>) -> Result<Vec<Holder>, Permanent> {
    let count = read.count(MAX_HOLDERS)?;
    (0..count).map(|_| Holder::decode(read)).collect()
}

/// An organisation number's nine digits as a number in four bytes.
fn put_org(out: &mut Writer, org: &OrgNumber) {
    // INVARIANT: nine ASCII digits.
    out.raw(&org.as_str().parse::<u32>().unwrap_or_default().to_be_bytes());
}

fn org(read: &mut Reader<'_>) -> Result<OrgNumber, Permanent> {
    let number = u32::from_be_bytes(read.array()?);
    number.to_string().parse().map_err(|_| Permanent::Malformed)
}

const fn code(record_type: RecordType) -> u8 {
    match record_type {
        RecordType::InspectionReport => 1,
        RecordType::PlannedInspection => 2,
        RecordType::Sanction => 3,
        RecordType::ApprovalStatus => 4,
        RecordType::TrendAggregate => 5,
        RecordType::Alert => 6,
        RecordType::SuspensionDecision => 7,
        RecordType::FoodServiceLicence => 8,
        RecordType::EmploymentContractCheck => 9,
        RecordType::CaseNote => 10,
        RecordType::Finding => 11,
    }
}

fn record_type(byte: u8) -> Result<RecordType, Permanent> {
    let mut all = RecordType::ALL.iter().copied();
    all.find(|record_type| code(*record_type) == byte).ok_or(Permanent::Malformed)
}
