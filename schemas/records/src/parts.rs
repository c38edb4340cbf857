//! Parts that several record types have: places, contacts, severity, alerts. Declares only.

use crate::declare::record;
use crate::{AlertType, Date};
use serde::{Deserialize, Serialize};
use vocabulary::{MunicipalityNumber, OrgNumber};

record! {
    /// A place; where the list it stands in is a plan, the list's own class rules first.
    #[derive(Default)]
    Location {
        /// Local reference within the record.
        location_ref = "lokalitetsreferanse": Option<i32>,
        /// The place in the producer's words.
        description = "lokalitetsbeskrivelse": Option<String>,
        /// Key words, separated by semicolons.
        keywords = "lokalitetsnoekkelord": Option<String>,
        /// Decimal degrees as text.
        longitude = "lengdegrad": Option<String>,
        /// Decimal degrees as text.
        latitude = "breddegrad": Option<String>,
        /// Building number of the cadastre.
        building_number = "bygningsnummer": Option<String>,
        /// Dwelling or unit: a letter and four digits.
        unit_number = "bruksenhetsnummer": Option<String>,
        /// The whole address as one line, where the source has it so.
        address_line = "adresselinje": Option<String>,
        /// Street or road.
        street = "adressenavn": Option<String>,
        /// Number and letter of the house.
        house_number = "adressenummer": Option<String>,
        /// Postal code, four digits.
        postal_code = "postnummer": Option<String>,
        /// Postal place.
        postal_place = "poststedsnavn": Option<String>,
        /// Municipality number, four digits.
        municipality = "kommunenummer": Option<MunicipalityNumber>,
        /// City district.
        district = "bydel": Option<String>,
        /// County number, two digits.
        county = "fylkesnummer": Option<String>,
    }
}

record! {
    /// A contact at the authority.
    #[derive(Default)]
    Contact {
        /// Name or job title, as the authority chose.
        person_or_title = "kontaktperson": Option<String>,
        /// Unit of the authority.
        unit = "avdeling": Option<String>,
        /// Telephone number.
        phone = "telefonnummer": Option<String>,
        /// E-mail address.
        email = "epost": Option<String>,
        /// Postal address of the unit.
        postal_address = "adresse": Option<String>,
    }
}

record! {
    /// Normalised severity: the producer's own scale and its range on the common index.
    #[derive(Default)]
    Severity {
        /// The measured value on the producer's scale.
        value = "utmaaltReaksjonsverdi": Option<i32>,
        /// Name of the producer's scale.
        scale = "utmaaltReaksjonstype": Option<String>,
        /// Class on the producer's scale.
        class_number = "utmaaltReaksjonsklasse": Option<i32>,
        /// Lowest value of the scale.
        low = "lavreaksjonsverdi": Option<i32>,
        /// Highest value of the scale.
        high = "hoeyreaksjonsverdi": Option<i32>,
        /// Where the scale begins on the common index 0-100.
        index_low = "lavalvorsgradindeks": Option<i32>,
        /// Where the scale ends on the common index 0-100.
        index_high = "hoeyalvorsgradindeks": Option<i32>,
    }
}

record! {
    /// Another authority that takes part.
    #[derive(Default)]
    ConcurrentInspection {
        /// Organisation number of the other authority.
        authority = "samtidigTilsynsmyndighet": Option<OrgNumber>,
        /// Theme of its part.
        theme = "tilsynstema": Option<String>,
        /// How its part is carried out.
        mode = "aktivitetsutfoerelse": Option<String>,
    }
}

record! {
    /// Message to another authority about a subject.
    #[derive(Default)]
    Alert {
        /// Id of the message (UUID).
        alert_id = "identifikator": Option<String>,
        /// Day it was sent.
        sent_on = "datoForMeldingTilAnnenMyndighet": Option<Date>,
        /// Organisation number of the receiver.
        recipient = "mottaker": Option<OrgNumber>,
        /// Organisation number of the unit it is about.
        about = "meldingOmTildaenhet": Option<OrgNumber>,
        /// What the message says.
        content = "meldingsinnholdTilAnnenMyndighet": Option<AlertContent>,
    }
}

record! {
    /// What the message says.
    #[derive(Default)]
    AlertContent {
        /// Type of message.
        alert_type = "meldingsType": Option<AlertType>,
        /// The message in free text.
        text = "fritekst": Option<String>,
    }
}
