//! What the register said of an organisation, and when: the strictest kind of subject that an
//! exchange which follows it may not have been freer than. Seals are not checked here.

use crate::limits::{PARENTS, REGISTER_AGE, REGISTER_LAG};
use crate::notebook::Notebook;
use crate::{Error, Lane, Lanes};
use serde::Deserialize;
use shadow::strictness;
use vocabulary::{OrgForm, OrgNumber, SubjectKind, Timestamp};

/// A line of the register.
#[derive(Deserialize)]
pub(crate) struct Said {
    pub(crate) orgnr: OrgNumber,
    pub(crate) form: OrgForm,
    #[serde(default)]
    pub(crate) parent: Option<OrgNumber>,
    pub(crate) as_of: Timestamp,
}

/// Takes the register lane down.
pub(crate) fn read(lanes: &dyn Lanes, notebook: &Notebook) -> Result<(), Error> {
    lanes.walk(&Lane::Register, &mut |message| {
        let line = message.value.as_deref().and_then(|value| serde_json::from_slice(value).ok());
        match line {
            // What cannot be read was heard by nobody.
            None => Ok(()),
            Some(line) => notebook.put_register(&line, message.appended, message.at),
        }
    })
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

fn resolved(notebook: &Notebook, line: &Said, at: i64, left: usize) -> Result<SubjectKind, Error> {
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
fn said(notebook: &Notebook, subject: &OrgNumber, at: i64) -> Result<Vec<Said>, Error> {
    let lines = notebook.register(subject, at.saturating_sub(REGISTER_LAG), at)?;
    let fresh = |line: &Said| line.as_of.as_micros() >= at.saturating_sub(REGISTER_AGE);
    Ok(lines.into_iter().filter(fresh).collect())
}
