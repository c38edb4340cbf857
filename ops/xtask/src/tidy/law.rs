//! The law of exclusives, the order of the rooms, and licences: judged on the dependency graph.

use super::{
    Finding,
    graph::{Graph, Member},
};

/// Rooms in reading order: each may look to its left only.
const ROOMS: [&str; 6] = ["schemas", "policy", "broker-adapters", "ops", "connectors", "tests"];

/// A library, and the crates that may name it. Tests are free.
const EXCLUSIVE: [(&str, &[&str]); 18] = [
    ("cedar-policy", &["ruling"]),
    ("cedar-policy-core", &["ruling"]),
    ("openssl", &["seal", "standing", "daemon"]),
    ("openssl-sys", &["seal"]),
    ("jsonwebtoken", &["standing"]),
    ("jsonwebtoken-openssl", &["standing"]),
    ("tokio-openssl", &["daemon"]),
    ("hyper", &["connector-http"]),
    ("hyper-util", &["connector-http"]),
    ("rdkafka", &["carrier-kafka"]),
    ("rdkafka-sys", &["carrier-kafka"]),
    ("config", &["settings"]),
    ("rusqlite", &["carrier-embedded", "exchange-state", "audit-vault", "connectord"]),
    ("apache-avro", &["avro-span", "records", "shadow"]),
    ("serde_avro_fast", &["avro-span", "records", "shadow"]),
    ("axum", &["daemon", "samsyn", "connector-http", "gateway", "console"]),
    ("tokio", &["daemon", "samsyn", "connector-http", "gateway", "console", "connectord"]),
    ("tracing-subscriber", &["telemetry"]),
];

/// Who may not have what, near or far.
const NEVER: [(&str, &[&str]); 6] = [
    ("schemas/", &["tokio", "rusqlite", "axum", "tracing", "prometheus", "config", "openssl"]),
    ("policy/", &["tokio", "rusqlite", "axum", "tracing", "prometheus", "config"]),
    ("connectors/connector/", &["tokio", "rusqlite", "axum", "tracing", "prometheus", "config"]),
    ("broker-adapters/", &["cedar-policy", "cedar-policy-core", "tokio", "ruling", "release"]),
    ("connectors/", &["ruling", "release", "cedar-policy", "cedar-policy-core"]),
    ("ops/ledgerd/", &["ruling", "release", "cedar-policy", "cedar-policy-core"]),
];

/// What the connectors may take from ops.
const FOUNDATIONS: [&str; 4] = ["settings", "telemetry", "daemon", "lanes"];

/// Crates that look at these of our house only.
const ALONE: [(&str, &[&str]); 5] = [
    ("xtask", &[]),
    ("vocabulary", &[]),
    ("shadow", &["vocabulary"]),
    ("samsyn-verify", &["vocabulary", "seal", "audit"]),
    ("lane-checker", &["vocabulary", "shadow"]),
];

/// Features that make evidence for tests.
const TEST_FEATURES: [&str; 2] = ["test-util", "suite"];

/// Licences that ours may stand beside.
const LICENCES: [&str; 17] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "EUPL-1.2",
    "ISC",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "0BSD",
    "NCSA",
];

/// Judges the graph.
pub(crate) fn check(graph: &Graph) -> Vec<Finding> {
    let mut found = Vec::new();
    for member in &graph.members {
        let mut say = |rule, text| {
            found.push(Finding::new(rule, format!("{}/Cargo.toml", member.folder), 0, text));
        };
        for text in exclusives(member) {
            say("exclusives", text);
        }
        for text in rooms(graph, member) {
            say("rooms", text);
        }
        for text in never(graph, member) {
            say("never", text);
        }
    }
    found.extend(licences(graph));
    found
}

fn exclusives(member: &Member) -> Vec<String> {
    if member.room() == "tests" || member.name == "lane-checker" {
        return Vec::new();
    }
    let mut texts = Vec::new();
    for dependency in member.linked() {
        let home = EXCLUSIVE.iter().find(|(name, _)| *name == dependency.name);
        if let Some((name, homes)) =
            home.filter(|(_, homes)| !homes.contains(&member.name.as_str()))
        {
            texts.push(format!("`{name}` belongs to {} only", homes.join(", ")));
        }
        if dependency.features.iter().any(|name| TEST_FEATURES.contains(&name.as_str())) {
            texts.push(format!("`{}` with a feature that is for tests only", dependency.name));
        }
    }
    texts
}

fn rooms(graph: &Graph, member: &Member) -> Vec<String> {
    let place = |room: &str| ROOMS.iter().position(|known| *known == room);
    let Some(own) = place(member.room()) else {
        return vec!["lies in no room".to_owned()];
    };
    let ours = |name: &str| graph.members.iter().find(|other| other.name == name);
    let mut texts = Vec::new();
    for other in member.linked().filter_map(|dependency| ours(&dependency.name)) {
        let right = place(other.room()).is_none_or(|there| there > own);
        if right && member.name != "samsyn" {
            texts.push(format!("looks at `{}`, to its right", other.name));
        }
        if other.name == "samsyn" {
            texts.push("looks at the roof".to_owned());
        }
        let foundation = FOUNDATIONS.contains(&other.name.as_str());
        if member.room() == "connectors" && other.room() == "ops" && !foundation {
            texts.push(format!("takes `{}` of ops: only its foundations serve here", other.name));
        }
        let alone = ALONE.iter().find(|(name, _)| *name == member.name);
        if alone.is_some_and(|(_, few)| !few.contains(&other.name.as_str())) {
            texts.push(format!("looks at `{}`, and may not", other.name));
        }
    }
    texts
}

fn never(graph: &Graph, member: &Member) -> Vec<String> {
    let folder = format!("{}/", member.folder);
    let banned: Vec<&str> = NEVER
        .iter()
        .filter(|(place, _)| folder.starts_with(place))
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    graph
        .reached(&member.id)
        .into_iter()
        .map(|id| graph.name(id))
        .filter(|name| banned.contains(name))
        .map(|name| format!("links `{name}`, near or far, and may not"))
        .collect()
}

fn licences(graph: &Graph) -> Vec<Finding> {
    let mut found = Vec::new();
    for package in &graph.packages {
        let say = |text: String| Finding::new("licences", "Cargo.lock", 0, text);
        let licence = package.license.as_deref().unwrap_or_default();
        if !allowed(licence) {
            found.push(say(format!("`{}` has the licence `{licence}`", package.name)));
        }
        let known = |source: &String| source.starts_with("registry+");
        if !package.source.as_ref().is_none_or(known) {
            found.push(say(format!("`{}` comes from no registry", package.name)));
        }
    }
    found
}

/// Whether an SPDX expression leaves a choice we may make. Parentheses nest one level in practice.
pub(crate) fn allowed(expression: &str) -> bool {
    let plain = expression.replace('/', " OR ");
    let parts: Vec<&str> = split_outside(&plain, " AND ");
    if parts.len() > 1 {
        return parts.into_iter().all(allowed);
    }
    let parts: Vec<&str> = split_outside(&plain, " OR ");
    if parts.len() > 1 {
        return parts.into_iter().any(allowed);
    }
    let bare = plain.trim();
    match bare.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => allowed(inner),
        None => LICENCES.contains(&bare),
    }
}

/// Splits at a word that stands in no parentheses.
fn split_outside<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices(word) {
        let before = text.get(..at).unwrap_or_default();
        if before.matches('(').count() == before.matches(')').count() {
            parts.push(text.get(from..at).unwrap_or_default());
            from = at + word.len();
        }
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}
