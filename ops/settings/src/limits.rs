//! Every bound of settings, named once. Settings may only tighten the limits of the daemons.

/// Largest settings file, in bytes.
pub const FILE_BYTES: u64 = 1024 * 1024;
/// Most settings files on one command line.
pub const FILES: usize = 16;
/// Most sources one connector holds (sized for 400 authorities).
pub const SOURCES: u64 = 400;
/// Most deliveries one connector makes.
pub const DELIVERIES: u64 = 400;
/// Most approver keys.
pub const APPROVERS: u64 = 32;
/// Most senders one exchange knows: authorities and their shards.
pub const SENDERS: u64 = 4_096;
/// Records in one commit of the exchange.
pub const BATCH_RECORDS: u64 = 8_192;
/// Records of which one at least is worked out a second time.
pub const SHADOW_EVERY: u64 = 65_536;
/// Milliseconds one commit of the exchange may gather.
pub const BATCH_MILLIS: u64 = 100;
/// Milliseconds between checkpoints of the ledger.
pub const CHECKPOINT_MILLIS: u64 = 1_000;
/// Seconds a process may take to drain.
pub const GRACE_SECONDS: u64 = 300;
/// Milliseconds between two looks into a folder.
pub const POLL_MILLIS: u64 = 60_000;
/// Bytes of one drop-folder file.
pub const FILE_IN_BYTES: u64 = 1024 * 1024 * 1024;
/// Bytes of one row of a drop-folder file.
pub const ROW_BYTES: u64 = 1024 * 1024;
/// Records waiting in one source's spool.
pub const SPOOL_RECORDS: u64 = 10_000_000;
/// Bytes waiting in one source's spool.
pub const SPOOL_BYTES: u64 = 64 * 1024 * 1024 * 1024;
/// Bytes of the log filter.
pub const FILTER_BYTES: u64 = 1_024;
/// Bytes of one body handed in over HTTP.
pub const BODY_BYTES: u64 = 16 * 1024 * 1024;
/// Open connections of the HTTP intake.
pub const CONNECTIONS: u64 = 4_096;
/// Requests of one source at work or waiting.
pub const REQUESTS: u64 = 32;
/// Seconds one request may take.
pub const REQUEST_SECONDS: u64 = 120;
/// Bytes of a name: issuer, audience, scope, origin.
pub const NAME_BYTES: u64 = 512;
/// Bytes of a webhook's address.
pub const URL_BYTES: u64 = 1_024;
/// Most webhooks one connector serves, each by a thread of its own.
pub const WEBHOOKS: u64 = 128;
/// Milliseconds between two attempts of a webhook.
pub const RETRY_MILLIS: u64 = 3_600_000;
/// Attempts of one record.
pub const ATTEMPTS: u64 = 100;
/// Records parked for one webhook.
pub const PARKED: u64 = 1_000_000;
/// Bytes of a Kafka address list, prefix or registry address.
pub const KAFKA_TEXT_BYTES: u64 = 4_096;
/// Greatest number of an exchange at a site.
pub const KAFKA_EXCHANGES: u64 = 255;
/// Most copies of a topic.
pub const KAFKA_COPIES: u64 = 7;
/// Further settings of the Kafka client.
pub const KAFKA_CLIENT_KEYS: u64 = 64;
