//! A municipality's licence to serve food, serve or sell alcohol. Declares only; rules are in
//! `check`.

use crate::declare::{list, record};
use crate::{Date, Envelope, SecrecyRegime, Subject};
use serde::{Deserialize, Serialize};
use vocabulary::{MunicipalityNumber, SubjectKind};

record! {
    /// A municipality's licence to serve food, serve or sell alcohol. The holder is the subject; a
    /// sole proprietor's licence is personal.
    FoodServiceLicence {
        /// What every record carries.
        envelope = "konvolutt": Envelope,
        /// Who or what the record is about.
        subject = "subjekt": Subject,
        /// The facts that reclassify the fields; a missing one is read as the strictest.
        facts = "fakta": FoodServiceLicenceFacts,
        /// State of the licence; a fact too: one that is applied for or refused is not public.
        licence_state = "bevillingsstatus": Option<LicenceState>,
        /// The municipality's id of the licence.
        licence_id = "bevillingsId": Option<String>,
        /// Number of the municipality that licenses.
        municipality = "bevillingskommunenummer": Option<MunicipalityNumber>,
        /// The premises licensed.
        premises = "serveringssted": Option<LicensedPremises>,
        /// Name of the manager.
        manager_name = "styrerNavn": Option<String>,
        /// Whether the manager passed the establishment test.
        manager_passed_exam = "etablererproeveBestaatt": Option<bool>,
        /// Kinds of licence.
        kinds = "bevillingstyper": Option<Vec<LicenceKind>>,
        /// Opening hours.
        opening_hours = "aapningstider": Option<String>,
        /// Whether there is outdoor serving.
        outdoor = "uteservering": Option<bool>,
        /// First day of the licence.
        valid_from = "gyldigFra": Option<Date>,
        /// Last day of the licence.
        valid_to = "gyldigTil": Option<Date>,
        /// Day the business was transferred.
        transferred_on = "overdrattDato": Option<Date>,
        /// Day a new licence must be applied for: 30 days after the transfer.
        transfer_deadline = "overdragelsesfrist": Option<Date>,
        /// What the police answered.
        hearing_police = "hoeringssvarPoliti": Option<HearingAnswer>,
        /// What Skatteetaten answered.
        hearing_tax = "hoeringssvarSkatt": Option<HearingAnswer>,
        /// What NAV answered.
        hearing_welfare = "hoeringssvarNav": Option<HearingAnswer>,
        /// How conduct was assessed.
        conduct = "vandelsvurdering": Option<ConductAssessment>,
        /// Persons with significant influence.
        influence = "personerMedInnflytelse": Option<Vec<InfluentialPerson>>,
        /// Penalty points under the alcohol act.
        penalty_points = "prikker": Option<i32>,
        /// The source's id of the last food inspection that is on the open list.
        last_inspection = "sisteSmilefjes": Option<String>,
    }
}

record! {
    /// Facts of a licence.
    #[derive(Default)]
    FoodServiceLicenceFacts {
        /// What kind of subject the record is about.
        subject_kind = "subjekttype": Option<SubjectKind>,
        /// The law of secrecy the producer holds the record under.
        secrecy_regime = "taushetsregime": Option<SecrecyRegime>,
    }
}

record! {
    /// The premises licensed.
    #[derive(Default)]
    LicensedPremises {
        /// Name of the place.
        name = "stedsnavn": Option<String>,
        /// Street and number.
        address_line = "adresselinje": Option<String>,
        /// Unit: a letter and four digits.
        unit_number = "bruksenhetsnummer": Option<String>,
        /// Postal code, four digits.
        postal_code = "postnummer": Option<String>,
        /// Postal place.
        postal_place = "poststedsnavn": Option<String>,
    }
}

record! {
    /// A person with significant influence on the business.
    #[derive(Default)]
    InfluentialPerson {
        /// The producer's pseudonym of the person.
        person_pseudonym = "personPseudonym": Option<String>,
        /// The person's part in the business.
        role = "rolle": Option<String>,
    }
}

list!(
    /// State of a licence (`bevillingsstatus`).
    LicenceState {
        /// Applied for.
        Applied = "applied",
        /// Granted.
        Granted = "granted",
        /// Refused.
        Refused = "refused",
        /// Withdrawn.
        Withdrawn = "withdrawn",
        /// Lapsed.
        Lapsed = "lapsed",
        /// Closed for a time.
        ClosedTemporarily = "closed_temporarily",
    }
);

list!(
    /// Kinds of licence (`bevillingstype`).
    LicenceKind {
        /// Serving food.
        Food = "servering",
        /// Serving beer.
        ServingGroup1 = "skjenkingGruppe1",
        /// Serving wine.
        ServingGroup2 = "skjenkingGruppe2",
        /// Serving spirits.
        ServingGroup3 = "skjenkingGruppe3",
        /// Selling beer.
        Sale = "salg",
    }
);

list!(
    /// What an authority answered when the municipality heard it; no free text (`hoeringssvar`).
    HearingAnswer {
        /// No answer.
        NoAnswer = "ikkeSvart",
        /// No remarks.
        NoRemarks = "ingenMerknader",
        /// Remarks.
        Remarks = "merknader",
        /// Advises against.
        Against = "frarraades",
    }
);

list!(
    /// How the conduct of those behind a licence was assessed (`vandelsvurdering`).
    ConductAssessment {
        /// Not assessed.
        NotAssessed = "ikkeVurdert",
        /// Satisfactory.
        Satisfactory = "tilfredsstillende",
        /// Unsatisfactory.
        Unsatisfactory = "ikkeTilfredsstillende",
    }
);
