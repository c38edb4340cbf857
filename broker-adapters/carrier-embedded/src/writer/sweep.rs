//! Maintenance in small steps between requests: the index of newest keys, deletion by age, pages
//! given back. How long messages stay is told by [`Retention`].

use crate::book::table;
use crate::counts::{Live, add};
use crate::fault::Fault;
use crate::limits::{IDLE, STEP_PAGES, STEP_ROWS, SWEEP, TAIL_ROWS};
use crate::row::{offset, sql};
use carrier::{Lane, LaneKind, PREFIX, Permanent, Retention};
use rusqlite::{Connection, OptionalExtension, params};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// Where maintenance stands.
pub(super) struct Sweeper {
    retention: Retention,
    /// Idle moments since the lanes were last looked at.
    idle: u32,
    /// Lanes still to be looked at in this round.
    lanes: Vec<Due>,
    /// Whether something was deleted whose bytes may still lie in the file or its log.
    remains: bool,
    /// Messages appended when every compacted lane was last found indexed.
    indexed: u64,
}

/// A lane as maintenance sees it.
struct Due {
    id: i64,
    lane: Lane,
    floor: u64,
    indexed: u64,
    swept: u64,
}

/// Looks of a lane that one step takes without doing anything.
const LOOKS: usize = 64;

// === impl Sweeper ===

impl Sweeper {
    pub(super) fn new(retention: Retention) -> Self {
        Sweeper { retention, idle: 0, lanes: Vec::new(), remains: false, indexed: 0 }
    }

    pub(super) fn set(&mut self, retention: Retention) {
        self.retention = retention;
        self.lanes.clear();
    }

    /// Whether indexing has fallen so far behind that it must no longer wait for an idle moment.
    pub(super) fn overdue(&self, counts: &Live) -> bool {
        counts.appended.load(Relaxed).saturating_sub(self.indexed) > TAIL_ROWS
    }

    /// Does all that is due now.
    pub(super) fn finish(
        &mut self,
        conn: &Connection,
        now: i64,
        counts: &Live,
    ) -> Result<(), Fault> {
        self.lanes.clear();
        self.idle = u32::MAX;
        while self.step(conn, now, counts)? {}
        Ok(())
    }

    /// Indexes one lane to its end.
    pub(super) fn index_lane(
        &mut self,
        conn: &Connection,
        lane: i64,
        counts: &Live,
    ) -> Result<(), Fault> {
        let tail = format!("id = {lane} AND indexed < next");
        while let Some(due) = due(conn, &tail)?.pop() {
            self.remains |= transaction(conn, |conn| self.index(conn, &due, counts))?;
        }
        Ok(())
    }

    /// Does one step; tells whether more is due.
    pub(super) fn step(
        &mut self,
        conn: &Connection,
        now: i64,
        counts: &Live,
    ) -> Result<bool, Fault> {
        let appended = counts.appended.load(Relaxed);
        let tail = "compacted AND indexed < next LIMIT 1";
        if let Some(due) = due(conn, tail)?.pop() {
            self.remains |= transaction(conn, |conn| self.index(conn, &due, counts))?;
            return Ok(true);
        }
        self.indexed = appended;
        if self.lanes.is_empty() {
            self.idle = self.idle.saturating_add(1);
            if u128::from(self.idle) * IDLE.as_millis() < SWEEP.as_millis() {
                return Ok(false);
            }
            self.idle = 0;
            self.lanes = due(conn, "true")?;
        }
        for _ in 0..LOOKS {
            let Some(due) = self.lanes.pop() else { break };
            let swept = transaction(conn, |conn| self.sweep(conn, &due, now))?;
            add(&counts.deleted, swept.deleted);
            self.remains |= swept.deleted > 0;
            if swept.more {
                self.lanes.extend(self::due(conn, &format!("id = {}", due.id))?);
                return Ok(true);
            }
        }
        Ok(!self.lanes.is_empty() || self.clear(conn)?)
    }

    /// Indexes the next messages of a compacted lane by key, and deletes what they replace if
    /// its time is over. Tells whether anything was deleted.
    fn index(&self, conn: &Connection, due: &Due, counts: &Live) -> Result<bool, Fault> {
        let table = table(due.id);
        let at_once = self.retention.of(due.lane.kind()).is_zero();
        let mut tail = conn.prepare_cached(&format!(
            "SELECT at, key FROM {table} WHERE at >= ?1 ORDER BY at LIMIT ?2"
        ))?;
        let mut newest =
            conn.prepare_cached("SELECT at FROM newest WHERE lane = ?1 AND key = ?2")?;
        let mut replace = conn
            .prepare_cached("INSERT OR REPLACE INTO newest (lane, key, at) VALUES (?1, ?2, ?3)")?;
        let mut delete = conn.prepare_cached(&format!("DELETE FROM {table} WHERE at = ?1"))?;
        let mut rows = tail.query(params![sql(due.indexed), sql(STEP_ROWS)])?;
        let (mut seen, mut deleted) = (None, 0);
        while let Some(row) = rows.next()? {
            let (at, key) = (offset(row, 0)?, row.get_ref(1)?.as_blob()?);
            let old = newest.query_row(params![due.id, key], |row| offset(row, 0)).optional()?;
            replace.execute(params![due.id, key, sql(at)])?;
            if let Some(old) = old.filter(|old| at_once || *old < due.swept) {
                deleted += delete.execute([sql(old)])?;
            }
            seen = Some(at);
        }
        let mark = match seen {
            Some(at) => conn.execute(
                "UPDATE lane SET indexed = ?2 WHERE id = ?1",
                params![due.id, sql(at.saturating_add(1))],
            ),
            None => conn.execute("UPDATE lane SET indexed = next WHERE id = ?1", [due.id]),
        };
        mark?;
        add(&counts.deleted, deleted as u64);
        Ok(deleted > 0)
    }

    /// Deletes what is past its time at the left end of a lane.
    fn sweep(&self, conn: &Connection, due: &Due, now: i64) -> Result<Swept, Fault> {
        let keep = self.retention.of(due.lane.kind());
        let cutoff = now.saturating_sub(micros(keep));
        match due.lane.kind() {
            LaneKind::State | LaneKind::Release | LaneKind::Control if keep.is_zero() => {
                Ok(Swept::default())
            }
            LaneKind::State | LaneKind::Release | LaneKind::Control => {
                sweep_compacted(conn, due, cutoff)
            }
            LaneKind::Intake => sweep_plain(conn, due, cutoff, position(conn, &due.lane)?),
            LaneKind::Disclosure => sweep_plain(conn, due, cutoff, due.floor),
            LaneKind::Receipt | LaneKind::Quarantine => sweep_plain(conn, due, cutoff, u64::MAX),
        }
    }

    /// Gives pages back and empties the log once something was deleted, so that no byte of it
    /// stays. Tells whether more is to be done.
    fn clear(&mut self, conn: &Connection) -> Result<bool, Fault> {
        if !self.remains {
            return Ok(false);
        }
        let free: u64 = conn.query_row("PRAGMA freelist_count", [], |row| offset(row, 0))?;
        if free > 0 {
            let mut vacuum = conn.prepare(&format!("PRAGMA incremental_vacuum({STEP_PAGES})"))?;
            let mut rows = vacuum.query([])?;
            while rows.next()?.is_some() {}
            return Ok(true);
        }
        // Not held up by readers for long: tried again at the next look.
        conn.busy_timeout(IDLE)?;
        let busy = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        conn.busy_timeout(crate::limits::BUSY)?;
        self.remains = busy.unwrap_or(true);
        Ok(false)
    }
}

#[derive(Default)]
struct Swept {
    deleted: u64,
    more: bool,
}

/// Lanes that satisfy a condition on the lane table.
fn due(conn: &Connection, condition: &str) -> Result<Vec<Due>, Fault> {
    let mut lanes = conn.prepare_cached(&format!(
        "SELECT id, topic, floor, indexed, swept FROM lane WHERE {condition}"
    ))?;
    let mut rows = lanes.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let lane = Lane::from_topic(PREFIX, row.get_ref(1)?.as_str().unwrap_or_default());
        found.push(Due {
            id: row.get(0)?,
            lane: lane.map_err(|_| Permanent::Damaged)?,
            floor: offset(row, 2)?,
            indexed: offset(row, 3)?,
            swept: offset(row, 4)?,
        });
    }
    Ok(found)
}

fn sweep_plain(conn: &Connection, due: &Due, cutoff: i64, floor: u64) -> Result<Swept, Fault> {
    let table = table(due.id);
    let mut last = conn.prepare_cached(&format!(
        "SELECT max(at) FROM (SELECT at, appended FROM {table} WHERE at < ?1 ORDER BY at LIMIT ?2)
         WHERE appended <= ?3"
    ))?;
    let last: Option<i64> =
        last.query_row(params![sql(floor), sql(STEP_ROWS), cutoff], |row| row.get(0))?;
    let Some(last) = last else { return Ok(Swept::default()) };
    let mut delete = conn.prepare_cached(&format!("DELETE FROM {table} WHERE at <= ?1"))?;
    let deleted = delete.execute([last])? as u64;
    Ok(Swept { deleted, more: deleted >= STEP_ROWS })
}

/// Judges the next messages by age: replaced ones go, the newest of a key stays unless it is a
/// tombstone.
fn sweep_compacted(conn: &Connection, due: &Due, cutoff: i64) -> Result<Swept, Fault> {
    let table = table(due.id);
    let mut old = conn.prepare_cached(&format!(
        "SELECT at, key, value IS NULL FROM {table}
         WHERE at >= ?1 AND at < ?2 AND appended <= ?3 ORDER BY at LIMIT ?4"
    ))?;
    let mut newest = conn.prepare_cached("SELECT at FROM newest WHERE lane = ?1 AND key = ?2")?;
    let mut forget = conn.prepare_cached("DELETE FROM newest WHERE lane = ?1 AND key = ?2")?;
    let mut delete = conn.prepare_cached(&format!("DELETE FROM {table} WHERE at = ?1"))?;
    let range = params![sql(due.swept), sql(due.indexed), cutoff, sql(STEP_ROWS)];
    let mut rows = old.query(range)?;
    let (mut deleted, mut looked, mut last) = (0, 0, None);
    while let Some(row) = rows.next()? {
        let (at, tombstone) = (offset(row, 0)?, row.get::<_, bool>(2)?);
        let key = row.get_ref(1)?.as_blob()?;
        let kept = newest.query_row(params![due.id, key], |row| offset(row, 0)).optional()?;
        let replaced = kept.is_none_or(|kept| kept > at);
        if tombstone && !replaced {
            forget.execute(params![due.id, key])?;
        }
        if replaced || tombstone {
            deleted += delete.execute([sql(at)])? as u64;
        }
        looked += 1;
        last = Some(at);
    }
    if let Some(last) = last {
        let mut mark = conn.prepare_cached("UPDATE lane SET swept = ?2 WHERE id = ?1")?;
        mark.execute(params![due.id, sql(last.saturating_add(1))])?;
    }
    Ok(Swept { deleted, more: looked >= STEP_ROWS })
}

fn position(conn: &Connection, lane: &Lane) -> Result<u64, Fault> {
    let Lane::Intake(source) = lane else { return Ok(0) };
    let mut position = conn.prepare_cached("SELECT next FROM position WHERE source = ?1")?;
    let next = position.query_row([source.as_str()], |row| offset(row, 0)).optional()?;
    Ok(next.unwrap_or(0))
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

fn transaction<T>(
    conn: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let transaction = conn.unchecked_transaction()?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}
