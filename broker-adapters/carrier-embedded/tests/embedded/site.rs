//! Makes embedded carriers in places of their own, with a clock moved by hand.

use carrier::Carrier;
use carrier::suite;
use carrier_embedded::{Clock, Embedded, Options};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use vocabulary::Timestamp;

/// A place on disk and a clock.
pub(crate) struct Site {
    dir: TempDir,
    time: Arc<AtomicI64>,
    pub(crate) options: Options,
}

impl Site {
    pub(crate) fn new() -> Site {
        let time = Arc::new(AtomicI64::new(1_000_000));
        Site { dir: tempfile::tempdir().unwrap(), time, options: Options::default() }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.dir.path().join("lanes.db")
    }

    pub(crate) fn embedded(&self) -> Embedded {
        Embedded::open_with(&self.file(), self.clock(), self.options).unwrap()
    }

    pub(crate) fn clock(&self) -> Clock {
        let time = Arc::clone(&self.time);
        Arc::new(move || Timestamp::from_micros(time.load(Ordering::SeqCst)))
    }

    pub(crate) fn move_clock(&self, by: Duration) {
        self.time.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn set_clock(&self, micros: i64) {
        self.time.store(micros, Ordering::SeqCst);
    }

    /// Whether the bytes stand anywhere in the file or beside it.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
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
pub(crate) fn clock(micros: i64) -> Clock {
    Arc::new(move || Timestamp::from_micros(micros))
}
