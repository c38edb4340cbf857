//! What every record carries. Declares only; what a source must fill in is said in `check`.

use crate::Date;
use crate::declare::record;
use serde::{Deserialize, Serialize};
use vocabulary::{ChangeKind, OrgNumber, RecordId, RecordType, RetentionState, Timestamp};

record! {
    /// What every record carries: identity, version, producer, times and retention.
    Envelope {
        /// The record across all its versions, chosen by the source (UUID version 7 where the
        /// source has none of its own).
        #[serde(with = "crate::id")]
        record_id = "postId": RecordId,
        /// Version of the record, rising; 1 is the first.
        version = "versjon": i64,
        /// What this version does to the one before.
        change_kind = "endringstype": ChangeKind,
        /// Organisation number of the authority that produced the record.
        producer = "tilsynsmyndighet": OrgNumber,
        /// When the producer recorded this version.
        #[serde(with = "crate::instant")]
        recorded_at = "registrertTidspunkt": Timestamp,
        /// Whether the record may be routed; anything but live, and a missing value, is withheld
        /// before any ruling.
        retention_state = "bevaringstilstand": Option<RetentionState>,
        /// The type of this record, repeated for readers that see the envelope alone.
        record_type = "posttype": Option<RecordType>,
        /// Version of the contract the producer wrote by.
        schema_version = "skjemaversjon": Option<i32>,
        /// Organisation number of the responsible authority, where not the producer.
        responsible = "ansvarligTilsynsmyndighet": Option<OrgNumber>,
        /// Organisation number of who carried it out; may be a body without powers of its own.
        performed_by = "tilsynutfoertav": Option<OrgNumber>,
        /// The producer's own id of the case or inspection.
        source_case_id = "internTilsynsid": Option<String>,
        /// The record this one takes the place of, where a source gives it a new id.
        #[serde(with = "crate::id::optional")]
        supersedes = "erstatter": Option<RecordId>,
        /// When the thing itself happened.
        #[serde(with = "crate::instant::optional")]
        occurred_at = "hendelsestidspunkt": Option<Timestamp>,
        /// When the source made it public, where it did.
        #[serde(with = "crate::instant::optional")]
        published_at = "publisertTidspunkt": Option<Timestamp>,
        /// Code of the legal basis the producer collected it under.
        collection_basis = "innsamlingshjemmel": Option<String>,
        /// Last day the record may be kept; a-krim data at most three years.
        retain_until = "bevaresTil": Option<Date>,
        /// Whether the record is to be archived before it is deleted.
        archive = "arkivmerke": Option<bool>,
    }
}
