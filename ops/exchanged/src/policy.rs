//! The policy in force: the newest bundle of the bundle lane, checked and compiled. Which bundle
//! is newest is the carrier's knowledge; whether it may load is `ruling`'s.

use crate::Error;
use avro_tree::Schema;
use carrier::{Carrier, Fetched, Lane, Limit, Offset};
use release::Plans;
use ruling::approval::{self, Approver};
use ruling::{Bundle, BundleFiles};
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{Digest, MunicipalityNumber, OrgNumber, RecordType, Secret, Timestamp, ViewId};

/// Approvals a bundle needs on the bundle lane. A narrowing may be signed by one person when it is
/// published; the lane holds what two have signed.
const APPROVALS: usize = 2;

/// A bundle in force with all its plans.
pub struct Policy {
    /// The bundle.
    pub bundle: Bundle,
    /// Its plans.
    pub plans: Plans,
    /// Where it lies on the bundle lane: the fence of every commit under it.
    pub offset: Offset,
    /// The day it was compiled for (days since 1970-01-01).
    pub day: i32,
    areas: BTreeMap<(ViewId, MunicipalityNumber), Vec<OrgNumber>>,
}

/// What a bundle is checked and compiled against.
pub struct Ground {
    /// The contract.
    pub contract: Vec<(RecordType, Arc<Schema>)>,
    /// Who may approve.
    pub approvers: Vec<Approver>,
    /// The secret that record keys and pseudonyms are derived from.
    pub site: Secret<[u8; 32]>,
}

/// What was found at the end of the bundle lane.
pub(crate) enum Found {
    /// The lane holds no bundle.
    None,
    /// Nothing newer than what is in force.
    Same,
    /// A newer bundle, loaded.
    Newer(Box<Policy>),
    /// A newer bundle that may not load: nothing is released until a good one comes.
    Refused {
        /// Where it lies.
        offset: Offset,
        /// How many errors it has; the first error's code.
        code: &'static str,
        /// The errors in words, without values.
        errors: Vec<String>,
    },
}

/// Reads the bundle lane to its end and loads what is newest there.
pub(crate) fn follow(
    carrier: &dyn Carrier,
    ground: &Ground,
    in_force: Option<(Offset, i32)>,
    now: Timestamp,
) -> Result<Found, Error> {
    let end = carrier.end(&Lane::Bundle)?;
    let Some(newest) = end.0.checked_sub(1).map(Offset) else { return Ok(Found::None) };
    let day = i32::try_from(now.days()).unwrap_or(i32::MAX);
    if in_force == Some((newest, day)) {
        return Ok(Found::Same);
    }
    let limit = Limit { records: 1, bytes: usize::MAX };
    let Some(fetched) = carrier.read(&Lane::Bundle, newest, limit)?.into_iter().next() else {
        return Ok(Found::Same);
    };
    let offset = fetched.offset;
    match load(carrier, ground, fetched, day) {
        Ok(policy) => Ok(Found::Newer(Box::new(policy))),
        Err(Refusal::Bundle { code, errors }) => Ok(Found::Refused { offset, code, errors }),
        Err(Refusal::Failed(error)) => Err(error),
    }
}

enum Refusal {
    Bundle { code: &'static str, errors: Vec<String> },
    Failed(Error),
}

fn load(
    carrier: &dyn Carrier,
    ground: &Ground,
    fetched: Fetched,
    day: i32,
) -> Result<Policy, Refusal> {
    let bytes = fetched.message.value.unwrap_or_default();
    let Some(files) = BundleFiles::decode(&bytes) else {
        let errors = vec!["the message of the bundle lane is no bundle".to_owned()];
        return Err(Refusal::Bundle { code: "EXCH-006", errors });
    };
    approval::verify(&files, &ground.approvers, APPROVALS)
        .map_err(|errors: Vec<_>| refused(&errors))?;
    let bundle =
        Bundle::load(&files, &ground.contract).map_err(|errors: Vec<_>| refused(&errors))?;
    let plans = Plans::compile(&bundle, &ground.contract, day, &ground.site)
        .map_err(|error| Refusal::Failed(error.into()))?
        .with_schema_ids(|subject, text| carrier.register_schema(subject, text))
        .map_err(|error| Refusal::Failed(error.into()))?;
    let areas = areas(&bundle);
    Ok(Policy { bundle, plans, offset: fetched.offset, day, areas })
}

fn refused(errors: &[ruling::Error]) -> Refusal {
    Refusal::Bundle {
        code: errors.first().map_or("EXCH-006", ruling::Error::code),
        errors: errors.iter().map(ToString::to_string).collect(),
    }
}

fn areas(bundle: &Bundle) -> BTreeMap<(ViewId, MunicipalityNumber), Vec<OrgNumber>> {
    let mut areas: BTreeMap<_, Vec<OrgNumber>> = BTreeMap::new();
    for view in bundle.views() {
        for member in bundle.members(&view.id) {
            let recipient = bundle.groups().recipient(&member);
            if let Some(municipality) = recipient.and_then(|found| found.municipality()) {
                areas.entry((view.id.clone(), municipality)).or_default().push(member);
            }
        }
    }
    areas
}

// === impl Policy ===

impl Policy {
    /// The bundle's digest.
    pub fn digest(&self) -> Digest {
        self.bundle.digest()
    }

    /// The members of an addressed view whose own area this is.
    pub fn in_area(&self, view: &ViewId, municipality: Option<MunicipalityNumber>) -> &[OrgNumber] {
        municipality
            .and_then(|municipality| self.areas.get(&(view.clone(), municipality)))
            .map_or(&[], Vec::as_slice)
    }
}
