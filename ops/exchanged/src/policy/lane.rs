//! Which bundle of the bundle lane may stand: one with two valid approvals as it is; one with a
//! single approval if it only narrows the bundle accepted before it. Compiles no plan.

use super::{Policy, Refusal};
use crate::{Error, limits};
use avro_tree::Schema;
use carrier::{Carrier, Lane, Limit, Offset};
use ruling::approval::{Approver, verify};
use ruling::{Bundle, BundleFiles, Comparison, compare, shrinks};
use std::borrow::Cow;
use std::sync::Arc;
use vocabulary::RecordType;

/// The code of a message that is no bundle.
const NO_BUNDLE: &str = "EXCH-006";

/// The bundle lane, as it is judged on a day.
pub struct BundleLane<'a> {
    /// Whose lane.
    pub carrier: &'a dyn Carrier,
    /// The contract that bundles are checked against.
    pub contract: &'a [(RecordType, Arc<Schema>)],
    /// Who may approve.
    pub approvers: &'a [Approver],
    /// Days since 1970-01-01.
    pub day: i32,
}

/// A bundle's files with how many valid approvals they carry, at least one.
struct Signed {
    files: BundleFiles,
    approvals: usize,
}

// === impl BundleLane ===

impl BundleLane<'_> {
    /// The bundle that the next one published is held against; none on a lane without one.
    pub fn accepted(&self) -> Result<Option<Bundle>, Error> {
        let end = self.carrier.end(&Lane::Bundle)?;
        match self.accepted_before(end, None) {
            Ok(accepted) => Ok(accepted.map(Cow::into_owned)),
            Err(Refusal::Failed(error)) => Err(error),
            Err(Refusal::Bundle { .. }) => Ok(None),
        }
    }

    /// The bundle at the end of the lane, if it may stand; none when it is not there to be read.
    pub(super) fn load(
        &self,
        newest: Offset,
        in_force: Option<&Policy>,
    ) -> Result<Option<Bundle>, Refusal> {
        let Some(bytes) = self.read(newest)? else { return Ok(None) };
        let signed = self.signed(&bytes)?;
        let bundle = self.checked(&signed)?;
        let before = if signed.approvals < Comparison::first(&bundle).approvals() {
            self.accepted_before(newest, in_force)?
        } else {
            in_force.map(|policy| Cow::Borrowed(&policy.bundle))
        };
        self.may_follow(&signed, before.as_deref(), &bundle)?;
        Ok(Some(bundle))
    }

    /// Whether a bundle has the approvals that its change takes, and leaves every view's schema
    /// what it was or larger.
    fn may_follow(
        &self,
        signed: &Signed,
        before: Option<&Bundle>,
        bundle: &Bundle,
    ) -> Result<(), Refusal> {
        let first = Comparison::first(bundle);
        if signed.approvals < first.approvals() {
            let change = before.map_or(first, |before| compare(before, bundle, self.day));
            verify(&signed.files, self.approvers, change.approvals()).map_err(refused)?;
        }
        before.map_or(Ok(()), |before| shrinks(before, bundle)).map_err(refused)
    }

    /// The bundle accepted last before an offset: the one in force, one with two approvals, or a
    /// narrowing of such a one. Looks back no further than the limit; what does not load is passed
    /// over.
    fn accepted_before<'p>(
        &self,
        newest: Offset,
        in_force: Option<&'p Policy>,
    ) -> Result<Option<Cow<'p, Bundle>>, Refusal> {
        let oldest = newest.0.saturating_sub(limits::BUNDLES_BACK);
        let mut accepted: Option<Cow<'p, Bundle>> = None;
        let mut narrowings = Vec::new();
        for offset in (oldest..newest.0).rev().map(Offset) {
            if let Some(policy) = in_force.filter(|policy| policy.offset == offset) {
                accepted = Some(Cow::Borrowed(&policy.bundle));
                break;
            }
            let Some(bytes) = self.read(offset)? else { continue };
            let Ok(signed) = self.signed(&bytes) else { continue };
            let Ok(bundle) = self.checked(&signed) else { continue };
            if signed.approvals >= Comparison::first(&bundle).approvals() {
                accepted = Some(Cow::Owned(bundle));
                break;
            }
            narrowings.push((signed, bundle));
        }
        for (signed, bundle) in narrowings.into_iter().rev() {
            let Some(before) = &accepted else { break };
            if self.may_follow(&signed, Some(before), &bundle).is_ok() {
                accepted = Some(Cow::Owned(bundle));
            }
        }
        Ok(accepted)
    }

    /// The message at an offset; none where retention has taken it.
    fn read(&self, offset: Offset) -> Result<Option<Vec<u8>>, Refusal> {
        let limit = Limit { records: 1, bytes: usize::MAX };
        let fetched = self.carrier.read(&Lane::Bundle, offset, limit);
        let fetched = fetched.map_err(|error| Refusal::Failed(error.into()))?;
        let found = fetched.into_iter().find(|fetched| fetched.offset == offset);
        Ok(found.map(|fetched| fetched.message.value.unwrap_or_default()))
    }

    fn signed(&self, bytes: &[u8]) -> Result<Signed, Refusal> {
        let Some(files) = BundleFiles::decode(bytes) else {
            let errors = vec!["the message of the bundle lane is no bundle".to_owned()];
            return Err(Refusal::Bundle { code: NO_BUNDLE, errors });
        };
        let approvals = verify(&files, self.approvers, 1).map_err(refused)?.len();
        Ok(Signed { files, approvals })
    }

    fn checked(&self, signed: &Signed) -> Result<Bundle, Refusal> {
        Bundle::load(&signed.files, self.contract).map_err(refused)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "errors are handed over")]
fn refused(errors: Vec<ruling::Error>) -> Refusal {
    Refusal::Bundle {
        code: errors.first().map_or(NO_BUNDLE, ruling::Error::code),
        errors: errors.iter().map(ToString::to_string).collect(),
    }
}
