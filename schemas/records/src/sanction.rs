//! A sanction or other reaction (`reaksjon`). Declares only; rules are in `check`.

use crate::declare::record;
use crate::{
    AddresseeKind, AppealStatus, Date, DecisionState, Envelope, Oere, SanctionKind, SecrecyRegime,
    Severity, Subject, YesNo,
};
use serde::{Deserialize, Serialize};
use vocabulary::{OrgNumber, SubjectKind};

record! {
    /// A sanction or other reaction.
    Sanction {
        /// What every record carries.
        envelope = "konvolutt": Envelope,
        /// Who or what the record is about.
        subject = "subjekt": Subject,
        /// The facts that reclassify the fields; a missing one is read as the strictest.
        facts = "fakta": SanctionFacts,
        /// Kind of administrative reaction; ingen where there is none, also when the police were
        /// told.
        kind = "reaksjonstype": Option<SanctionKind>,
        /// Whether it was reported to the police.
        police_report = "politianmeldt": Option<bool>,
        /// Day it was reported to the police.
        police_report_on = "anmeldtDato": Option<Date>,
        /// The provision applied.
        provision = "lovparagraf": Option<String>,
        /// Day of the decision.
        decided_on = "reaksjonsdato": Option<Date>,
        /// Day it takes effect.
        effective_from = "virkningFra": Option<Date>,
        /// Day by which it must be met.
        deadline = "frist": Option<Date>,
        /// Amount in øre; a tax secret where the regime is skfvl or vfl.
        amount = "beloep": Option<Oere>,
        /// Currency of the amount (ISO 4217).
        currency = "valuta": Option<String>,
        /// Whether the amount runs per day.
        daily = "daglig": Option<bool>,
        /// Whether it is paid.
        paid = "betalt": Option<bool>,
        /// Whom the decision is addressed to.
        addressee_kind = "adressattype": Option<AddresseeKind>,
        /// The producer's pseudonym of a person it is addressed to.
        addressee_pseudonym = "adressatPseudonym": Option<String>,
        /// State of an appeal.
        appeal_status = "klagestatus": Option<AppealStatus>,
        /// Organisation number of the authority that leads where several react.
        coordination_lead = "samordningsmyndighet": Option<OrgNumber>,
        /// Id that sanctions for the same facts by other authorities carry too.
        same_facts_id = "sammeForholdId": Option<String>,
        /// Normalised severity.
        severity = "alvorsgrad": Option<Severity>,
        /// How often the instrument has been used.
        times_used = "antallGangerVirkemiddelErTattIBruk": Option<i32>,
        /// The reasons in free text.
        reasoning = "begrunnelse": Option<String>,
        /// Ids of findings sent as records of their own that it answers.
        finding_ids = "funnIder": Option<Vec<String>>,
    }
}

record! {
    /// Facts of a sanction.
    #[derive(Default)]
    SanctionFacts {
        /// What kind of subject the record is about.
        subject_kind = "subjekttype": Option<SubjectKind>,
        /// State of the decision; annulled is the strictest, since it takes the sanction back.
        decision_state = "vedtaksstatus": Option<DecisionState>,
        /// The law of secrecy the producer holds the record under.
        secrecy_regime = "taushetsregime": Option<SecrecyRegime>,
        /// Whether the record belongs to an a-krim case.
        akrim_case = "akrimsak": Option<YesNo>,
    }
}
