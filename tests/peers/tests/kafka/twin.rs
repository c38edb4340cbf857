//! One run on the embedded carrier once more on Kafka: the same sealed findings, under the same
//! keys, register and bundle, give the same bytes for the same readers. Entries, times and seals
//! are each run's own and are not compared.

use crate::site::Site;
use carrier::{Carrier, Lane, sealed_of, whole_lane};
use exchanged::Progress;
use kit::house::Rulebook;
use kit::{House, Size, Traffic};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Steps after which the work is taken to go in circles.
const STEPS: usize = 10_000;

/// By version (`ce_id`), what lies on a lane.
pub(crate) fn values(carrier: &dyn Carrier, lane: &Lane) -> BTreeMap<Vec<u8>, Option<Vec<u8>>> {
    let all = whole_lane(carrier, lane).unwrap().into_iter().map(|fetched| fetched.message);
    all.map(|message| (message.header("ce_id").unwrap().to_vec(), message.value)).collect()
}

/// Findings of every authority, corrections and retractions among them, ruled on one machine.
fn embedded() -> House {
    let traffic = Traffic::generate(11, Size { organisations: 200, records: 60 });
    let mut codes: Vec<String> =
        traffic.sent().iter().map(|one| one.authority.to_string()).collect();
    codes.sort();
    codes.dedup();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let mut house = House::bare(&codes, 64).unwrap();
    let known = traffic.organisations().iter().filter_map(|one| Some((one, one.form?)));
    let entries = known.map(|(one, form)| house.entry(one.number.as_str(), form, one.municipality));
    let entries: Vec<_> = entries.collect::<Result<_, _>>().unwrap();
    house.enter(&entries).unwrap();
    house.publish(&Rulebook::national().unwrap()).unwrap();
    house.settle().unwrap();
    for batch in [1, 2] {
        for sent in traffic.sent().iter().filter(|sent| sent.batch == batch) {
            house.send(sent.authority.as_str(), &sent.record).unwrap();
        }
        house.settle().unwrap();
    }
    house
}

/// Schemas under their ids, control lanes and, if asked for, sealed findings, as they lie.
pub(crate) fn carry(from: &dyn Carrier, to: &dyn Carrier, findings: bool) {
    for id in 1.. {
        let Some(text) = from.schema(id).unwrap() else { break };
        assert_eq!(to.register_schema(&Lane::Register, "twin", &text), Ok(id));
    }
    for lane in from.lanes().unwrap() {
        let all = whole_lane(from, &lane).unwrap();
        match &lane {
            Lane::Intake(source) if findings => {
                let sealed = all.into_iter().map(|one| sealed_of(source, one).unwrap());
                to.submit(sealed.collect()).unwrap();
            }
            Lane::Bundle | Lane::Register | Lane::Entitlement => {
                to.publish(&lane, all.into_iter().map(|one| one.message).collect()).unwrap();
            }
            _ => {}
        }
    }
}

#[test]
fn the_same_findings_give_the_same_bytes_as_on_one_machine() {
    let house = embedded();
    let kafka: Arc<dyn Carrier> = Arc::new(Site::new().kafka());
    carry(house.carrier().as_ref(), kafka.as_ref(), true);
    let folder = tempfile::tempdir().unwrap();
    let mut exchange = house.twin(kafka.clone(), folder.path()).unwrap();
    let done = (0..STEPS).any(|_| exchange.step().unwrap() == Progress::Idle);
    assert!(done, "the exchange goes in circles");
    let mut compared = 0;
    for lane in house.carrier().lanes().unwrap() {
        if matches!(lane, Lane::Release { .. }) {
            let ours = values(house.carrier().as_ref(), &lane);
            compared += ours.len();
            assert!(ours == values(kafka.as_ref(), &lane), "{}", lane.topic(""));
        }
    }
    let lanes = |carrier: &dyn Carrier| {
        let lanes = carrier.lanes().unwrap().into_iter();
        lanes.filter(|lane| matches!(lane, Lane::Release { .. })).collect::<Vec<_>>()
    };
    assert_eq!(lanes(house.carrier().as_ref()), lanes(kafka.as_ref()));
    assert!(compared > 1_000, "{compared} records were compared");
}
