//! A note of an a-krim case: intelligence. Declares only; rules are in `check`.

use crate::declare::{list, record};
use crate::{Date, Envelope, SecrecyRegime, Subject, YesNo};
use serde::{Deserialize, Serialize};
use vocabulary::SubjectKind;

record! {
    /// A note of an a-krim case: intelligence. It reaches a-krim alone, whatever its facts.
    CaseNote {
        /// What every record carries.
        envelope = "konvolutt": Envelope,
        /// Who or what the record is about.
        subject = "subjekt": Subject,
        /// The facts that reclassify the fields; a missing one is read as the strictest.
        facts = "fakta": CaseNoteFacts,
        /// Id of the case.
        case_id = "saksId": Option<String>,
        /// Unit that wrote it.
        author_unit = "forfatterenhet": Option<String>,
        /// The note in free text.
        text = "notat": Option<String>,
        /// Scheme of the grades, such as 4x4 or 5x5x5.
        grading_scheme = "graderingsskjema": Option<String>,
        /// Grade of the source.
        source_grade = "kildegrad": Option<String>,
        /// Grade of the information.
        information_grade = "informasjonsgrad": Option<String>,
        /// Persons of the case.
        persons = "personer": Option<Vec<CasePerson>>,
        /// The producer's pseudonyms of victims.
        victims = "ofre": Option<Vec<String>>,
        /// Who said so.
        source = "kilde": Option<String>,
        /// Vehicles.
        vehicles = "kjoeretoey": Option<Vec<String>>,
        /// Accounts.
        accounts = "kontoer": Option<Vec<String>>,
        /// Telephone numbers.
        phones = "telefoner": Option<Vec<String>>,
        /// Day by which it is reviewed; at most three years on.
        review_by = "gjennomgaasInnen": Option<Date>,
    }
}

record! {
    /// Facts of a case note.
    #[derive(Default)]
    CaseNoteFacts {
        /// What kind of subject the record is about.
        subject_kind = "subjekttype": Option<SubjectKind>,
        /// The law of secrecy the producer holds the record under.
        secrecy_regime = "taushetsregime": Option<SecrecyRegime>,
        /// Whether the record belongs to an a-krim case.
        akrim_case = "akrimsak": Option<YesNo>,
        /// Whether it may be shared further; no is the strictest.
        onward_sharing = "videredeling": Option<OnwardSharing>,
    }
}

record! {
    /// A person of the case.
    #[derive(Default)]
    CasePerson {
        /// The producer's pseudonym of the person.
        person_pseudonym = "personPseudonym": Option<String>,
        /// The person's part in the case.
        role = "rolle": Option<CaseRole>,
    }
}

list!(
    /// Whether a case note may be shared further (`videredeling`).
    OnwardSharing {
        /// No.
        No = "nei",
        /// When the owner is asked and agrees.
        AskOwner = "spoerEier",
        /// Within a-krim.
        WithinCore = "innenforKjernen",
    }
);

list!(
    /// A person's part in a case. Victims stand in a list of their own (`partsrolle`).
    CaseRole {
        /// Suspect.
        Suspect = "mistenkt",
        /// Witness.
        Witness = "vitne",
        /// Contact.
        Contact = "kontakt",
    }
);
