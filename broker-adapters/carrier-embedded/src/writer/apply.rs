//! Requests as statements. Transactions, failures and answers are the writer's affair.

use crate::book::{Book, Track, table};
use crate::fault::Fault;
use crate::request::{Done, Request};
use crate::row::{encode_headers, sql};
use carrier::{Commit, CommitError, Committed, Lane, Message, Offset, PREFIX, Permanent};
use rusqlite::{Connection, OptionalExtension, params};

/// What a request is applied with.
pub(super) struct Desk<'a> {
    pub(super) conn: &'a Connection,
    pub(super) book: &'a mut Book,
    pub(super) now: i64,
    pub(super) scratch: &'a mut Vec<u8>,
}

// === impl Desk ===

impl Desk<'_> {
    pub(super) fn apply(&mut self, request: &Request) -> Result<Done, Fault> {
        match request {
            Request::Append(lane, messages) => {
                for message in messages {
                    self.append(lane, message)?;
                }
                Ok(Done::Appended(Offset(self.book.next(lane))))
            }
            Request::Commit(commit) => self.commit(commit).map(Done::Committed),
            Request::Schema(subject, text) => self.register(subject, text).map(Done::Registered),
            Request::Floor(lane, offset) => {
                self.track(lane)?;
                let id = self.book.track(lane).map(|track| track.id);
                let mut floor = self
                    .conn
                    .prepare_cached("UPDATE lane SET floor = max(floor, ?2) WHERE id = ?1")?;
                floor.execute(params![id, sql(offset.0)])?;
                Ok(Done::Nothing)
            }
            // Done by the writer itself, outside the transaction.
            Request::Retention(_) | Request::Bound(_) | Request::Maintain => Ok(Done::Nothing),
        }
    }

    fn commit(&mut self, commit: &Commit) -> Result<Committed, Fault> {
        let newest = self.book.next(&Lane::Bundle).checked_sub(1).map(Offset);
        if newest != commit.bundle() {
            return Err(CommitError::StaleBundle.into());
        }
        for advance in commit.advances() {
            if self.book.position(&advance.source) != advance.from.0 {
                return Err(CommitError::Moved.into());
            }
            if advance.to.0 > self.book.next(&Lane::Intake(advance.source.clone())) {
                return Err(Permanent::Position.into());
            }
            self.book.set_position(&advance.source, advance.to.0);
            let mut update = self
                .conn
                .prepare_cached("INSERT OR REPLACE INTO position (source, next) VALUES (?1, ?2)")?;
            update.execute(params![advance.source.as_str(), sql(advance.to.0)])?;
        }
        let mut committed = Committed::default();
        for (lane, message) in commit.appends() {
            let next = self.append(lane, message)?;
            if let Lane::State(source) = lane {
                match committed.states.get_mut(source) {
                    Some(end) => *end = next,
                    None => {
                        committed.states.insert(source.clone(), next);
                    }
                }
            }
        }
        Ok(committed)
    }

    /// Appends a message; returns the position after it.
    fn append(&mut self, lane: &Lane, message: &Message) -> Result<Offset, Fault> {
        let (conn, now) = (self.conn, self.now);
        encode_headers(&message.headers, self.scratch);
        let track = self.track(lane)?;
        let (at, insert) = (track.next, track.insert.clone());
        track.next += 1;
        track.appended = now;
        let mut insert = conn.prepare_cached(&insert)?;
        insert.execute(params![sql(at), now, message.key, message.value, *self.scratch])?;
        Ok(Offset(at).next())
    }

    /// The lane, made if this is its first message.
    fn track(&mut self, lane: &Lane) -> Result<&mut Track, Fault> {
        if self.book.track(lane).is_none() {
            let mut add = self.conn.prepare_cached(
                "INSERT INTO lane (topic, compacted, next, appended, floor, indexed, swept)
                 VALUES (?1, ?2, 0, ?3, 0, 0, 0) RETURNING id",
            )?;
            let values = params![lane.topic(PREFIX), lane.is_compacted(), self.now];
            let id = add.query_row(values, |row| row.get(0))?;
            self.conn.execute_batch(&format!(
                "CREATE TABLE {} (at INTEGER PRIMARY KEY, appended INTEGER NOT NULL,
                 key BLOB NOT NULL, value BLOB, headers BLOB NOT NULL)",
                table(id)
            ))?;
            self.book.add(lane, Track::new(id, 0, self.now));
        }
        self.book.track_mut(lane).ok_or(Fault::from(Permanent::Damaged))
    }

    fn register(&mut self, subject: &str, text: &str) -> Result<u32, Fault> {
        let mut known = self.conn.prepare_cached("SELECT id FROM avro WHERE text = ?1")?;
        let id = match known.query_row([text], |row| row.get::<_, u32>(0)).optional()? {
            Some(id) => id,
            None => {
                let mut add =
                    self.conn.prepare_cached("INSERT INTO avro (text) VALUES (?1) RETURNING id")?;
                add.query_row([text], |row| row.get(0))?
            }
        };
        let mut version = self.conn.prepare_cached(
            "INSERT INTO avro_subject (subject, version, schema)
             SELECT ?1, 1 + coalesce((SELECT max(version) FROM avro_subject WHERE subject = ?1), 0),
                    ?2
             WHERE NOT EXISTS (SELECT 1 FROM avro_subject WHERE subject = ?1 AND schema = ?2)",
        )?;
        version.execute(params![subject, id])?;
        Ok(id)
    }
}
