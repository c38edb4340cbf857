//! Makes embedded carriers in places of their own, with a clock moved by hand.

use crate::{Clock, Embedded, Options};
use carrier::suite;
use carrier::{Carrier, Retention};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use vocabulary::Timestamp;

/// A place on disk and a clock.
pub(super) struct Site {
    dir: TempDir,
    time: Arc<AtomicI64>,
    pub(super) options: Options,
}

impl Site {
    pub(super) fn new() -> Site {
        let time = Arc::new(AtomicI64::new(1_000_000));
        let options = Options { retention: Retention::default(), ..Options::default() };
        Site { dir: tempfile::tempdir().unwrap(), time, options }
    }

    pub(super) fn file(&self) -> PathBuf {
        self.dir.path().join("lanes.db")
    }

    pub(super) fn embedded(&self) -> Embedded {
        Embedded::open_with(&self.file(), self.clock(), self.options).unwrap()
    }

    pub(super) fn clock(&self) -> Clock {
        let time = Arc::clone(&self.time);
        Arc::new(move || Timestamp::from_micros(time.load(Ordering::SeqCst)))
    }

    pub(super) fn move_clock(&self, by: Duration) {
        self.time.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }

    pub(super) fn set_clock(&self, micros: i64) {
        self.time.store(micros, Ordering::SeqCst);
    }

    /// Whether the bytes stand anywhere in the file or beside it.
    pub(super) fn holds(&self, bytes: &[u8]) -> bool {
        std::fs::read_dir(self.dir.path()).unwrap().any(|file| {
            let content = std::fs::read(file.unwrap().path()).unwrap();
            content.windows(bytes.len()).any(|window| window == bytes)
        })
    }
}

impl suite::Site for Site {
    fn open(&self) -> Arc<dyn Carrier> {
        Arc::new(self.embedded())
    }
}

/// A clock that stands still.
pub(super) fn clock(micros: i64) -> Clock {
    Arc::new(move || Timestamp::from_micros(micros))
}
