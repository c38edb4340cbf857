//! What the ledger on disk promises: nothing lost or doubled by a crash at any instant, proofs
//! that outlive shredding, no answer without a record. Builders are here.

mod crashes;
mod questions;
mod retention;

use crate::steps::{Step, Steps};
use crate::*;
use audit::test_util::{Plain, recorded_about};
use audit::{Entry, Recorder, Report, Shared, check_ledger};
use seal::SigningKey;
use std::path::Path;
use tempfile::TempDir;
use vocabulary::{Digest, RecordId, Secret, Timestamp};

const ORIGIN: &str = "samsyn.example/ledger";
/// 2026-11-23.
const AT: Timestamp = Timestamp::from_micros(1_795_400_000_000_000);
const SUBJECT: &str = "999999999";

/// A vault's folder and keys.
struct Scene {
    folder: TempDir,
    pem: Secret<Vec<u8>>,
}

impl Scene {
    fn new() -> Self {
        let pem = SigningKey::generate().unwrap().to_pem().unwrap();
        Scene { folder: TempDir::new().unwrap(), pem }
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_pem(self.pem.expose()).unwrap()
    }

    fn opening(&self) -> Opening {
        let origin = ORIGIN.to_owned();
        Opening { origin, key: self.key(), index_secret: Secret::new([3; 32]) }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn open(&self) -> Vault {
        Vault::open(self.path(), self.opening()).unwrap()
    }

    /// Opens with a crash at the `n`th instant that is of this kind, if any.
    fn open_crashing(&self, n: usize) -> Result<Vault, Error> {
        let mut left = n;
        let crash = move |_: Step| {
            left = left.wrapping_sub(1);
            left == usize::MAX
        };
        Vault::open_with(self.path(), self.opening(), Steps { crash: Some(Box::new(crash)) })
    }

    fn reader(&self) -> Reader {
        Reader::open(self.path(), Secret::new([3; 32])).unwrap()
    }

    fn check(&self) -> Report {
        check_ledger(&PublicFiles::of(self.path()), self.key().public(), None).unwrap()
    }
}

fn recorder() -> Recorder {
    Recorder::new("exchange-0", 42).unwrap()
}

fn shared(source: &str, subject: &str, at: Timestamp) -> Shared {
    Shared {
        source: Some(source.parse().unwrap()),
        record_id: Some(RecordId::new([7; 16])),
        subject: Some(subject.to_owned()),
        ..Shared::bare(at, Digest::new([1; 32]))
    }
}

fn plain(view: &str, value: &[u8]) -> Plain {
    let view = view.parse().unwrap();
    Plain { view, recipient: None, key: vec![1], value: value.to_vec(), headers: Vec::new() }
}

fn entry(recorder: &mut Recorder, shared: Shared) -> Entry {
    let covered = vec![plain("akrim-core", b"planted"), plain("tilda-supervisor", b"less")];
    recorded_about(recorder, shared, covered).unwrap().into_parts().0
}

fn entries(recorder: &mut Recorder, count: usize) -> Vec<Entry> {
    let subject = |n: usize| if n.is_multiple_of(10) { SUBJECT } else { "object-1" };
    (0..count).map(|n| entry(recorder, shared("MAT", subject(n), AT))).collect()
}
