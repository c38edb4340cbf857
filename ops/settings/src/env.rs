//! Every environment name of the house, declared once. Lists of tables cannot be set from here.

/// What every name begins with.
pub const PREFIX: &str = "SAMSYN__";

/// Name, and what it sets. A list of paths is separated by commas.
pub const NAMES: &[(&str, &str)] = &[
    ("SAMSYN__ADMIN__ADDRESS", "address and port of health, metrics and pages (loopback)"),
    ("SAMSYN__LOG__FORMAT", "text or json"),
    ("SAMSYN__LOG__FILTER", "what is logged: info, or info,exchanged=debug"),
    ("SAMSYN__LIFE__GRACE_SECONDS", "time to drain"),
    ("SAMSYN__CARRIER__FILE", "SQLite file of the embedded carrier"),
    ("SAMSYN__CARRIER__KAFKA__BROKERS", "addresses of Kafka brokers, in place of the file"),
    ("SAMSYN__CARRIER__KAFKA__PREFIX", "what topic names begin with"),
    ("SAMSYN__CARRIER__KAFKA__REGISTRY", "address of the schema registry"),
    ("SAMSYN__CARRIER__KAFKA__SUBJECTS", "how a schema's subject is made"),
    ("SAMSYN__CARRIER__KAFKA__EXCHANGE", "number of this exchange at its site"),
    ("SAMSYN__CARRIER__KAFKA__COPIES", "copies of each new topic"),
    ("SAMSYN__CARRIER__KAFKA__IN_SYNC", "copies of each new topic that must answer"),
    ("SAMSYN__CARRIER__KAFKA__GROUP", "whether exchanges share the lanes"),
    ("SAMSYN__SITE__FOLDER", "what `samsyn up` keeps"),
    ("SAMSYN__SITE__BUNDLE", "signed bundle for a site that has none yet"),
    ("SAMSYN__EXCHANGE__WRITER", "name in the entries it makes"),
    ("SAMSYN__EXCHANGE__FOLDER", "the exchange's copy of state"),
    ("SAMSYN__EXCHANGE__SEAL_KEY", "file: private key that seals releases"),
    ("SAMSYN__EXCHANGE__SHADOW_EVERY", "one of so many records is worked out twice"),
    ("SAMSYN__EXCHANGE__LANE_SECRET", "file: secret that record keys are derived from"),
    ("SAMSYN__EXCHANGE__APPROVERS", "files: public keys of bundle approvers"),
    ("SAMSYN__EXCHANGE__BATCH_RECORDS", "most records in one commit"),
    ("SAMSYN__EXCHANGE__BATCH_MILLIS", "longest time one commit gathers"),
    ("SAMSYN__LEDGER__FOLDER", "tiles, checkpoint and index"),
    ("SAMSYN__LEDGER__ORIGIN", "name of the log in its checkpoints"),
    ("SAMSYN__LEDGER__CHECKPOINT_KEY", "file: private key that signs checkpoints"),
    ("SAMSYN__LEDGER__INDEX_SECRET", "file: secret of the subject index"),
    ("SAMSYN__LEDGER__CHECKPOINT_MILLIS", "longest time to the next checkpoint"),
    ("SAMSYN__CONNECTOR__FOLDER", "spool, id maps, delivery positions"),
    ("SAMSYN__CONNECTOR__POLL_MILLIS", "time between looks into drop folders"),
    ("SAMSYN__CONNECTOR__HTTP__ADDRESS", "address and port of the HTTP intake"),
    ("SAMSYN__CONNECTOR__HTTP__CERTIFICATE", "file: chain of its certificate"),
    ("SAMSYN__CONNECTOR__HTTP__KEY", "file: private key of its certificate"),
    ("SAMSYN__CONNECTOR__HTTP__CLIENT_AUTHORITY", "file: authority of clients' certificates"),
    ("SAMSYN__CONNECTOR__HTTP__TOKENS__ISSUER", "whose tokens are taken"),
    ("SAMSYN__CONNECTOR__HTTP__TOKENS__AUDIENCE", "for whom they must be meant"),
    ("SAMSYN__CONNECTOR__HTTP__TOKENS__SCOPE", "the scope they must have"),
    ("SAMSYN__CONNECTOR__HTTP__TOKENS__KEYS", "file: the issuer's public keys"),
    ("SAMSYN__CONNECTOR__HTTP__LIMITS__BODY_BYTES", "bytes of one body"),
    ("SAMSYN__CONNECTOR__HTTP__LIMITS__CONNECTIONS", "open connections"),
    ("SAMSYN__CONNECTOR__HTTP__LIMITS__CONNECTIONS_OF_ONE", "open connections of one address"),
    ("SAMSYN__CONNECTOR__HTTP__LIMITS__REQUESTS_OF_SOURCE", "requests of one source at once"),
    ("SAMSYN__CONNECTOR__HTTP__LIMITS__REQUEST_SECONDS", "time of a request's head, and body"),
    ("SAMSYN__CONNECTOR__REGISTER__FILE", "file that fills the register lane"),
    ("SAMSYN__CONNECTOR__REGISTER__KEY", "file: private key that seals the register's entries"),
];

/// Keys whose environment form is a list.
pub(crate) const LISTS: &[&str] = &["exchange.approvers"];

/// The environment name that sets a key, as `exchange.folder` is by `SAMSYN__EXCHANGE__FOLDER`.
pub fn name_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_uppercase())
}

/// The key that an environment name sets.
pub(crate) fn key_of(name: &str) -> Option<String> {
    name.strip_prefix(PREFIX).map(|rest| rest.replace("__", ".").to_lowercase())
}
