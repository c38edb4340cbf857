//! Checkpoints (C2SP tlog-checkpoint in a signed note): size and root of the tree, and as
//! extension lines how far each writer's runs are integrated.

use crate::limits::MAX_RUN_LINES;
use crate::note::{is_name, open_note, sign_note};
use crate::{Error, WriterName};
use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{SigningKey, VerifyingKey};
use std::fmt;
use vocabulary::{Digest, Timestamp};

const AT: &str = "samsyn-at";
const RUN: &str = "samsyn-run";
const EARLIER: &str = "samsyn-earlier-runs";

/// What the ledger vouches for at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: also the name of its key.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// Root of the tree.
    pub root: Digest,
    /// When it was made, by the ledger's clock.
    pub at: Timestamp,
    /// The runs integrated last, by writer and run.
    pub runs: Vec<RunLine>,
    /// All other runs.
    pub earlier: Option<Earlier>,
}

/// How far a run is integrated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLine {
    /// Who wrote.
    pub writer: WriterName,
    /// In which run.
    pub run: u64,
    /// The highest number integrated.
    pub highest: u64,
}

/// Runs that no longer stand line by line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    /// How many.
    pub count: u64,
    /// SHA-256 of their lines, by writer and run.
    pub digest: Digest,
}

// === impl RunLine ===

impl fmt::Display for RunLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{RUN} {} {} {}", self.writer, self.run, self.highest)
    }
}

// === impl Checkpoint ===

impl Checkpoint {
    /// The note, signed by the log's key.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Error> {
        sign_note(&self.text(), &self.origin, key)
    }

    /// Opens a note of the log that the key names; any origin that the key signed for.
    pub fn open(note: &str, key: &VerifyingKey) -> Result<Self, Error> {
        let origin = note.lines().next().unwrap_or_default();
        Self::parse(open_note(note, origin, key)?)
    }

    /// The text under the signature.
    pub fn text(&self) -> String {
        let root = STANDARD.encode(self.root.as_bytes());
        let at = self.at.as_micros();
        let mut text = format!("{}\n{}\n{root}\n{AT} {at}\n", self.origin, self.size);
        for run in &self.runs {
            text.push_str(&format!("{run}\n"));
        }
        if let Some(Earlier { count, digest }) = self.earlier {
            text.push_str(&format!("{EARLIER} {count} {digest}\n"));
        }
        text
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let parsed = Self::parse_lines(text).ok_or(Error::Checkpoint)?;
        // Only the one way of writing a checkpoint is accepted.
        if parsed.text() == text { Ok(parsed) } else { Err(Error::Checkpoint) }
    }

    fn parse_lines(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let origin = lines.next().filter(|origin| is_name(origin))?.to_owned();
        let size = lines.next()?.parse().ok()?;
        let root = STANDARD.decode(lines.next()?).ok()?;
        let root = Digest::try_from(root.as_slice()).ok()?;
        let at = lines.next()?.strip_prefix(AT)?.strip_prefix(' ')?.parse().ok()?;
        let at = Timestamp::from_micros(at);
        let (mut runs, mut earlier) = (Vec::new(), None);
        for line in lines {
            let mut words = line.split(' ');
            match (words.next()?, words.next()?, words.next()?, words.next(), words.next()) {
                (RUN, writer, run, Some(highest), None) if runs.len() < MAX_RUN_LINES => {
                    let (run, highest) = (run.parse().ok()?, highest.parse().ok()?);
                    runs.push(RunLine { writer: writer.parse().ok()?, run, highest });
                }
                (EARLIER, count, digest, None, None) if earlier.is_none() => {
                    let (count, digest) = (count.parse().ok()?, digest.parse().ok()?);
                    earlier = Some(Earlier { count, digest });
                }
                _ => return None,
            }
        }
        Some(Checkpoint { origin, size, root, at, runs, earlier })
    }
}
