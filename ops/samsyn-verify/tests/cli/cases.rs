//! The checker as an auditor runs it: files in, words and an exit code out.

use audit::test_util::{Plain, recorded_about};
use audit::{Entry, Inquiry, Question, Recorded, Recorder, Shared};
use audit_vault::{Opening, Reader, Vault};
use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{SigningKey, release_leaf, seal_leaves, sha256};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use vocabulary::{Digest, EntryId, RecordId, Secret, Timestamp};

/// 2026-11-23T02:13:20Z.
const AT: Timestamp = Timestamp::from_micros(1_795_400_000_000_000);
const VALUE: &[u8] = b"\x00\x00\x00\x00\x07released";

/// A ledger with 300 entries, a receipt for one of them, and that record as delivered.
struct Scene {
    folder: TempDir,
    recorder: Recorder,
    entry: EntryId,
}

impl Scene {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["ledger", "exchange", "other"] {
            let key = SigningKey::generate().unwrap();
            fs::write(folder.path().join(format!("{name}.key")), key.to_pem().unwrap().expose())
                .unwrap();
            fs::write(folder.path().join(format!("{name}.pem")), key.public().to_pem().unwrap())
                .unwrap();
        }
        let recorder = Recorder::new("exchange-0", 42).unwrap();
        let mut scene = Scene { folder, recorder, entry: EntryId::new([0; 16]) };
        let entries = scene.entries(300);
        scene.entry = entries[270].id();
        scene.integrate(&entries);
        scene.receipt();
        scene.record();
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn key(&self, name: &str) -> SigningKey {
        SigningKey::from_pem(&fs::read(self.path(&format!("{name}.key"))).unwrap()).unwrap()
    }

    fn entries(&mut self, count: usize) -> Vec<Entry> {
        let entry = |_| {
            let view = "akrim-core".parse().unwrap();
            let (key, value) = (vec![1], VALUE.to_vec());
            let plain = Plain { view, recipient: None, key, value, headers: Vec::new() };
            let shared = Shared::bare(AT, Digest::new([1; 32]));
            recorded_about(&mut self.recorder, shared, vec![plain]).unwrap().into_parts().0
        };
        (0..count).map(entry).collect()
    }

    fn integrate(&self, entries: &[Entry]) {
        let origin = "samsyn.example/ledger".to_owned();
        let index_secret = Secret::new([3; 32]);
        let opening = Opening { origin, key: self.key("ledger"), index_secret };
        let mut vault = Vault::open(&self.path("ledger"), opening).unwrap();
        let position = vault.position() + entries.len() as u64;
        vault.integrate(entries, position).unwrap();
        vault.publish(AT).unwrap();
    }

    fn receipt(&mut self) {
        let view = "akrim-core".parse().unwrap();
        let question = Question::Receipt { entry: self.entry, view, recipient: None };
        let inquiry = Inquiry { question, asker: "dpo".to_owned(), reason: "innsyn".to_owned() };
        let asked: Recorded<Plain> =
            self.recorder.access(AT, Digest::new([1; 32]), &inquiry).unwrap();
        let asked = asked.into_parts().0;
        self.integrate(std::slice::from_ref(&asked));
        let reader = Reader::open(&self.path("ledger"), Secret::new([3; 32])).unwrap();
        let access = reader.access(&asked.id()).unwrap();
        let receipt = reader.receipt(&access, self.key("ledger").public()).unwrap();
        fs::write(self.path("receipt.json"), receipt.to_json().unwrap()).unwrap();
    }

    fn record(&self) {
        let record_id = RecordId::new([7; 16]);
        let view = "akrim-core".parse().unwrap();
        let value = sha256(&[VALUE]);
        let leaf = release_leaf(&view, None, &record_id, 3, &self.entry, &value);
        let seal = seal_leaves(&self.key("exchange"), AT, &[leaf, value]).unwrap().remove(0);
        let line = json!({
            "offset": 4,
            "headers": {
                "ce_id": format!("{record_id}-3"),
                "samsyn_view": "akrim-core",
                "samsyn_entry": self.entry.to_string(),
            },
            "binary_headers": {"samsyn_seal": STANDARD.encode(seal.encode())},
            "value": {"navn": "x"},
            "bytes": STANDARD.encode(VALUE),
        });
        fs::write(self.path("record.ndjson"), format!("{line}\n")).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let program = env!("CARGO_BIN_EXE_samsyn-verify");
        let output =
            Command::new(program).args(arguments).current_dir(self.folder.path()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }

    /// Exit code and the codes of what is wrong.
    fn codes(&self, arguments: &[&str]) -> (i32, Vec<String>) {
        let (exit, text) = self.run(&[arguments, &["--json"]].concat());
        let found: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(found["ok"].as_bool().unwrap(), exit == 0);
        let codes = found["problems"].as_array().unwrap().iter();
        (exit, codes.map(|problem| problem["code"].as_str().unwrap().to_owned()).collect())
    }

    fn replace(&self, file: &str, from: &str, to: &str) {
        let path = self.path(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }
}

const LEDGER: [&str; 4] = ["ledger", "ledger", "--key", "ledger.pem"];
const RECEIPT: [&str; 4] = ["receipt", "receipt.json", "--key", "ledger.pem"];
const RECORD: [&str; 8] = [
    "record",
    "record.ndjson",
    "--exchange-key",
    "exchange.pem",
    "--receipt",
    "receipt.json",
    "--key",
    "ledger.pem",
];

fn wrong(code: &str) -> (i32, Vec<String>) {
    (1, vec![code.to_owned()])
}

fn any_file(folder: &Path) -> PathBuf {
    folder.join("public/tile/0/000")
}

#[test]
fn what_holds_is_ok() {
    let scene = Scene::new();
    let (exit, text) = scene.run(&LEDGER);
    assert_eq!(exit, 0, "{text}");
    for told in ["OK\n", "samsyn.example/ledger", "301", "2026-11-23T02:13:20Z"] {
        assert!(text.contains(told), "{told} in {text}");
    }
    let (exit, text) = scene.run(&RECEIPT);
    assert_eq!(exit, 0, "{text}");
    assert!(text.contains("released") && text.contains(&scene.entry.to_string()));
    let (exit, text) = scene.run(&RECORD);
    assert_eq!(exit, 0, "{text}");
}

#[test]
fn a_changed_ledger_is_told_with_its_code() {
    let scene = Scene::new();
    fs::copy(scene.path("ledger/public/checkpoint"), scene.path("before")).unwrap();
    let tile = any_file(&scene.path("ledger"));
    let whole = fs::read(&tile).unwrap();
    let mut changed = whole.clone();
    changed[77] ^= 1;
    fs::write(&tile, &changed).unwrap();
    assert_eq!(scene.codes(&LEDGER), wrong("VERIFY-005"));
    fs::write(&tile, [&whole[..], &[0]].concat()).unwrap();
    assert_eq!(scene.codes(&LEDGER), wrong("VERIFY-005"));
    fs::write(&tile, whole).unwrap();
    assert_eq!(scene.codes(&LEDGER), (0, vec![]));
    let other = ["ledger", "ledger/public", "--key", "other.pem"];
    assert_eq!(scene.codes(&other), wrong("VERIFY-003"));
    fs::remove_file(scene.path("ledger/public/tile/entries/000")).unwrap();
    assert_eq!(scene.codes(&LEDGER), wrong("VERIFY-004"));
}

#[test]
fn a_missing_entry_is_named() {
    let mut scene = Scene::new();
    let mut entries = scene.entries(6);
    entries.drain(1..3);
    scene.integrate(&entries);
    let (exit, text) = scene.run(&LEDGER);
    assert_eq!(exit, 1);
    assert!(
        text.contains("VERIFY-008") && text.contains("entries 303 to 304 are missing"),
        "{text}"
    );
}

#[test]
fn a_ledger_must_continue_what_was_seen_before() {
    let (scene, elsewhere) = (Scene::new(), Scene::new());
    fs::copy(scene.path("ledger/public/checkpoint"), scene.path("before")).unwrap();
    let since = [&LEDGER[..], &["--since", "before"]].concat();
    assert_eq!(scene.codes(&since), (0, vec![]));
    // The same key signs another history of the same length.
    fs::copy(scene.path("ledger.key"), elsewhere.path("ledger.key")).unwrap();
    fs::copy(scene.path("ledger.pem"), elsewhere.path("ledger.pem")).unwrap();
    fs::remove_dir_all(elsewhere.path("ledger")).unwrap();
    let mut other = Scene { recorder: Recorder::new("exchange-0", 43).unwrap(), ..elsewhere };
    let entries = other.entries(301);
    other.integrate(&entries);
    fs::copy(scene.path("before"), other.path("before")).unwrap();
    assert_eq!(other.codes(&LEDGER), (0, vec![]));
    assert_eq!(other.codes(&since), wrong("VERIFY-007"));
}

#[test]
fn a_changed_receipt_is_told_with_its_code() {
    let scene = Scene::new();
    scene.replace("receipt.json", "\"released\"", "\"withdrawn\"");
    assert_eq!(scene.codes(&RECEIPT), wrong("VERIFY-012"));
    fs::write(scene.path("receipt.json"), "{}").unwrap();
    assert_eq!(scene.codes(&RECEIPT), wrong("VERIFY-011"));
    let other = ["receipt", "receipt.json", "--key", "other.pem"];
    Scene::receipt(&mut Scene { entry: scene.entry, ..Scene::new() });
    assert_eq!(scene.codes(&other).0, 1);
}

#[test]
fn a_changed_record_is_told_with_its_code() {
    let scene = Scene::new();
    let whole = fs::read_to_string(scene.path("record.ndjson")).unwrap();
    let put_back = || fs::write(scene.path("record.ndjson"), &whole).unwrap();
    let changed = STANDARD.encode(b"\x00\x00\x00\x00\x07Released");
    scene.replace("record.ndjson", &STANDARD.encode(VALUE), &changed);
    let both = (1, vec!["VERIFY-014".to_owned(), "VERIFY-015".to_owned()]);
    assert_eq!(scene.codes(&RECORD), both);
    put_back();
    // The seal covers version, view and recipient too.
    scene.replace("record.ndjson", "-3\"", "-4\"");
    assert_eq!(scene.codes(&RECORD), wrong("VERIFY-014"));
    put_back();
    let addressed = [&RECORD[..], &["--recipient", "974760673"]].concat();
    assert_eq!(scene.codes(&addressed), wrong("VERIFY-014"));
    let other = ["record", "record.ndjson", "--exchange-key", "other.pem"];
    assert_eq!(scene.codes(&other), wrong("VERIFY-014"));
    fs::write(scene.path("record.ndjson"), format!("{whole}nonsense\n")).unwrap();
    assert_eq!(scene.codes(&RECORD), wrong("VERIFY-013"));
    fs::write(scene.path("record.ndjson"), "").unwrap();
    assert_eq!(scene.codes(&RECORD), wrong("VERIFY-015"));
}

#[test]
fn what_cannot_be_checked_is_no_verdict() {
    let scene = Scene::new();
    let missing = ["ledger", "nowhere", "--key", "ledger.pem"];
    assert_eq!(scene.codes(&missing), (2, vec!["VERIFY-001".to_owned()]));
    let no_key = ["ledger", "ledger", "--key", "receipt.json"];
    assert_eq!(scene.codes(&no_key), (2, vec!["VERIFY-002".to_owned()]));
    assert!(scene.run(&no_key).1.starts_with("NOT CHECKED"));
    assert_eq!(scene.run(&["ledger"]).0, 2);
}
