//! Secrets of release lanes: keys of records and pseudonyms differ from view to view, so that two
//! views cannot be joined on them.

use vocabulary::{OrgNumber, RecordId, Secret, SourceId, ViewId};

/// The secrets of one view, derived from the site's.
pub struct LaneSecrets {
    key: Secret<[u8; 32]>,
    pseudonym: Secret<[u8; 32]>,
}

// === impl LaneSecrets ===

impl LaneSecrets {
    /// Derives a view's secrets from the site's one.
    pub fn derive(site: &Secret<[u8; 32]>, view: &ViewId) -> Self {
        let derive = |label: &[u8]| {
            Secret::new(*seal::hmac_sha256(site, &[label, view.as_str().as_bytes()]).as_bytes())
        };
        LaneSecrets {
            key: derive(b"samsyn-lane-key-v1"),
            pseudonym: derive(b"samsyn-pseudonym-v1"),
        }
    }

    /// The key of a source's record on this view's lane: 16 bytes that neither reveal nor link
    /// subjects. Two sources may have chosen one id; their records stay apart.
    pub fn record_key(&self, source: &SourceId, record: &RecordId) -> [u8; 16] {
        // The id has a fixed length, so the two never run into each other.
        first_half(&seal::hmac_sha256(&self.key, &[record.as_bytes(), source.as_str().as_bytes()]))
    }

    /// The same for one recipient of a lane that holds several recipients' records: each has its
    /// own newest version.
    pub fn recipient_key(
        &self,
        source: &SourceId,
        record: &RecordId,
        recipient: &OrgNumber,
    ) -> [u8; 16] {
        // A source's name holds no such byte.
        let (source, recipient) = (source.as_str().as_bytes(), recipient.as_str().as_bytes());
        first_half(&seal::hmac_sha256(&self.key, &[record.as_bytes(), source, b"/", recipient]))
    }
}

impl avro_span::Pseudonyms for LaneSecrets {
    fn pseudonym(&self, text: &[u8]) -> [u8; 16] {
        first_half(&seal::hmac_sha256(&self.pseudonym, &[text]))
    }
}

fn first_half(digest: &vocabulary::Digest) -> [u8; 16] {
    digest.as_bytes().first_chunk().copied().unwrap_or_default()
}
