//! Every bound of the Kafka carrier, named once. What a message may be is bounded by `carrier`.

use std::time::Duration;

/// How long `submit` and `publish` wait for the broker's reports before they give up; the producer
/// is then thrown away, so that nothing is delivered behind the caller's back later.
pub const DELIVERY: Duration = Duration::from_secs(30);
/// How long the brokers keep a transaction open of whose producer they hear nothing.
pub const OPEN: Duration = Duration::from_secs(15);
/// How long a connection of the committing client stays open unused. While a commit's offsets wait
/// for the group's coordinator, librdkafka looks whether that is another broker by now only when
/// one of its connections changes, and heeds no time limit: where the coordinator had died, a
/// commit stood still for good (librdkafka's issues 5511 and 5456). Closing what is idle is such a
/// change, well before [`OPEN`] is over.
pub const IDLE: Duration = Duration::from_secs(6);
/// How long one call of a transaction may take before it counts as unanswered.
pub const TRANSACTION: Duration = Duration::from_secs(60);
/// How long a transaction that has ended may lack its end on a lane before it counts as undecided.
pub const DECIDED: Duration = Duration::from_secs(5);
/// How long a question to the broker may take: ends of lanes, positions, metadata, new topics.
pub const ANSWER: Duration = Duration::from_secs(10);
/// How long a read waits for messages that are known to be there.
pub const FETCH: Duration = Duration::from_secs(10);
/// How old the reading of the bundle lane's end may be when a transaction is committed.
pub const LEASE: Duration = Duration::from_millis(500);
/// How long a reader that has all it was told of is believed to have all there is.
pub const HEARD: Duration = Duration::from_secs(10);
/// How long the question may take whether it does.
pub const HEARING: Duration = Duration::from_secs(1);
/// How often the brokers are asked who leads a topic that nobody leads.
pub const LEADERS: Duration = Duration::from_millis(50);
/// How old the list of lanes may be before it is asked for anew.
pub const LANES: Duration = Duration::from_secs(1);
/// How long the group waits for a member that tells nothing before its lanes go to others.
pub const SESSION: Duration = Duration::from_secs(10);
/// How often a member tells that it is there.
pub const HEARTBEAT: Duration = Duration::from_secs(3);
/// How long a commit waits at most until the reports it has seen are put away: the binding's own
/// flush sleeps for 100 ms where it finds one that is not.
pub const PUT_AWAY: Duration = Duration::from_millis(10);
/// How often it looks meanwhile.
pub const GLANCE: Duration = Duration::from_micros(50);
/// How often something that is not yet so is looked at again.
pub const LOOK: Duration = Duration::from_millis(2);
/// How long a broker waits for messages on a lane that is looked at once, before it tells that
/// there are no more.
pub const VISIT: Duration = Duration::from_millis(5);
/// How long a thread that serves a consumer's events sleeps at most.
pub const SERVE: Duration = Duration::from_millis(100);
/// Consumers that fetch, each with one position a lane: readers of one lane further apart than
/// [`SKIP`] take turns beyond this.
pub const FETCHERS: usize = 4;
/// How far ahead a reader may be brought by passing over messages rather than by seeking.
pub const SKIP: u64 = 4_096;
/// Most messages taken from a fetch queue at once.
pub const PULL: usize = 1_024;
/// Most keys of one lane whose newest place is remembered; beyond it every question reads the lane.
pub const NEWEST_KEYS: usize = 4_000_000;
/// Most messages in the producer's queue; one commit fits.
pub const QUEUE_MESSAGES: usize = 400_000;
/// Most KiB in the producer's queue: the largest commit, and as much again for what surrounds it.
pub const QUEUE_KIB: usize = 512 * 1024;
/// Most KiB fetched ahead for each lane that is followed, and the least that is worth a fetch; as
/// many messages, for librdkafka counts neither headers nor what it keeps beside a message.
pub const AHEAD_KIB: usize = 4 * 1024;
/// See [`AHEAD_KIB`].
pub const AHEAD_LEAST_KIB: usize = 64;
/// Most KiB fetched ahead for all intake lanes together, as many as an exchange follows when it
/// starts: after a long silence something waits on each of them.
pub const AHEAD_ALL_KIB: usize = 32 * 1024;
/// Most bytes of one lane in one answer; a larger message comes alone.
pub const FETCH_BYTES: usize = 1024 * 1024;
/// Largest request on a lane, in bytes: a batch of librdkafka's, or one message with its headers.
pub const LANE_MESSAGE: usize = 2 * 1024 * 1024;
/// The same on the bundle lane.
pub const BUNDLE_MESSAGE: usize = 9 * 1024 * 1024;
/// Most bytes of a broker's answer about its features.
pub const FEATURES: usize = 64 * 1024;
/// Shortest time that replaced messages stay: below it the brokers would begin a new file with each
/// write.
pub const REPLACED: Duration = Duration::from_secs(60 * 60);
/// How often intake and disclosures past their time are looked for.
pub const SWEEP: Duration = Duration::from_secs(60);
/// Most lanes that one step of a sweep asks about and deletes from.
pub const SWEEP_LANES: usize = 256;
/// Marks within the time that a lane is kept: what is over goes no later than by this part of it.
/// Twice as many fit into the note beside an offset, which brokers cut at 4,096 bytes.
pub const MARKS: usize = 32;
/// How often offsets of groups without members are committed anew though nothing has changed:
/// brokers forget them after `offsets.retention.minutes`.
pub const TELL: Duration = Duration::from_secs(60 * 60);
/// Shortest time until a topic's file is closed: only a closed one is taken off the brokers' disks.
pub const CLOSED: Duration = Duration::from_secs(60 * 60);
/// How often a client tells its figures, if anybody listens.
pub const STATISTICS: Duration = Duration::from_secs(10);
/// Most settings that pass through to librdkafka.
pub const SETTINGS: usize = 64;
