//! What the register said of an organisation, and when: the strictest kind of subject that an
//! exchange which follows it may not have been freer than, and where it lay. What is not sealed by
//! the register's source is passed over.

use crate::limits::{FOLLOW_LAG, PARENTS, REGISTER_AGE};
use crate::notebook::Notebook;
use crate::seal::{Keys, Said, Seal};
use crate::{Error, Lane, Lanes, Message};
use serde::Deserialize;
use shadow::strictness;
use vocabulary::{MunicipalityNumber, OrgForm, OrgNumber, RecordId, SubjectKind, Timestamp};

/// A line of the register.
#[derive(Deserialize)]
pub(crate) struct Line {
    pub(crate) orgnr: OrgNumber,
    pub(crate) form: OrgForm,
    #[serde(default)]
    pub(crate) parent: Option<OrgNumber>,
    #[serde(default)]
    pub(crate) municipality: Option<MunicipalityNumber>,
    pub(crate) as_of: Timestamp,
}

/// Takes the register lane down.
pub(crate) fn read(lanes: &dyn Lanes, keys: &Keys, notebook: &Notebook) -> Result<(), Error> {
    lanes.walk(&Lane::Register, &mut |message| match heard(keys, &message) {
        // What cannot be read, or is not sealed, was heard by nobody.
        None => Ok(()),
        Some(line) => notebook.put_register(&line, message.appended, message.at),
    })
}

fn heard(keys: &Keys, message: &Message) -> Option<Line> {
    let value = message.value.as_deref()?;
    if !keys.is_empty() {
        let seal = Seal::read(message.header("samsyn_seal")?)?;
        let (source, record) = ("register".parse().ok()?, RecordId::new([0; RecordId::LEN]));
        keys.hold(&Said { source, sequence: 0, record, value }, &seal).then_some(())?;
    }
    serde_json::from_slice(value).ok()
}

/// Where the register let a subject lie, for an exchange that followed it as above.
pub(crate) fn areas(
    notebook: &Notebook,
    subject: &OrgNumber,
    at: i64,
) -> Result<Vec<MunicipalityNumber>, Error> {
    Ok(said(notebook, subject, at)?.into_iter().filter_map(|line| line.municipality).collect())
}

/// The freest kind that the register lets a subject be, for an exchange that followed it within the
/// lag before the moment.
pub(crate) fn freest(
    notebook: &Notebook,
    subject: &OrgNumber,
    at: i64,
) -> Result<SubjectKind, Error> {
    let mut freest = SubjectKind::Unknown;
    for line in said(notebook, subject, at)? {
        let kind = resolved(notebook, &line, at, PARENTS)?;
        if strictness(kind) < strictness(freest) {
            freest = kind;
        }
    }
    Ok(freest)
}

fn resolved(notebook: &Notebook, line: &Line, at: i64, left: usize) -> Result<SubjectKind, Error> {
    if !line.form.is_sub_unit() {
        return Ok(line.form.subject_kind());
    }
    let mut freest = SubjectKind::Unknown;
    let Some(parent) = line.parent.filter(|_| left > 0) else { return Ok(freest) };
    for above in said(notebook, &parent, at)? {
        let kind = resolved(notebook, &above, at, left - 1)?;
        if strictness(kind) < strictness(freest) {
            freest = kind;
        }
    }
    Ok(freest)
}

/// Lines in force within the lag, without those that were stale.
fn said(notebook: &Notebook, subject: &OrgNumber, at: i64) -> Result<Vec<Line>, Error> {
    let lines = notebook.register(subject, at.saturating_sub(FOLLOW_LAG), at)?;
    let fresh = |line: &Line| line.as_of.as_micros() >= at.saturating_sub(REGISTER_AGE);
    Ok(lines.into_iter().filter(fresh).collect())
}
