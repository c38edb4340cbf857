//! Standing in a public approval scheme. Declares only; rules are in `check`.

use crate::declare::record;
use crate::{ApprovalScheme, Date, Envelope, RegisterStatus, SecrecyRegime, Subject};
use serde::{Deserialize, Serialize};
use vocabulary::{OrgNumber, SubjectKind};

record! {
    /// Standing in a public approval scheme. What a statutory register shows stays public also for
    /// a sole proprietorship.
    ApprovalStatus {
        /// What every record carries.
        envelope = "konvolutt": Envelope,
        /// Who or what the record is about.
        subject = "subjekt": Subject,
        /// The facts that reclassify the fields; a missing one is read as the strictest.
        facts = "fakta": ApprovalStatusFacts,
        /// The scheme; a fact too, since each register's law opens its own scheme and no other.
        scheme = "ordning": Option<ApprovalScheme>,
        /// Status in the register.
        status = "status": Option<RegisterStatus>,
        /// Day the status changed.
        status_changed_on = "statusEndret": Option<Date>,
        /// Last day the approval holds.
        valid_to = "gyldigTil": Option<Date>,
        /// Numbers of the approvals.
        approval_numbers = "godkjenningsnumre": Option<Vec<String>>,
        /// Organisation numbers of the sub-units it covers.
        sub_units = "underenheter": Option<Vec<OrgNumber>>,
        /// Codes of the conditions that are not met.
        conditions_failed = "vilkaarIkkeOppfylt": Option<Vec<String>>,
        /// Whether the yearly report is in order.
        annual_report_ok = "aarsrapportOk": Option<bool>,
        /// Whether it has employees.
        has_employees = "harAnsatte": Option<bool>,
        /// The grounds in free text.
        grounds = "begrunnelse": Option<String>,
    }
}

record! {
    /// Facts of an approval status.
    #[derive(Default)]
    ApprovalStatusFacts {
        /// What kind of subject the record is about.
        subject_kind = "subjekttype": Option<SubjectKind>,
        /// The law of secrecy the producer holds the record under.
        secrecy_regime = "taushetsregime": Option<SecrecyRegime>,
    }
}
