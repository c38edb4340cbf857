//! The exchanges' positions: what their group has committed on the intake topics. They are
//! committed with transactions only.

use crate::client::Clients;
use crate::group::Group;
use crate::topics::Topics;
use carrier::{Error, Lane, Offset};
use rdkafka::consumer::ConsumerGroupMetadata;
use std::collections::BTreeMap;
use vocabulary::SourceId;

/// The exchanges' group, asked.
pub(crate) struct Positions(Group);

// === impl Positions ===

impl Positions {
    pub(crate) fn open(clients: &Clients) -> Result<Positions, Error> {
        Group::open(clients, &clients.group()).map(Positions)
    }

    /// The same for a look that waits for no transaction: the positions as they were before it.
    pub(crate) fn open_as_decided(clients: &Clients) -> Result<Positions, Error> {
        Group::open_as_decided(clients, &clients.group()).map(Positions)
    }

    /// Where the group stands on these lanes; a source that it never committed is absent.
    pub(crate) fn committed(
        &self,
        topics: &Topics,
        lanes: impl Iterator<Item = Lane>,
    ) -> Result<BTreeMap<SourceId, Offset>, Error> {
        let named = lanes.filter_map(|lane| {
            let topic = topics.name(&lane);
            if let Lane::Intake(source) = lane { Some((topic, source)) } else { None }
        });
        let mut sources: BTreeMap<String, SourceId> = named.collect();
        let found = self.0.committed(sources.keys().map(String::as_str))?;
        let of = |(topic, place): (String, _)| Some((sources.remove(&topic)?, place));
        Ok(found.into_iter().filter_map(of).map(|(source, place)| (source, place.next)).collect())
    }

    pub(crate) fn group(&self) -> Result<ConsumerGroupMetadata, Error> {
        self.0.proof()
    }
}
