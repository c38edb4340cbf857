//! The embedded carrier's file, read as it lies on the disk. One read transaction from the first
//! question to the last: everything is of one moment, however the site goes on meanwhile.

use crate::{Error, Lane, Lanes, Message, limits, wire::Bytes};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};
use std::collections::BTreeMap;
use std::path::Path;
use vocabulary::{SourceId, Timestamp};

/// What the file says it is ("SMSN"), and the layout that is read here.
const APPLICATION: i64 = 0x534d_534e;
const LAYOUT: i64 = 1;
const PREFIX: &str = "samsyn.";

/// The file, at one moment.
pub struct Embedded {
    file: Connection,
    tables: BTreeMap<Lane, i64>,
}

// === impl Embedded ===

impl Embedded {
    /// Opens the file for reading only.
    pub fn open(path: &Path) -> Result<Embedded, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let file = Connection::open_with_flags(path, flags).map_err(Error::Lanes)?;
        file.busy_timeout(limits::BUSY).map_err(Error::Lanes)?;
        // The moment begins with the first read below.
        file.execute_batch("BEGIN").map_err(Error::Lanes)?;
        let number = |pragma: &str| file.query_row(pragma, [], |row| row.get::<_, i64>(0));
        let known = number("PRAGMA application_id").map_err(Error::Lanes)? == APPLICATION
            && number("PRAGMA user_version").map_err(Error::Lanes)? == LAYOUT;
        if !known {
            return Err(Error::Foreign);
        }
        let tables = tables(&file).map_err(Error::Lanes)?;
        Ok(Embedded { file, tables })
    }
}

fn tables(file: &Connection) -> rusqlite::Result<BTreeMap<Lane, i64>> {
    let mut lanes = file.prepare("SELECT topic, id FROM lane")?;
    let rows = lanes.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let mut tables = BTreeMap::new();
    for row in rows {
        let (topic, id) = row?;
        if let Some(lane) = Lane::of_topic(PREFIX, &topic) {
            tables.insert(lane, id);
        }
    }
    Ok(tables)
}

impl Lanes for Embedded {
    fn lanes(&self) -> Result<Vec<Lane>, Error> {
        Ok(self.tables.keys().cloned().collect())
    }

    fn walk(
        &self,
        lane: &Lane,
        visit: &mut dyn FnMut(Message) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(id) = self.tables.get(lane) else { return Ok(()) };
        let text = format!("SELECT at, appended, key, value, headers FROM lane_{id} ORDER BY at");
        let mut all = self.file.prepare(&text).map_err(Error::Lanes)?;
        let mut rows = all.query([]).map_err(Error::Lanes)?;
        while let Some(row) = rows.next().map_err(Error::Lanes)? {
            let at = row.get::<_, i64>(0).map_err(Error::Lanes)?.cast_unsigned();
            let message = message(row, at).map_err(Error::Lanes)?;
            visit(message.ok_or_else(|| Error::Torn { lane: lane.to_string(), at })?)?;
        }
        Ok(())
    }

    fn begins(&self, lane: &Lane) -> Result<u64, Error> {
        let Some(id) = self.tables.get(lane) else { return Ok(0) };
        let ask = format!(
            "SELECT coalesce((SELECT min(at) FROM lane_{id}), next) FROM lane WHERE id = {id}"
        );
        let begins = self.file.query_row(&ask, [], |row| row.get::<_, i64>(0));
        Ok(begins.map_err(Error::Lanes)?.cast_unsigned())
    }

    fn oldest(&self, lane: &Lane) -> Result<Option<Timestamp>, Error> {
        let Some(id) = self.tables.get(lane) else { return Ok(None) };
        let ask = format!("SELECT appended FROM lane_{id} ORDER BY at LIMIT 1");
        let oldest = self.file.query_row(&ask, [], |row| row.get(0)).optional();
        Ok(oldest.map_err(Error::Lanes)?.map(Timestamp::from_micros))
    }

    fn positions(&self) -> Result<BTreeMap<SourceId, u64>, Error> {
        let ask = || -> rusqlite::Result<Vec<(String, i64)>> {
            let mut all = self.file.prepare("SELECT source, next FROM position")?;
            all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        let rows = ask().map_err(Error::Lanes)?.into_iter();
        Ok(rows
            .filter_map(|(source, next)| Some((source.parse().ok()?, next.cast_unsigned())))
            .collect())
    }

    fn schema(&self, id: u32) -> Result<Option<String>, Error> {
        let ask = "SELECT text FROM avro WHERE id = ?1";
        self.file.query_row(ask, [id], |row| row.get(0)).optional().map_err(Error::Lanes)
    }
}

fn message(row: &Row<'_>, at: u64) -> rusqlite::Result<Option<Message>> {
    let packed: Vec<u8> = row.get(4)?;
    let Some(headers) = headers(&packed) else { return Ok(None) };
    Ok(Some(Message {
        partition: 0,
        at,
        appended: row.get(1)?,
        key: row.get(2)?,
        value: row.get(3)?,
        headers,
    }))
}

/// For each header the lengths of name and value, then both.
fn headers(packed: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut bytes = Bytes(packed);
    let mut headers = Vec::new();
    while !bytes.0.is_empty() {
        let (name, value) = (bytes.number()?, bytes.number()?);
        let name = str::from_utf8(bytes.take(usize::try_from(name).ok()?)?).ok()?;
        let value = bytes.take(usize::try_from(value).ok()?)?;
        headers.push((name.to_owned(), value.to_vec()));
    }
    Some(headers)
}
