//! The matrix: class × field × outcome × basis for one question, as text, CSV and JSON. It is the
//! page a data-protection officer signs off, so it shows every field, also those that stay.

use crate::bundle::Bundle;
use crate::error::Error;
use crate::explain::answer;
use crate::inquiry::{Answered, Inquiry};
use crate::outcome::RecordOutcome;
use crate::text::date;
use crate::view::{Audience, View};
use avro_tree::FieldId;
use std::fmt::Write;
use vocabulary::{BasisId, EntitlementKind, FieldClass, RecordType};

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// Its class under the facts; none where the contract gives none.
    pub class: Option<FieldClass>,
    /// Its class in the contract.
    pub declared: Option<FieldClass>,
    /// Its path.
    pub path: String,
    /// Its English name.
    pub english: String,
    /// `release`, a form, `items` or `withhold`.
    pub outcome: String,
    /// The answer in words.
    pub answer: String,
    /// The rule that opened it.
    pub rule: String,
    /// The bases it stands on.
    pub bases: Vec<BasisId>,
}

/// All fields of one record type in one view, for one sender and one set of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    head: Vec<(&'static str, String)>,
    /// Whether the record leaves.
    pub released: bool,
    /// Every field, by class, then as in the contract.
    pub rows: Vec<MatrixRow>,
    cited: Vec<(BasisId, String, String)>,
}

/// The matrix of one question.
pub fn matrix(bundle: &Bundle, inquiry: &Inquiry) -> Result<Matrix, Error> {
    let answered = bundle.answer(inquiry)?;
    let mut rows: Vec<MatrixRow> = answered
        .schema
        .field_ids()
        .map(|id| {
            let field = answered.schema.field(id);
            let outcome = answered.ruling.field(id);
            let grounds = outcome.grounds().filter(|_| answered.ruling.releases());
            MatrixRow {
                class: answered.ruling.class(id),
                declared: field.class(),
                path: field.path().to_owned(),
                english: field.english().unwrap_or_default().to_owned(),
                outcome: if answered.ruling.releases() {
                    outcome.word()
                } else {
                    "withhold".to_owned()
                },
                answer: answer(&answered, id),
                rule: grounds.map(|grounds| grounds.rule().to_string()).unwrap_or_default(),
                bases: grounds.map(|grounds| grounds.bases().to_vec()).unwrap_or_default(),
            }
        })
        .collect();
    rows.sort_by_key(|row| row.class);
    let mut cited: Vec<(BasisId, String, String)> = Vec::new();
    for id in rows.iter().flat_map(|row| &row.bases) {
        if let Some(basis) = bundle.basis(id).filter(|_| cited.iter().all(|(c, ..)| c != id)) {
            cited.push((id.clone(), basis.citation.clone(), basis.text.clone()));
        }
    }
    let head = head(bundle, inquiry, &answered);
    Ok(Matrix { head, released: answered.ruling.releases(), rows, cited })
}

fn head(
    bundle: &Bundle,
    inquiry: &Inquiry,
    answered: &Answered<'_>,
) -> Vec<(&'static str, String)> {
    let mut head = vec![(
        "bundle",
        format!("{} version {}, digest {}", bundle.name(), bundle.version(), bundle.digest()),
    )];
    if let Some(view) = bundle.view(&inquiry.view) {
        head.push(("view", format!("{}: {} ({})", view.id, view.title, view.measure)));
        let named = view.groups.iter().map(|id| {
            let name = bundle.groups().group(id).map(|group| group.name.as_str());
            format!("{id} {}", name.unwrap_or_default())
        });
        let members = bundle.members(&view.id).len();
        let named = named.collect::<Vec<_>>().join("; ");
        head.push(("recipients", format!("{named}; {members} members")));
        if let Some(whom) = whom(bundle, view, inquiry.record_type) {
            head.push(("of them", whom));
        }
        let purposes = view.purposes.iter().map(|purpose| purpose.as_str());
        head.push(("purpose", purposes.collect::<Vec<_>>().join(" and ")));
    }
    let name = bundle.groups().authority(&inquiry.sender).map(|member| member.name.as_str());
    let name = name.unwrap_or("not known to the bundle");
    let on = date(inquiry.day);
    let record = inquiry.record_type;
    head.push(("record", format!("{record} from {} ({name}), on {on}", inquiry.sender)));
    let facts = answered.facts.iter().map(|(name, value)| format!("{name} = {value}"));
    head.push(("facts", facts.collect::<Vec<_>>().join(", ")));
    let leaving = answered.ruling.released().count();
    let all = answered.schema.fields().len();
    head.push((
        "record is",
        match &answered.ruling.record {
            RecordOutcome::Release => format!("RELEASED, {leaving} of {all} fields"),
            RecordOutcome::Withhold(_) => "WITHHELD".to_owned(),
        },
    ));
    head
}

/// Which of the members a record goes to, where it is not all of them.
fn whom(bundle: &Bundle, view: &View, record_type: RecordType) -> Option<String> {
    let schema = bundle.schema(record_type)?;
    let path = |field: Option<FieldId>| field.map_or("", |id| schema.field(id).path());
    Some(match view.audience {
        Audience::Group => return None,
        Audience::OwnArea => "each its own area alone".to_owned(),
        Audience::Entitled => {
            let kind = view.entitlement.map_or("", EntitlementKind::as_str);
            let bases = bundle.required(view).map(|basis| basis.as_str()).collect::<Vec<_>>();
            format!(
                "who holds a live {kind} for subject and purpose; shown is what one under {} \
                 opens, and without one nothing leaves",
                bases.join(" and ")
            )
        }
        Audience::Addressee => {
            format!("the one that the record names in `{}`", path(schema.addressee()))
        }
        Audience::OwnRecord => {
            format!("the person the record is about, by `{}`", path(schema.data_subject()))
        }
    })
}

// === impl Matrix ===

impl Matrix {
    /// The page as text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.head {
            line(&mut out, &format!("{name:<10}  {value}"));
        }
        self.summary(&mut out);
        let wide = self.rows.iter().map(|row| row.path.chars().count());
        let wide = wide.max().unwrap_or(0).clamp(5, 60);
        line(&mut out, "");
        line(&mut out, &format!("class  {:<wide$}  outcome    basis and rule", "field"));
        let mut before = None;
        for row in &self.rows {
            let class = row.class.map_or("none", FieldClass::as_str);
            let class = if before == Some(class) { "" } else { class };
            before = Some(row.class.map_or("none", FieldClass::as_str));
            let (field, outcome) = (&row.path, &row.outcome);
            line(&mut out, &format!("{class:<5}  {field:<wide$}  {outcome:<9}  {}", why(row)));
        }
        if !self.cited.is_empty() {
            line(&mut out, "");
            for (id, citation, text) in &self.cited {
                line(&mut out, &format!("{:<11}  {citation}", id.as_str()));
                line(&mut out, &format!("{:<11}  {text}", ""));
            }
        }
        out
    }

    /// Leaving and staying by class.
    fn summary(&self, out: &mut String) {
        line(out, "");
        line(out, "class  leave  stay");
        let classes = FieldClass::ALL.into_iter().map(Some).chain([None]);
        for class in classes {
            let of_class = self.rows.iter().filter(|row| row.class == class);
            let (leave, stay): (Vec<_>, Vec<_>) = of_class.partition(|row| leaves(row));
            if leave.len() + stay.len() > 0 {
                let class = class.map_or("none", FieldClass::as_str);
                line(out, &format!("{class:<5}  {:>5}  {:>4}", leave.len(), stay.len()));
            }
        }
    }

    /// The rows as CSV, with a header.
    pub fn csv(&self) -> String {
        let mut out = String::new();
        line(&mut out, "class,declared,field,english,outcome,bases,rule,answer");
        for row in &self.rows {
            let class = |class: Option<FieldClass>| class.map_or("", FieldClass::as_str).to_owned();
            let cells = [
                class(row.class),
                class(row.declared),
                row.path.clone(),
                row.english.clone(),
                row.outcome.clone(),
                listed(&row.bases, " "),
                row.rule.clone(),
                row.answer.clone(),
            ];
            line(&mut out, &cells.map(|cell| quoted(&cell)).join(","));
        }
        out
    }

    /// The page as JSON.
    pub fn json(&self) -> serde_json::Value {
        let rows = self.rows.iter().map(|row| {
            serde_json::json!({
                "class": row.class.map(FieldClass::as_str),
                "declared": row.declared.map(FieldClass::as_str),
                "field": row.path,
                "english": row.english,
                "outcome": row.outcome,
                "bases": row.bases.iter().map(|basis| basis.as_str()).collect::<Vec<_>>(),
                "rule": row.rule,
                "answer": row.answer,
            })
        });
        let head: serde_json::Map<String, serde_json::Value> = self
            .head
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
            .collect();
        serde_json::json!({
            "head": head,
            "released": self.released,
            "fields": rows.collect::<Vec<_>>(),
        })
    }
}

fn leaves(row: &MatrixRow) -> bool {
    row.outcome != "withhold"
}

fn why(row: &MatrixRow) -> String {
    let changed = match (row.declared, row.class) {
        (Some(declared), Some(class)) if declared != class => format!("  [{declared} by contract]"),
        _ => String::new(),
    };
    if leaves(row) {
        format!("{}  {}{changed}", listed(&row.bases, ", "), row.rule)
    } else {
        let answer = row.answer.strip_prefix("stays: ").unwrap_or(&row.answer);
        format!("{answer}{changed}")
    }
}

fn listed(bases: &[BasisId], between: &str) -> String {
    bases.iter().map(|basis| basis.as_str()).collect::<Vec<_>>().join(between)
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn line(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", text.trim_end());
}
