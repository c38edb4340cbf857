//! The exchanges' positions: what their group has committed on the intake topics. Nobody joins the
//! group here; the offsets are committed with transactions only.

use crate::client::{Clients, Ear};
use crate::fault::word;
use crate::limits;
use crate::topics::Topics;
use carrier::{Error, Lane, Offset, Temporary};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerGroupMetadata};
use rdkafka::{Offset as At, TopicPartitionList};
use std::collections::BTreeMap;
use vocabulary::SourceId;

/// A consumer of the exchanges' group that only asks.
pub(crate) struct Positions {
    consumer: BaseConsumer<Ear>,
}

// === impl Positions ===

impl Positions {
    pub(crate) fn open(clients: &Clients) -> Result<Positions, Error> {
        let consumer =
            clients.positions().create_with_context(Ear).map_err(|error| word(&error))?;
        Ok(Positions { consumer })
    }

    /// Where the group stands on these lanes; a source that it never committed is absent. Waits for
    /// the outcome of transactions that are being decided.
    pub(crate) fn committed(
        &self,
        topics: &Topics,
        lanes: impl Iterator<Item = Lane>,
    ) -> Result<BTreeMap<SourceId, Offset>, Error> {
        let mut asked = TopicPartitionList::new();
        let mut sources = BTreeMap::new();
        for lane in lanes {
            let topic = topics.name(&lane);
            let Lane::Intake(source) = lane else { continue };
            asked.add_partition(&topic, 0);
            sources.insert(topic, source);
        }
        if sources.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found = self.consumer.committed_offsets(asked, limits::ANSWER);
        let found = found.map_err(|error| word(&error))?;
        let mut positions = BTreeMap::new();
        for place in found.elements() {
            place.error().map_err(|error| word(&error))?;
            let source = sources.remove(place.topic());
            if let (Some(source), At::Offset(next)) = (source, place.offset()) {
                positions.insert(source, Offset(u64::try_from(next).unwrap_or_default()));
            }
        }
        Ok(positions)
    }

    pub(crate) fn group(&self) -> Result<ConsumerGroupMetadata, Error> {
        self.consumer.group_metadata().ok_or(Temporary::Unavailable.into())
    }
}
