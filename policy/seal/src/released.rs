//! The leaf under which the exchange seals what it released, so that a recipient can check a
//! record offline. What may be released is decided elsewhere.

use crate::tree::leaf_hash;
use vocabulary::{Digest, EntryId, RecordId, ViewId};

const RELEASE_DOMAIN: &[u8] = b"samsyn-release-v2";

/// The leaf of one released record: view, recipient (an organisation number or a person's
/// pseudonym, at most 255 bytes; none for a group lane), record id, version, disclosure entry and
/// digest of the value as it lies on the lane.
pub fn release_leaf(
    view: &ViewId,
    recipient: Option<&str>,
    record_id: &RecordId,
    version: u64,
    entry: &EntryId,
    value: &Digest,
) -> Digest {
    let view = view.as_str().as_bytes();
    // INVARIANT: a name is at most 64 bytes, so its length fits one.
    let length = [u8::try_from(view.len()).unwrap_or(u8::MAX)];
    let recipient = recipient.unwrap_or_default().as_bytes();
    // What is longer is cut, so that the length always tells where it ends.
    let recipient = recipient.get(..usize::from(u8::MAX)).unwrap_or(recipient);
    let marked = [u8::try_from(recipient.len()).unwrap_or(u8::MAX)];
    leaf_hash(&[
        RELEASE_DOMAIN,
        &length,
        view,
        &marked,
        recipient,
        record_id.as_bytes(),
        &version.to_be_bytes(),
        entry.as_bytes(),
        value.as_bytes(),
    ])
}
