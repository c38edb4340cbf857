//! What a group has committed on topics, and a note of ours beside each offset. Nobody joins the
//! group here; what the offsets mean is for whoever asks.

use crate::client::{Clients, Ear};
use crate::fault::word;
use crate::limits;
use carrier::{Error, Offset, Temporary};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerGroupMetadata};
use rdkafka::{Offset as At, TopicPartitionList};
use std::collections::BTreeMap;

/// A consumer of a group that only asks and commits.
pub(crate) struct Group {
    consumer: BaseConsumer<Ear>,
}

/// What is committed on one topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) next: Offset,
    pub(crate) note: String,
}

// === impl Group ===

impl Group {
    pub(crate) fn open(clients: &Clients, name: &str) -> Result<Group, Error> {
        Self::with(&clients.offsets(name))
    }

    /// One that waits for no transaction: it is told what was committed before.
    pub(crate) fn open_as_decided(clients: &Clients, name: &str) -> Result<Group, Error> {
        let mut config = clients.offsets(name);
        Self::with(config.set("isolation.level", "read_uncommitted"))
    }

    fn with(config: &ClientConfig) -> Result<Group, Error> {
        let consumer = config.create_with_context(Ear).map_err(|error| word(&error))?;
        Ok(Group { consumer })
    }

    /// What is committed on these topics; one that never was is absent. Waits for the outcome of
    /// transactions that are being decided, unless it was opened not to.
    pub(crate) fn committed<'a>(
        &self,
        topics: impl Iterator<Item = &'a str>,
    ) -> Result<BTreeMap<String, Place>, Error> {
        let mut asked = TopicPartitionList::new();
        for topic in topics {
            asked.add_partition(topic, 0);
        }
        if asked.count() == 0 {
            return Ok(BTreeMap::new());
        }
        let found = self.consumer.committed_offsets(asked, limits::ANSWER);
        let found = found.map_err(|error| word(&error))?;
        let mut places = BTreeMap::new();
        for place in found.elements() {
            place.error().map_err(|error| word(&error))?;
            if let At::Offset(next) = place.offset() {
                let next = Offset(u64::try_from(next).unwrap_or_default());
                let note = place.metadata().to_owned();
                places.insert(place.topic().to_owned(), Place { next, note });
            }
        }
        Ok(places)
    }

    /// Commits on these topics. Only for groups that nobody is a member of.
    pub(crate) fn commit(&self, places: &BTreeMap<String, Place>) -> Result<(), Error> {
        if places.is_empty() {
            return Ok(());
        }
        let mut list = TopicPartitionList::with_capacity(places.len());
        for (topic, Place { next, note }) in places {
            let mut place = list.add_partition(topic, 0);
            let next = At::Offset(i64::try_from(next.0).unwrap_or(i64::MAX));
            place.set_offset(next).map_err(|error| word(&error))?;
            if !note.is_empty() {
                place.set_metadata(note);
            }
        }
        let committed = self.consumer.commit(&list, CommitMode::Sync);
        committed.map_err(|error| word(&error))
    }

    /// What proves to the brokers for whom offsets are committed in a transaction.
    pub(crate) fn proof(&self) -> Result<ConsumerGroupMetadata, Error> {
        self.consumer.group_metadata().ok_or(Temporary::Unavailable.into())
    }

    /// A client to ask for topics.
    pub(crate) fn asker(&self) -> &BaseConsumer<Ear> {
        &self.consumer
    }
}
