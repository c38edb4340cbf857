//! Every rule has a sample that breaks it, and the tree as it stands breaks none.

use super::{
    Finding, Rule, codes, exceptions, files,
    graph::{Dependency, Graph, Member},
    law, manifests, names, run, text,
    tree::Tree,
};
use crate::rust::Rust;

/// The rule finds something in the first tree and nothing in the second.
fn tells(rule: Rule, bad: &[(&str, &str)], good: &[(&str, &str)]) {
    let found = rule(&Tree::of(bad));
    assert!(!found.is_empty(), "the rule is blind to {bad:?}");
    assert_eq!(rule(&Tree::of(good)), [], "the rule sees ghosts");
}

fn rs(text: &str) -> Vec<(&'static str, &str)> {
    vec![("policy/audit/src/entry.rs", text)]
}

#[test]
fn the_tree_is_tidy() {
    let report = run(&crate::run::root()).unwrap();
    assert!(report.findings.is_empty(), "\n{report}");
}

#[test]
fn the_root_shows_eight_names() {
    let good = [("Cargo.toml", ""), (".clippy.toml", ""), ("policy/README.md", "")];
    tells(files::root_names, &[("scripts/x.sh", "")], &good);
}

#[test]
fn nothing_lies_deeper_than_six_steps() {
    tells(files::depth, &[("a/b/c/d/e/f/g.rs", "")], &[("a/b/c/d/e/f.rs", "")]);
}

#[test]
fn files_open_with_docs() {
    tells(files::openings, &rs("use x;\n"), &rs("//! What it does.\n"));
}

#[test]
fn files_have_a_length() {
    tells(files::lengths, &rs(&"x\n".repeat(501)), &rs(&"x\n".repeat(500)));
    let long = "x\n".repeat(700);
    assert_eq!(files::lengths(&Tree::of(&[("policy/audit/src/tests.rs", &long)])), []);
}

#[test]
fn functions_have_a_length() {
    let of = |lines: usize| format!("fn a() {{\n{}}}\n", "    b();\n".repeat(lines - 2));
    tells(files::function_lengths, &rs(&of(61)), &rs(&of(60)));
}

#[test]
fn lines_have_a_length() {
    tells(files::line_lengths, &rs(&"ø".repeat(101)), &rs(&"ø".repeat(100)));
}

#[test]
fn no_file_is_called_mod() {
    tells(files::no_mod_rs, &[("a/b/src/c/mod.rs", "")], &[("a/b/src/c.rs", "")]);
}

#[test]
fn large_files_are_corpus() {
    let large = "x".repeat(600_000);
    tells(files::blobs, &[("ops/x.bin", &large)], &[("tests/corpus/open/x.csv", &large)]);
}

#[test]
fn names_say_something() {
    let good = rs("struct Ledger; // common\nlet data = 1; \"struct Shared\"");
    for bad in ["struct SharedThing;", "mod utils;", "enum ProcessState {}", "trait Helper {}"] {
        tells(names::banned, &rs(bad), &good);
    }
    tells(names::banned, &[("policy/core/src/lib.rs", "")], &[("policy/score/src/lib.rs", "")]);
}

#[test]
fn unsafe_is_a_word_in_texts_only() {
    let good = rs("// unsafe\n\"unsafe\"; r#\"unsafe\"#; let not_unsafe = 1;");
    tells(text::unsafe_code, &rs(&format!("{} {{}}", "unsafe")), &good);
}

#[test]
fn unfinished_work_is_seen() {
    for bad in ["todo!()", "unimplemented!()", "#[ignore]", "dbg!(x)", "#[allow(dead_code)]"] {
        tells(text::unfinished, &rs(bad), &rs("#[expect(dead_code)] \"todo!()\""));
    }
}

#[test]
fn paths_of_one_machine_are_seen() {
    let good = [("README.md", "https://x/home/y, a/root/b, {x}/work/")];
    for first in ["home", "root", "work", "Users"] {
        tells(text::private_paths, &[("README.md", &format!("see /{first}/me"))], &good);
    }
    tells(text::private_paths, &[("a.md", &format!("see ../{}/x.md", "shared"))], &good);
}

#[test]
fn pure_rooms_take_everything_as_an_argument() {
    let bad = "use std::fs; fn a() { std::fs::read(b); }";
    tells(text::pure_rooms, &rs(bad), &[("ops/ledgerd/src/lib.rs", bad)]);
    assert_eq!(text::pure_rooms(&Tree::of(&[("policy/audit/src/tests.rs", bad)])), []);
}

#[test]
fn counting_is_done_in_metrics_rs() {
    let bad = "use prometheus::Counter;";
    let good = [("ops/exchanged/src/metrics.rs", bad), ("ops/telemetry/src/lib.rs", bad)];
    tells(text::prometheus_homes, &[("ops/exchanged/src/lib.rs", bad)], &good);
}

#[test]
fn only_release_and_the_gateway_disclose() {
    let bad = "impl Disclosed\n    for Mine {}";
    let good = [("policy/release/src/released.rs", bad), ("policy/audit/src/tests/kit.rs", bad)];
    tells(text::disclosed_makers, &[("ops/exchanged/src/lib.rs", bad)], &good);
}

#[test]
fn codes_and_pages_belong_together() {
    let code = ("policy/seal/src/error.rs", "const fn code() { \"SEAL-001\" }");
    let page = ("ops/codes/SEAL-001.md", "# SEAL-001 X\n\n## What it means\n\n## What to do\n");
    let good = [code, page];
    tells(codes::pages_and_codes, &[code], &good);
    tells(codes::pages_and_codes, &[page], &good);
    tells(codes::pages_and_codes, &[code, (page.0, "# SEAL-001 X\n")], &good);
    let long = format!("{}{}", page.1, "x\n".repeat(20));
    tells(codes::pages_and_codes, &[code, (page.0, &long)], &good);
}

#[test]
fn manifests_take_from_the_workspace() {
    let root = ("Cargo.toml", "members = [\n    \"policy/seal\", # signs\n]\n");
    let right = "[package]\nname = \"seal\"\ndescription = \"x\"\n[lints]\nworkspace = true\n\
                 [dependencies]\na.workspace = true\n";
    let good = [root, ("policy/seal/Cargo.toml", right)];
    let bad = |from: &str, to: &str| {
        let text = right.replace(from, to);
        tells(manifests::manifests, &[root, ("policy/seal/Cargo.toml", &text)], &good);
    };
    bad("[lints]\nworkspace = true\n", "");
    bad("a.workspace = true", "a = \"1\"");
    bad("name = \"seal\"", "name = \"sealing\"");
    bad("description = \"x\"\n", "");
    let bare = ("Cargo.toml", "members = [\n    \"policy/seal\",\n]\n");
    tells(manifests::manifests, &[bare, good[1]], &good);
    tells(manifests::manifests, &[("Cargo.toml", ""), good[1]], &good);
}

fn member(folder: &str, dependencies: &[&str]) -> Member {
    let dependency =
        |name: &&str| Dependency { name: (*name).to_owned(), kind: None, features: Vec::new() };
    let name = folder.rsplit('/').next().unwrap();
    Member {
        name: name.to_owned(),
        folder: folder.to_owned(),
        id: name.to_owned(),
        dependencies: dependencies.iter().map(dependency).collect(),
        library: true,
    }
}

/// What the law says of a house of these crates.
fn judged(members: Vec<Member>) -> Vec<Finding> {
    let names = |member: &Member| {
        (member.id.clone(), member.dependencies.iter().map(|d| d.name.clone()).collect())
    };
    let links = members.iter().map(names).collect();
    law::check(&Graph { members, packages: Vec::new(), links })
}

#[test]
fn exclusives_stay_where_they_belong() {
    assert_eq!(judged(vec![member("policy/ruling", &["cedar-policy"])]), []);
    for (folder, name) in [
        ("policy/release", "cedar-policy"),
        ("ops/exchanged", "openssl"),
        ("connectors/connectord", "config"),
        ("ops/samsyn", "rusqlite"),
        ("broker-adapters/carrier", "tokio"),
    ] {
        assert!(!judged(vec![member(folder, &[name])]).is_empty(), "{name} in {folder}");
    }
    assert_eq!(judged(vec![member("tests/bench", &["apache-avro"])]), []);
}

#[test]
fn rooms_look_to_their_left() {
    let seal = || member("policy/seal", &[]);
    assert_eq!(judged(vec![seal(), member("broker-adapters/carrier", &["seal"])]), []);
    assert!(!judged(vec![seal(), member("schemas/records", &["seal"])]).is_empty());
    let ledgerd = || member("ops/ledgerd", &[]);
    assert!(!judged(vec![ledgerd(), member("connectors/connectord", &["ledgerd"])]).is_empty());
    assert!(!judged(vec![seal(), member("ops/xtask", &["seal"])]).is_empty());
    let connectord = || member("connectors/connectord", &[]);
    assert_eq!(judged(vec![connectord(), member("ops/samsyn", &["connectord"])]), []);
    assert!(!judged(vec![connectord(), member("ops/exchanged", &["connectord"])]).is_empty());
}

#[test]
fn evidence_for_tests_stays_in_tests() {
    let mut exchanged = member("ops/exchanged", &["audit"]);
    exchanged.dependencies[0].features = vec!["test-util".to_owned()];
    assert!(!judged(vec![exchanged]).is_empty());
}

#[test]
fn licences_are_read_with_their_choices() {
    for good in ["MIT", "MIT OR Apache-2.0", "MIT/X11", "(MIT OR GPL-3.0) AND Unicode-3.0"] {
        assert!(law::allowed(good), "{good}");
    }
    for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "AGPL-3.0 OR GPL-2.0", "MITx"] {
        assert!(!law::allowed(bad), "{bad}");
    }
}

#[test]
fn exceptions_have_reasons_and_go_when_not_needed() {
    let finding = || Finding::new("depth", "a.rs", 0, "too deep");
    let entry = |path: &str, reason: &str| {
        format!("[[exception]]\nrule = \"depth\"\npath = \"{path}\"\nreason = \"{reason}\"\n")
    };
    let left = |text: &str| {
        let tree = Tree::of(&[("ops/xtask/exceptions.toml", text)]);
        exceptions::apply(&tree, vec![finding()]).unwrap().len()
    };
    assert_eq!(left(""), 1);
    assert_eq!(left(&entry("a.rs", "generated by the builder")), 0);
    assert_eq!(left(&entry("a.rs", "no")), 1);
    assert_eq!(left(&entry("b.rs", "generated by the builder")), 2);
}

#[test]
fn the_scanner_tells_code_from_text() {
    let text = "fn a<'x>(b: &'x str) -> char { '{' }\n// fn c() {\n/* { /* } */ */ fn d() {\n    \
                \"}\\\"}\"; r#\"}\"#; b'}'; '\\''; '\\u{7d}';\n}\nfn e();\nfn f(g: [u8; 2]) {}\n";
    let functions = Rust::scan(text).functions();
    let told: Vec<_> = functions.iter().map(|f| (f.name.as_str(), f.line, f.lines)).collect();
    assert_eq!(told, [("a", 1, 1), ("d", 3, 3), ("f", 7, 1)]);
}

#[test]
fn comment_and_code_are_counted_apart() {
    let rust = Rust::scan("//! docs\n\nlet a = 1; // why\n/* two\nlines */\nlet b = \"x\";\n");
    assert_eq!((rust.code_lines, rust.comment_lines), (2, 3));
}
