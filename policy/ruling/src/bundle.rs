//! A loaded bundle: everything checked, ready to be asked and compiled. Reads no directory.

use crate::error::{Cause, Error};
use crate::files::BundleFiles;
use crate::manifest::{self, Manifest, OpenRegister, Retention};
use crate::view::View;
use avro_tree::Schema;
use standing::{Groups, SenderClass, Senders};
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{AuthorityId, Digest, OrgNumber, RecordType, SourceId, ViewId};

/// A bundle that passed every check.
#[derive(Debug, Clone)]
pub struct Bundle {
    pub(crate) digest: Digest,
    pub(crate) manifest: Manifest,
    pub(crate) groups: Groups,
    pub(crate) senders: Senders,
    pub(crate) views: Vec<View>,
    pub(crate) schemas: BTreeMap<RecordType, Arc<Schema>>,
}

// === impl Bundle ===

impl Bundle {
    /// Checks a bundle against the contract's record types; every fault found is reported.
    pub fn load(
        files: &BundleFiles,
        schemas: &[(RecordType, Arc<Schema>)],
    ) -> Result<Bundle, Vec<Error>> {
        let _ = (files, schemas);
        Err(vec![Error::at(manifest::FILE, 1, Cause::Missing)])
    }

    /// The digest that approvals sign, and that every entry names.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Its name, such as `national-2026`.
    pub fn name(&self) -> &str {
        &self.manifest.name
    }

    /// Its version; a newer bundle of the same name has a higher one.
    pub fn version(&self) -> u64 {
        self.manifest.version
    }

    /// Every view.
    pub fn views(&self) -> &[View] {
        &self.views
    }

    /// The view of this id.
    pub fn view(&self, id: &ViewId) -> Option<&View> {
        self.views.iter().find(|view| view.id == *id)
    }

    /// Organisations that may receive a view's records, or of an addressed view may be addressed.
    pub fn members(&self, view: &ViewId) -> Vec<OrgNumber> {
        let Some(view) = self.view(view) else { return Vec::new() };
        let members = self.groups.members().iter();
        members
            .filter(|member| view.groups.iter().any(|group| member.groups.contains(group)))
            .filter_map(|member| member.orgnr)
            .collect()
    }

    /// Every organisation and group the bundle knows.
    pub fn groups(&self) -> &Groups {
        &self.groups
    }

    /// How long each lane keeps what it holds.
    pub fn retention(&self) -> &Retention {
        &self.manifest.retention
    }

    /// The open registers.
    pub fn open_registers(&self) -> &[OpenRegister] {
        &self.manifest.open_registers
    }

    /// Whether this source's mapping may stamp `already_published` on this record type.
    pub fn may_stamp_published(&self, source: &SourceId, record_type: RecordType) -> bool {
        let registers = self.manifest.open_registers.iter();
        registers.into_iter().any(|open| open.source == *source && open.record_type == record_type)
    }

    /// The class an authority sends in; none when the bundle does not name it.
    pub fn sender_class(&self, authority: &AuthorityId) -> Option<SenderClass> {
        self.senders.class(authority)
    }

    /// How many sender classes there are.
    pub fn sender_classes(&self) -> usize {
        self.senders.count()
    }

    /// Every authority with its sender class.
    pub fn senders(&self) -> &Senders {
        &self.senders
    }

    /// The contract a record type is ruled by.
    pub fn schema(&self, record_type: RecordType) -> Option<&Arc<Schema>> {
        self.schemas.get(&record_type)
    }
}
