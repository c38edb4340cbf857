//! The offline checks: of a whole ledger from its public files, and of one receipt.

use super::*;
use proptest::prelude::*;
use seal::tree::Tree;

struct Scene {
    key: SigningKey,
    entries: Vec<Entry>,
    leaves: Vec<Vec<u8>>,
    files: Files,
}

fn scene(count: u64) -> Scene {
    let key = SigningKey::generate().unwrap();
    let mut entries = entries(&mut Recorder::new("exchange-0", 42).unwrap(), count);
    entries.extend(super::entries(&mut Recorder::new("gateway-1", 7).unwrap(), 3));
    let leaves: Vec<_> = entries.iter().map(|entry| entry.leaf().encode()).collect();
    let files = published(&leaves, &key);
    Scene { key, entries, leaves, files }
}

fn findings(files: &Files, key: &SigningKey) -> Vec<Finding> {
    check_ledger(files, key.public(), None).unwrap().findings
}

fn receipt(scene: &Scene, leaf: usize, row: usize) -> Receipt {
    let entry = &scene.entries[leaf];
    let size = scene.leaves.len() as u64;
    let tree = Row::tree(entry.rows());
    Receipt {
        row: entry.rows()[row].clone(),
        row_place: (row as u64, entry.rows().len() as u64),
        row_path: Tree::path(&tree, row).unwrap(),
        leaf: scene.leaves[leaf].clone(),
        leaf_index: leaf as u64,
        path: inclusion(&scene.files, leaf as u64, size).unwrap(),
        checkpoint: read_checkpoint(&scene.files).unwrap().unwrap(),
    }
}

#[test]
fn a_whole_ledger_holds() {
    let scene = scene(600);
    let report = check_ledger(&scene.files, scene.key.public(), None).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!((report.leaves, report.runs), (603, 2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_tampering_with_a_public_file_is_found(
        file in any::<prop::sample::Index>(),
        bit in any::<usize>(),
        how in 0..3,
    ) {
        let Scene { key, mut files, .. } = scene(300);
        let path = files.0.keys().nth(file.index(files.0.len())).unwrap().clone();
        let bytes = files.0.get_mut(&path).unwrap();
        match how {
            0 => { let bit = bit % (bytes.len() * 8); bytes[bit / 8] ^= 1 << (bit % 8) }
            1 => bytes.truncate(bit % bytes.len()),
            _ => { files.0.remove(&path); }
        }
        prop_assert!(!findings(&files, &key).is_empty(), "{} {}", path, how);
    }
}

#[test]
fn a_checkpoint_that_is_not_even_text_is_a_finding() {
    let Scene { key, mut files, .. } = scene(3);
    files.0.get_mut(CHECKPOINT_PATH).unwrap()[7] ^= 0x80;
    assert_eq!(findings(&files, &key), [Finding::Checkpoint(Error::Note)]);
}

#[test]
fn a_missing_number_is_named_even_when_the_tree_is_sound() {
    let mut scene = scene(20);
    scene.leaves.drain(4..7);
    let files = published(&scene.leaves, &scene.key);
    let writer: WriterName = "exchange-0".parse().unwrap();
    let missing = Finding::Missing { writer, run: 42, from: 5, to: 7 };
    assert_eq!(findings(&files, &scene.key), [missing]);
}

#[test]
fn a_number_that_comes_late_closes_its_gap_and_one_that_stands_twice_is_named() {
    let mut scene = scene(20);
    let late = scene.leaves.remove(4);
    scene.leaves.push(late);
    assert_eq!(findings(&published(&scene.leaves, &scene.key), &scene.key), []);
    scene.leaves.push(scene.leaves[2].clone());
    let files = published(&scene.leaves, &scene.key);
    let writer: WriterName = "exchange-0".parse().unwrap();
    let twice = Finding::Twice { writer, run: 42, counter: 3, leaf: 23 };
    assert_eq!(findings(&files, &scene.key), [twice]);
}

#[test]
fn a_cut_tail_shows_against_an_older_checkpoint() {
    let scene = scene(400);
    let older = read_checkpoint(&scene.files).unwrap().unwrap();
    let older = Checkpoint::open(&older, scene.key.public()).unwrap();
    let check = |leaves: &[Vec<u8>]| {
        let files = published(leaves, &scene.key);
        check_ledger(&files, scene.key.public(), Some(&older)).unwrap().findings
    };
    let mut more = scene.leaves.clone();
    more.push(entries(&mut Recorder::new("exchange-0", 43).unwrap(), 1)[0].leaf().encode());
    assert_eq!(check(&more), []);
    assert_eq!(check(&scene.leaves[..402]), [Finding::NotGrown]);
    more.swap(1, 2);
    assert_eq!(check(&more), [Finding::NotGrown]);
}

#[test]
fn a_checkpoint_that_states_too_little_is_found() {
    let scene = scene(9);
    let note = read_checkpoint(&scene.files).unwrap().unwrap();
    let mut checkpoint = Checkpoint::open(&note, scene.key.public()).unwrap();
    checkpoint.runs[0].highest -= 1;
    let mut files = scene.files.clone();
    let note = checkpoint.sign(&scene.key).unwrap().into_bytes();
    files.0.insert(CHECKPOINT_PATH.to_owned(), note);
    assert_eq!(findings(&files, &scene.key), [Finding::Runs]);
    checkpoint.runs[0].highest += 1;
    checkpoint.root = some_leaf(1);
    let note = checkpoint.sign(&scene.key).unwrap().into_bytes();
    files.0.insert(CHECKPOINT_PATH.to_owned(), note);
    assert_eq!(findings(&files, &scene.key), [Finding::Root]);
}

#[test]
fn a_receipt_proves_its_row_and_shows_no_other() {
    let scene = scene(300);
    let receipt = receipt(&scene, 270, 0);
    let json = receipt.to_json().unwrap();
    let again = Receipt::from_json(&json).unwrap();
    assert_eq!(again, receipt);
    let proven = again.verify(scene.key.public()).unwrap();
    assert_eq!(proven.leaf.id(), scene.entries[270].id());
    assert!(again.covers(b"planted finding") && !again.covers(b"planted findings"));
    assert!(!json.contains("municipality-licence") && !json.contains("974760673"));
    assert!(!json.contains("999999999"));
}

#[test]
fn any_changed_byte_of_a_receipt_is_refused() {
    let scene = scene(30);
    let json = receipt(&scene, 17, 1).to_json().unwrap();
    let compact = json.replace("\n  ", "").replace(": ", ":");
    for at in 0..compact.len() {
        let mut bytes = compact.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        let Ok(other) = Receipt::from_json(&changed) else { continue };
        if other != receipt(&scene, 17, 1) {
            assert!(other.verify(scene.key.public()).is_err(), "byte {at}");
        }
    }
    let other = SigningKey::generate().unwrap();
    let refused = receipt(&scene, 17, 1).verify(other.public()).unwrap_err();
    assert_eq!(refused, Error::NoteSignature);
}

#[test]
fn a_row_of_another_entry_has_no_receipt() {
    let scene = scene(30);
    let mut receipt = receipt(&scene, 17, 1);
    receipt.row = scene.entries[16].rows()[1].clone();
    assert_eq!(receipt.verify(scene.key.public()), Err(Error::RowProof));
}
