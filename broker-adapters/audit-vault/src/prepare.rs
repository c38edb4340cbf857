//! What can be done for each entry alone, on all processors at once: its leaf, its encrypted body,
//! its subject's tag. Order and counting come after.

use crate::Error;
use crate::keys::{PeriodId, Tag, tag};
use crate::limits::{ALONE, MAX_PREPARERS};
use audit::{Entry, Leaf};
use seal::{DataKey, Sealer};
use std::io::ErrorKind;
use std::sync::Arc;
use vocabulary::{EntryId, Secret};

/// The data key of an entry's period.
pub(crate) type PeriodKey = (PeriodId, Arc<DataKey>);

/// An entry ready to be added.
pub(crate) struct Prepared {
    pub(crate) id: EntryId,
    pub(crate) leaf: Leaf,
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: Vec<u8>,
    pub(crate) tag: Option<Tag>,
    pub(crate) period: PeriodId,
}

/// Prepares entries, each with the key at its place.
pub(crate) fn prepare(
    entries: &[Entry],
    keys: &[PeriodKey],
    secret: &Secret<[u8; 32]>,
) -> Result<Vec<Prepared>, Error> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let each = entries.len().div_ceil(processors.min(MAX_PREPARERS)).max(ALONE);
    if entries.len() <= each {
        return part(entries, keys, secret);
    }
    std::thread::scope(|scope| {
        let parts: Vec<_> = entries
            .chunks(each)
            .zip(keys.chunks(each))
            .map(|(entries, keys)| scope.spawn(|| part(entries, keys, secret)))
            .collect();
        let mut prepared = Vec::with_capacity(entries.len());
        for done in parts {
            prepared.extend(done.join().map_err(|_| Error::File(ErrorKind::Other.into()))??);
        }
        Ok(prepared)
    })
}

fn part(
    entries: &[Entry],
    keys: &[PeriodKey],
    secret: &Secret<[u8; 32]>,
) -> Result<Vec<Prepared>, Error> {
    let mut sealer: Option<(PeriodId, Sealer)> = None;
    let mut prepared = Vec::with_capacity(entries.len());
    for (entry, (period, key)) in entries.iter().zip(keys) {
        // Neighbours mostly share a period, so the key is made ready once for many.
        let sealer = match &mut sealer {
            Some((of, sealer)) if of == period => sealer,
            other => &mut other.insert((*period, key.sealer()?)).1,
        };
        let (id, leaf) = (entry.id(), entry.leaf());
        prepared.push(Prepared {
            id,
            bytes: leaf.encode(),
            leaf,
            body: sealer.seal(id.as_bytes(), &entry.encode())?,
            tag: entry.shared().subject.as_ref().map(|subject| tag(secret, key, subject)),
            period: *period,
        });
    }
    Ok(prepared)
}
