//! What leaves: one record of one view for one recipient or group. Made here only, from a
//! [`Verified`] finding and a compiled plan, or as a withdrawal of frozen fields.

use crate::{Error, LaneSecrets, Plan, PlanId, TypePlans, Verified, ViewPlans};
use audit::{Disclosed, Leaving};
use avro_span::frame;
use seal::Seal;
use vocabulary::{Digest, EntryId, OrgNumber, RecordId, RecordType, SourceId, Timestamp, ViewId};

/// Headers of a release that is no withdrawal.
const HEADERS: usize = 14;

/// On the gateway's lane, the organisation numbers that a record may be given to, and nobody else:
/// here always one. The seal covers it.
const RECIPIENTS: &str = "samsyn_recipients";
/// On the gateway's lane, the pseudonym of the person that a record may be given to.
const PERSON: &str = "samsyn_data_subject";

/// Whom a record leaves for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom<'a> {
    /// Every member of the view.
    All,
    /// One member.
    One(OrgNumber),
    /// The person it is about, by pseudonym.
    Person(&'a str),
}

/// A record as it goes onto a release lane. Holds only what its plan released.
pub struct Released {
    view: ViewId,
    recipient: Option<OrgNumber>,
    person: Option<String>,
    gateway: bool,
    record_id: RecordId,
    version: u64,
    key: [u8; 16],
    value: Vec<u8>,
    digest: Digest,
    plan: Digest,
    withdrawal: bool,
    headers: Vec<(&'static str, Vec<u8>)>,
}

/// What the records of one entry say of themselves besides their values.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// Who produced the finding.
    pub producer: &'a OrgNumber,
    /// Type of the record.
    pub record_type: RecordType,
    /// What the whole commit has in common.
    pub stamp: &'a Stamp,
}

/// When and under which bundle a commit releases, written out once for all its records.
#[derive(Debug)]
pub struct Stamp {
    time: Vec<u8>,
    bundle: Vec<u8>,
}

// === impl Stamp ===

impl Stamp {
    /// The stamp of a commit made at `at` under a bundle.
    pub fn new(at: Timestamp, bundle: &Digest) -> Stamp {
        let time = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
        Stamp { time: time.to_string().into_bytes(), bundle: bundle.to_string().into_bytes() }
    }
}

// === impl Released ===

impl Released {
    pub(crate) fn new(
        view: &ViewPlans,
        plan: &Plan,
        whom: Whom<'_>,
        (source, record_id, version): (&SourceId, RecordId, u64),
        value: Vec<u8>,
    ) -> Self {
        let mut headers = Vec::with_capacity(HEADERS);
        let gateway = view.by_gateway();
        let secrets = view.secrets();
        let (recipient, person) = match whom {
            Whom::All => (None, None),
            Whom::One(recipient) => (Some(recipient), None),
            Whom::Person(person) => (None, Some(person.to_owned())),
        };
        let key = match recipient.filter(|_| gateway) {
            Some(recipient) => {
                headers.push((RECIPIENTS, recipient.as_str().as_bytes().to_vec()));
                secrets.recipient_key(source, &record_id, &recipient)
            }
            None => secrets.record_key(source, &record_id),
        };
        if let Some(person) = &person {
            headers.push((PERSON, person.as_bytes().to_vec()));
        }
        let withdrawal = !plan.releases();
        if !withdrawal {
            headers.push(("samsyn_reduced", plan.reduced().as_bytes().to_vec()));
            headers.push(("samsyn_withheld", plan.withheld().as_bytes().to_vec()));
        }
        Released {
            view: view.id().clone(),
            recipient,
            person,
            gateway,
            record_id,
            version,
            key,
            digest: seal::sha256(&[&value]),
            value,
            plan: *plan.digest(),
            withdrawal,
            headers,
        }
    }

    /// SHA-256 of the value.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Digest of the plan it was made by.
    pub fn plan(&self) -> &Digest {
        &self.plan
    }

    /// Whether it takes back what was released before.
    pub fn is_withdrawal(&self) -> bool {
        self.withdrawal
    }

    /// Version of the record.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The leaf under which the exchange seals this record for its entry.
    pub fn seal_leaf(&self, entry: &EntryId) -> Digest {
        seal::release_leaf(
            &self.view,
            self.recipient.as_ref().map(OrgNumber::as_str).or(self.person.as_deref()),
            &self.record_id,
            self.version,
            entry,
            &self.digest,
        )
    }

    /// Adds the headers: CloudEvents in binary mode, and what proves the release.
    pub fn seal(&mut self, envelope: Envelope<'_>, entry: &EntryId, seal: &Seal) {
        let Envelope { producer, record_type, stamp } = envelope;
        let mut put = |name: &'static str, value: Vec<u8>| self.headers.push((name, value));
        put("content-type", b"application/avro".to_vec());
        put("ce_specversion", b"1.0".to_vec());
        put("ce_id", format!("{}-{}", self.record_id, self.version).into_bytes());
        put("ce_source", format!("urn:altinn:organization:identifier-no:{producer}").into_bytes());
        put("ce_type", format!("no.samsyn.{record_type}.v1").into_bytes());
        put("ce_time", stamp.time.clone());
        put("samsyn_view", self.view.as_str().as_bytes().to_vec());
        put("samsyn_bundle", stamp.bundle.clone());
        put("samsyn_plan", self.plan.to_string().into_bytes());
        put("samsyn_entry", entry.to_string().into_bytes());
        self.headers.push(("samsyn_seal", seal.encode()));
    }
}

impl Disclosed for Released {
    fn view(&self) -> &ViewId {
        &self.view
    }

    fn recipient(&self) -> Option<OrgNumber> {
        self.recipient
    }

    fn value(&self) -> &[u8] {
        &self.value
    }

    fn into_leaving(self) -> Leaving {
        let Released { view, recipient, gateway, key, value, headers, .. } = self;
        // The gateway has one lane for all of a view's recipients; the header says whose a record
        // is.
        let recipient = recipient.filter(|_| !gateway);
        Leaving { view, recipient, key: key.to_vec(), value, headers }
    }
}

impl TypePlans {
    /// Projects a verified finding by a plan that releases, for whom the view addresses. The result
    /// is not sealed yet; none when the plan releases nothing.
    pub fn release(
        &self,
        view: &ViewPlans,
        plan: PlanId,
        whom: Whom<'_>,
        verified: &Verified,
    ) -> Result<Option<Released>, Error> {
        let plan = self.plan(plan);
        let Some(projection) = plan.projection() else { return Ok(None) };
        let datum = verified.datum();
        let mut value = Vec::with_capacity(datum.len() + 16);
        frame::write(view.schema_id(), &mut value);
        let secrets: &LaneSecrets = view.secrets();
        self.projector().project(projection, datum, verified.spans(), secrets, &mut value)?;
        let header = verified.header();
        let record = (verified.authentic().source(), header.record_id, header.version);
        Ok(Some(Released::new(view, plan, whom, record, value)))
    }
}
