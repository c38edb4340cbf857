//! Random schemas, data and plans: what the projector gives equals what the naive filter gives, and
//! broken bytes are refused or give a valid datum.

use super::naive::{Naive, Reversed};
use super::world::{self, Choices};
use crate::{Action, PlanActions, Projector, Spans};
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use avro_tree::{FieldId, Schema};
use proptest::prelude::*;

pub(super) struct World {
    pub(super) schema: Schema,
    pub(super) plans: Vec<PlanActions>,
    pub(super) views: Vec<Schema>,
    pub(super) projector: Projector,
}

impl World {
    pub(super) fn new(shape: &[u8], acts: &[u8]) -> World {
        let mut c = Choices::new(shape);
        let schema = world::schema(&mut c);
        let mut c = Choices::new(acts);
        let plans: Vec<PlanActions> =
            (0..1 + c.below(4)).map(|_| world::actions(&schema, &mut c)).collect();
        let views = plans.iter().enumerate().map(|(n, plan)| view(&schema, n, plan)).collect();
        let probes: Vec<FieldId> = schema
            .field_ids()
            .filter(|id| !schema.field(*id).repeated() && c.below(4) == 3)
            .take(crate::limits::MAX_PROBES)
            .collect();
        let projector = Projector::compile(&schema, &plans, &probes).unwrap();
        World { schema, plans, views, projector: projector.checking_text(true) }
    }
}

fn view(schema: &Schema, number: usize, plan: &PlanActions) -> Schema {
    let kept = schema.field_ids().filter(|id| plan[id.index()] != Action::Drop).collect();
    avro_tree::view_schema(schema, &format!("v{number}").parse().unwrap(), &kept).unwrap()
}

pub(super) fn decode(schema: &Schema, datum: &[u8]) -> Option<Value> {
    let schema = apache_avro::Schema::parse_str(schema.text()).unwrap();
    let reader = GenericDatumReader::builder(&schema).build().unwrap();
    let mut rest = datum;
    let value = reader.read_value(&mut rest).ok()?;
    rest.is_empty().then_some(value)
}

fn choices(size: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..size)
}

fn no_views_left_out(world: &World, value: &Value, datum: &[u8]) -> Result<(), TestCaseError> {
    let mut spans = Spans::new();
    world.projector.scan(datum, &mut spans).map_err(|e| TestCaseError::fail(e.to_string()))?;
    for (number, (plan, view)) in world.plans.iter().zip(&world.views).enumerate() {
        let mut out = b"before".to_vec();
        world.projector.project(number, datum, &spans, &Reversed, &mut out).unwrap();
        let naive = Naive { schema: &world.schema, view, actions: plan };
        let found = decode(view, &out[6..]);
        prop_assert_eq!(
            found,
            Some(naive.filter(value)),
            "\n{}\n{}\n{:?}\n{:?}\n{:?}",
            world.schema.text(),
            view.text(),
            plan,
            datum,
            &out[6..]
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(super::config(600))]

    #[test]
    fn a_view_is_what_the_naive_filter_gives(
        shape in choices(120), acts in choices(160), data in choices(400), cut in choices(60),
    ) {
        let world = World::new(&shape, &acts);
        let value = world::value(&world.schema, world.schema.root(), &mut Choices::new(&data));
        let mut datum = vec![];
        let root = world.schema.root();
        world::encode(&world.schema, root, &value, &mut Choices::new(&cut), &mut datum);
        prop_assert_eq!(decode(&world.schema, &datum), Some(value.clone()));
        no_views_left_out(&world, &value, &datum)?;
    }

    #[test]
    fn broken_bytes_are_refused_or_give_a_valid_datum(
        shape in choices(120), acts in choices(160), data in choices(400), cut in choices(60),
        breaks in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..5), 1..4),
    ) {
        let world = World::new(&shape, &acts);
        let value = world::value(&world.schema, world.schema.root(), &mut Choices::new(&data));
        let mut datum = vec![];
        let root = world.schema.root();
        world::encode(&world.schema, root, &value, &mut Choices::new(&cut), &mut datum);
        for (at, byte, how) in breaks {
            super::break_bytes(&mut datum, at, byte, how);
        }
        let mut spans = Spans::new();
        if world.projector.scan(&datum, &mut spans).is_ok() {
            for (number, view) in world.views.iter().enumerate() {
                let mut out = vec![];
                world.projector.project(number, &datum, &spans, &Reversed, &mut out).unwrap();
                prop_assert!(decode(view, &out).is_some(), "no datum of {}", view.text());
            }
        }
    }
}
