//! The policy in force: the newest bundle of the bundle lane, checked and compiled. Which bundle
//! is newest is the carrier's knowledge; whether it may follow the one before, `lane`'s.

mod lane;
#[cfg(test)]
pub(crate) mod tests;

pub use lane::BundleLane;

use crate::Error;
use avro_tree::Schema;
use carrier::{Carrier, Lane, Offset};
use release::Plans;
use ruling::Bundle;
use ruling::approval::Approver;
use shadow::Oracle;
use std::sync::Arc;
use vocabulary::{Digest, MunicipalityNumber, OrgNumber, RecordType, Secret, Timestamp, ViewId};

/// A bundle in force with all its plans.
pub struct Policy {
    /// The bundle.
    pub bundle: Bundle,
    /// Its plans.
    pub plans: Plans,
    /// Its matrix as the shadow reads it, which a sample of what leaves is held against.
    pub oracle: Oracle,
    /// Where it lies on the bundle lane: the fence of every commit under it.
    pub offset: Offset,
    /// The day it was compiled for (days since 1970-01-01).
    pub day: i32,
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
    /// A newer bundle, or the same compiled for a later day.
    Newer(Box<Policy>),
    /// A newer bundle that may not load: nothing is released until a good one comes.
    Refused {
        /// Where it lies, and the day it was judged on.
        at: (Offset, i32),
        /// The first error's code.
        code: &'static str,
        /// The errors in words, without values.
        errors: Vec<String>,
    },
}

/// Why a bundle of the lane may not stand, or could not be looked at.
#[derive(Debug)]
enum Refusal {
    Bundle { code: &'static str, errors: Vec<String> },
    Failed(Error),
}

/// Reads the bundle lane to its end and loads what is newest there. What was `refused` on a day is
/// not looked at again that day.
pub(crate) fn follow(
    carrier: &dyn Carrier,
    ground: &Ground,
    in_force: Option<&Policy>,
    refused: Option<(Offset, i32)>,
    now: Timestamp,
) -> Result<Found, Error> {
    let end = carrier.end(&Lane::Bundle)?;
    let Some(newest) = end.0.checked_sub(1).map(Offset) else { return Ok(Found::None) };
    let day = i32::try_from(now.days()).unwrap_or(i32::MAX);
    if refused == Some((newest, day)) {
        return Ok(Found::Same);
    }
    let bundle = match in_force.filter(|policy| policy.offset == newest) {
        Some(policy) if policy.holds(day) => return Ok(Found::Same),
        Some(policy) => policy.bundle.clone(),
        None => {
            let (contract, approvers) = (ground.contract.as_slice(), ground.approvers.as_slice());
            let lane = BundleLane { carrier, contract, approvers, day };
            match lane.load(newest, in_force) {
                Ok(Some(bundle)) => bundle,
                Ok(None) => return Ok(Found::Same),
                Err(Refusal::Bundle { code, errors }) => {
                    return Ok(Found::Refused { at: (newest, day), code, errors });
                }
                Err(Refusal::Failed(error)) => return Err(error),
            }
        }
    };
    let policy = Policy::compile(carrier, ground, bundle, newest, day)?;
    Ok(Found::Newer(Box::new(policy)))
}

// === impl Policy ===

impl Policy {
    fn compile(
        carrier: &dyn Carrier,
        ground: &Ground,
        bundle: Bundle,
        offset: Offset,
        day: i32,
    ) -> Result<Policy, Error> {
        let plans = Plans::compile(&bundle, &ground.contract, day, &ground.site)?;
        let plans = plans.with_schema_ids(|view, name, text| {
            let lane = Lane::Release { view: view.clone(), recipient: None };
            carrier.register_schema(&lane, name, text)
        })?;
        let oracle = Oracle::parse(&ruling::export(&bundle, day)?.to_string())?;
        Ok(Policy { bundle, plans, oracle, offset, day })
    }

    /// Whether it is right for a day too: none of its bases comes into force or lapses between.
    fn holds(&self, day: i32) -> bool {
        self.day <= day && self.bundle.turns(self.day).is_none_or(|turn| day < turn)
    }

    /// The bundle's digest.
    pub fn digest(&self) -> Digest {
        self.bundle.digest()
    }

    /// The members of an addressed view whose own area this is.
    pub fn in_area(&self, view: &ViewId, municipality: Option<MunicipalityNumber>) -> &[OrgNumber] {
        municipality.map_or(&[], |municipality| self.bundle.addressees(view, municipality))
    }
}
