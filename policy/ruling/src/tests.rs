//! What the rulebook and its compiler must hold.

mod audiences;
mod cases;
mod items;
mod national;
mod properties;
mod reach;
mod refusals;
mod signed;
mod tilda;

use crate::{Bundle, BundleFiles};
use avro_tree::Schema;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use vocabulary::RecordType;

/// The contract's record types.
pub(crate) fn contract() -> Vec<(RecordType, Arc<Schema>)> {
    RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind))).collect()
}

/// The files of a bundle of the rulebook.
pub(crate) fn files(name: &str) -> BundleFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rulebook").join(name);
    let mut files = BTreeMap::new();
    gather(&root, &root, &mut files);
    BundleFiles(files)
}

fn gather(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(root, &path, files);
        } else {
            let inside = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.insert(inside, fs::read(&path).unwrap());
        }
    }
}

/// The bundle `national-2026`, as it stands; loaded once.
pub(crate) fn national() -> &'static Bundle {
    static NATIONAL: LazyLock<Bundle> = LazyLock::new(|| load(&files("national-2026")));
    &NATIONAL
}

/// Loads, or fails with every refusal.
pub(crate) fn load(files: &BundleFiles) -> Bundle {
    Bundle::load(files, &contract()).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}
