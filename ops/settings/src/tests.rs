//! Tests of settings: layering, closure, masking, and that samples and names cannot rot.

use crate::{Connector, Daemon, Error, Exchange, Ledger, Loaded, Up, effective, env, load_with};
use std::{fs, path::PathBuf};

const EXCHANGE: &str = r#"
[carrier]
file = "lanes.sqlite"
[exchange]
folder = "state"
seal_key = "seal.pem"
lane_secret = "lane.key"
approvers = ["a.pem"]
"#;

fn loaded<D: Daemon>(texts: &[&str], vars: &[(&str, &str)]) -> Result<Loaded<D>, Error> {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> =
        (0..texts.len()).map(|index| folder.path().join(format!("{index}.toml"))).collect();
    for (file, text) in files.iter().zip(texts) {
        fs::write(file, text).unwrap();
    }
    load_with(&files, vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn exchange(texts: &[&str], vars: &[(&str, &str)]) -> Result<Loaded<Exchange>, Error> {
    loaded(texts, vars)
}

/// A refusal tells its code and its key, and never the value that was refused.
fn refused(texts: &[&str], vars: &[(&str, &str)], code: &str, key: &str) {
    let error = exchange(texts, vars).unwrap_err();
    let text = error.to_string();
    assert_eq!(error.code(), code, "{text}");
    assert!(text.contains(key), "{text}");
    assert!(!text.contains("PLANTED"), "{text}");
    assert!(!text.contains("987654"), "{text}");
}

#[test]
fn defaults_stand_where_nothing_is_said() {
    let settings = exchange(&[EXCHANGE], &[]).unwrap().settings;
    assert_eq!(settings.admin.address.to_string(), "127.0.0.1:7400");
    assert_eq!(settings.exchange.writer, "exchange-0");
    assert_eq!(settings.life.grace_seconds, 10);
}

#[test]
fn later_files_win_and_the_environment_wins_over_files() {
    let over = "[exchange]\nbatch_records = 7\nwriter = \"two\"";
    let vars = [("SAMSYN__EXCHANGE__WRITER", "three"), ("SAMSYN__ADMIN__ADDRESS", "[::1]:0")];
    let loaded = exchange(&[EXCHANGE, over], &vars).unwrap();
    assert_eq!(loaded.settings.exchange.batch_records, 7);
    assert_eq!(loaded.settings.exchange.writer, "three");
    assert_eq!(loaded.settings.admin.address.to_string(), "[::1]:0");
    let origin =
        |key: &str| loaded.effective().iter().find(|line| line.key == key).unwrap().origin.clone();
    assert!(origin("exchange.folder").ends_with("0.toml`"), "{loaded}");
    assert!(origin("exchange.batch_records").ends_with("1.toml`"));
    assert_eq!(origin("exchange.writer"), "environment `SAMSYN__EXCHANGE__WRITER`");
    assert_eq!(origin("exchange.batch_millis"), "default");
}

#[test]
fn numbers_and_lists_come_from_the_environment_too() {
    let vars = [
        ("SAMSYN__EXCHANGE__BATCH_RECORDS", "12"),
        ("SAMSYN__EXCHANGE__APPROVERS", "x.pem,y.pem"),
        ("SAMSYN__EXCHANGE__WRITER", "17"),
    ];
    let settings = exchange(&[EXCHANGE], &vars).unwrap().settings;
    assert_eq!(settings.exchange.batch_records, 12);
    assert_eq!(settings.exchange.approvers, [PathBuf::from("x.pem"), PathBuf::from("y.pem")]);
    assert_eq!(settings.exchange.writer, "17");
}

#[test]
fn unknown_keys_are_errors_at_every_depth() {
    refused(&[EXCHANGE, "[exchang]\nx = \"PLANTED\""], &[], "SETT-003", "exchang");
    refused(&[EXCHANGE, "[exchange]\nwritr = \"PLANTED\""], &[], "SETT-003", "exchange.writr");
    let sender = "[[exchange.senders]]\nsource = \"MAT\"\nkey = \"k\"\nkee = \"PLANTED\"";
    refused(&[EXCHANGE, sender], &[], "SETT-003", "kee");
    let vars = [("SAMSYN__EXCHANGE__WRITR", "PLANTED")];
    refused(&[EXCHANGE], &vars, "SETT-003", "SAMSYN__EXCHANGE__WRITR");
    // Declared, but for another daemon.
    let vars = [("SAMSYN__LEDGER__ORIGIN", "PLANTED")];
    refused(&[EXCHANGE], &vars, "SETT-003", "ledger");
}

#[test]
fn foreign_environment_is_left_alone() {
    exchange(&[EXCHANGE], &[("PATH", "/bin"), ("SAMSYN_HOME", "x"), ("SAMSYNX", "y")]).unwrap();
}

#[test]
fn wrong_kinds_tell_the_key_and_not_the_value() {
    let text = "[exchange]\nbatch_records = \"PLANTED\"";
    refused(&[EXCHANGE, text], &[], "SETT-005", "exchange.batch_records");
    refused(&[EXCHANGE, "[log]\nformat = \"PLANTED\""], &[], "SETT-005", "log.format");
    refused(&[EXCHANGE, "[admin]\naddress = \"PLANTED\""], &[], "SETT-005", "admin.address");
    let sender = "[[exchange.senders]]\nsource = \"PLANTED!\"\nkey = \"k\"";
    refused(&[EXCHANGE, sender], &[], "SETT-005", "exchange.senders[0].source");
    refused(&[EXCHANGE, "admin = \"PLANTED\""], &[], "SETT-005", "admin");
}

#[test]
fn broken_files_tell_the_line() {
    refused(&["[carrier]\nfile = \"PLANTED"], &[], "SETT-002", "line 2");
    let error = load_with::<Exchange>(&["nowhere.toml".into()], []).unwrap_err();
    assert_eq!(error.code(), "SETT-001");
    let long = format!("# {}", "x".repeat(1_100_000));
    refused(&[&long], &[], "SETT-001", "0.toml");
}

#[test]
fn missing_keys_are_named() {
    refused(&["[carrier]\nfile = \"x\""], &[], "SETT-004", "exchange");
    let text = EXCHANGE.replace("folder = \"state\"", "");
    refused(&[&text], &[], "SETT-004", "exchange.folder");
}

#[test]
fn bounds_can_be_tightened_only() {
    let text = "[exchange]\nbatch_records = 987654";
    refused(&[EXCHANGE, text], &[], "SETT-006", "exchange.batch_records");
    refused(&[EXCHANGE, "[exchange]\nbatch_records = 0"], &[], "SETT-006", "batch_records");
    refused(&[EXCHANGE, "[life]\ngrace_seconds = 987654"], &[], "SETT-006", "life.grace_seconds");
    refused(&[EXCHANGE, "[exchange]\napprovers = []"], &[], "SETT-006", "exchange.approvers");
}

#[test]
fn the_admin_address_is_a_loopback_one() {
    refused(&[EXCHANGE, "[admin]\naddress = \"0.0.0.0:1\""], &[], "SETT-008", "admin.address");
}

#[test]
fn two_sources_never_share_a_name_or_a_folder() {
    let source = |id: &str, inbox: &str| {
        format!(
            "[[connector.sources]]\nid = \"{id}\"\nmapping = \"m\"\n\
             inbox = \"{inbox}\"\nkey = \"k\"\n"
        )
    };
    let base = "[carrier]\nfile = \"x\"\n[connector]\nfolder = \"y\"\n";
    let of = |a: String, b: String| loaded::<Connector>(&[&format!("{base}{a}{b}")], &[]);
    assert!(of(source("MAT", "a"), source("DAT", "b")).is_ok());
    assert_eq!(of(source("MAT", "a"), source("MAT", "b")).unwrap_err().code(), "SETT-007");
    assert_eq!(of(source("MAT", "a"), source("DAT", "a")).unwrap_err().code(), "SETT-007");
}

#[test]
fn what_reads_as_a_secret_is_masked() {
    let value = toml::Value::String("PLANTED".to_owned());
    for key in ["a.password", "a.proxy_token", "key_passphrase"] {
        assert_eq!(effective::shown(key, &value), "\"***\"");
    }
    assert_eq!(effective::shown("exchange.seal_key", &value), "\"PLANTED\"");
}

fn samples<D: Daemon>(name: &str) -> Loaded<D> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../samples");
    let basic = load_with::<D>(&[folder.join(format!("{name}-basic.toml"))], []);
    basic.unwrap_or_else(|error| panic!("{name}-basic.toml: {error}"));
    let full = load_with::<D>(&[folder.join(format!("{name}-full.toml"))], []);
    full.unwrap_or_else(|error| panic!("{name}-full.toml: {error}"))
}

/// A full sample shows every key there is: none of its effective values is a default.
fn full<D: Daemon>(name: &str) -> Vec<String> {
    let loaded = samples::<D>(name);
    for line in loaded.effective() {
        assert_ne!(line.origin, "default", "{name}-full.toml does not show {}", line.key);
    }
    loaded.effective().iter().map(|line| line.key.clone()).collect()
}

#[test]
fn samples_load_and_full_ones_show_every_key_with_its_environment_name() {
    let mut keys = full::<Up>("up");
    for more in
        [full::<Exchange>("exchanged"), full::<Ledger>("ledgerd"), full::<Connector>("connectord")]
    {
        // A carrier is a file or a cluster; one sample shows the one, another the other.
        let mut more_than_carrier = more.iter().filter(|key| !key.starts_with("carrier."));
        assert!(more_than_carrier.all(|key| keys.contains(key)), "up-full.toml lacks a key");
        keys.extend(more);
    }
    let mut names: Vec<String> = keys
        .iter()
        .map(|key| {
            key.strip_prefix("exchange.approvers").map_or(key.as_str(), |_| "exchange.approvers")
        })
        .filter(|key| !key.contains('[') && !key.starts_with("carrier.kafka.client"))
        .map(env::name_of)
        .collect();
    names.sort();
    names.dedup();
    let mut declared: Vec<String> = env::NAMES.iter().map(|(name, _)| (*name).to_owned()).collect();
    declared.sort();
    assert_eq!(names, declared);
}

#[test]
fn check_config_prints_every_value_with_its_origin() {
    let text = exchange(&[EXCHANGE], &[]).unwrap().to_string();
    assert!(text.starts_with("# effective settings of exchanged\n"), "{text}");
    assert!(text.contains("exchange.batch_millis = 100  # default"), "{text}");
    assert!(text.contains("exchange.seal_key = \"seal.pem\"  # file `"), "{text}");
}

#[test]
fn a_carrier_is_a_file_or_a_cluster_and_the_names_of_its_client_stay_whole() {
    let cluster = "[carrier.kafka]\nbrokers = \"a:1\"\nregistry = \"http://r\"\n\
                   [carrier.kafka.client]\n\"security.protocol\" = \"ssl\"\n";
    let rest = EXCHANGE.replace("file = \"lanes.sqlite\"\n", "");
    refused(&[EXCHANGE, cluster], &[], "SETT-010", "carrier.kafka");
    let of = exchange(&[&rest.replace("[carrier]", cluster)], &[]).unwrap().settings.carrier;
    let kafka = of.kafka.unwrap();
    assert_eq!(of.file, None);
    assert_eq!(kafka.client.get("security.protocol").map(String::as_str), Some("ssl"));
    assert_eq!((kafka.prefix.as_str(), kafka.group), ("samsyn.", false));
    refused(&[&rest], &[], "SETT-004", "carrier.file");
}
