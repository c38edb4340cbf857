//! A message to another authority about a subject, for that authority alone (Tilda:
//! meldingTilAnnenMyndighet). Declares only; rules are in `check`.

use crate::declare::record;
use crate::{AlertContent, Date, Envelope, SecrecyRegime, Subject, YesNo};
use serde::{Deserialize, Serialize};
use vocabulary::{OrgNumber, RecordId, SubjectKind, Timestamp};

record! {
    /// A message to another authority about a subject, for that authority alone (Tilda:
    /// meldingTilAnnenMyndighet). Its subject is Tilda's meldingOmTildaenhet.
    AuthorityAlert {
        /// What every record carries.
        envelope = "konvolutt": Envelope,
        /// Who or what the record is about.
        subject = "subjekt": Subject,
        /// The facts that reclassify the fields; a missing one is read as the strictest.
        facts = "fakta": AuthorityAlertFacts,
        /// Organisation number of the authority it is addressed to.
        recipient = "mottaker": OrgNumber,
        /// The source's own id of the message (UUID).
        alert_id = "identifikator": Option<String>,
        /// Day it was sent.
        sent_on = "datoForMeldingTilAnnenMyndighet": Option<Date>,
        /// The report or plan it is about, where it is about one.
        #[serde(with = "crate::id::optional")]
        related_record = "relatertPostId": Option<RecordId>,
        /// What the message says.
        content = "meldingsinnholdTilAnnenMyndighet": Option<AlertContent>,
        /// When the receiver acknowledged it.
        #[serde(with = "crate::instant::optional")]
        acknowledged_at = "kvittertTidspunkt": Option<Timestamp>,
    }
}

record! {
    /// Facts of a message to another authority.
    #[derive(Default)]
    AuthorityAlertFacts {
        /// What kind of subject the record is about.
        subject_kind = "subjekttype": Option<SubjectKind>,
        /// The law of secrecy the producer holds the record under.
        secrecy_regime = "taushetsregime": Option<SecrecyRegime>,
        /// Whether the record belongs to an a-krim case.
        akrim_case = "akrimsak": Option<YesNo>,
    }
}
