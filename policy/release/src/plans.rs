//! All plans of a bundle, compiled once: for every record type a projector, for every view of it a
//! table from (sender class, facts) to a plan.

use crate::verified::PROBES;
use crate::{Error, LaneSecrets, actions, describe, limits};
use avro_span::{Projector, Texts};
use avro_tree::{FieldId, Schema};
use ruling::{Audience, Bundle, Ruling, RulingId, Rulings, View};
use standing::SenderClass;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vocabulary::{BasisId, Digest, Purpose, RecordType, Secret, ViewId};

/// Everything compiled from one bundle on one day.
pub struct Plans {
    types: Vec<TypePlans>,
}

/// Plans of one record type.
pub struct TypePlans {
    record_type: RecordType,
    schema: Arc<Schema>,
    projector: Projector,
    texts: Texts,
    plans: Vec<Plan>,
    views: Vec<ViewPlans>,
    named: Named,
}

/// Probes for whom a record is meant, where its type says it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Named {
    pub(crate) addressee: Option<usize>,
    pub(crate) person: Option<usize>,
}

/// One view over one record type.
pub struct ViewPlans {
    view: View,
    purpose: Purpose,
    schema: Schema,
    schema_id: u32,
    secrets: LaneSecrets,
    combinations: usize,
    /// One for each choice of the bases a recipient may hold an entitlement under: its bits less
    /// one. The last is of all, and the only one of a view that requires none.
    tables: Vec<Vec<PlanId>>,
    required: Vec<BasisId>,
    gateway: bool,
    closed: PlanId,
    nobody: Plan,
    withdrawal: Plan,
}

/// Index of a plan within its record type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanId(u16);

/// A ruling compiled for bytes.
#[derive(Debug, Clone)]
pub struct Plan {
    digest: Digest,
    description: String,
    projection: Option<usize>,
    without_texts: Option<PlanId>,
    reduced: String,
    withheld: String,
}

// === impl Plans ===

impl Plans {
    /// Compiles every ruling of the bundle that holds on `day` (days since 1970-01-01). View
    /// schemas have no registry id until [`Plans::with_schema_ids`] gives them theirs.
    pub fn compile(
        bundle: &Bundle,
        contract: &[(RecordType, Arc<Schema>)],
        day: i32,
        site: &Secret<[u8; 32]>,
    ) -> Result<Plans, Error> {
        let types = contract
            .iter()
            .map(|(record_type, schema)| {
                TypePlans::compile(bundle, *record_type, Arc::clone(schema), day, site)
            })
            .collect::<Result<_, _>>()?;
        Ok(Plans { types })
    }

    /// Registers every view schema by `register(view, name, text)` and keeps the ids.
    pub fn with_schema_ids<E>(
        mut self,
        mut register: impl FnMut(&ViewId, &str, &str) -> Result<u32, E>,
    ) -> Result<Plans, E> {
        for view in self.types.iter_mut().flat_map(|types| &mut types.views) {
            let (name, text) = (view.schema.name(), view.schema.text());
            view.schema_id = register(view.id(), name, text)?;
        }
        Ok(self)
    }

    /// The record types, in the order of the contract.
    pub fn types(&self) -> &[TypePlans] {
        &self.types
    }

    /// Plans of one record type.
    pub fn of(&self, record_type: RecordType) -> Option<&TypePlans> {
        self.types.iter().find(|types| types.record_type == record_type)
    }
}

// === impl TypePlans ===

impl TypePlans {
    fn compile(
        bundle: &Bundle,
        record_type: RecordType,
        schema: Arc<Schema>,
        day: i32,
        site: &Secret<[u8; 32]>,
    ) -> Result<TypePlans, Error> {
        let mut store = PlanStore::default();
        let mut views = Vec::new();
        for view in bundle.views().iter().filter(|view| view.record_types.contains(&record_type)) {
            let of = (bundle, view, record_type);
            views.push(ViewPlans::compile(of, &schema, day, site, &mut store)?);
        }
        let (probes, named) = probes(&schema)?;
        // A source's own check proves nothing: bytes that are no text would stop a reader.
        let projector = Projector::compile(&schema, &store.actions, &probes)?.checking_text(true);
        let free = |id: &FieldId| schema.field(*id).free_text();
        let texts = Texts::of(&schema, &schema.field_ids().filter(free).collect::<Vec<_>>());
        Ok(TypePlans { record_type, schema, projector, texts, plans: store.plans, views, named })
    }

    /// The record type.
    pub fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// The contract's schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The views that carry this record type.
    pub fn views(&self) -> &[ViewPlans] {
        &self.views
    }

    /// Every distinct plan.
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// A plan by its index.
    #[expect(clippy::indexing_slicing, reason = "an id of another type is a mistake in code")]
    pub fn plan(&self, id: PlanId) -> &Plan {
        &self.plans[usize::from(id.0)]
    }

    /// The plan in the place of this one for a finding in whose free texts a person's number or
    /// address was found: no free text of it leaves.
    pub fn without_texts(&self, id: PlanId) -> PlanId {
        self.plan(id).without_texts.unwrap_or(id)
    }

    /// Whether some view of it asks what a recipient is entitled to.
    pub fn asks_entitlements(&self) -> bool {
        self.views.iter().any(|view| view.view.audience == Audience::Entitled)
    }

    pub(crate) fn named_probes(&self) -> Named {
        self.named
    }

    pub(crate) fn projector(&self) -> &Projector {
        &self.projector
    }

    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }
}

fn probes(schema: &Schema) -> Result<(Vec<FieldId>, Named), Error> {
    let mut probes = PROBES
        .iter()
        .map(|path| schema.field_by_path(path).ok_or(Error::MissingField { path }))
        .collect::<Result<Vec<_>, _>>()?;
    probes.extend(schema.facts().facts().iter().take(limits::FACTS).map(|fact| fact.field()));
    let mut add = |field: FieldId| {
        probes.push(field);
        probes.len() - 1
    };
    let addressee = schema.addressee().map(&mut add);
    let person = schema.data_subject().map(&mut add);
    Ok((probes, Named { addressee, person }))
}

// === impl ViewPlans ===

impl ViewPlans {
    fn compile(
        (bundle, view, record_type): (&Bundle, &View, RecordType),
        schema: &Schema,
        day: i32,
        site: &Secret<[u8; 32]>,
        store: &mut PlanStore,
    ) -> Result<ViewPlans, Error> {
        let releasable = bundle.releasable(&view.id, record_type);
        let view_schema = avro_tree::view_schema(schema, &view.id, &releasable)?;
        let mut tables = Vec::new();
        let mut closed = None;
        for held in bundle.choices(view) {
            let rulings = ruling::compile_held(bundle, view, record_type, day, &held);
            let mut add = |ruling| store.add(view, record_type, schema, ruling, &releasable);
            let ids = rulings.distinct().iter().map(&mut add).collect::<Result<Vec<_>, _>>()?;
            let refused = add(rulings.ruling(RulingId::REFUSED))?;
            tables.push(table(bundle, schema, &rulings, &ids, refused));
            closed = Some(refused);
        }
        let description = describe::withdrawal(&view.id, record_type);
        Ok(ViewPlans {
            purpose: view
                .purposes
                .first()
                .cloned()
                .ok_or(Error::MissingField { path: "purpose" })?,
            schema: view_schema,
            schema_id: 0,
            secrets: LaneSecrets::derive(site, &view.id),
            combinations: schema.facts().size(),
            tables,
            required: bundle.required(view).cloned().collect(),
            gateway: bundle.by_gateway(view),
            closed: closed.ok_or(Error::MissingField { path: "choice of bases" })?,
            nobody: Plan::new(
                describe::nobody(&view.id, record_type),
                None,
                String::new(),
                String::new(),
            ),
            withdrawal: Plan::new(description, None, String::new(), String::new()),
            view: view.clone(),
        })
    }

    /// The view's id.
    pub fn id(&self) -> &ViewId {
        &self.view.id
    }

    /// The view as the bundle has it.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The purpose written into entries: the first the view names.
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// The schema of what is released.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The plan for a sender and a combination of facts; of a view that requires an entitlement,
    /// for a recipient that holds one under each of its bases. A sender the bundle does not name
    /// has the plan that releases nothing.
    pub fn plan_for(&self, sender: Option<SenderClass>, facts: u16) -> PlanId {
        self.plan_under(self.tables.len(), sender, facts)
    }

    /// The same for a recipient that holds entitlements under these of [`ViewPlans::required`]: the
    /// first is bit 0. Without any nothing is released.
    pub fn plan_under(&self, held: usize, sender: Option<SenderClass>, facts: u16) -> PlanId {
        let table = held.checked_sub(1).and_then(|at| self.tables.get(at));
        let (Some(sender), Some(table)) = (sender, table) else { return self.closed };
        let facts = usize::from(facts);
        if facts >= self.combinations {
            return self.closed;
        }
        let index = sender.index() * self.combinations + facts;
        table.get(index).copied().unwrap_or(self.closed)
    }

    /// The bases that the view requires an entitlement under, at most three.
    pub fn required(&self) -> &[BasisId] {
        &self.required
    }

    /// Whether all of its records lie on the one lane that the gateway reads.
    pub fn by_gateway(&self) -> bool {
        self.gateway
    }

    /// The plan of a record that nobody is addressed with.
    pub fn nobody(&self) -> &Plan {
        &self.nobody
    }

    /// The plan that releases nothing.
    pub fn closed(&self) -> PlanId {
        self.closed
    }

    /// The plan of a withdrawal.
    pub fn withdrawal(&self) -> &Plan {
        &self.withdrawal
    }

    pub(crate) fn schema_id(&self) -> u32 {
        self.schema_id
    }

    pub(crate) fn secrets(&self) -> &LaneSecrets {
        &self.secrets
    }
}

/// The plan of every sender and combination of facts.
fn table(
    bundle: &Bundle,
    schema: &Schema,
    rulings: &Rulings,
    ids: &[PlanId],
    closed: PlanId,
) -> Vec<PlanId> {
    let facts = (0..u16::MAX).take(schema.facts().size());
    bundle
        .senders()
        .classes()
        .flat_map(|sender| facts.clone().map(move |facts| rulings.id(Some(sender), facts)))
        .map(|ruling| ids.get(ruling.index()).copied().unwrap_or(closed))
        .collect()
}

// === impl Plan ===

impl Plan {
    fn new(
        description: String,
        projection: Option<usize>,
        reduced: String,
        withheld: String,
    ) -> Plan {
        let digest = seal::sha256(&[b"samsyn-plan-v1", description.as_bytes()]);
        Plan { digest, description, projection, without_texts: None, reduced, withheld }
    }

    /// SHA-256 of the description, under the context `samsyn-plan-v1`.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The plan as JSON: view, record type and, field by field, outcome, basis and rule.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether anything leaves by this plan.
    pub fn releases(&self) -> bool {
        self.projection.is_some()
    }

    pub(crate) fn projection(&self) -> Option<usize> {
        self.projection
    }

    pub(crate) fn reduced(&self) -> &str {
        &self.reduced
    }

    pub(crate) fn withheld(&self) -> &str {
        &self.withheld
    }
}

/// Distinct plans of one record type while they are collected.
#[derive(Default)]
struct PlanStore {
    plans: Vec<Plan>,
    actions: Vec<actions::PlanActions>,
    known: BTreeMap<Digest, PlanId>,
}

impl PlanStore {
    fn add(
        &mut self,
        view: &View,
        record_type: RecordType,
        schema: &Schema,
        ruling: &Ruling,
        releasable: &BTreeSet<FieldId>,
    ) -> Result<PlanId, Error> {
        let described = describe::ruling(&view.id, record_type, schema, ruling, releasable);
        let projection = ruling.releases().then_some(self.actions.len());
        let mut plan = Plan::new(described.text, projection, described.reduced, described.withheld);
        if let Some(id) = self.known.get(&plan.digest) {
            return Ok(*id);
        }
        let too_many = Error::TooManyPlans { limit: limits::PLANS };
        if self.plans.len() >= limits::PLANS {
            return Err(too_many);
        }
        if projection.is_some() {
            self.actions.push(actions::of(schema, ruling, releasable)?);
        }
        // A ruling without texts has none of its own, so this goes no deeper.
        if let Some(silent) = ruling.without_texts(schema) {
            plan.without_texts = Some(self.add(view, record_type, schema, &silent, releasable)?);
        }
        let id = PlanId(u16::try_from(self.plans.len()).map_err(|_| too_many)?);
        self.known.insert(plan.digest, id);
        self.plans.push(plan);
        Ok(id)
    }
}
