//! A breach, a deviation or a remark, sent alone. Declares only; rules are in `check`.

use crate::declare::{list, record};
use crate::{Date, Envelope, SecrecyRegime, Severity, Subject, YesNo};
use serde::{Deserialize, Serialize};
use vocabulary::SubjectKind;

record! {
    /// A breach, a deviation or a remark, sent alone. Within a report it is one of
    /// bruddOgReaksjoner; funnIder of a report or a sanction name it.
    Finding {
        /// What every record carries.
        envelope = "konvolutt": Envelope,
        /// Who or what the record is about.
        subject = "subjekt": Subject,
        /// The facts that reclassify the fields; a missing one is read as the strictest.
        facts = "fakta": FindingFacts,
        /// The producer's id of the finding.
        finding_id = "funnId": Option<String>,
        /// Which of the report's activities.
        activity_ref = "tilsynsaktivitetreferanse": Option<i32>,
        /// Which of the report's places.
        location_ref = "lokalitetsreferanse": Option<i32>,
        /// The act.
        act = "lov": Option<String>,
        /// The provision.
        provision = "lovparagraf": Option<String>,
        /// Id of the provision at Lovdata.
        lovdata_id = "lovdataId": Option<String>,
        /// Code of the theme.
        theme = "temakode": Option<String>,
        /// Kind of finding.
        kind = "funntype": Option<FindingKind>,
        /// The finding in free text.
        explanation = "utredningAvBruddOgReaksjon": Option<String>,
        /// Normalised severity.
        severity = "alvorsgrad": Option<Severity>,
        /// Workers affected; below five it points to persons, and is told in steps of five outside
        /// a-krim.
        workers_affected = "antallBeroerteArbeidstakere": Option<i32>,
        /// The producer's pseudonym of the person it concerns.
        person_concerned = "beroertPersonPseudonym": Option<String>,
        /// Whether it concerns somebody's health.
        health_related = "helserelatert": Option<bool>,
        /// The producer's ids of evidence.
        evidence_refs = "bevisreferanser": Option<Vec<String>>,
        /// Day by which it must be mended.
        deadline = "frist": Option<Date>,
        /// Day it was closed.
        closed_on = "lukketDato": Option<Date>,
        /// How often the instrument has been used.
        times_used = "antallGangerVirkemiddelErTattIBruk": Option<i32>,
    }
}

record! {
    /// Facts of a finding.
    #[derive(Default)]
    FindingFacts {
        /// What kind of subject the record is about.
        subject_kind = "subjekttype": Option<SubjectKind>,
        /// The law of secrecy the producer holds the record under.
        secrecy_regime = "taushetsregime": Option<SecrecyRegime>,
        /// Whether the record belongs to an a-krim case.
        akrim_case = "akrimsak": Option<YesNo>,
    }
}

list!(
    /// Kinds of finding (`funntype`).
    FindingKind {
        /// A deviation.
        Deviation = "avvik",
        /// A remark.
        Remark = "anmerkning",
        /// Imminent danger.
        ImminentDanger = "umiddelbarFare",
    }
);
