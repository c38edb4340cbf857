//! The report of an inspection (`tilsynsrapport`). Declares only; rules are in `check`.

use crate::declare::record;
use crate::{
    Alert, ConcurrentInspection, Contact, Date, Envelope, InspectionState, Location, MajorAccident,
    Outcome, SecrecyRegime, Severity, Subject, Unannounced, YesNo,
};
use serde::{Deserialize, Serialize};
use vocabulary::{AlreadyPublished, SubjectKind};

record! {
    /// The report of an inspection (Tilda: tilsynsrapport).
    InspectionReport {
        /// What every record carries.
        envelope = "konvolutt": Envelope,
        /// Who or what the record is about.
        subject = "subjekt": Subject,
        /// The facts that reclassify the fields; a missing one is read as the strictest.
        facts = "fakta": InspectionReportFacts,
        /// The law of secrecy the producer holds the record under.
        secrecy_regime = "taushetsregime": Option<SecrecyRegime>,
        /// What the inspection was.
        attributes = "tilsynsegenskaper": Option<InspectionAttributes>,
        /// Places inspected.
        locations = "kontrolladresser": Option<Vec<Location>>,
        /// What was done.
        activities = "utfoerteTilsynsaktiviteter": Option<Vec<InspectionActivity>>,
        /// Contacts at the authority; a person's data have class OPS of their own.
        contacts = "kontaktpunkt": Option<Vec<Contact>>,
        /// The producer's own notes.
        notes = "tilsynsnotater": Option<String>,
        /// Remarks that are not deviations.
        remarks = "anmerkninger": Option<Vec<Remark>>,
        /// Breaches and reactions.
        breaches = "bruddOgReaksjoner": Option<Vec<Breach>>,
        /// Result of the inspection.
        outcome = "utfall": Option<Outcome>,
        /// Ids of findings sent as records of their own.
        finding_ids = "funnIder": Option<Vec<String>>,
        /// Record ids of reactions sent as records of their own.
        reaction_ids = "reaksjonsIder": Option<Vec<String>>,
        /// SHA-256 of the report as PDF, 64 hexadecimal digits.
        pdf_digest = "pdfSjekksum": Option<String>,
        /// Overall grade of a graded inspection: 0-3.
        overall_grade = "samletVurdering": Option<i32>,
        /// Grades of each area of a graded inspection.
        grades = "vurderinger": Option<Vec<Grade>>,
        /// Status code of the graded result, as the open list has it.
        grade_status = "vurderingsstatus": Option<i32>,
    }
}

record! {
    /// Facts of an inspection report.
    #[derive(Default)]
    InspectionReportFacts {
        /// What kind of subject the record is about.
        subject_kind = "subjekttype": Option<SubjectKind>,
        /// State of the inspection.
        inspection_state = "tilsynsstatus": Option<InspectionState>,
        /// Whether the record belongs to an a-krim case.
        akrim_case = "akrimsak": Option<YesNo>,
        /// Whether the values are on the open web already; stamped only by the mapping of an open
        /// register that the bundle names.
        already_published = "alleredePublisert": Option<AlreadyPublished>,
    }
}

record! {
    /// What the inspection was. Its state is a fact, its id stands in the envelope.
    #[derive(Default)]
    InspectionAttributes {
        /// Inspection under the major-accident regulation.
        major_accident = "storulykketilsyn": Option<MajorAccident>,
        /// Whether it was unannounced.
        unannounced = "uanmeldttilsyn": Option<Unannounced>,
        /// Why the subject was chosen.
        selection_reason = "tilsynsutvelgelse": Option<String>,
        /// Theme.
        theme = "tilsynstema": Option<String>,
        /// Key words.
        keywords = "tilsynsnoekkelord": Option<String>,
        /// Address of the report on the web.
        web_report = "nettrapport": Option<String>,
    }
}

record! {
    /// One activity of the inspection.
    #[derive(Default)]
    InspectionActivity {
        /// Local reference within the record.
        activity_ref = "tilsynsaktivitetreferanse": Option<i32>,
        /// Which of the places.
        location_ref = "lokalitetsreferanse": Option<i32>,
        /// The producer's own id of the activity.
        internal_id = "internAktivitetsidentifikator": Option<String>,
        /// The object or process inspected.
        control_object = "kontrollobjekt": Option<String>,
        /// First day.
        started_on = "startdatoForTilsynsaktivitet": Option<Date>,
        /// Days it lasted.
        days = "varighetForTilsynsaktivitet": Option<i32>,
        /// What was done.
        activity = "tilsynsaktivitet": Option<String>,
        /// How it was done: fysisk, virtuelt, brev.
        mode = "aktivitetsutfoerelse": Option<String>,
        /// What was observed, in free text.
        observation = "observasjonFraTilsynsaktivitet": Option<String>,
        /// Other authorities that took part.
        concurrent = "samtidigeKontroller": Option<Vec<ConcurrentInspection>>,
        /// Messages to other authorities.
        alerts = "meldingTilAnnenMyndighet": Option<Vec<Alert>>,
    }
}

record! {
    /// A remark that is not a deviation.
    #[derive(Default)]
    Remark {
        /// Local reference within the record.
        remark_ref = "anmerkningsreferanse": Option<i32>,
        /// The remark.
        text = "anmerkning": Option<String>,
    }
}

record! {
    /// A breach and the reaction to it.
    #[derive(Default)]
    Breach {
        /// Local reference within the record.
        breach_ref = "bruddOgReaksjonsreferanse": Option<i32>,
        /// Which of the activities.
        activity_ref = "tilsynsaktivitetreferanse": Option<i32>,
        /// Which of the places.
        location_ref = "lokalitetsreferanse": Option<i32>,
        /// The breach and the reaction in free text.
        explanation = "utredningAvBruddOgReaksjon": Option<String>,
        /// The provision breached.
        provision = "lovparagraf": Option<String>,
        /// Day of the reaction.
        reaction_date = "reaksjonsdato": Option<Date>,
        /// Normalised severity.
        severity = "alvorsgrad": Option<Severity>,
        /// How often the instrument has been used.
        times_used = "antallGangerVirkemiddelErTattIBruk": Option<i32>,
    }
}

record! {
    /// The grade of one area.
    #[derive(Default)]
    Grade {
        /// Area code, 1-4.
        area = "omraade": Option<i32>,
        /// Grade 0-3; -1 is not assessed.
        grade = "karakter": Option<i32>,
    }
}
