//! How the connector stands, for people who ask: `samsyn status` and the page. Copies only.

use crate::Tally;
use serde::Serialize;
use vocabulary::{OrgNumber, SourceId, Timestamp, ViewId};

/// All sources and deliveries at one moment.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Snapshot {
    /// Each source, in the order of the settings.
    pub sources: Vec<SourceStatus>,
    /// Each delivery, in the order of the settings; then each webhook.
    pub deliveries: Vec<DeliveryStatus>,
    /// The register role, where this connector has it.
    pub register: Option<RegisterStatus>,
}

/// How a source stands.
#[derive(Debug, Clone, Serialize)]
pub struct SourceStatus {
    /// The source.
    pub source: SourceId,
    /// All rows so far, also before this start.
    pub tally: Tally,
    /// Records that wait in the spool.
    pub spool_records: u64,
    /// Bytes that wait in the spool.
    pub spool_bytes: u64,
    /// Fields of its records whose free text points to a person, of which it was told.
    pub told: u64,
    /// When something was last accepted.
    pub last_seen: Option<Timestamp>,
    /// Entries of the drop folder that are no plain files.
    pub strange: usize,
    /// Files that wait or are under way.
    pub files_waiting: usize,
    /// Files taken last, newest first.
    pub taken: Vec<TakenFile>,
    /// The code of what holds it back, if anything does.
    pub held_by: Option<&'static str>,
}

/// A file that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenFile {
    /// Its name.
    pub file: String,
    /// When it was taken to its end.
    pub at: Timestamp,
    /// What its rows came to.
    pub tally: Tally,
}

/// How a delivery stands.
#[derive(Debug, Clone, Serialize)]
pub struct DeliveryStatus {
    /// The view.
    pub view: ViewId,
    /// The recipient.
    pub recipient: OrgNumber,
    /// The next offset of the lane to deliver.
    pub next: u64,
    /// The end of the lane when it was last looked at.
    pub end: u64,
    /// Records delivered since the start.
    pub delivered: u64,
    /// Records that the recipient refused, set aside on disk.
    pub parked: u64,
    /// The code of what holds it back, if anything does.
    pub held_by: Option<&'static str>,
}

/// How the register role stands.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RegisterStatus {
    /// Entries in the file as it was last read.
    pub entries: u64,
    /// Entries published since the start.
    pub published: u64,
    /// Rows of the file that are no entry.
    pub refused: u64,
    /// The code of what holds it back, if anything does.
    pub held_by: Option<&'static str>,
}

// === impl SourceStatus ===

impl SourceStatus {
    pub(crate) fn new(source: &SourceId) -> Self {
        SourceStatus {
            source: source.clone(),
            tally: Tally::default(),
            spool_records: 0,
            spool_bytes: 0,
            told: 0,
            last_seen: None,
            strange: 0,
            files_waiting: 0,
            taken: Vec::new(),
            held_by: None,
        }
    }
}
