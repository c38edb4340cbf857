//! What the view of each message is as a typed Rust value that borrows from the message: the form
//! in
//! which serde_avro_fast is fastest.

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Change {
    New,
    Corrected,
    Retracted,
    Restricted,
}

macro_rules! symbols {
    ($name:ident: $($symbol:ident)+) => {
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum $name {
            $($symbol,)+
        }
    };
}

symbols!(Kind: K0 K1 K2 K3 K4 K5 K6 K7);
symbols!(Status: S0 S1 S2 S3 S4 S5);
symbols!(Severity: V0 V1 V2 V3 V4);

#[derive(Serialize, Deserialize)]
struct Head<'a> {
    #[serde(with = "bytes", borrow)]
    id: &'a [u8],
    version: i64,
    change: Change,
    authority: &'a str,
    recorded_at: i64,
}

#[derive(Serialize, Deserialize)]
struct Contact<'a> {
    #[serde(borrow)]
    full_name: Option<&'a str>,
    email: Option<&'a str>,
    address: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct Deviation<'a> {
    #[serde(borrow)]
    code: Option<&'a str>,
    severity: Option<Severity>,
    description: Option<&'a str>,
    legal_reference: Option<&'a str>,
    deadline: Option<i32>,
    corrected: Option<bool>,
}

/// The view of a report.
#[derive(Serialize, Deserialize)]
pub(super) struct Report<'a> {
    #[serde(borrow)]
    head: Head<'a>,
    subject_org: Option<&'a str>,
    subject_name: Option<&'a str>,
    industry_code: Option<&'a str>,
    inspected_at: Option<i64>,
    created_at: Option<i64>,
    published_at: Option<i64>,
    case_year: Option<i32>,
    kind: Option<Kind>,
    status: Option<Status>,
    announced: Option<bool>,
    joint_action: Option<bool>,
    municipality: Option<&'a str>,
    postal_code: Option<&'a str>,
    employees_seen: Option<i32>,
    employees_total: Option<i32>,
    contact: Option<Contact<'a>>,
    deviations: Option<Vec<Deviation<'a>>>,
    tags: Option<Vec<&'a str>>,
    fine_total: Option<i64>,
    daily_penalty: Option<i64>,
    summary: Option<&'a str>,
    followup: Option<bool>,
    followup_at: Option<i64>,
}

/// The view of a notice.
#[derive(Serialize, Deserialize)]
pub(super) struct Notice<'a> {
    #[serde(borrow)]
    head: Head<'a>,
    subject_org: Option<&'a str>,
    subject_name: Option<&'a str>,
    kind: Option<Kind>,
    status: Option<Status>,
    changed: Option<i32>,
    valid_to: Option<i32>,
    number: Option<&'a str>,
    municipality: Option<&'a str>,
    has_employees: Option<bool>,
    grounds: Option<&'a str>,
}

/// Bytes as bytes, not as a list of numbers.
mod bytes {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<&'de [u8], D::Error> {
        <&[u8]>::deserialize(from)
    }
}
