//! The seam to storage: public files by their path. What they mean is read here; where they lie
//! (a folder, a web server, a bucket) is the implementer's.

use crate::Error;
use crate::tiles::{CHECKPOINT_PATH, TILE_WIDTH, bundle_path};
use crate::tiles::{Tile, TileId, leaves, max_file_bytes};

/// Reads the public files of a ledger.
pub trait Vault {
    /// Why a file could not be read, or what it holds be used.
    type Error: From<Error>;

    /// The file's bytes, at most `most`; none where there is no such file.
    fn read(&self, path: &str, most: usize) -> Result<Option<Vec<u8>>, Self::Error>;
}

/// A tile; where only a wider one is left, its front.
pub fn read_tile<V: Vault + ?Sized>(vault: &V, id: TileId) -> Result<Option<Tile>, V::Error> {
    let most = usize::from(TILE_WIDTH) * 32;
    let mut bytes = vault.read(&id.path(), most)?;
    if bytes.is_none() && !id.is_full() {
        bytes = vault.read(&TileId { width: TILE_WIDTH, ..id }.path(), most)?;
    }
    Ok(bytes.map(|bytes| Tile::decode(id, &bytes)).transpose()?)
}

/// The leaves of an entry bundle; where only a wider one is left, its front.
pub fn read_leaves<V: Vault + ?Sized>(
    vault: &V,
    index: u64,
    width: u16,
) -> Result<Option<Vec<Vec<u8>>>, V::Error> {
    let owned = |bytes: &[u8], of: u16| -> Result<Vec<Vec<u8>>, Error> {
        let all = leaves(bytes, of)?;
        Ok(all.into_iter().take(usize::from(width)).map(<[u8]>::to_vec).collect())
    };
    let most = max_file_bytes();
    if let Some(bytes) = vault.read(&bundle_path(index, width), most)? {
        return Ok(Some(owned(&bytes, width)?));
    }
    if width == TILE_WIDTH {
        return Ok(None);
    }
    let bytes = vault.read(&bundle_path(index, TILE_WIDTH), most)?;
    Ok(bytes.map(|bytes| owned(&bytes, TILE_WIDTH)).transpose()?)
}

/// The newest checkpoint as text; none where nothing was published yet.
pub fn read_checkpoint<V: Vault + ?Sized>(vault: &V) -> Result<Option<String>, V::Error> {
    let bytes = vault.read(CHECKPOINT_PATH, crate::limits::MAX_NOTE_BYTES)?;
    let text = bytes.map(|bytes| String::from_utf8(bytes).map_err(|_| Error::Note));
    Ok(text.transpose()?)
}
