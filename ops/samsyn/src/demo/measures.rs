//! The demo's summary by measure of the action plan: which views answer to it, what each released,
//! withheld and withdrew, and to whom. Which view answers to which measure stands in the bundle.

use super::expectations::{Figure, Figures};
use super::prepare::{Prepared, say};
use super::walk::Site;
use crate::status::columns;
use carrier::Lane;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The views of a bundle, as far as this page asks.
#[derive(Deserialize)]
struct Views {
    view: Vec<View>,
}

#[derive(Deserialize)]
struct View {
    id: String,
    measure: String,
}

/// The table; a figure for each measure.
pub(super) fn table(
    prepared: &Prepared,
    site: &Site,
    figures: &mut Figures,
) -> Result<String, String> {
    let path = prepared.settings.site.bundle.join("views.toml");
    let text = fs::read_to_string(path).map_err(say("the bundle's views"))?;
    let views: Views = toml::from_str(&text).map_err(say("the bundle's views"))?;
    let mut measures: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for view in &views.view {
        for measure in view.measure.split(", ") {
            measures.entry(measure).or_default().push(&view.id);
        }
    }
    let lanes = site.house.carrier.lanes().map_err(say("the lanes"))?;
    let mut rows = Vec::new();
    for (measure, views) in &measures {
        let sum = |what: &str, figures: &Figures| -> u64 {
            let of = |view: &&str| figures.0.get(&format!("view.{view}.{what}"));
            views
                .iter()
                .filter_map(of)
                .map(|figure| match figure {
                    Figure::Count(count) => *count,
                    Figure::Held(_) => 0,
                })
                .sum()
        };
        let counts = ["released", "withheld", "withdrawn"].map(|what| (what, sum(what, figures)));
        let mut row = vec![(*measure).to_owned()];
        for (what, count) in counts {
            figures.count(format!("measure.{measure}.{what}"), count);
            row.push(count.to_string());
        }
        row.push(views.join(" "));
        row.push(received(prepared, &lanes, views));
        rows.push(row);
    }
    figures.count("measures", measures.len() as u64);
    let head = ["measure", "released", "withheld", "withdrawn", "views", "recipients"];
    Ok(format!("What each measure of the plan came to\n{}", columns(&head, rows.into_iter())))
}

/// Who is delivered to, how many have a lane of their own, and whether the gateway asks for others.
fn received(prepared: &Prepared, lanes: &[Lane], views: &[&str]) -> String {
    let names = prepared.recipients.iter().filter(|one| views.contains(&one.view.as_str()));
    let mut told: BTreeSet<String> = names.map(|one| one.name.to_owned()).collect();
    let mut own = 0;
    for lane in lanes {
        let Lane::Release { view, recipient } = lane else { continue };
        if !views.contains(&view.as_str()) {
            continue;
        }
        match recipient {
            Some(_) => own += 1,
            None if GATEWAY.contains(&view.as_str()) => {
                told.insert("by the gateway alone".to_owned());
            }
            None => {}
        }
    }
    if own > 0 {
        told.insert(format!("{own} lanes of one recipient each"));
    }
    told.into_iter().collect::<Vec<_>>().join(", ")
}

/// Views whose one lane only the gateway may read.
const GATEWAY: [&str; 2] = ["buyer-consent", "contract-own"];
