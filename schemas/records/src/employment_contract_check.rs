//! A check of employment contracts: of an employer as a whole, or of one worker. Declares only;
//! rules are in `check`.

use crate::declare::{list, record};
use crate::{Date, Envelope, SecrecyRegime, Subject, YesNo};
use serde::{Deserialize, Serialize};
use vocabulary::SubjectKind;

record! {
    /// A check of employment contracts: of an employer as a whole, or of one worker. The employer
    /// is the subject. Union dues have no field here: they never travel.
    EmploymentContractCheck {
        /// What every record carries.
        envelope = "konvolutt": Envelope,
        /// Who or what the record is about.
        subject = "subjekt": Subject,
        /// The facts that reclassify the fields; a missing one is read as the strictest.
        facts = "fakta": EmploymentContractCheckFacts,
        /// The producer's pseudonym of the worker; only in a check of one worker.
        worker = "arbeidstakerPseudonym": Option<String>,
        /// The producer's id of the check.
        check_id = "kontrollId": Option<String>,
        /// First day of the period checked.
        period_from = "periodeFra": Option<Date>,
        /// Last day of the period checked.
        period_to = "periodeTil": Option<Date>,
        /// Contracts seen.
        contracts_seen = "antallAvtalerSett": Option<i32>,
        /// Workers without a contract.
        contracts_missing = "antallAvtalerMangler": Option<i32>,
        /// Contracts that lack something.
        contracts_incomplete = "antallAvtalerUfullstendige": Option<i32>,
        /// Contracts made too late.
        contracts_late = "antallAvtalerForSent": Option<i32>,
        /// Letters of aml. § 14-6 that are missing.
        items_missing = "manglendePunkter": Option<Vec<String>>,
        /// Occupation code (STYRK).
        occupation = "yrkeskode": Option<String>,
        /// Wage against the minimum that applies.
        wage = "loennMotMinstesats": Option<WageLevel>,
        /// Scheme of working hours.
        hours_scheme = "arbeidstidsordning": Option<String>,
        /// Whether a pension scheme is confirmed.
        pension_confirmed = "pensjonsordningBekreftet": Option<bool>,
        /// Whether an insurance against occupational injury is confirmed.
        injury_insurance_confirmed = "yrkesskadeforsikringBekreftet": Option<bool>,
        /// Whether the worker is posted from abroad.
        posted_worker = "utsendtArbeidstaker": Option<bool>,
        /// State the worker is posted from (ISO 3166, two letters).
        home_state = "hjemland": Option<String>,
        /// How the worker stands in Aa-registeret.
        employer_register = "aaRegisteret": Option<RegisterMatch>,
        /// Result of the identity check.
        identity_check = "idKontroll": Option<IdentityCheck>,
        /// Result of the check.
        result = "resultat": Option<CheckResult>,
    }
}

record! {
    /// Facts of a check of employment contracts.
    #[derive(Default)]
    EmploymentContractCheckFacts {
        /// What kind of subject the record is about.
        subject_kind = "subjekttype": Option<SubjectKind>,
        /// The law of secrecy the producer holds the record under.
        secrecy_regime = "taushetsregime": Option<SecrecyRegime>,
        /// Whether the record belongs to an a-krim case.
        akrim_case = "akrimsak": Option<YesNo>,
        /// What the check is about; one worker is the strictest.
        check_level = "kontrollnivaa": Option<CheckLevel>,
    }
}

list!(
    /// What a check is about (`kontrollnivaa`).
    CheckLevel {
        /// The employer as a whole.
        Employer = "virksomhet",
        /// One worker.
        Worker = "arbeidstaker",
    }
);

list!(
    /// Wage against the minimum of a general application (`loennsnivaa`).
    WageLevel {
        /// At or above it.
        Ok = "ok",
        /// Below it.
        Below = "under",
        /// No minimum applies.
        NotApplicable = "ikkeAktuelt",
    }
);

list!(
    /// How a worker stands in Aa-registeret (`registertreff`).
    RegisterMatch {
        /// Found as stated.
        Match = "treff",
        /// Not found.
        Missing = "mangler",
        /// Found, but not as stated.
        Mismatch = "avvik",
    }
);

list!(
    /// Result of an identity check (`idKontroll`).
    IdentityCheck {
        /// In order.
        Ok = "ok",
        /// Not in order.
        Deviation = "avvik",
        /// Not done.
        NotDone = "ikkeUtfoert",
    }
);

list!(
    /// Result of a check of contracts (`kontrollresultat`).
    CheckResult {
        /// In order.
        InOrder = "iOrden",
        /// Something is lacking.
        Lacking = "mangler",
        /// Much is lacking.
        SeriouslyLacking = "alvorligeMangler",
    }
);
