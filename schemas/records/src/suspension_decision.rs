//! A decision to suspend work (`stansvedtak`). Declares only; rules are in `check`.

use crate::declare::{list, record};
use crate::{Date, DecisionState, Envelope, SecrecyRegime, Subject, YesNo};
use serde::{Deserialize, Serialize};
use vocabulary::{MunicipalityNumber, SubjectKind};

record! {
    /// A decision to suspend work (stans, aml. § 18-8). Its fields are public only while it is
    /// published and stands.
    SuspensionDecision {
        /// What every record carries.
        envelope = "konvolutt": Envelope,
        /// Who or what the record is about.
        subject = "subjekt": Subject,
        /// The facts that reclassify the fields; a missing one is read as the strictest.
        facts = "fakta": SuspensionDecisionFacts,
        /// The law of secrecy the producer holds the record under.
        secrecy_regime = "taushetsregime": Option<SecrecyRegime>,
        /// The producer's id of the decision.
        decision_id = "vedtaksId": Option<String>,
        /// Where work is suspended.
        sites = "stanssteder": Option<Vec<SuspendedSite>>,
        /// How much is suspended.
        scope = "stansomfang": Option<SuspensionScope>,
        /// Why work was suspended.
        ground = "stansgrunn": Option<SuspensionGround>,
        /// The provision applied.
        provision = "lovparagraf": Option<String>,
        /// First day of the suspension.
        effective_from = "virkningFra": Option<Date>,
        /// Day it was lifted.
        lifted_on = "opphevetDato": Option<Date>,
        /// Industry code (NACE) of the work suspended.
        sector = "sektor": Option<String>,
        /// Short reason, from the list made for the public.
        public_reason = "offentligBegrunnelse": Option<SuspensionReason>,
        /// The full reasons in free text.
        reasoning = "begrunnelse": Option<String>,
        /// The provision it is published by.
        publication_basis = "publiseringshjemmel": Option<String>,
        /// Day the suspended were told that it would be published.
        notice_sent_on = "varselSendt": Option<Date>,
        /// Last day it may stay published.
        publication_ends_on = "publiseringUtloeper": Option<Date>,
    }
}

record! {
    /// Facts of a suspension.
    #[derive(Default)]
    SuspensionDecisionFacts {
        /// What kind of subject the record is about.
        subject_kind = "subjekttype": Option<SubjectKind>,
        /// State of the decision; annulled is the strictest, since it takes the suspension back.
        decision_state = "vedtaksstatus": Option<DecisionState>,
        /// Whether it is published; not published is the strictest.
        publication_state = "publiseringsstatus": Option<PublicationState>,
        /// Whether the record belongs to an a-krim case.
        akrim_case = "akrimsak": Option<YesNo>,
    }
}

record! {
    /// A place where work is suspended.
    #[derive(Default)]
    SuspendedSite {
        /// Street and number.
        address_line = "adresselinje": Option<String>,
        /// Postal code, four digits.
        postal_code = "postnummer": Option<String>,
        /// Postal place.
        postal_place = "poststedsnavn": Option<String>,
        /// Municipality number, four digits.
        municipality = "kommunenummer": Option<MunicipalityNumber>,
    }
}

list!(
    /// Whether a suspension is public (`publiseringsstatus`).
    PublicationState {
        /// Not published.
        NotPublished = "not_published",
        /// The suspended have been told that it will be.
        PendingNotice = "pending_notice",
        /// Published.
        Published = "published",
        /// Taken down.
        Withdrawn = "withdrawn",
    }
);

list!(
    /// How much is suspended (`stansomfang`).
    SuspensionScope {
        /// The whole enterprise.
        Whole = "heleVirksomheten",
        /// A site.
        Site = "sted",
        /// An activity.
        Activity = "aktivitet",
        /// Equipment.
        Equipment = "utstyr",
    }
);

list!(
    /// Why work was suspended (`stansgrunn`).
    SuspensionGround {
        /// Imminent danger.
        ImminentDanger = "umiddelbarFare",
        /// An order that was not met.
        UnmetOrder = "ikkeOppfyltPaalegg",
    }
);

list!(
    /// Short reasons made for the public: a closed list, so that no free text is published
    /// (`stanskode`).
    SuspensionReason {
        /// Fall from height.
        Fall = "fallFraHoeyde",
        /// Unguarded machinery.
        Machinery = "maskinsikring",
        /// Chemicals.
        Chemicals = "kjemikalier",
        /// Asbestos.
        Asbestos = "asbest",
        /// Electrical installation.
        Electrical = "elektrisk",
        /// Fire and explosion.
        Fire = "brann",
        /// Lodging.
        Lodging = "innkvartering",
        /// Training and language.
        Training = "opplaering",
        /// Papers not produced.
        Papers = "dokumentasjon",
        /// Another reason.
        Other = "annet",
    }
);
