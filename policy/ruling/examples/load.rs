//! Loads `national-2026` and compiles all of its rulings, and prints how long each took.
//! Asserts nothing about time.

use avro_tree::Schema;
use ruling::{Bundle, BundleFiles, compile};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use vocabulary::RecordType;

fn gather(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("the rulebook lies beside this crate") {
        let path = entry.expect("a readable folder").path();
        match path.strip_prefix(root).ok().and_then(Path::to_str) {
            _ if path.is_dir() => gather(root, &path, files),
            Some(inside) => {
                files.insert(inside.to_owned(), std::fs::read(&path).expect("a readable file"));
            }
            None => {}
        }
    }
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rulebook/national-2026");
    let mut files = BTreeMap::new();
    gather(&root, &root, &mut files);
    let contract: Vec<(RecordType, Arc<Schema>)> =
        RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind))).collect();
    let start = Instant::now();
    let bundle = Bundle::load(&BundleFiles(files), &contract).unwrap_or_else(|errors| {
        errors.iter().for_each(|error| println!("{error}"));
        std::process::exit(1)
    });
    println!("checked with all invariants: {:?}", start.elapsed());
    let start = Instant::now();
    let (mut rulings, mut asked) = (0, 0);
    for view in bundle.views() {
        for record_type in &view.record_types {
            let compiled = compile(&bundle, view, *record_type, bundle.first_day());
            rulings += compiled.distinct().len();
            asked += compiled.combinations() * bundle.sender_classes();
        }
    }
    println!(
        "{rulings} distinct rulings for {asked} combinations of sender and facts: {:?}",
        start.elapsed()
    );
}
