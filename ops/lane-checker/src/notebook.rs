//! What the checker writes down while it walks: ids, numbers and digests, in a file of its own that
//! is gone when it ends. No value of a record stands in it but the number of the organisation it is
//! about.

use crate::Error;
use crate::entry::{About, Entry, Leaf, Outcome, Row};
use crate::limits::CACHE_KIB;
use crate::register;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Params, params};
use std::str::FromStr;
use tempfile::TempDir;
use vocabulary::{
    BasisId, Digest, EntitlementId, EntryId, MunicipalityNumber, OrgNumber, RecordId, RecordType,
    SourceId, Timestamp, ViewId,
};

const TABLES: &str = "
    CREATE TABLE entry (
        id BLOB PRIMARY KEY, at INTEGER, made INTEGER, writer TEXT, run INTEGER, counter INTEGER,
        source TEXT, sequence INTEGER, record BLOB, type TEXT, version INTEGER, fresh INTEGER,
        subject TEXT, facts INTEGER, truth INTEGER, seen INTEGER DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX entry_of ON entry (source, sequence);
    CREATE TABLE later (id BLOB PRIMARY KEY, source TEXT, record BLOB) WITHOUT ROWID;
    CREATE INDEX later_of ON later (source, record);
    CREATE TABLE line (
        entry BLOB, view TEXT, recipient TEXT, outcome INTEGER, salt BLOB, commitment BLOB,
        under TEXT, frame INTEGER, left INTEGER DEFAULT 0, listed INTEGER, whose BLOB,
        PRIMARY KEY (entry, view, recipient)
    ) WITHOUT ROWID;
    CREATE TABLE held (
        view TEXT, recipient TEXT, source TEXT, record BLOB, version INTEGER, digest BLOB,
        PRIMARY KEY (source, record, view, recipient)
    ) WITHOUT ROWID;
    CREATE TABLE old (
        view TEXT, recipient TEXT, record BLOB, version INTEGER, digest BLOB,
        PRIMARY KEY (view, recipient, record, version, digest)
    ) WITHOUT ROWID;
    CREATE TABLE state (
        source TEXT, record BLOB, value BLOB, PRIMARY KEY (source, record)
    ) WITHOUT ROWID;
    CREATE TABLE aside (source TEXT, at INTEGER, PRIMARY KEY (source, at)) WITHOUT ROWID;
    CREATE TABLE number (
        source TEXT, sequence INTEGER, ruled INTEGER, PRIMARY KEY (source, sequence)
    ) WITHOUT ROWID;
    CREATE TABLE newest (
        source TEXT, record BLOB, version INTEGER, PRIMARY KEY (source, record)
    ) WITHOUT ROWID;
    CREATE TABLE leaf (
        id BLOB PRIMARY KEY, number INTEGER, body BLOB, root BLOB
    ) WITHOUT ROWID;
    CREATE TABLE register (
        orgnr TEXT, appended INTEGER, at INTEGER, form TEXT, parent TEXT, as_of INTEGER,
        municipality TEXT, PRIMARY KEY (orgnr, appended, at)
    ) WITHOUT ROWID;
    CREATE TABLE entitled (
        id TEXT, appended INTEGER, at INTEGER, source TEXT, sealed INTEGER, kind TEXT,
        subject TEXT, recipient TEXT, purpose TEXT, basis TEXT, since INTEGER, until INTEGER,
        PRIMARY KEY (id, at)
    ) WITHOUT ROWID;
";

/// The columns of an entry, as [`noted`] reads them.
const ENTRY: &str = "id, made, source, sequence, record, type, version, fresh, subject, facts,
    truth, counter, writer || ' ' || run";
/// The columns of a row, as [`line`] reads them.
const LINE: &str = "view, recipient, outcome, salt, commitment, under, frame, left,
    listed, whose";

/// The notebook.
pub(crate) struct Notebook {
    file: Connection,
    _folder: TempDir,
}

/// An entry as noted.
pub(crate) struct Noted {
    pub(crate) id: EntryId,
    pub(crate) about: About,
    /// Number of the matrix it was ruled by; none where nobody gave it.
    pub(crate) truth: Option<usize>,
    pub(crate) counter: u64,
    /// The writer and its run.
    pub(crate) run: String,
}

/// A row as noted.
pub(crate) struct Line {
    pub(crate) view: ViewId,
    /// Empty where it is for all, or for a person.
    pub(crate) recipient: String,
    pub(crate) outcome: Outcome,
    pub(crate) salt: [u8; 16],
    pub(crate) commitment: Digest,
    /// The entitlements that its recipient got it by, each under its basis.
    pub(crate) under: Vec<(EntitlementId, BasisId)>,
    /// The schema id that what left is framed with.
    pub(crate) frame: Option<u32>,
    /// How often it left.
    pub(crate) left: u64,
    /// Whether it lay on a lane of the whole view though it is for one; none if it never left.
    pub(crate) listed: Option<bool>,
    /// Digest of the pseudonym of whom it is for.
    pub(crate) whose: Option<Digest>,
}

/// What lies newest for a row's holder.
pub(crate) struct Held {
    pub(crate) version: u64,
    /// Of its bytes; none when it was withdrawn.
    pub(crate) digest: Option<Digest>,
}

/// A holder: view, recipient, source, record.
pub(crate) type Holder<'a> = (&'a ViewId, &'a str, &'a SourceId, &'a RecordId);

// === impl Notebook ===

impl Notebook {
    pub(crate) fn new() -> Result<Notebook, Error> {
        let folder = tempfile::tempdir()?;
        let file = Connection::open(folder.path().join("notebook"))?;
        // It is made anew by every check: nothing of it has to survive.
        file.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
        file.pragma_update(None, "cache_size", -CACHE_KIB)?;
        file.set_prepared_statement_cache_capacity(64);
        file.execute_batch(TABLES)?;
        file.execute_batch("BEGIN")?;
        Ok(Notebook { file, _folder: folder })
    }

    /// Runs a statement; says how many rows it touched.
    pub(crate) fn write(&self, text: &str, values: impl Params) -> Result<usize, Error> {
        Ok(self.file.prepare_cached(text)?.execute(values)?)
    }

    /// Notes an entry; false when its id stands there already.
    pub(crate) fn put_entry(
        &self,
        (id, at): (&EntryId, u64),
        entry: &Entry,
        truth: Option<usize>,
    ) -> Result<bool, Error> {
        let about = &entry.about;
        let put = self.write(
            "INSERT OR IGNORE INTO entry VALUES
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0)",
            params![
                id.as_bytes(),
                at.cast_signed(),
                about.at,
                entry.number.writer,
                entry.number.run.cast_signed(),
                entry.number.counter.cast_signed(),
                about.source.as_ref().map(SourceId::as_str),
                about.sequence.cast_signed(),
                about.record.as_ref().map(RecordId::as_bytes),
                about.record_type.map(RecordType::as_str),
                about.version.cast_signed(),
                about.fresh,
                about.subject.as_ref().map(OrgNumber::as_str),
                about.facts,
                truth.and_then(|number| i64::try_from(number).ok()),
            ],
        )?;
        entry.rows.iter().try_for_each(|row| self.put_row(id, row))?;
        Ok(put == 1)
    }

    fn put_row(&self, entry: &EntryId, row: &Row) -> Result<(), Error> {
        let under = row.under.iter().map(|(id, basis)| format!("{id} {basis}"));
        self.write(
            "INSERT OR IGNORE INTO line VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, 0, NULL, NULL)",
            params![
                entry.as_bytes(),
                row.view.as_str(),
                row.recipient.as_ref().map_or("", OrgNumber::as_str),
                row.outcome.number(),
                row.salt,
                row.commitment.as_bytes(),
                under.collect::<Vec<_>>().join("\n"),
            ],
        )?;
        Ok(())
    }

    /// Notes an entry that came after the moment.
    pub(crate) fn put_later(&self, id: &EntryId, about: &About) -> Result<(), Error> {
        let record = about.record.as_ref().map(RecordId::as_bytes);
        let values = params![id.as_bytes(), about.source.as_ref().map(SourceId::as_str), record];
        self.write("INSERT OR IGNORE INTO later VALUES (?1, ?2, ?3)", values).map(|_| ())
    }

    /// Whether an entry came after the moment.
    pub(crate) fn is_later(&self, id: &EntryId) -> Result<bool, Error> {
        let count = "SELECT count(*) FROM later WHERE id = ?1";
        Ok(self.number(count, [id.as_bytes()])? != Some(0))
    }

    pub(crate) fn entry(&self, id: &EntryId) -> Result<Option<Noted>, Error> {
        let text = format!("SELECT {ENTRY} FROM entry WHERE id = ?1");
        let mut ask = self.file.prepare_cached(&text)?;
        Ok(ask.query_row([id.as_bytes()], noted).optional()?)
    }

    /// Entries about a number of a source, as they were recorded.
    pub(crate) fn entries_of(&self, source: &SourceId, number: u64) -> Result<Vec<Noted>, Error> {
        let text = format!(
            "SELECT {ENTRY} FROM entry WHERE source = ?1 AND sequence = ?2 ORDER BY made, at"
        );
        let mut ask = self.file.prepare_cached(&text)?;
        let rows = ask.query_map(params![source.as_str(), number.cast_signed()], noted)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Entries about a source's records that no record was found for.
    pub(crate) fn unseen(
        &self,
        source: &SourceId,
        mut each: impl FnMut(&Noted),
    ) -> Result<(), Error> {
        let text = format!("SELECT {ENTRY} FROM entry WHERE source = ?1 AND seen = 0");
        let mut ask = self.file.prepare(&text)?;
        for entry in ask.query_map([source.as_str()], noted)? {
            each(&entry?);
        }
        Ok(())
    }

    pub(crate) fn row(
        &self,
        entry: &EntryId,
        view: &ViewId,
        recipient: &str,
    ) -> Result<Option<Line>, Error> {
        let text =
            format!("SELECT {LINE} FROM line WHERE entry = ?1 AND view = ?2 AND recipient = ?3");
        let mut ask = self.file.prepare_cached(&text)?;
        let values = params![entry.as_bytes(), view.as_str(), recipient];
        Ok(ask.query_row(values, line).optional()?)
    }

    pub(crate) fn rows(&self, entry: &EntryId) -> Result<Vec<Line>, Error> {
        let text = format!("SELECT {LINE} FROM line WHERE entry = ?1");
        let mut ask = self.file.prepare_cached(&text)?;
        let rows = ask.query_map([entry.as_bytes()], line)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Shows every row that says that something left, where nothing did.
    pub(crate) fn unreleased(
        &self,
        mut each: impl FnMut(&EntryId, &Line) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let text = format!("SELECT {LINE}, entry FROM line WHERE outcome <> 3 AND left = 0");
        let mut ask = self.file.prepare(&text)?;
        let mut rows = ask.query([])?;
        while let Some(row) = rows.next()? {
            each(&EntryId::new(row.get(10)?), &line(row)?)?;
        }
        Ok(())
    }

    pub(crate) fn held(&self, holder: Holder<'_>) -> Result<Option<Held>, Error> {
        let (view, recipient, source, record) = holder;
        let mut ask = self.file.prepare_cached(
            "SELECT version, digest FROM held
             WHERE view = ?1 AND recipient = ?2 AND source = ?3 AND record = ?4",
        )?;
        let values = params![view.as_str(), recipient, source.as_str(), record.as_bytes()];
        let held = ask.query_row(values, |row| {
            let digest: Option<[u8; 32]> = row.get(1)?;
            let version = row.get::<_, i64>(0)?.cast_unsigned();
            Ok(Held { version, digest: digest.map(Digest::new) })
        });
        Ok(held.optional()?)
    }

    pub(crate) fn put_held(&self, holder: Holder<'_>, held: &Held) -> Result<(), Error> {
        let (view, recipient, source, record) = holder;
        let digest = held.digest.as_ref().map(Digest::as_bytes);
        let version = held.version.cast_signed();
        let source = source.as_str();
        self.write(
            "INSERT OR REPLACE INTO held VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![view.as_str(), recipient, source, record.as_bytes(), version, digest],
        )?;
        Ok(())
    }

    /// Notes a leaf by its place in the tree; false when its id stands there already.
    pub(crate) fn put_leaf(&self, leaf: &Leaf, number: u64) -> Result<bool, Error> {
        let (body, root) = (leaf.body.as_bytes(), leaf.root.as_bytes());
        let put = self.write(
            "INSERT OR IGNORE INTO leaf VALUES (?1, ?2, ?3, ?4)",
            params![leaf.id.as_bytes(), number.cast_signed(), body, root],
        )?;
        Ok(put == 1)
    }

    /// Place, body and root of a leaf.
    pub(crate) fn leaf(&self, id: &EntryId) -> Result<Option<(u64, Digest, Digest)>, Error> {
        let text = "SELECT number, body, root FROM leaf WHERE id = ?1";
        let mut ask = self.file.prepare_cached(text)?;
        let leaf = |row: &rusqlite::Row<'_>| {
            let number = row.get::<_, i64>(0)?.cast_unsigned();
            Ok((number, Digest::new(row.get(1)?), Digest::new(row.get(2)?)))
        };
        Ok(ask.query_row([id.as_bytes()], leaf).optional()?)
    }

    pub(crate) fn put_register(
        &self,
        said: &register::Line,
        appended: i64,
        at: u64,
    ) -> Result<(), Error> {
        self.write(
            "INSERT OR REPLACE INTO register VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                said.orgnr.as_str(),
                appended,
                at.cast_signed(),
                said.form.as_str(),
                said.parent.as_ref().map(OrgNumber::as_str),
                said.as_of.as_micros(),
                said.municipality.as_ref().map(MunicipalityNumber::as_str),
            ],
        )?;
        Ok(())
    }

    /// What the register said of an organisation at some time between two moments: the last word
    /// before, and every word since.
    pub(crate) fn register(
        &self,
        of: &OrgNumber,
        from: i64,
        to: i64,
    ) -> Result<Vec<register::Line>, Error> {
        let mut ask = self.file.prepare_cached(
            "SELECT form, parent, as_of, municipality FROM register
             WHERE orgnr = ?1 AND appended <= ?3
             AND appended >= coalesce((SELECT max(appended) FROM register
                WHERE orgnr = ?1 AND appended <= ?2), ?2)",
        )?;
        let rows = ask.query_map(params![of.as_str(), from, to], |row| {
            Ok(register::Line {
                orgnr: *of,
                form: parsed(row, 0)?,
                parent: maybe(row, 1)?,
                as_of: Timestamp::from_micros(row.get(2)?),
                municipality: maybe(row, 3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A number of the first row and column; none where there is none.
    pub(crate) fn number(&self, text: &str, values: impl Params) -> Result<Option<u64>, Error> {
        let mut ask = self.file.prepare_cached(text)?;
        let found = ask.query_row(values, |row| row.get::<_, Option<i64>>(0)).optional()?;
        Ok(found.flatten().map(i64::cast_unsigned))
    }

    /// What is read of every row.
    pub(crate) fn all<T>(
        &self,
        text: &str,
        values: impl Params,
        read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut ask = self.file.prepare_cached(text)?;
        let rows = ask.query_map(values, read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Shows rows to whoever asks.
    pub(crate) fn each(
        &self,
        text: &str,
        mut each: impl FnMut(&rusqlite::Row<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut ask = self.file.prepare(text)?;
        let mut rows = ask.query([])?;
        while let Some(row) = rows.next()? {
            each(row)?;
        }
        Ok(())
    }
}

fn noted(row: &rusqlite::Row<'_>) -> rusqlite::Result<Noted> {
    let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
    Ok(Noted {
        id: EntryId::new(row.get(0)?),
        about: About {
            at: row.get(1)?,
            source: maybe(row, 2)?,
            sequence: number(3)?,
            record: row.get::<_, Option<[u8; 16]>>(4)?.map(RecordId::new),
            record_type: maybe(row, 5)?,
            version: number(6)?,
            fresh: row.get(7)?,
            subject: maybe(row, 8)?,
            facts: row.get(9)?,
        },
        truth: row.get::<_, Option<i64>>(10)?.and_then(|number| usize::try_from(number).ok()),
        counter: number(11)?,
        run: row.get(12)?,
    })
}

fn line(row: &rusqlite::Row<'_>) -> rusqlite::Result<Line> {
    let outcome: u8 = row.get(2)?;
    Ok(Line {
        view: parsed(row, 0)?,
        recipient: row.get(1)?,
        outcome: Outcome::of(outcome).unwrap_or(Outcome::Withheld),
        salt: row.get(3)?,
        commitment: Digest::new(row.get(4)?),
        under: under(&row.get::<_, String>(5)?),
        frame: row.get(6)?,
        left: row.get::<_, i64>(7)?.cast_unsigned(),
        listed: row.get(8)?,
        whose: row.get::<_, Option<[u8; 32]>>(9)?.map(Digest::new),
    })
}

fn under(text: &str) -> Vec<(EntitlementId, BasisId)> {
    let pair = |line: &str| {
        let (id, basis) = line.split_once(' ')?;
        Some((id.parse().ok()?, basis.parse().ok()?))
    };
    text.lines().filter_map(pair).collect()
}

pub(crate) fn parsed<T: FromStr>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<T> {
    maybe(row, column)?
        .ok_or_else(|| rusqlite::Error::InvalidColumnType(column, String::new(), Type::Text))
}

fn maybe<T: FromStr>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    Ok(row.get::<_, Option<String>>(column)?.and_then(|text| text.parse().ok()))
}
