//! What the memory promises, with the reference crates of tlog-tiles and signed notes as oracles.
//! Builders are here, questions in the modules beside.

mod entries;
mod ledger;
mod notes;
mod trees;

use crate::test_util::{Plain, recorded_about};
use crate::tiles::{CHECKPOINT_PATH, Tile, bundle_path, push_leaf};
use crate::*;
use seal::SigningKey;
use std::collections::BTreeMap;
use vocabulary::{ChangeKind, Digest, RecordId, RecordType, Timestamp};

const AT: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);
const ORIGIN: &str = "samsyn.example/ledger";

fn shared(n: u64) -> Shared {
    Shared {
        source: Some("MAT".parse().unwrap()),
        sequence: n,
        record_id: Some(RecordId::new([7; 16])),
        record_type: Some(RecordType::Sanction),
        version: 2,
        change: Some(ChangeKind::Correct),
        subject: Some("999999999".to_owned()),
        facts: 17,
        schema: 0x5a5a,
        ..Shared::bare(AT, seal::sha256(&[b"bundle"]))
    }
}

fn plain(view: &str, recipient: Option<&str>, value: &[u8]) -> Plain {
    Plain {
        view: view.parse().unwrap(),
        recipient: recipient.map(|orgnr| orgnr.parse().unwrap()),
        key: vec![1],
        value: value.to_vec(),
        headers: Vec::new(),
    }
}

fn two() -> Vec<Plain> {
    let akrim = plain("akrim-core", None, b"planted finding");
    vec![akrim, plain("municipality-licence", Some("974760673"), b"other")]
}

fn entries(recorder: &mut Recorder, count: u64) -> Vec<Entry> {
    let entry = |n| recorded_about(recorder, shared(n), two()).unwrap().into_parts().0;
    (1..=count).map(entry).collect()
}

/// The public files of a ledger, in memory.
#[derive(Clone, Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Vault for Files {
    type Error = Error;

    fn read(&self, path: &str, most: usize) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.0.get(path).filter(|bytes| bytes.len() <= most).cloned())
    }
}

/// Publishes leaves, as a vault would.
fn published(leaves: &[Vec<u8>], key: &SigningKey) -> Files {
    let (mut files, mut frontier, mut runs) = (Files::default(), Frontier::new(), Runs::default());
    let mut full = Vec::new();
    for (place, leaf) in leaves.iter().enumerate() {
        frontier.append(Leaf::hash(leaf), &mut full).unwrap();
        runs.see(&Leaf::decode(leaf).unwrap(), place as u64).unwrap();
    }
    for tile in full.iter().chain(&frontier.edge()) {
        files.0.insert(tile.id.path(), Tile::encode(tile));
    }
    for (index, leaves) in leaves.chunks(256).enumerate() {
        let mut bundle = Vec::new();
        leaves.iter().for_each(|leaf| push_leaf(&mut bundle, leaf).unwrap());
        files.0.insert(bundle_path(index as u64, leaves.len() as u16), bundle);
    }
    let (runs, earlier) = runs.lines();
    let (size, root) = (frontier.size(), frontier.root());
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root, at: AT, runs, earlier };
    let note = checkpoint.sign(key).unwrap();
    files.0.insert(CHECKPOINT_PATH.to_owned(), note.into_bytes());
    files
}

fn some_leaf(n: u64) -> Digest {
    Leaf::hash(&n.to_be_bytes())
}
