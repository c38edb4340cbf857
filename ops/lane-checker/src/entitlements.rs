//! The entitlement lane: which word of which source was in force when. What is not sealed, sealed
//! earlier than what is held, too long under way or another source's entitlement is passed over, as
//! the exchange must pass it over; how many the exchange takes of one subject is not counted here.

use crate::limits::{
    ENTITLED_LEAD, FOLLOW_LAG, MAX_AHEAD, MAX_UNDERWAY, REMEMBERED_DAYS, WORD_DAYS,
};
use crate::notebook::{Notebook, parsed};
use crate::seal::{Keys, Said, Seal};
use crate::{Error, Lane, Lanes, Message};
use rusqlite::{Row, params};
use serde::Deserialize;
use vocabulary::{BasisId, EntitlementId, EntitlementKind, OrgNumber, Purpose, RecordId, SourceId};

const DAY: i64 = 86_400_000_000;
/// Stands where a finding's seal has its record id.
const RECORD: RecordId = RecordId::new(*b"samsyn-entitled1");

/// The columns of a word, as [`word`] reads them.
const WORD: &str = "source, sealed, kind, subject, recipient, purpose, basis, since, until";

/// A word of a source that counts: an entitlement, or its end.
pub(crate) struct Word {
    pub(crate) source: SourceId,
    sealed: i64,
    pub(crate) kind: EntitlementKind,
    pub(crate) subject: OrgNumber,
    pub(crate) recipient: OrgNumber,
    pub(crate) purpose: Purpose,
    pub(crate) basis: BasisId,
    since: i64,
    /// The last day on which it is live.
    until: i64,
}

/// What stands in a message's value.
#[derive(Deserialize)]
struct Terms {
    id: String,
    kind: EntitlementKind,
    subject: OrgNumber,
    recipient: OrgNumber,
    purpose: Purpose,
    basis: BasisId,
    from: i64,
    to: i64,
    #[serde(default)]
    ended: bool,
}

/// What is known of an entitlement at a moment.
pub(crate) enum Known {
    /// A word that was in force then is as asked.
    Holds,
    /// What was in force then has been replaced on the lane; what replaced it is as asked.
    Replaced,
    /// None is.
    No,
}

/// Takes the lane down; true when something that was replaced is gone from it.
pub(crate) fn read(lanes: &dyn Lanes, keys: &Keys, notebook: &Notebook) -> Result<bool, Error> {
    let (mut next, mut cut) = (0, false);
    lanes.walk(&Lane::Entitlement, &mut |message| {
        cut |= message.at != next;
        next = message.at + 1;
        hear(keys, notebook, &message)
    })?;
    Ok(cut)
}

fn hear(keys: &Keys, notebook: &Notebook, message: &Message) -> Result<(), Error> {
    let Some((id, said, seal)) = sealed(message) else { return Ok(()) };
    if !keys.is_empty() && !keys.hold(&said, &seal) {
        return Ok(());
    }
    let held = remembered(notebook, id, message.appended)?;
    if held.as_ref().is_some_and(|held| held.source != said.source || held.sealed > seal.at) {
        return Ok(());
    }
    let terms = serde_json::from_slice::<Terms>(said.value).ok().filter(|terms| terms.id == id);
    let underway = message.appended.saturating_sub(seal.at);
    let word = match (terms, held) {
        (Some(terms), _) if terms.ended || (-MAX_AHEAD..=MAX_UNDERWAY).contains(&underway) => {
            Word::new(said.source, seal.at, terms)
        }
        (Some(_), _) | (None, None) => return Ok(()),
        // On the word of its own source that cannot be read.
        (None, Some(held)) => Word { sealed: seal.at, until: i64::MIN, ..held },
    };
    put(notebook, (id, message), &word)
}

/// Id, what was said and its seal, of a message that has all three.
fn sealed(message: &Message) -> Option<(&str, Said<'_>, Seal<'_>)> {
    let id = str::from_utf8(&message.key).ok()?;
    let source = message.text("samsyn_source")?.parse().ok()?;
    let seal = Seal::read(message.header("samsyn_seal")?)?;
    let value = message.value.as_deref()?;
    Some((id, Said { source, sequence: 0, record: RECORD, value }, seal))
}

/// The last word that counts, unless it has been over for so long that it is forgotten.
fn remembered(notebook: &Notebook, id: &str, now: i64) -> Result<Option<Word>, Error> {
    let text = format!("SELECT {WORD} FROM entitled WHERE id = ?1 ORDER BY at DESC LIMIT 1");
    let last = notebook.all(&text, [id], word)?.into_iter().next();
    let passed = now.div_euclid(DAY) - REMEMBERED_DAYS;
    Ok(last.filter(|last| last.until.max(last.sealed.div_euclid(DAY)) >= passed))
}

fn put(notebook: &Notebook, (id, message): (&str, &Message), word: &Word) -> Result<(), Error> {
    let values = params![
        id,
        message.appended,
        message.at.cast_signed(),
        word.source.as_str(),
        word.sealed,
        word.kind.as_str(),
        word.subject.as_str(),
        word.recipient.as_str(),
        word.purpose.as_str(),
        word.basis.as_str(),
        word.since,
        word.until,
    ];
    let text = "INSERT INTO entitled VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    notebook.write(text, values).map(|_| ())
}

fn word(row: &Row<'_>) -> rusqlite::Result<Word> {
    Ok(Word {
        source: parsed(row, 0)?,
        sealed: row.get(1)?,
        kind: parsed(row, 2)?,
        subject: parsed(row, 3)?,
        recipient: parsed(row, 4)?,
        purpose: parsed(row, 5)?,
        basis: parsed(row, 6)?,
        since: row.get(7)?,
        until: row.get(8)?,
    })
}

// === impl Word ===

impl Word {
    /// A source that is silent about it for so many days is taken to have ended it.
    fn new(source: SourceId, sealed: i64, terms: Terms) -> Word {
        let silent = sealed.div_euclid(DAY) + WORD_DAYS;
        let until = if terms.ended { i64::MIN } else { terms.to.min(silent) };
        let Terms { kind, subject, recipient, purpose, basis, from: since, .. } = terms;
        Word { source, sealed, kind, subject, recipient, purpose, basis, since, until }
    }

    fn is_live(&self, day: i64) -> bool {
        self.since <= day && day <= self.until
    }
}

/// Whether an entitlement is as asked, by a word in force for an exchange that followed the lane
/// within the lag before the moment. A lane that keeps the newest word alone does not tell what
/// was said before it.
pub(crate) fn known(
    notebook: &Notebook,
    (id, at, cut): (&EntitlementId, i64, bool),
    is_asked: impl Fn(&Word) -> bool,
) -> Result<Known, Error> {
    let text = format!("SELECT {WORD}, appended FROM entitled WHERE id = ?1 ORDER BY at");
    let words =
        notebook.all(&text, [id.as_str()], |row| Ok((word(row)?, row.get::<_, i64>(9)?)))?;
    let before = words.iter().rposition(|(_, appended)| *appended <= at - FOLLOW_LAG);
    let then = words.iter().skip(before.unwrap_or_default());
    let mut then = then.take_while(|(_, appended)| *appended <= at + ENTITLED_LEAD);
    let day = at.div_euclid(DAY);
    Ok(match () {
        () if then.any(|(word, _)| word.is_live(day) && is_asked(word)) => Known::Holds,
        () if cut && before.is_none() && words.iter().any(|(word, _)| is_asked(word)) => {
            Known::Replaced
        }
        () => Known::No,
    })
}
