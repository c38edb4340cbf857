//! Loads `national-2026` and compiles all of its rulings, and prints how long each took.
//! Asserts nothing about time.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use ruling::{Bundle, BundleFiles, compile};
use std::error::Error;
use std::path::Path;
use std::time::Instant;
use vocabulary::RecordType;

fn gather(root: &Path, folder: &Path, files: &mut BundleFiles) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(root, &path, files)?;
        } else if let Some(inside) = path.strip_prefix(root)?.to_str() {
            files.0.insert(inside.to_owned(), std::fs::read(&path)?);
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rulebook/national-2026");
    let mut files = BundleFiles::default();
    gather(&root, &root, &mut files)?;
    let contract: Vec<_> =
        RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind))).collect();
    let start = Instant::now();
    let bundle = match Bundle::load(&files, &contract) {
        Ok(bundle) => bundle,
        Err(errors) => {
            errors.iter().for_each(|error| println!("{error}"));
            return Err("the bundle does not load".into());
        }
    };
    println!("checked, every invariant too: {:?}", start.elapsed());
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
    Ok(())
}
