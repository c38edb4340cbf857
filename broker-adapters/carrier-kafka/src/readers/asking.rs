//! What is asked of the brokers about the ends of lanes: by whoever does not follow them, and now
//! and then also where somebody does.

use super::{Readers, Track};
use crate::client::Ear;
use crate::fault::{is_leaderless, is_unknown_topic, word};
use crate::limits;
use crate::patience::{so_within, until};
use carrier::{Error, Lane, Offset, Temporary};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::topic_partition_list::TopicPartitionListElem;
use rdkafka::{Offset as At, TopicPartitionList};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

impl Readers {
    /// A topic's end as the brokers tell it, once somebody leads it.
    pub(crate) fn asked(&self, topic: &str) -> Result<Offset, Error> {
        let asker = self.asker()?;
        let mut end = Offset::default();
        until(limits::ANSWER, || match asker.fetch_watermarks(topic, 0, limits::ANSWER) {
            Ok((_, high)) => {
                end = Offset(u64::try_from(high).unwrap_or_default());
                Ok(true)
            }
            Err(error) if is_leaderless(&error) => {
                sleep(limits::LEADERS);
                find_leaders(asker, Some(topic));
                Ok(false)
            }
            Err(error) if is_unknown_topic(&error) => Ok(false),
            Err(error) => Err(word(&error)),
        })?;
        Ok(end)
    }

    /// Waits until no transaction is open on these lanes: what is begun on them is decided. The
    /// lanes on which one still is when the time is over.
    pub(crate) fn undecided<'a>(
        &self,
        lanes: impl Iterator<Item = &'a Lane>,
        patience: Duration,
    ) -> Result<Vec<Lane>, Error> {
        let mut known = Vec::new();
        for lane in lanes {
            if self.has(lane)? {
                known.push(lane);
            }
        }
        if known.is_empty() {
            return Ok(Vec::new());
        }
        let all = self.clients.unsettled().create_with_context(Ear).map_err(|e| word(&e))?;
        let mut begun = self.ends(&all, known.into_iter())?;
        so_within(patience, || {
            let decided = self.ends(self.asker()?, begun.keys())?;
            begun.retain(|lane, end| decided.get(lane).is_none_or(|decided| decided < end));
            Ok(begun.is_empty())
        })?;
        Ok(begun.into_keys().collect())
    }

    /// The same, where none may be left.
    pub(crate) fn settle<'a>(
        &self,
        lanes: impl Iterator<Item = &'a Lane>,
        patience: Duration,
    ) -> Result<(), Error> {
        let open = self.undecided(lanes, patience)?;
        if open.is_empty() { Ok(()) } else { Err(Temporary::Undecided.into()) }
    }

    /// Whether everything before these ends can be read.
    pub(crate) fn all_reach(&self, ends: &BTreeMap<Lane, Offset>) -> Result<bool, Error> {
        let told = self.reached(ends.keys())?;
        Ok(ends.iter().all(|(lane, end)| told.get(lane).is_some_and(|told| told >= end)))
    }

    /// Up to where each of these lanes can be read.
    pub(crate) fn reached<'a>(
        &self,
        lanes: impl Iterator<Item = &'a Lane>,
    ) -> Result<BTreeMap<Lane, Offset>, Error> {
        self.ends(self.asker()?, lanes)
    }

    /// The ends of lanes as this consumer sees them.
    fn ends<'a>(
        &self,
        consumer: &BaseConsumer<Ear>,
        lanes: impl Iterator<Item = &'a Lane>,
    ) -> Result<BTreeMap<Lane, Offset>, Error> {
        let told = self.tell(consumer, lanes, limits::ANSWER)?;
        told.into_iter().map(|(lane, end)| Ok((lane, end?))).collect()
    }

    /// The end of each of these lanes, or why it is not told; one question for all.
    pub(super) fn tell<'a>(
        &self,
        consumer: &BaseConsumer<Ear>,
        lanes: impl Iterator<Item = &'a Lane>,
        patience: Duration,
    ) -> Result<BTreeMap<Lane, Result<Offset, Error>>, Error> {
        let mut named = BTreeMap::new();
        let mut asked = TopicPartitionList::new();
        for lane in lanes {
            let topic = self.topics.name(lane);
            asked.add_partition_offset(&topic, 0, At::End).map_err(|error| word(&error))?;
            named.insert(topic, lane.clone());
        }
        if named.is_empty() {
            return Ok(BTreeMap::new());
        }
        let told = consumer.offsets_for_times(asked, patience);
        let told = told.map_err(|error| word(&error))?;
        let mut ends = BTreeMap::new();
        let mut are_led = true;
        for place in told.elements() {
            are_led &= !place.error().is_err_and(|error| is_leaderless(&error));
            if let Some(lane) = named.remove(place.topic()) {
                ends.insert(lane, end_of(&place));
            }
        }
        if !are_led {
            find_leaders(consumer, None);
        }
        Ok(ends)
    }

    /// Asks now and then how far the lanes go that are followed, one question for all: librdkafka
    /// may stop fetching a lane and say nothing, as it did after brokers came back. What is there
    /// and does not come is then waited for, and asked for anew. No answer is no news.
    pub(super) fn hear(&self) {
        let Ok(mut hear) = self.hear.try_lock() else { return };
        if Instant::now() < *hear {
            return;
        }
        let tracks = self.tracks.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_followed = |track: &Arc<Track>| {
            track.places.try_lock().is_ok_and(|places| !places.cursors.is_empty())
        };
        let followed = tracks.iter().filter(|(_, track)| is_followed(track));
        let asker = self.asker();
        let told = asker
            .and_then(|asker| self.tell(asker, followed.map(|(lane, _)| lane), limits::HEARING));
        let told = told.unwrap_or_default();
        let all_told = told.values().all(Result::is_ok);
        *hear = Instant::now() + if all_told { limits::HEARD } else { limits::LANES };
        for (lane, end) in told {
            let track = tracks.get(&lane).map(|track| track.places.try_lock());
            if let (Ok(end), Some(Ok(mut places))) = (end, track) {
                places.told = Some((end, Instant::now()));
            }
        }
    }
}

fn end_of(place: &TopicPartitionListElem<'_>) -> Result<Offset, Error> {
    place.error().map_err(|error| word(&error))?;
    let end = place.offset().to_raw().and_then(|end| u64::try_from(end).ok());
    end.map(Offset).ok_or(Error::from(Temporary::Unavailable))
}

/// Asks the brokers who leads a topic, or each: librdkafka answers from what it once was told, and
/// keeps it for a quarter of an hour also where nobody led then. The next question is the one that
/// is answered.
fn find_leaders(consumer: &BaseConsumer<Ear>, topic: Option<&str>) {
    let _answered = consumer.fetch_metadata(topic, limits::HEARING);
}
