//! A record of any type: to and from its encoded bytes, and the header every one has. What a
//! complete record must hold is said in `check`.

use crate::{
    ApprovalStatus, AuthorityAlert, CaseNote, EmploymentContractCheck, Envelope, Error, Finding,
    FoodServiceLicence, InspectionReport, PlannedInspection, Sanction, Subject, SuspensionDecision,
    TrendAggregate, contract, limits,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_avro_fast::de::{DeserializerConfig, DeserializerState, read::ReaderRead};
use serde_avro_fast::ser::SerializerConfig;
use vocabulary::{ChangeKind, OrgNumber, RecordId, RecordType, SubjectKind, Timestamp};

/// Declares [`Record`]: a variant for each record type, its body, and all that is the same for
/// each.
macro_rules! types {
    ($($(#[$doc:meta])* $variant:ident($body:ident),)+) => {
        /// A record of one of the contract's types.
        #[derive(Clone, PartialEq, Eq)]
        pub enum Record {
            $($(#[$doc])* $variant($body),)+
        }

        impl Record {
            /// The type of the record.
            pub const fn record_type(&self) -> RecordType {
                match self {
                    $(Record::$variant(_) => RecordType::$variant,)+
                }
            }

            /// The envelope.
            pub const fn envelope(&self) -> &Envelope {
                match self {
                    $(Record::$variant(body) => &body.envelope,)+
                }
            }

            /// The envelope, to be changed.
            pub const fn envelope_mut(&mut self) -> &mut Envelope {
                match self {
                    $(Record::$variant(body) => &mut body.envelope,)+
                }
            }

            /// Who or what the record is about.
            pub const fn subject(&self) -> &Subject {
                match self {
                    $(Record::$variant(body) => &body.subject,)+
                }
            }

            /// What kind of subject the source stamped.
            pub const fn subject_kind(&self) -> Option<SubjectKind> {
                match self {
                    $(Record::$variant(body) => body.facts.subject_kind,)+
                }
            }
        }

        $(impl From<$body> for Record {
            fn from(body: $body) -> Record {
                Record::$variant(body)
            }
        })+

        /// The datum of a record: its encoded bytes, without frame.
        pub fn encode(record: &Record) -> Result<Vec<u8>, Error> {
            let datum = match record {
                $(Record::$variant(body) => write(body, RecordType::$variant),)+
            }?;
            if datum.len() > limits::RECORD_BYTES {
                return Err(Error::Size(datum.len()));
            }
            Ok(datum)
        }

        /// The record of a datum written by the contract's own schema.
        pub fn decode(record_type: RecordType, datum: &[u8]) -> Result<Record, Error> {
            if datum.len() > limits::RECORD_BYTES {
                return Err(Error::Size(datum.len()));
            }
            match record_type {
                $(RecordType::$variant => read(datum, record_type).map(Record::$variant),)+
            }
        }
    };
}

types! {
    /// `tilsynsrapport`.
    InspectionReport(InspectionReport),
    /// `tilsynskoordinering`.
    PlannedInspection(PlannedInspection),
    /// `reaksjon`.
    Sanction(Sanction),
    /// `godkjenningsstatus`.
    ApprovalStatus(ApprovalStatus),
    /// `trendrapport`.
    TrendAggregate(TrendAggregate),
    /// `meldingTilAnnenMyndighet`.
    Alert(AuthorityAlert),
    /// `stansvedtak`.
    SuspensionDecision(SuspensionDecision),
    /// `bevilling`.
    FoodServiceLicence(FoodServiceLicence),
    /// `arbeidsavtalekontroll`.
    EmploymentContractCheck(EmploymentContractCheck),
    /// `saksnotat`.
    CaseNote(CaseNote),
    /// `funn`.
    Finding(Finding),
}

/// What a source's connector needs to know of a record to number and carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The record across all its versions.
    pub record_id: RecordId,
    /// Its type.
    pub record_type: RecordType,
    /// Version, rising from 1.
    pub version: i64,
    /// What the version does.
    pub change: ChangeKind,
    /// The authority that produced it.
    pub producer: OrgNumber,
    /// When the producer recorded the version.
    pub recorded_at: Timestamp,
    /// The subject's organisation number, where it has one.
    pub subject: Option<OrgNumber>,
}

// === impl Record ===

impl Record {
    /// The header.
    pub fn header(&self) -> Header {
        let envelope = self.envelope();
        Header {
            record_id: envelope.record_id,
            record_type: self.record_type(),
            version: envelope.version,
            change: envelope.change_kind,
            producer: envelope.producer,
            recorded_at: envelope.recorded_at,
            subject: self.subject().organisation,
        }
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Record({} {})", self.record_type(), self.envelope().record_id)
    }
}

fn write<T: Serialize>(body: &T, record_type: RecordType) -> Result<Vec<u8>, Error> {
    let mut config = SerializerConfig::new(contract::codec(record_type));
    serde_avro_fast::to_datum_vec(body, &mut config).map_err(|_| Error::Unfit)
}

fn read<T: DeserializeOwned>(mut datum: &[u8], record_type: RecordType) -> Result<T, Error> {
    let mut reader = ReaderRead::new(&mut datum);
    reader.max_alloc_size = limits::RECORD_BYTES;
    let mut config = DeserializerConfig::new(contract::codec(record_type));
    config.max_seq_size = limits::LIST_ITEMS;
    let mut state = DeserializerState::with_config(reader, config);
    let body = T::deserialize(state.deserializer()).map_err(|_| Error::Malformed)?;
    match datum.len() {
        0 => Ok(body),
        left => Err(Error::Trailing(left)),
    }
}
