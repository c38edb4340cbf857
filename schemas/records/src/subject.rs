//! Who or what a record is about. Declares only; its kind is a fact and stands with the facts.

use crate::OperationStatus;
use crate::declare::record;
use serde::{Deserialize, Serialize};
use vocabulary::{MunicipalityNumber, OrgForm, OrgNumber};

record! {
    /// Who or what the record is about. Its kind is a fact and stands in fakta.
    #[derive(Default)]
    Subject {
        /// Organisation number of the unit, normally the sub-unit; absent where the source has
        /// none.
        organisation = "tildaenhet": Option<OrgNumber>,
        /// The source's own id of the object inspected.
        object_id = "objektId": Option<String>,
        /// Organisation number of the legal entity a sub-unit belongs to.
        parent = "overordnetEnhet": Option<OrgNumber>,
        /// Name of the unit or place.
        name = "navn": Option<String>,
        /// Organisation form as Enhetsregisteret writes it.
        organisation_form = "organisasjonsform": Option<OrgForm>,
        /// Industry code (NACE).
        industry_code = "naeringskode": Option<String>,
        /// Version of the industry classification, such as SN2007.
        industry_scheme = "naeringskodeversjon": Option<String>,
        /// Municipality number, four digits.
        municipality = "kommunenummer": Option<MunicipalityNumber>,
        /// Status of the unit in the registers.
        operation_status = "driftsstatus": Option<OperationStatus>,
        /// The producer's pseudonym of a person; the identity number itself never travels.
        person_pseudonym = "personPseudonym": Option<String>,
        /// Number of a petroleum facility, at most eight digits.
        facility_id = "npdid": Option<String>,
    }
}
