//! Register entries in the copy: how a message of the register lane is taken in. An entry that
//! does not parse removes what was known: unknown is strictest.

use crate::{Error, RegisterEntry};
use carrier::Fetched;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use vocabulary::{OrgNumber, Timestamp};

/// An entry and when the carrier took it in.
#[derive(Debug, Clone)]
pub(crate) struct Copied {
    pub(crate) entry: RegisterEntry,
    pub(crate) at: Timestamp,
}

/// Takes a message in; returns the organisation when what rules rest on has changed.
pub(crate) fn put(tx: &Transaction<'_>, fetched: &Fetched) -> Result<Option<OrgNumber>, Error> {
    let key = str::from_utf8(&fetched.message.key).ok().and_then(|key| key.parse().ok());
    let Some(orgnr): Option<OrgNumber> = key else {
        tracing::warn!("a register message names no organisation");
        return Ok(None);
    };
    let before = get(tx, &orgnr)?.map(|copied| copied.entry);
    let entry = fetched.message.value.as_deref().and_then(|value| {
        let entry: Option<RegisterEntry> = serde_json::from_slice(value).ok();
        entry.filter(|entry| entry.orgnr == orgnr)
    });
    match &entry {
        Some(entry) => {
            let body = serde_json::to_vec(entry).map_err(|_| Error::Malformed)?;
            let parent = entry.parent.as_ref().map(OrgNumber::as_str);
            tx.prepare_cached(
                "INSERT OR REPLACE INTO register (orgnr, parent, copied, body)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![orgnr.as_str(), parent, fetched.appended.as_micros(), body])?;
        }
        None => {
            tx.prepare_cached("DELETE FROM register WHERE orgnr = ?1")?
                .execute([orgnr.as_str()])?;
        }
    }
    let matters = |entry: &Option<RegisterEntry>| {
        entry.as_ref().map(|entry| (entry.form, entry.parent, entry.municipality))
    };
    Ok((matters(&before) != matters(&entry)).then_some(orgnr))
}

/// What is known of an organisation.
pub(crate) fn get(db: &Connection, orgnr: &OrgNumber) -> Result<Option<Copied>, Error> {
    let mut find = db.prepare_cached("SELECT copied, body FROM register WHERE orgnr = ?1")?;
    let row = find
        .query_row([orgnr.as_str()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
        .optional()?;
    row.map(|(at, body)| {
        let entry = serde_json::from_slice(&body).map_err(|_| Error::Malformed)?;
        Ok(Copied { entry, at: Timestamp::from_micros(at) })
    })
    .transpose()
}
