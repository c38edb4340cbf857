//! One place or the other, and the same lanes by both.

use super::Place;
use crate::entitlement::Command;
use carrier::{Lane, whole_lane};
use clap::Parser;
use seal::SigningKey;
use std::fs;
use std::path::Path;

#[derive(Debug, Parser)]
struct Verb {
    #[command(subcommand)]
    verb: Command,
}

#[derive(Debug, Parser)]
struct Where {
    #[command(flatten)]
    place: Place,
}

/// Says or ends an entitlement, by these words.
fn said(words: &str, place: [&str; 2], key: &Path) -> bool {
    let key = ["--source", "samtykke", "--id", "s-1", "--key", key.to_str().unwrap()];
    let words = words.split_whitespace().chain(place).chain(key);
    let verb = Verb::try_parse_from(["entitlement"].into_iter().chain(words)).unwrap();
    format!("{:?}", verb.verb.run()) == format!("{:?}", std::process::ExitCode::SUCCESS)
}

const GRANT: &str = "grant --kind consent --subject 310000019 --recipient 310000027
    --purpose procurement_before --basis KONS --from 2026-11-23 --to 2026-12-23 --evidence ref-1";

#[test]
fn what_settings_name_is_the_place_that_is_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/up-basic.toml");
    let settings = fs::read_to_string(samples).unwrap();
    let settings = settings.replace("var/samsyn.sqlite", &path("lanes.sqlite"));
    fs::write(path("site.toml"), settings).unwrap();
    let key = SigningKey::generate().unwrap().to_pem().unwrap();
    fs::write(path("key.pem"), key.expose()).unwrap();
    let key = folder.path().join("key.pem");
    let (file, site) = (path("lanes.sqlite"), path("site.toml"));
    assert!(said(GRANT, ["--settings", &site], &key));
    assert!(said("end", ["--data", &file], &key));
    assert!(said("end", ["--settings", &site], &key));
    let place = Where::try_parse_from(["x", "--data", &file]).unwrap().place;
    let lanes = place.carrier().unwrap();
    assert_eq!(whole_lane(lanes.as_ref(), &Lane::Entitlement).unwrap().len(), 3);
}

#[test]
fn a_place_is_named_once() {
    for wrong in [&["x"][..], &["x", "--data", "a", "--settings", "b"]] {
        assert!(Where::try_parse_from(wrong).is_err());
    }
    let nowhere = Where::try_parse_from(["x", "--settings", "no-such-file.toml"]).unwrap();
    assert!(nowhere.place.carrier().is_err());
}
