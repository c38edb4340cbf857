//! What leaves: one record of one view for one recipient or group. Made here only, from a
//! [`Verified`] finding and a compiled plan, or as a withdrawal of frozen fields.

use crate::{Error, LaneSecrets, Plan, PlanId, TypePlans, Verified, ViewPlans};
use audit::Disclosed;
use avro_span::frame;
use seal::Seal;
use vocabulary::{Digest, EntryId, OrgNumber, RecordId, RecordType, Timestamp, ViewId};

/// A record as it goes onto a release lane. Holds only what its plan released.
pub struct Released {
    view: ViewId,
    recipient: Option<OrgNumber>,
    record_id: RecordId,
    version: u64,
    key: [u8; 16],
    value: Vec<u8>,
    digest: Digest,
    plan: Digest,
    withdrawal: bool,
    headers: Vec<(&'static str, Vec<u8>)>,
}

/// What a released record says of itself besides its value.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// Who produced the finding.
    pub producer: &'a OrgNumber,
    /// Type of the record.
    pub record_type: RecordType,
    /// When it was released.
    pub at: Timestamp,
    /// The bundle it was released under.
    pub bundle: &'a Digest,
}

// === impl Released ===

impl Released {
    pub(crate) fn new(
        view: &ViewPlans,
        plan: &Plan,
        record: (RecordId, u64),
        value: Vec<u8>,
        withdrawal: bool,
    ) -> Self {
        let (record_id, version) = record;
        let digest = seal::sha256(&[&value]);
        Released {
            view: view.id().clone(),
            recipient: None,
            record_id,
            version,
            key: view.secrets().record_key(&record_id),
            value,
            digest,
            plan: *plan.digest(),
            withdrawal,
            headers: Vec::new(),
        }
    }

    /// The same record for one addressed recipient, or none for a group's lane.
    pub fn addressed_to(&self, recipient: Option<OrgNumber>) -> Released {
        Released {
            view: self.view.clone(),
            recipient,
            record_id: self.record_id,
            version: self.version,
            key: self.key,
            value: self.value.clone(),
            digest: self.digest,
            plan: self.plan,
            withdrawal: self.withdrawal,
            headers: Vec::new(),
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
            self.recipient.as_ref(),
            &self.record_id,
            self.version,
            entry,
            &self.digest,
        )
    }

    /// Adds the headers: CloudEvents in binary mode, and what proves the release.
    pub fn seal(&mut self, envelope: Envelope<'_>, plan: &Plan, entry: &EntryId, seal: &Seal) {
        let Envelope { producer, record_type, at, bundle } = envelope;
        let time = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
        let mut headers = Vec::with_capacity(13);
        let mut put = |name: &'static str, value: String| headers.push((name, value.into_bytes()));
        put("content-type", "application/avro".to_owned());
        put("ce_specversion", "1.0".to_owned());
        put("ce_id", format!("{}-{}", self.record_id, self.version));
        put("ce_source", format!("urn:altinn:organization:identifier-no:{producer}"));
        put("ce_type", format!("no.samsyn.{record_type}.v1"));
        put("ce_time", time.to_string());
        put("samsyn_view", self.view.to_string());
        put("samsyn_bundle", bundle.to_string());
        put("samsyn_plan", self.plan.to_string());
        put("samsyn_entry", entry.to_string());
        if !self.withdrawal {
            put("samsyn_reduced", plan.reduced().to_owned());
            put("samsyn_withheld", plan.withheld().to_owned());
        }
        headers.push(("samsyn_seal", seal.encode()));
        self.headers = headers;
    }
}

impl Disclosed for Released {
    fn view(&self) -> &ViewId {
        &self.view
    }

    fn recipient(&self) -> Option<OrgNumber> {
        self.recipient
    }

    fn key(&self) -> &[u8] {
        &self.key
    }

    fn value(&self) -> &[u8] {
        &self.value
    }

    fn headers(&self) -> &[(&'static str, Vec<u8>)] {
        &self.headers
    }
}

impl TypePlans {
    /// Projects a verified finding by a plan that releases. The result has no headers yet.
    pub fn release(
        &self,
        view: &ViewPlans,
        plan: PlanId,
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
        let record = (header.record_id, header.version);
        Ok(Some(Released::new(view, plan, record, value, false)))
    }
}
