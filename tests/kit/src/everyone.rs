//! Every authority of `tests/corpus/open/authorities.csv` as one that sends, but for Mattilsynet,
//! whose open list the demo has. What each sends follows from its sector, and is made up.

use crate::authorities::{
    ALERT, APPROVAL, Authority, FINDING, LICENCE, NOTE, PLAN, REPORT, SANCTION, TREND, authorities,
};
use crate::organisations::numbers_from;
use records::SecrecyRegime;
use std::collections::BTreeMap;
use vocabulary::{AuthorityId, OrgNumber, RecordType, SourceId};

const LIST: &str = include_str!("../../corpus/open/authorities.csv");

/// First eight digits of the numbers of authorities whose own is not known.
const FIRST: usize = 32_000_000;

/// All of them, in the list's order.
pub fn everyone() -> Vec<Authority> {
    let known: BTreeMap<SourceId, Authority> =
        authorities().into_iter().map(|one| (one.code.clone(), one)).collect();
    let unknown: BTreeMap<AuthorityId, OrgNumber> = without_number().into_iter().collect();
    let authority = |row: Row| {
        let code = row.source()?;
        if let Some(known) = known.get(&code) {
            return Some(known.clone());
        }
        let number = unknown.get(&code.authority().ok()?).copied().or(row.number)?;
        let (regime, sends) = (regime(row.sector), sends(row.sector));
        Some(Authority { code, name: row.name, number, regime, sends })
    };
    rows().filter(|row| row.code != "MAT").filter_map(authority).collect()
}

/// Authorities whose organisation number is not known, each with a synthetic one to be told by
/// within a demonstration. A real bundle gives them none: then they neither send nor receive.
pub fn without_number() -> Vec<(AuthorityId, OrgNumber)> {
    let mut found: Vec<AuthorityId> = Vec::new();
    for row in rows() {
        // Shards of one code are one authority, whose number is not a shard's.
        let shard = row.code.contains('-');
        let authority = row.source().and_then(|source| source.authority().ok());
        let Some(authority) = authority.filter(|_| shard || row.number.is_none()) else { continue };
        if !found.contains(&authority) {
            found.push(authority);
        }
    }
    found.into_iter().zip(numbers_from(FIRST)).collect()
}

/// What is needed of a line of the list.
struct Row {
    code: &'static str,
    name: &'static str,
    sector: &'static str,
    number: Option<OrgNumber>,
}

impl Row {
    /// A code with a dash is a shard of the code before it. The list's `BR` is Tilda's `BRANN`.
    fn source(&self) -> Option<SourceId> {
        let fire = self.code.strip_prefix("BR-").map(|place| format!("BRANN-{place}"));
        fire.as_deref().unwrap_or(self.code).parse().ok()
    }
}

fn rows() -> impl Iterator<Item = Row> {
    LIST.lines().skip(1).filter_map(|line| {
        let mut cells = cells(line).into_iter();
        let (code, name) = (cells.next()?, cells.next()?);
        let (sector, number) = (cells.nth(1)?, cells.next()?);
        Some(Row { code, name, sector, number: number.parse().ok() })
    })
}

/// The cells of a line; a quoted one may hold commas, none holds quotes.
fn cells(line: &'static str) -> Vec<&'static str> {
    let (mut cells, mut rest) = (Vec::new(), line);
    loop {
        let (cell, after) = match rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            Some((cell, after)) => (cell, after.strip_prefix(',')),
            None => rest.split_once(',').map_or((rest, None), |(cell, after)| (cell, Some(after))),
        };
        cells.push(cell);
        match after {
            Some(after) => rest = after,
            None => return cells,
        }
    }
}

fn regime(sector: &str) -> SecrecyRegime {
    match sector {
        "customs" => SecrecyRegime::Customs,
        "police" | "police-economic-crime" => SecrecyRegime::Police,
        "health" | "public-health" | "health-reimbursement-control" | "health-tobacco-alcohol" => {
            SecrecyRegime::Other
        }
        _ => SecrecyRegime::Administration,
    }
}

fn sends(sector: &str) -> &'static [RecordType] {
    match sector {
        "municipality" | "municipal-licensing" => &[LICENCE],
        "police" => &[SANCTION, NOTE, TREND, FINDING],
        "police-economic-crime" => &[SANCTION],
        "customs" => &[SANCTION, NOTE, APPROVAL, FINDING],
        "collection" => &[SANCTION],
        "akrim-analysis" => &[NOTE, TREND],
        "electrical-local" | "fire-local" => &[REPORT, FINDING],
        "coast-guard" => &[REPORT, SANCTION],
        "petroleum-offshore" | "county-governor" | "municipal-pollution" => &[PLAN, REPORT],
        "minerals" => &[PLAN, REPORT, ALERT],
        "health" => &[PLAN, REPORT, SANCTION, FINDING, APPROVAL, TREND],
        "health-tobacco-alcohol" => &[LICENCE, ALERT],
        "finance" | "competition" | "consumer-transparency-act" | "data-protection" => {
            &[REPORT, SANCTION]
        }
        "building-products-approval"
        | "county-transport-licence"
        | "legal-services"
        | "accreditation" => &[APPROVAL],
        "rail" | "aviation" | "energy-water" | "radiation" => &[PLAN, REPORT, SANCTION, TREND],
        _ => &[PLAN, REPORT],
    }
}
