//! A finding whose seal held and whose bytes follow the contract: [`Verified`]. Whether it may
//! leave is not known here.

use crate::{Error, TypePlans, limits};
use avro_span::{Spans, frame, value};
use seal::Authentic;
use std::collections::BTreeSet;
use vocabulary::{
    ChangeKind, OrgNumber, RecordId, RecordType, RetentionState, Timestamp, Trace, trace,
};

/// What the exchange must know of a finding besides its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The record across its versions.
    pub record_id: RecordId,
    /// Its type.
    pub record_type: RecordType,
    /// Version, rising from 1.
    pub version: u64,
    /// What this version does to the one before.
    pub change: ChangeKind,
    /// The producing authority's organisation number.
    pub producer: OrgNumber,
    /// When the producer recorded this version.
    pub recorded_at: Timestamp,
    /// The subject's organisation number, where it has one.
    pub subject: Option<OrgNumber>,
    /// The source's own id of the object inspected; empty where it gave none.
    pub object: String,
    /// The one recipient it is meant for, where its type names one.
    pub addressee: Option<OrgNumber>,
    /// The pseudonym of the person it is about, where its type names one and it is stated.
    pub person: Option<String>,
    /// Whether the record may be routed at all; missing is strictest.
    pub retention: RetentionState,
}

/// A finding with a true seal and a sound structure. Made only by [`TypePlans::verify`].
pub struct Verified {
    authentic: Authentic,
    header: Header,
    stamped: u16,
    traced: bool,
    spans: Spans,
}

/// A finding that was not verified, given back for the quarantine.
pub struct Refused {
    /// The finding.
    pub authentic: Authentic,
    /// Scratch memory, for reuse.
    pub spans: Spans,
    /// Why.
    pub error: Error,
}

/// Fields of the contract that every finding is asked for, in the order of the probes.
pub(crate) const PROBES: [&str; 8] = [
    "konvolutt.postId",
    "konvolutt.versjon",
    "konvolutt.endringstype",
    "konvolutt.tilsynsmyndighet",
    "konvolutt.registrertTidspunkt",
    "konvolutt.bevaringstilstand",
    "subjekt.tildaenhet",
    "subjekt.objektId",
];

/// What an error names where the field is not the envelope's.
const WHOM: &str = "addressee or data subject";

// === impl Verified ===

impl Verified {
    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The sealed finding.
    pub fn authentic(&self) -> &Authentic {
        &self.authentic
    }

    /// The combination of facts as stamped by the source; a missing one is the strictest.
    pub fn stamped(&self) -> u16 {
        self.stamped
    }

    /// Whether a free text of it holds a person's number or address ([`vocabulary::trace`]).
    pub fn traced(&self) -> bool {
        self.traced
    }

    /// Gives the scratch memory back for the next finding.
    pub fn into_spans(self) -> Spans {
        self.spans
    }

    /// The datum under the contract, without its frame.
    pub fn datum(&self) -> &[u8] {
        frame::read(self.authentic.value()).map_or(&[], |(_, datum)| datum)
    }

    pub(crate) fn spans(&self) -> &Spans {
        &self.spans
    }
}

impl TypePlans {
    /// Walks the finding's bytes once under the contract and reads its header and facts.
    pub fn verify(&self, authentic: Authentic, mut spans: Spans) -> Result<Verified, Box<Refused>> {
        match self.read(&authentic, &mut spans) {
            Ok((header, stamped, traced)) => {
                Ok(Verified { authentic, header, stamped, traced, spans })
            }
            Err(error) => Err(Box::new(Refused { authentic, spans, error })),
        }
    }

    /// Where the free texts of a finding point to a person: the paths of the fields, each with what
    /// was found there first of its texts; never what stands there.
    pub fn traces(&self, verified: &Verified) -> Result<BTreeSet<(&str, Trace)>, Error> {
        let mut found = BTreeSet::new();
        self.texts().any(self.schema(), verified.datum(), |field, text| {
            found.extend(trace(text).map(|trace| (self.schema().field(field).path(), trace)));
            found.len() >= limits::TRACES
        })?;
        Ok(found)
    }

    fn read(&self, authentic: &Authentic, spans: &mut Spans) -> Result<(Header, u16, bool), Error> {
        let (_, datum) = frame::read(authentic.value())?;
        self.projector().scan(datum, spans)?;
        let header = self.header(datum, spans)?;
        if header.record_id != *authentic.record_id() {
            return Err(Error::RecordIdDiffers);
        }
        let space = self.schema().facts();
        let mut values = [0; limits::FACTS];
        let mut len = 0;
        let facts = space.facts().iter().zip(&mut values);
        for (probe, (fact, value)) in (PROBES.len()..).zip(facts) {
            *value = self.symbol(probe, datum, spans)?.unwrap_or(fact.strictest());
            len += 1;
        }
        let stamped = values.get(..len).and_then(|values| space.index(values));
        let traced = self.texts().any(self.schema(), datum, |_, text| trace(text).is_some())?;
        Ok((header, stamped.unwrap_or_else(|| space.strictest()), traced))
    }

    fn header(&self, datum: &[u8], spans: &Spans) -> Result<Header, Error> {
        let bytes = |probe: usize| self.projector().probe(probe, datum, spans);
        let wrong =
            |probe: usize| Error::Envelope { path: PROBES.get(probe).copied().unwrap_or(WHOM) };
        let text = |probe: usize| match bytes(probe) {
            Some(bytes) => value::read_str(bytes).map(Some).map_err(|_| wrong(probe)),
            None => Ok(None),
        };
        let number = |probe: usize| {
            bytes(probe).and_then(|bytes| value::read_long(bytes).ok()).ok_or_else(|| wrong(probe))
        };
        let change = self.symbol(2, datum, spans)?.ok_or_else(|| wrong(2))?;
        let retention = self.symbol(5, datum, spans)?;
        let version = u64::try_from(number(1)?).map_err(|_| wrong(1))?;
        let organisation = |probe: usize| {
            text(probe)?.map(|text| text.parse().map_err(|_| wrong(probe))).transpose()
        };
        let named = self.named_probes();
        let addressee = match named.addressee {
            Some(probe) => Some(organisation(probe)?.ok_or_else(|| wrong(probe))?),
            None => None,
        };
        let person = named.person.map(text).transpose()?.flatten();
        if person.is_some_and(|person| person.len() > limits::PERSON) {
            return Err(wrong(PROBES.len()));
        }
        Ok(Header {
            record_id: bytes(0)
                .and_then(|bytes| RecordId::try_from(bytes).ok())
                .ok_or_else(|| wrong(0))?,
            record_type: self.record_type(),
            version: if version == 0 { return Err(wrong(1)) } else { version },
            change: *ChangeKind::ALL.get(usize::from(change)).ok_or_else(|| wrong(2))?,
            producer: organisation(3)?.ok_or_else(|| wrong(3))?,
            recorded_at: Timestamp::from_micros(number(4)?),
            subject: organisation(6)?,
            object: text(7)?.unwrap_or_default().to_owned(),
            addressee,
            person: person.filter(|person| !person.is_empty()).map(str::to_owned),
            retention: retention
                .and_then(|index| RetentionState::ALL.get(usize::from(index)).copied())
                .unwrap_or(RetentionState::Expired),
        })
    }

    fn symbol(&self, probe: usize, datum: &[u8], spans: &Spans) -> Result<Option<u8>, Error> {
        let Some(bytes) = self.projector().probe(probe, datum, spans) else { return Ok(None) };
        let index = value::read_long(bytes)?;
        Ok(u8::try_from(index).ok())
    }
}
