//! The ledger's public files: checkpoint, entry bundles, and the root that the leaves give. Tiles
//! of hashes and the signature are `samsyn-verify`'s to check.

use crate::Error;
use crate::digest::{Growing, leaf};
use crate::entry::Leaf;
use crate::finding::Kind;
use crate::limits::MAX_LEDGER_FILE;
use crate::pass::Bench;
use crate::wire::Bytes;
use openssl::base64;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use vocabulary::Digest;

/// Leaves of a full entry bundle.
pub(crate) const WIDTH: u64 = 256;

/// A ledger as of its newest checkpoint. It is opened before the lanes are: a leaf is then of an
/// entry that lies on them.
pub struct Ledger<'a> {
    folder: &'a Path,
    /// None where nothing is published yet.
    checkpoint: Option<Vec<u8>>,
}

// === impl Ledger ===

impl<'a> Ledger<'a> {
    /// Opens a ledger's public folder.
    pub fn open(folder: &'a Path) -> Result<Ledger<'a>, Error> {
        Ok(Ledger { folder, checkpoint: file(&folder.join("checkpoint"))? })
    }
}

/// Takes the leaves down, and holds them against the checkpoint.
pub(crate) fn read(ledger: &Ledger<'_>, bench: &mut Bench<'_>) -> Result<(), Error> {
    let folder = ledger.folder;
    let Some(checkpoint) = &ledger.checkpoint else { return Ok(()) };
    let Some((size, root)) = str::from_utf8(checkpoint).ok().and_then(stated) else {
        bench.report.find(Kind::Malformed, "ledger, checkpoint");
        return Ok(());
    };
    let mut tree = Growing::default();
    for index in 0..size.div_ceil(WIDTH) {
        let width = WIDTH.min(size - index * WIDTH);
        let Some(leaves) = bundle(folder, index, width)? else {
            bench.report.find(Kind::Malformed, format!("ledger, entry bundle {index}"));
            return Ok(());
        };
        for (bytes, number) in leaves.iter().zip(index * WIDTH..) {
            tree.push(leaf(&[bytes]));
            match Leaf::decode(bytes) {
                Some(found) if bench.notebook.put_leaf(&found, number)? => {}
                Some(found) => bench.report.find(Kind::EntryTwice, format!("entry {}", found.id)),
                None => bench.report.find(Kind::Malformed, format!("ledger, leaf {number}")),
            }
        }
    }
    bench.report.leaves = size;
    bench.ledger = true;
    if tree.root() != root {
        bench.report.find(Kind::Ledger, "the leaves give another root than the checkpoint");
    }
    Ok(())
}

/// Size and root of a checkpoint.
pub(crate) fn stated(text: &str) -> Option<(u64, Digest)> {
    let mut lines = text.lines().skip(1);
    let size = lines.next()?.parse().ok()?;
    let root = base64::decode_block(lines.next()?).ok()?;
    Some((size, Digest::try_from(root.as_slice()).ok()?))
}

/// The leaves of an entry bundle; where only a wider one is left, its front.
pub(crate) fn bundle(folder: &Path, index: u64, width: u64) -> Result<Option<Vec<Vec<u8>>>, Error> {
    let mut steps = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        steps = format!("x{:03}/{steps}", rest % 1000);
        rest /= 1000;
    }
    let full = folder.join("tile/entries").join(&steps);
    let cut = folder.join("tile/entries").join(format!("{steps}.p/{width}"));
    let found = match file(if width == WIDTH { &full } else { &cut })? {
        None => file(&full)?,
        found => found,
    };
    Ok(found.and_then(|bytes| leaves(&bytes, width)))
}

fn leaves(bytes: &[u8], width: u64) -> Option<Vec<Vec<u8>>> {
    let mut bytes = Bytes(bytes);
    let leaf = |_| {
        let length = bytes.short()?;
        bytes.take(usize::from(length)).map(<[u8]>::to_vec)
    };
    (0..width).map(leaf).collect()
}

fn file(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let opened = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    opened.take(MAX_LEDGER_FILE).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
