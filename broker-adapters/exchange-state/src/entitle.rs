//! How the copy follows the entitlement lane, and what it answers of it. Only what a source has
//! sealed counts, and of that only what is newer than what is held; anything else is passed over
//! with a code. That an end comes late, twice or alone never opens anything.

use crate::entitlement::{Entitlement, Granted, Unheard};
use crate::follow::{Followed, STEP, check_lineage, digest};
use crate::limits::{MAX_AHEAD, MAX_OF_PAIR, MAX_OF_SUBJECT, MAX_UNDERWAY, REMEMBERED_DAYS};
use crate::state::{Inner, State, number, orgnr};
use crate::{Error, Permanent, Temporary};
use carrier::{Carrier, Fetched, Lane, Offset};
use rusqlite::{OptionalExtension, params};
use seal::Authentic;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{EntitlementId, OrgNumber, SourceId, Timestamp};

/// An entitlement as the copy holds it.
struct Held {
    granted: Granted,
    sealed: i64,
}

// === impl State ===

impl State {
    /// Takes one step along the entitlement lane; tells about whom something changed that matters
    /// to a ruling on the day.
    pub fn follow_entitlements(&self, carrier: &dyn Carrier, day: i32) -> Result<Followed, Error> {
        let mut inner = self.locked();
        if inner.behind {
            return Err(Temporary::Behind.into());
        }
        inner.follow_entitlements(carrier, day)
    }

    /// Every entitlement about a subject that was not ended, live or not, by recipient. A subject
    /// without any costs one look-up in memory.
    pub fn entitlements(&self, subject: &OrgNumber) -> Result<Arc<[Granted]>, Error> {
        self.asked()?.entitlements(subject)
    }

    /// Subjects with an entitlement that is live on one of two days and not on the other.
    pub fn turned(&self, one: i32, other: i32) -> Result<Vec<OrgNumber>, Error> {
        let (before, after) = (one.min(other), one.max(other));
        let inner = self.asked()?;
        let mut turned = inner.store.conn.prepare_cached(
            "SELECT DISTINCT subject FROM entitlement
             WHERE until >= since AND
                   ((since > ?1 AND since <= ?2) OR (until >= ?1 AND until < ?2))",
        )?;
        let rows = turned.query_map(params![before, after], |row| row.get::<_, i64>(0))?;
        rows.map(|row| orgnr(row?)).collect()
    }

    /// Messages of the entitlement lane passed over since the copy was opened, by why.
    pub fn unheard(&self) -> BTreeMap<Unheard, u64> {
        self.locked().unheard.clone()
    }
}

// === impl Inner ===

impl Inner {
    pub(crate) fn follow_entitlements(
        &mut self,
        carrier: &dyn Carrier,
        day: i32,
    ) -> Result<Followed, Error> {
        let (next, last): (i64, Vec<u8>) =
            self.store.conn.query_row("SELECT next, last FROM entitlement_lane", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let next = u64::try_from(next).unwrap_or_default();
        check_lineage(carrier, &Lane::Entitlement, next, &last)?;
        let found = carrier.read(&Lane::Entitlement, Offset(next), STEP)?;
        let Some(last) = found.last() else { return Ok(Followed::default()) };
        let mut followed = Followed { changed: Vec::new(), more: true };
        let mut unheard = Vec::new();
        let sealed: Vec<_> = found.iter().map(|fetched| self.authentic(fetched)).collect();
        let transaction = self.store.conn.unchecked_transaction()?;
        for (fetched, authentic) in found.iter().zip(&sealed) {
            match self.hear(fetched, authentic.as_ref())? {
                Ok((before, after)) => followed.changed.extend(changed(before, &after, day)),
                Err((why, closed)) => {
                    unheard.push(why);
                    followed.changed.extend(closed);
                }
            }
        }
        let passed = last.appended.days().saturating_sub(REMEMBERED_DAYS);
        transaction.execute("DELETE FROM entitlement WHERE keep < ?1", [passed])?;
        transaction.execute(
            "UPDATE entitlement_lane SET next = ?1, last = ?2",
            params![last.offset.next().0.cast_signed(), digest(&last.message)],
        )?;
        transaction.commit()?;
        self.entitled.clear();
        for why in unheard {
            *self.unheard.entry(why).or_default() += 1;
            tracing::warn!(code = why.code(), "an entitlement was passed over");
        }
        Ok(followed)
    }

    /// Takes a message over: what was held of its entitlement and what is now; or why not, and
    /// about whom something was closed all the same.
    #[expect(clippy::type_complexity, reason = "read once, just above")]
    fn hear(
        &self,
        fetched: &Fetched,
        authentic: Option<&Authentic>,
    ) -> Result<Result<(Option<Granted>, Granted), (Unheard, Option<OrgNumber>)>, Error> {
        let Some(authentic) = authentic else {
            return Ok(Err((Unheard::Unsealed, None)));
        };
        let id = str::from_utf8(&fetched.message.key).ok();
        let Some(id) = id.and_then(|id| id.parse::<EntitlementId>().ok()) else {
            return Ok(Err((Unheard::Unreadable, None)));
        };
        let held = self.held(&id)?;
        let (source, sealed) = (authentic.source(), authentic.sealed_at());
        if held.as_ref().is_some_and(|held| held.granted.source != *source) {
            return Ok(Err((Unheard::Unsealed, None)));
        }
        if held.as_ref().is_some_and(|held| held.sealed > sealed.as_micros()) {
            return Ok(Err((Unheard::Replayed, None)));
        }
        let said = Entitlement::decode(authentic.value()).ok();
        let Some(said) = said.filter(|said| said.terms().id == id) else {
            let closed = match held {
                Some(held) => Some(self.close(held.granted, sealed)?),
                None => None,
            };
            return Ok(Err((Unheard::Unreadable, closed)));
        };
        let before = held.as_ref().map(|held| &held.granted);
        if let Some(why) = self.refused(&said, before, sealed, fetched.appended)? {
            return Ok(Err((why, None)));
        }
        let granted = Granted::new(said, source.clone(), sealed);
        self.put(&granted, sealed)?;
        Ok(Ok((held.map(|held| held.granted), granted)))
    }

    fn authentic(&mut self, fetched: &Fetched) -> Option<Authentic> {
        let sealed = carrier::entitlement_sealed(&fetched.message).ok()?;
        self.verifier.verify(sealed).ok()
    }

    /// Why an entitlement that is rightly sealed is not taken over. An end always is.
    fn refused(
        &self,
        said: &Entitlement,
        held: Option<&Granted>,
        sealed: Timestamp,
        appended: Timestamp,
    ) -> Result<Option<Unheard>, Error> {
        let terms = said.terms();
        if terms.ended {
            return Ok(None);
        }
        let underway = appended.as_micros().saturating_sub(sealed.as_micros());
        if !(-MAX_AHEAD..=MAX_UNDERWAY).contains(&underway) {
            return Ok(Some(Unheard::Replayed));
        }
        // One that is held is no further one, and one now said to have expired is closed by that.
        if held.is_some() {
            return Ok(None);
        }
        if i64::from(terms.to) < appended.days() {
            return Ok(Some(Unheard::Expired));
        }
        let (subject, recipient) = (number(&terms.subject), number(&terms.recipient));
        let mut count = self.store.conn.prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE recipient = ?2) FROM entitlement
             WHERE subject = ?1 AND until >= ?3",
        )?;
        let counted = params![subject, recipient, appended.days()];
        let (of_subject, of_pair): (i64, i64) =
            count.query_row(counted, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let many = of_subject >= MAX_OF_SUBJECT || of_pair >= MAX_OF_PAIR;
        Ok(many.then_some(Unheard::TooMany))
    }

    /// Ends what is held, on the word of its own source that cannot be read.
    fn close(&self, granted: Granted, sealed: Timestamp) -> Result<OrgNumber, Error> {
        let subject = granted.entitlement.terms().subject;
        let ended = Granted::new(granted.entitlement.end(), granted.source, sealed);
        self.put(&ended, sealed)?;
        Ok(subject)
    }

    fn held(&self, id: &EntitlementId) -> Result<Option<Held>, Error> {
        let mut find = self
            .store
            .conn
            .prepare_cached("SELECT source, sealed, terms FROM entitlement WHERE id = ?1")?;
        let row: Option<(String, i64, Vec<u8>)> = find
            .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let held = |(source, sealed, terms): (String, i64, Vec<u8>)| {
            Ok(Held { granted: read(source, sealed, &terms)?, sealed })
        };
        row.map(held).transpose()
    }

    fn put(&self, granted: &Granted, sealed: Timestamp) -> Result<(), Error> {
        let terms = granted.entitlement.terms();
        let keep = i64::from(granted.until).max(sealed.days());
        let values = params![
            terms.id.as_str(),
            granted.source.as_str(),
            number(&terms.subject),
            number(&terms.recipient),
            terms.from,
            granted.until,
            keep,
            sealed.as_micros(),
            granted.entitlement.encode()?,
        ];
        self.store
            .conn
            .prepare_cached(
                "INSERT OR REPLACE INTO entitlement VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )
            .and_then(|mut put| put.execute(values))?;
        Ok(())
    }

    fn entitlements(&mut self, subject: &OrgNumber) -> Result<Arc<[Granted]>, Error> {
        if let Some(known) = self.entitled.get(subject) {
            return Ok(known);
        }
        let mut find = self.store.conn.prepare_cached(
            "SELECT source, sealed, terms FROM entitlement
             WHERE subject = ?1 AND until >= since ORDER BY recipient, id",
        )?;
        let rows =
            find.query_map([number(subject)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let read = |row: rusqlite::Result<(String, i64, Vec<u8>)>| {
            let (source, sealed, terms) = row?;
            read(source, sealed, &terms)
        };
        let found: Arc<[Granted]> = rows.map(read).collect::<Result<Vec<_>, Error>>()?.into();
        drop(find);
        self.entitled.put(*subject, Arc::clone(&found));
        Ok(found)
    }
}

fn read(source: String, sealed: i64, terms: &[u8]) -> Result<Granted, Error> {
    let source: SourceId = source.try_into().map_err(|_| Permanent::Malformed)?;
    let entitlement = Entitlement::decode(terms)?;
    Ok(Granted::new(entitlement, source, Timestamp::from_micros(sealed)))
}

/// About whom something changed that matters to a ruling on the day.
fn changed(before: Option<Granted>, after: &Granted, day: i32) -> Vec<OrgNumber> {
    let subject = |of: &Granted| of.entitlement.terms().subject;
    match before {
        Some(before) if before.rules_as(after, day) => Vec::new(),
        Some(before) if subject(&before) != subject(after) => {
            vec![subject(&before), subject(after)]
        }
        _ => vec![subject(after)],
    }
}
