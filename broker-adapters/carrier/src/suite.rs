//! What every carrier must hold, as tests that know nothing of any carrier. A carrier mounts them
//! all with [`contract!`](crate::contract); what only one carrier promises, it tests itself.
#![expect(clippy::unwrap_used, reason = "tests, though in a library")]

pub mod commits;
pub mod control;
pub mod crowd;
pub mod lanes;

use crate::{Carrier, Commit, Fetched, Lane, Limit, Message, Offset};
use audit::Recorder;
use audit::test_util::{Plain, recorded};
use seal::{Sealed, SigningKey, Unsealed, seal_batch};
use std::sync::Arc;
use vocabulary::{AuthorityId, OrgNumber, RecordId, SourceId, Timestamp, ViewId};

/// An empty place for one test: all that `open` returns are the same carrier's, opened anew.
pub trait Site {
    /// Opens the carrier of this place.
    fn open(&self) -> Arc<dyn Carrier>;
}

/// Mounts the whole suite: one test for each promise. The argument is an expression that makes a
/// fresh [`Site`](crate::suite::Site).
#[macro_export]
macro_rules! contract {
    ($site:expr) => {
        $crate::contract!(@tests $site;
            lanes: submitted_records_are_read_in_order
            lanes: a_read_keeps_to_its_limit
            lanes: a_lane_that_is_followed_reads_the_same
            lanes: messages_come_back_equal
            lanes: what_was_submitted_survives_reopening
            lanes: a_batch_of_two_sources_is_refused
            lanes: oversize_messages_are_refused_whole
            lanes: only_control_lanes_and_receipts_are_published
            lanes: a_waiter_is_woken_by_an_append
            commits: a_commit_shows_everywhere
            commits: a_refused_commit_shows_nowhere
            commits: a_newer_bundle_fences_commits_off
            commits: of_two_exchanges_at_one_position_one_fails
            commits: positions_survive_reopening
            commits: a_position_never_moves_back
            control: the_newest_message_of_a_key_is_found
            control: control_lanes_are_read_from_the_start
            control: the_same_schema_has_the_same_id
            crowd: many_sources_and_readers_at_once
            crowd: commits_of_many_sources_at_once
        );
    };
    (@tests $site:expr; $($room:ident: $name:ident)+) => {
        $(
            #[test]
            fn $name() {
                $crate::suite::$room::$name(&$site);
            }
        )+
    };
}

/// A source by its name.
pub fn source(name: &str) -> SourceId {
    name.parse().unwrap()
}

/// An authority by its name.
pub fn authority(name: &str) -> AuthorityId {
    name.parse().unwrap()
}

/// A view by its name.
pub fn view(name: &str) -> ViewId {
    name.parse().unwrap()
}

/// An organisation number of the synthetic series.
pub fn recipient() -> OrgNumber {
    (300_000_000..300_000_100u32).find_map(|number| number.to_string().parse().ok()).unwrap()
}

/// Sealed records of a source with these sequence numbers.
pub fn sealed(of: &SourceId, sequences: impl Iterator<Item = u64>) -> Vec<Sealed> {
    let key = SigningKey::generate().unwrap();
    let records = sequences.map(|sequence| {
        let mut id = [0; RecordId::LEN];
        id.last_chunk_mut().map(|tail: &mut [u8; 8]| *tail = sequence.to_be_bytes()).unwrap();
        let value = format!("value {sequence} of {of}").into_bytes();
        Unsealed { source: of.clone(), sequence, record_id: RecordId::new(id), value }
    });
    seal_batch(&key, Timestamp::from_micros(1), records.collect()).unwrap()
}

/// A message with a text key and value.
pub fn message(key: &str, value: &str) -> Message {
    let headers = vec![("suite".into(), vec![0, 255])];
    Message { key: key.into(), value: Some(value.into()), headers }
}

/// Something that leaves for a view.
pub fn plain(to: &str, recipient: Option<OrgNumber>, value: &str) -> Plain {
    let headers = vec![("ce_id", value.as_bytes().to_vec())];
    Plain { view: view(to), recipient, key: b"key".to_vec(), value: value.into(), headers }
}

/// An empty commit under the newest bundle there is.
pub fn commit_now(carrier: &dyn Carrier) -> Commit {
    Commit::new(all(carrier, &Lane::Bundle).last().map(|bundle| bundle.offset))
}

/// A commit of one finding: a release for two views, their entry, a state, a position.
pub fn finding(carrier: &dyn Carrier, recorder: &mut Recorder, of: &SourceId, n: u64) -> Commit {
    let mut commit = commit_now(carrier);
    let text = format!("{of} {n}");
    let covered = vec![plain("suite-a", None, &text), plain("suite-b", Some(recipient()), &text)];
    commit.record(recorded(recorder, Timestamp::from_micros(1), covered).unwrap());
    commit.state(of.clone(), message("record", &text));
    commit.advance(of.clone(), Offset(n), Offset(n + 1));
    commit
}

/// Everything on a lane, read in small bites.
pub fn all(carrier: &dyn Carrier, lane: &Lane) -> Vec<Fetched> {
    let mut found: Vec<Fetched> = Vec::new();
    loop {
        let from = found.last().map_or(Offset(0), |last| last.offset.next());
        let bite = carrier.read(lane, from, Limit { records: 7, ..Limit::default() }).unwrap();
        if bite.is_empty() {
            return found;
        }
        found.extend(bite);
    }
}

/// Values of everything on a lane, as text.
pub fn texts(carrier: &dyn Carrier, lane: &Lane) -> Vec<String> {
    let values = all(carrier, lane).into_iter().map(|fetched| fetched.message.value);
    values.map(|value| String::from_utf8(value.unwrap()).unwrap()).collect()
}
