//! Whom something left for: a member whom the view may address by the matrix, on a lane that
//! nobody else reads; and of an entitled view, on entitlements that were there. Why somebody got
//! nothing is not asked.

use super::Bench;
use crate::Error;
use crate::digest::sha256;
use crate::entitlements::{Known, Word, known};
use crate::finding::Kind;
use crate::notebook::{Line, Noted};
use crate::register::areas;
use crate::truth::{Asked, Audience, Truth};
use shadow::Case;
use vocabulary::{BasisId, OrgNumber};

/// Holds a row that says something was released against whom its view may address.
pub(super) fn addressed(
    bench: &mut Bench<'_>,
    truth: &Truth,
    entry: &Noted,
    row: &Line,
    case: &Case<'_>,
) -> Result<(), Error> {
    let place = format!("entry {} for {}", entry.id, row.view);
    let Some(audience) = truth.audiences.get(&row.view) else {
        // A matrix of an older program does not tell; one lane for all needs no telling.
        if !truth.groups.contains(&(row.view.clone(), case.record_type)) {
            bench.report.find(Kind::Unruled, place);
        }
        return Ok(());
    };
    if !may_have(bench, truth, audience, entry, row, case)? {
        bench.report.find(Kind::Audience, &place);
    }
    if audience.audience == Asked::Entitled {
        match rests(bench, truth, audience, entry, row)? {
            Known::Holds => {}
            Known::Replaced => bench.report.beyond += 1,
            Known::No => bench.report.find(Kind::Entitlement, place),
        }
    }
    Ok(())
}

/// Whether it is for whom the view addresses with this record, and lay where only they read.
fn may_have(
    bench: &Bench<'_>,
    truth: &Truth,
    audience: &Audience,
    entry: &Noted,
    row: &Line,
    case: &Case<'_>,
) -> Result<bool, Error> {
    let types = truth.types.get(&case.record_type);
    let word = |path: Option<&String>| shadow::word(case.value, path?);
    if let Asked::Group | Asked::OwnRecord = audience.audience {
        let person = word(types.and_then(|types| types.data_subject.as_ref()));
        let person = person.filter(|_| audience.audience == Asked::OwnRecord);
        let whose = person.map(|person| sha256(&[person.as_bytes()]));
        let same = whose == row.whose && whose.is_some() == (audience.audience == Asked::OwnRecord);
        return Ok(row.recipient.is_empty() && (same || row.listed.is_none()));
    }
    let recipient = row.recipient.parse::<OrgNumber>().ok();
    let member = recipient.as_ref().and_then(|recipient| audience.member(recipient));
    let (Some(recipient), Some(member)) = (recipient, member) else { return Ok(false) };
    let alone = row.listed.is_none_or(|listed| listed == audience.gateway);
    let named = match (audience.audience, &entry.about.subject) {
        (Asked::Addressee, _) => {
            let addressee = word(types.and_then(|types| types.addressee.as_ref()));
            addressee.and_then(|text| text.parse().ok()) == Some(recipient)
        }
        (Asked::OwnArea, Some(subject)) => {
            let areas = areas(&bench.notebook, subject, entry.about.at)?;
            member.municipality.is_some_and(|own| areas.contains(&own))
        }
        (Asked::OwnArea, None) => false,
        // By what it is entitled is asked apart.
        _ => true,
    };
    Ok(alone && named)
}

/// Whether each basis that a row names rests on an entitlement of its recipient, about this
/// subject, that was live and said by a source that may; and whether there is one.
fn rests(
    bench: &Bench<'_>,
    truth: &Truth,
    audience: &Audience,
    entry: &Noted,
    row: &Line,
) -> Result<Known, Error> {
    let asked = |word: &Word, basis: &BasisId| {
        word.basis == *basis
            && audience.required.contains(basis)
            && audience.entitlement == Some(word.kind)
            && audience.purposes.contains(&word.purpose)
            && row.recipient == word.recipient.as_str()
            && entry.about.subject == Some(word.subject)
            && truth.may_entitle(&word.source, word.kind)
    };
    let mut all = if row.under.is_empty() { Known::No } else { Known::Holds };
    for (id, basis) in &row.under {
        let of = (id, entry.about.at, bench.replaced);
        match known(&bench.notebook, of, |word| asked(word, basis))? {
            Known::Holds => {}
            Known::Replaced => all = Known::Replaced,
            Known::No => return Ok(Known::No),
        }
    }
    Ok(all)
}
