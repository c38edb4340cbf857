//! The contract's closed lists, with English names. What a word means for who may see a field is
//! the bundle's knowledge, not ours.

use crate::declare::list;
use serde::{Deserialize, Serialize};

list!(
    /// Yes or no, where a missing answer has a fixed strictest reading.
    YesNo {
        /// Yes.
        Yes = "ja",
        /// No.
        No = "nei",
    }
);

list!(
    /// State of an inspection (`tilsynsstatus`).
    InspectionState {
        /// Being planned.
        Planned = "planlegging",
        /// Open.
        Open = "aapen",
        /// Closed.
        Closed = "lukket",
        /// Broken off.
        Aborted = "avbrutt",
        /// Not stated.
        NotStated = "ikkeAngitt",
    }
);

list!(
    /// Whether an inspection is unannounced (`uanmeldttilsyn`).
    Unannounced {
        /// Unannounced.
        Yes = "ja",
        /// Announced.
        No = "nei",
        /// Not stated.
        NotStated = "ikkeAngitt",
    }
);

list!(
    /// Inspection under the major-accident regulation (`storulykketilsyn`).
    MajorAccident {
        /// Yes.
        Yes = "ja",
        /// No.
        No = "nei",
        /// The establishment must notify.
        Notifiable = "meldepliktig",
        /// The establishment must report.
        Reportable = "rapporteringspliktig",
        /// Not stated.
        NotStated = "ikkeAngitt",
    }
);

list!(
    /// The law of secrecy a record is held under (`taushetsregime`).
    SecrecyRegime {
        /// Forvaltningsloven.
        Administration = "fvl",
        /// Skatteforvaltningsloven.
        Tax = "skfvl",
        /// Vareførselsloven.
        Customs = "vfl",
        /// NAV-loven.
        Welfare = "nav",
        /// Politiregisterloven.
        Police = "prl",
        /// Any other law, or none stated: the strictest.
        Other = "annet",
    }
);

list!(
    /// Status of a unit in the registers (`driftsstatus`).
    OperationStatus {
        /// In operation.
        Ok = "ok",
        /// Bankrupt.
        Bankrupt = "konkurs",
        /// Being wound up.
        WindingUp = "underAvvikling",
        /// Being wound up or dissolved by order.
        CompulsoryWindingUp = "underTvangsavviklingEllerTvangsopploesning",
        /// Struck off.
        Deleted = "slettet",
        /// Not stated.
        NotStated = "ikkeAngitt",
    }
);

list!(
    /// Type of a message to another authority (`meldingsType`).
    AlertType {
        /// About a report.
        Report = "varsel_om_rapport",
        /// About a planned inspection.
        Coordination = "varsel_om_koordinering",
        /// In free text.
        FreeText = "varsel_fritekst",
    }
);

list!(
    /// Result of an inspection (`utfall`).
    Outcome {
        /// No breach.
        NoBreach = "ingenBrudd",
        /// A remark.
        Remark = "anmerkning",
        /// A breach.
        Breach = "brudd",
    }
);

list!(
    /// State of a decision (`vedtaksstatus`).
    DecisionState {
        /// Warned of, not made.
        Warned = "warned",
        /// Made.
        Made = "made",
        /// Appealed.
        Appealed = "appealed",
        /// Upheld on appeal.
        Upheld = "upheld",
        /// Lifted: it was lawful and no longer runs.
        Lifted = "lifted",
        /// Annulled: as if never made.
        Annulled = "annulled",
        /// Time-barred.
        TimeBarred = "time_barred",
    }
);

list!(
    /// Kind of administrative reaction (`reaksjonstype`).
    SanctionKind {
        /// Guidance.
        Guidance = "veiledning",
        /// Order.
        Order = "paalegg",
        /// Coercive fine.
        CoerciveFine = "tvangsmulkt",
        /// Suspension.
        Suspension = "stans",
        /// Administrative fine.
        AdministrativeFine = "overtredelsesgebyr",
        /// Licence withdrawal.
        LicenceWithdrawal = "tilbaketrekking",
        /// Quarantine or exclusion.
        Quarantine = "karantene",
        /// Confiscation.
        Confiscation = "inndragning",
        /// Additional tax.
        AdditionalTax = "tilleggsskatt",
        /// None.
        None = "ingen",
    }
);

list!(
    /// Whom a decision is addressed to (`adressattype`).
    AddresseeKind {
        /// An enterprise.
        Enterprise = "foretak",
        /// A person.
        Person = "person",
    }
);

list!(
    /// State of an appeal (`klagestatus`).
    AppealStatus {
        /// Not appealed.
        NotAppealed = "ikkePaaklaget",
        /// Appealed, not decided.
        Appealed = "paaklaget",
        /// Won by the appellant.
        Won = "medhold",
        /// Won in part.
        WonInPart = "delvisMedhold",
        /// Lost by the appellant.
        Lost = "ikkeMedhold",
    }
);

list!(
    /// A public approval scheme (`ordning`).
    ApprovalScheme {
        /// Cleaning.
        Cleaning = "renhold",
        /// Car care and tyres.
        CarCareTyre = "bilpleieOgDekk",
        /// Temporary agencies.
        TemporaryAgency = "bemanningsforetak",
        /// Occupational health service.
        OccupationalHealth = "bedriftshelsetjeneste",
        /// Workshops.
        Workshop = "verksted",
        /// Central approval in building.
        CentralApproval = "sentralGodkjenning",
        /// HMS card.
        HmsCard = "hmsKort",
        /// Any other: no register shows it.
        Other = "annen",
        /// Tax certificate: `godkjent` when nothing is owed on the day.
        TaxCertificate = "skatteattest",
    }
);

list!(
    /// Status in an approval register (`status`).
    RegisterStatus {
        /// Approved, with employees.
        ApprovedWithEmployees = "godkjentMedAnsatte",
        /// Approved, without employees.
        ApprovedWithoutEmployees = "godkjentUtenAnsatte",
        /// Application pending.
        Pending = "soeknadUnderBehandling",
        /// Order of HMS cards pending.
        CardsPending = "hmsKortbestillingUnderBehandling",
        /// Not approved.
        NotApproved = "ikkeGodkjent",
        /// Approved, in a scheme that does not tell employees apart.
        Approved = "godkjent",
    }
);
