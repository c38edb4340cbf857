//! Whom a view addresses: its members, and of them those whose area, number or entitlement it is.
//! What each of them may see is ruled for all alike; whether an entitlement is live is not known
//! here.

use crate::basis::{Basis, Kind};
use crate::bundle::Bundle;
use crate::error::{Cause, Error};
use crate::limits::MAX_REQUIRED;
use crate::view::{self, Audience, View};
use std::collections::BTreeMap;
use vocabulary::{BasisId, EntitlementKind, MunicipalityNumber, OrgNumber, SourceId, ViewId};

/// Members of each own-area view by their own area.
pub(crate) type Areas = BTreeMap<ViewId, BTreeMap<MunicipalityNumber, Vec<OrgNumber>>>;

// === impl Bundle ===

impl Bundle {
    /// Organisations that may receive a view's records, or of an addressed view may be addressed.
    pub fn members(&self, view: &ViewId) -> Vec<OrgNumber> {
        self.of_view(view).filter_map(|member| member.orgnr).collect()
    }

    /// Whether an organisation is in one of the view's groups.
    pub fn is_member(&self, view: &View, orgnr: &OrgNumber) -> bool {
        let member = self.groups.organisation(orgnr);
        member.is_some_and(|member| view.groups.iter().any(|group| member.groups.contains(group)))
    }

    /// Members of an own-area view whose own area this is; none for a view that is one lane.
    pub fn addressees(&self, view: &ViewId, area: MunicipalityNumber) -> &[OrgNumber] {
        let members = self.addressees.get(view).and_then(|areas| areas.get(&area));
        members.map_or(&[], Vec::as_slice)
    }

    /// Whether the view's recipients ask the gateway: then all of its records lie on one lane that
    /// the gateway alone may read, each with whom it is for.
    pub fn by_gateway(&self, view: &View) -> bool {
        view.groups.iter().all(|id| self.groups.group(id).is_some_and(|group| group.gateway))
    }

    /// The active bases that open an entitled view, each to who holds an entitlement under it; none
    /// for another view. At most [`MAX_REQUIRED`].
    pub fn required<'a>(&'a self, view: &'a View) -> impl Iterator<Item = &'a BasisId> {
        let entitled = view.audience == Audience::Entitled;
        let bases = view.bases.iter().filter(move |_| entitled);
        bases.filter(|id| self.bases.get(*id).is_some_and(opens))
    }

    /// What a recipient may hold entitlements under, each choice of the required bases but none at
    /// the place of its bits less one (the first basis is bit 0); for a view that requires none,
    /// the one choice of nothing.
    pub fn choices(&self, view: &View) -> Vec<Vec<BasisId>> {
        let bases: Vec<&BasisId> = self.required(view).take(MAX_REQUIRED).collect();
        if bases.is_empty() {
            return vec![Vec::new()];
        }
        let chosen = |bits: usize| {
            let held = bases.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
            held.map(|(_, basis)| (*basis).clone()).collect()
        };
        (1..1usize << bases.len()).map(chosen).collect()
    }

    /// Whether a source's word counts for entitlements of a kind.
    pub fn may_entitle(&self, source: &SourceId, kind: EntitlementKind) -> bool {
        let mut sources = self.manifest.entitlement_sources.iter();
        sources.any(|named| named.source == *source && named.kind == kind)
    }

    /// Members of every own-area view by area, for looking up.
    pub(crate) fn by_area(&self) -> Areas {
        let mut found = Areas::new();
        for view in self.views.iter().filter(|view| view.audience == Audience::OwnArea) {
            let areas = found.entry(view.id.clone()).or_default();
            for member in self.of_view(&view.id) {
                if let (Some(area), Some(orgnr)) = (member.municipality, member.orgnr) {
                    areas.entry(area).or_default().push(orgnr);
                }
            }
        }
        found
    }

    fn of_view(&self, view: &ViewId) -> impl Iterator<Item = &standing::Member> {
        let groups = self.view(view).map_or(&[][..], |view| &view.groups);
        let members = self.groups.members().iter();
        members.filter(move |member| groups.iter().any(|group| member.groups.contains(group)))
    }
}

fn opens(basis: &Basis) -> bool {
    basis.active && basis.kind != Kind::Limits
}

/// What must hold of whom a view addresses, and of the bases it carries for them.
pub(crate) fn check(bundle: &Bundle, view: &View, errors: &mut Vec<Error>) {
    let mut refuse =
        |cause| errors.push(Error::at(view::FILE, view.line, cause).of(view.id.as_str()));
    for basis in view.bases.iter().filter_map(|id| bundle.bases.get(id)) {
        requirements(basis, view).into_iter().for_each(&mut refuse);
    }
    if bundle.required(view).count() > MAX_REQUIRED {
        let what = "bases of one view that require an entitlement";
        refuse(Cause::Limit { what, limit: MAX_REQUIRED });
    }
    if let Some(why) = out_of_reach(bundle, view) {
        refuse(Cause::Reach { view: view.id.to_string(), why });
    }
    for record_type in &view.record_types {
        let Some(schema) = bundle.schema(*record_type) else { continue };
        let (named, what) = match view.audience {
            Audience::Addressee => (schema.addressee(), "addressee"),
            Audience::OwnRecord => (schema.data_subject(), "data subject"),
            Audience::Group | Audience::OwnArea | Audience::Entitled => continue,
        };
        if named.is_none() {
            let record_type = record_type.to_string();
            refuse(Cause::Unaddressed { record_type, what, view: view.id.to_string() });
        }
    }
}

/// A basis may require of a recipient only what the view asks for, and in an entitled view it must:
/// else its fields would reach whoever holds any entitlement at all.
fn requirements(basis: &Basis, view: &View) -> Vec<Cause> {
    let asked = view.asks();
    let unmet = basis.requirements.iter().filter(|word| Some(word.as_str()) != asked);
    let mut causes: Vec<Cause> = unmet
        .map(|requirement| Cause::Requirement {
            basis: basis.id.to_string(),
            requirement: requirement.clone(),
            view: view.id.to_string(),
        })
        .collect();
    if let Some(kind) = view.entitlement.filter(|_| view.audience == Audience::Entitled)
        && !basis.requirements.iter().any(|word| word == kind.as_str())
    {
        causes.push(Cause::Unentitled {
            basis: basis.id.to_string(),
            entitlement: kind.to_string(),
            view: view.id.to_string(),
        });
    }
    causes
}

fn out_of_reach(bundle: &Bundle, view: &View) -> Option<&'static str> {
    let gateway = |id| bundle.groups.group(id).is_some_and(|group| group.gateway);
    let some = view.groups.iter().any(gateway);
    match view.audience {
        Audience::Group => None,
        Audience::OwnRecord if !bundle.by_gateway(view) => {
            Some("a person asks the gateway, and these groups do not")
        }
        _ if some && !bundle.by_gateway(view) => {
            Some("some of its groups have connectors and some ask the gateway")
        }
        _ => None,
    }
}
