//! A bundle as bytes: paths inside it and their contents, and one byte string for the bundle lane.
//! Reads no directory; what the files mean is the work of `bundle`.

use crate::limits::{MAX_BUNDLE_BYTES, MAX_FILES, MAX_PATH};
use std::collections::BTreeMap;
use vocabulary::Digest;

/// First bytes of an encoded bundle.
const MAGIC: &[u8] = b"samsyn-bundle-v1\n";

/// Where approvals lie; excluded from the digest they sign.
pub(crate) const APPROVALS: &str = "approvals/";

/// Paths inside the bundle, with `/` between steps, and the bytes of each file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BundleFiles(pub BTreeMap<String, Vec<u8>>);

// === impl BundleFiles ===

impl BundleFiles {
    /// The text of a file; none when it is missing or no UTF-8.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).and_then(|bytes| str::from_utf8(bytes).ok())
    }

    /// Files whose path begins and ends so, in order of path.
    pub fn within<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.0
            .iter()
            .filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending))
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// The digest that approvals sign: of everything but the approvals.
    pub fn digest(&self) -> Digest {
        seal::sha256(&[&self.write(|path| !path.starts_with(APPROVALS))])
    }

    /// One byte string, approvals and all; the same for the same files.
    pub fn encode(&self) -> Vec<u8> {
        self.write(|_| true)
    }

    /// Reads what [`BundleFiles::encode`] wrote; none for anything else, or beyond the limits.
    pub fn decode(bytes: &[u8]) -> Option<BundleFiles> {
        if bytes.len() > MAX_BUNDLE_BYTES {
            return None;
        }
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut files = BTreeMap::new();
        while !rest.is_empty() {
            let path = str::from_utf8(part(&mut rest)?).ok()?.to_owned();
            let body = part(&mut rest)?.to_vec();
            if path.len() > MAX_PATH || files.len() >= MAX_FILES || !ordered(&files, &path) {
                return None;
            }
            files.insert(path, body);
        }
        Some(BundleFiles(files))
    }

    fn write(&self, keep: fn(&str) -> bool) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        for (path, bytes) in self.0.iter().filter(|(path, _)| keep(path)) {
            for part in [path.as_bytes(), bytes] {
                out.extend((part.len() as u64).to_be_bytes());
                out.extend(part);
            }
        }
        out
    }
}

/// Paths rise strictly, so that one bundle has one encoding.
fn ordered(files: &BTreeMap<String, Vec<u8>>, path: &String) -> bool {
    files.last_key_value().is_none_or(|(last, _)| last < path)
}

fn part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
    let (part, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(part)
}
