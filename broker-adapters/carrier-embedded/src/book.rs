//! What the writer knows by heart about lanes and positions, in three layers so that a failed
//! request or transaction leaves no trace: settled, this transaction's, this request's.

use carrier::{Lane, PREFIX};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use vocabulary::SourceId;

use crate::fault::Fault;
use crate::row;
use carrier::Permanent;

/// A lane's table and its right end.
#[derive(Clone)]
pub(crate) struct Track {
    pub(crate) id: i64,
    pub(crate) insert: Arc<str>,
    pub(crate) next: u64,
    pub(crate) appended: i64,
}

/// Lanes and positions, all or those that changed.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) lanes: HashMap<Lane, Track>,
    pub(crate) positions: BTreeMap<SourceId, u64>,
}

/// The three layers.
#[derive(Default)]
pub(crate) struct Book {
    settled: Page,
    group: Page,
    request: Page,
}

// === impl Track ===

impl Track {
    pub(crate) fn new(id: i64, next: u64, appended: i64) -> Self {
        let insert = format!("INSERT INTO {} VALUES (?1, ?2, ?3, ?4, ?5)", table(id)).into();
        Track { id, insert, next, appended }
    }
}

/// The table of a lane.
pub(crate) fn table(id: i64) -> String {
    format!("lane_{id}")
}

// === impl Page ===

impl Page {
    /// Reads all lanes and positions.
    pub(crate) fn load(conn: &Connection) -> Result<Page, Fault> {
        let mut page = Page::default();
        let mut lanes = conn.prepare_cached("SELECT topic, id, next, appended FROM lane")?;
        let mut rows = lanes.query([])?;
        while let Some(row) = rows.next()? {
            let lane = Lane::from_topic(PREFIX, row.get_ref(0)?.as_str().unwrap_or_default());
            let track = Track::new(row.get(1)?, row::offset(row, 2)?, row.get(3)?);
            page.lanes.insert(lane.map_err(|_| Permanent::Damaged)?, track);
        }
        let mut positions = conn.prepare_cached("SELECT source, next FROM position")?;
        let mut rows = positions.query([])?;
        while let Some(row) = rows.next()? {
            let source = row.get_ref(0)?.as_str().unwrap_or_default().parse();
            page.positions.insert(source.map_err(|_| Permanent::Damaged)?, row::offset(row, 1)?);
        }
        Ok(page)
    }

    fn take(&mut self, newer: Page) {
        self.lanes.extend(newer.lanes);
        self.positions.extend(newer.positions);
    }
}

// === impl Book ===

impl Book {
    /// Replaces what is settled, after another process has written.
    pub(crate) fn replace(&mut self, page: Page) {
        *self = Book { settled: page, ..Book::default() };
    }

    pub(crate) fn track(&self, lane: &Lane) -> Option<&Track> {
        let layers = [&self.request, &self.group, &self.settled];
        layers.into_iter().find_map(|layer| layer.lanes.get(lane))
    }

    /// The lane, to be changed by this request.
    pub(crate) fn track_mut(&mut self, lane: &Lane) -> Option<&mut Track> {
        if !self.request.lanes.contains_key(lane) {
            let track = self.track(lane)?.clone();
            self.request.lanes.insert(lane.clone(), track);
        }
        self.request.lanes.get_mut(lane)
    }

    pub(crate) fn add(&mut self, lane: &Lane, track: Track) {
        self.request.lanes.insert(lane.clone(), track);
    }

    /// The position after the lane's last message.
    pub(crate) fn next(&self, lane: &Lane) -> u64 {
        self.track(lane).map_or(0, |track| track.next)
    }

    pub(crate) fn position(&self, source: &SourceId) -> u64 {
        let layers = [&self.request, &self.group, &self.settled];
        layers.into_iter().find_map(|layer| layer.positions.get(source)).copied().unwrap_or(0)
    }

    pub(crate) fn set_position(&mut self, source: &SourceId, next: u64) {
        self.request.positions.insert(source.clone(), next);
    }

    /// Every settled lane.
    pub(crate) fn settled(&self) -> &Page {
        &self.settled
    }

    /// What this transaction changed.
    pub(crate) fn group(&self) -> &Page {
        &self.group
    }

    /// The request has succeeded.
    pub(crate) fn keep_request(&mut self) {
        self.group.take(std::mem::take(&mut self.request));
    }

    /// The request has failed.
    pub(crate) fn drop_request(&mut self) {
        self.request = Page::default();
    }

    /// The transaction is committed.
    pub(crate) fn keep_group(&mut self) {
        self.settled.take(std::mem::take(&mut self.group));
    }

    /// The transaction is rolled back.
    pub(crate) fn drop_group(&mut self) {
        self.group = Page::default();
        self.request = Page::default();
    }

    /// The newest time on any settled lane.
    pub(crate) fn newest_time(&self) -> i64 {
        self.settled.lanes.values().map(|track| track.appended).max().unwrap_or(i64::MIN)
    }
}
