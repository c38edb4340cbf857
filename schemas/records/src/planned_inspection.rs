//! A planned or open inspection (`tilsynskoordinering`). Declares only; rules are in `check`.

use crate::declare::record;
use crate::{
    Alert, ConcurrentInspection, Contact, Date, Envelope, InspectionState, Location, MajorAccident,
    SecrecyRegime, Subject, Unannounced, YesNo,
};
use serde::{Deserialize, Serialize};
use vocabulary::{OrgNumber, SubjectKind};

record! {
    /// A planned or open inspection (Tilda: tilsynskoordinering).
    PlannedInspection {
        /// What every record carries.
        envelope = "konvolutt": Envelope,
        /// Who or what the record is about.
        subject = "subjekt": Subject,
        /// The facts that reclassify the fields; a missing one is read as the strictest.
        facts = "fakta": PlannedInspectionFacts,
        /// The law of secrecy the producer holds the record under.
        secrecy_regime = "taushetsregime": Option<SecrecyRegime>,
        /// Inspection under the major-accident regulation.
        major_accident = "storulykketilsyn": Option<MajorAccident>,
        /// Why the subject was chosen; intelligence where the record belongs to an a-krim case.
        selection_reason = "tilsynsutvelgelse": Option<String>,
        /// Places to be inspected.
        locations = "kontrolladresser": Option<Vec<Location>>,
        /// Contacts at the authority; a person's data have class OPS of their own.
        contacts = "kontaktpunkt": Option<Vec<Contact>>,
        /// Messages to other authorities.
        alerts = "meldingTilAnnenMyndighet": Option<Vec<Alert>>,
        /// Inspections open at the subject today.
        open_inspections = "aapnetilsyn": Option<i32>,
        /// What is planned.
        planned = "planlagteKontroller": Option<Vec<PlannedVisit>>,
        /// Campaigns the inspection belongs to.
        campaigns = "tilsynskampanjer": Option<Vec<Campaign>>,
        /// Another authority plans to visit the same subject soon.
        conflict_hint = "konfliktvarsel": Option<ConflictHint>,
    }
}

record! {
    /// Facts of a planned inspection.
    #[derive(Default)]
    PlannedInspectionFacts {
        /// What kind of subject the record is about.
        subject_kind = "subjekttype": Option<SubjectKind>,
        /// State of the inspection.
        inspection_state = "tilsynsstatus": Option<InspectionState>,
        /// Whether it is unannounced.
        unannounced = "uanmeldttilsyn": Option<Unannounced>,
        /// Whether the record belongs to an a-krim case.
        akrim_case = "akrimsak": Option<YesNo>,
    }
}

record! {
    /// One planned visit.
    #[derive(Default)]
    PlannedVisit {
        /// Planned day.
        planned_on = "planlagtkontrolldato": Option<Date>,
        /// Planned days.
        days = "planlagtkontrollVarighet": Option<i32>,
        /// Theme.
        theme = "tilsynstema": Option<String>,
        /// What is to be done.
        activity = "tilsynsaktivitet": Option<String>,
        /// How it is to be done.
        mode = "aktivitetsutfoerelse": Option<String>,
        /// Other authorities that take part.
        concurrent = "samtidigeKontroller": Option<Vec<ConcurrentInspection>>,
    }
}

record! {
    /// A campaign the inspection belongs to.
    #[derive(Default)]
    Campaign {
        /// Name of the campaign.
        name = "kampanjenavn": Option<String>,
        /// The campaign in free text.
        description = "kampanjebeskrivelse": Option<String>,
        /// First day.
        from = "startdatoForKampanje": Option<Date>,
        /// Last day.
        to = "sluttdatoForKampanje": Option<Date>,
    }
}

record! {
    /// Another authority plans to visit the same subject soon.
    #[derive(Default)]
    ConflictHint {
        /// Organisation number of the other authority.
        authority = "annenTilsynsmyndighet": Option<OrgNumber>,
        /// Days between the two visits.
        days = "antallDager": Option<i32>,
    }
}
