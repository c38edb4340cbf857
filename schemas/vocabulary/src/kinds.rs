//! Closed lists that name what a record is and what a version of it does.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every word of the list, in the order of the contract's symbols.
            pub const ALL: &[$name] = &[$($name::$variant,)+];

            /// The word as it stands on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or(Error::Unknown)
            }
        }
    };
}

pub(crate) use words;

words!(
    /// The type of a record, as it stands in rules, metrics and `ce_type`.
    RecordType {
        /// `tilsynsrapport`: the report of an inspection.
        InspectionReport = "inspection_report",
        /// `tilsynskoordinering`: a planned or open inspection.
        PlannedInspection = "planned_inspection",
        /// `reaksjon`: a sanction or other reaction.
        Sanction = "sanction",
        /// `godkjenningsstatus`: standing in a public approval scheme.
        ApprovalStatus = "approval_status",
        /// `trendrapport`: yearly totals over a subject or a cell of subjects.
        TrendAggregate = "trend_aggregate",
        /// `meldingTilAnnenMyndighet`: a message to another authority, for that authority alone.
        Alert = "alert",
        /// `stansvedtak`: a suspension of work.
        SuspensionDecision = "suspension_decision",
        /// `bevilling`: a municipality's licence to serve.
        FoodServiceLicence = "food_service_licence",
        /// `arbeidsavtalekontroll`: a check of employment contracts.
        EmploymentContractCheck = "employment_contract_check",
        /// `saksnotat`: a note of an a-krim case.
        CaseNote = "case_note",
        /// `funn`: a breach, a deviation or a remark, sent alone.
        Finding = "finding",
    }
);

words!(
    /// What a version of a record does to the one before (`endringstype` on the wire; GDPR
    /// Art. 16 to 19).
    ChangeKind {
        /// The first version.
        Create = "ny",
        /// A correction.
        Correct = "rettet",
        /// Retracted by its source, or withdrawn from a recipient who may no longer hold it.
        Retract = "trukket",
        /// Restricted by its source: kept, not routed.
        Restrict = "begrenset",
    }
);

words!(
    /// What entitles one recipient to what others of its groups do not see: a requirement of a
    /// legal basis, and the kind of an entitlement that meets it.
    EntitlementKind {
        /// The subject agreed.
        Consent = "consent",
        /// The subject and the recipient have a contract.
        Contract = "contract",
        /// A concrete case concerns the subject and the recipient.
        Case = "case",
    }
);
