//! What the registry has said for good: an id's text never changes, nor the id of a subject's text.
//! Bounded; what came first goes first. Nothing that the registry did not find is kept.

use crate::limits::{CACHED, CACHED_BYTES};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Ids with their texts, and the subjects a text was registered under.
#[derive(Default)]
pub(crate) struct Cache {
    texts: HashMap<u32, Arc<str>>,
    ids: HashMap<Arc<str>, Vec<(String, u32)>>,
    order: VecDeque<u32>,
    bytes: usize,
}

// === impl Cache ===

impl Cache {
    /// The text of an id.
    pub(crate) fn text(&self, id: u32) -> Option<Arc<str>> {
        self.texts.get(&id).cloned()
    }

    /// The id of a text registered under a subject.
    pub(crate) fn id(&self, subject: &str, text: &str) -> Option<u32> {
        let mut under = self.ids.get(text)?.iter();
        under.find(|(known, _)| known == subject).map(|(_, id)| *id)
    }

    /// Keeps an id's text.
    pub(crate) fn put_text(&mut self, id: u32, text: &Arc<str>) {
        if self.texts.insert(id, Arc::clone(text)).is_some() {
            return;
        }
        self.order.push_back(id);
        self.bytes += text.len();
        while self.order.len() > CACHED || self.bytes > CACHED_BYTES {
            let Some(first) = self.order.pop_front() else { break };
            self.drop_id(first);
        }
    }

    /// Keeps under which id a text stands below a subject.
    pub(crate) fn put_id(&mut self, subject: &str, text: &Arc<str>, id: u32) {
        self.put_text(id, text);
        if self.texts.contains_key(&id) && self.id(subject, text).is_none() {
            let under = self.ids.entry(Arc::clone(text)).or_default();
            under.truncate(CACHED - 1);
            under.push((subject.to_owned(), id));
        }
    }

    fn drop_id(&mut self, id: u32) {
        let Some(text) = self.texts.remove(&id) else { return };
        self.bytes -= text.len();
        if let Some(under) = self.ids.get_mut(&text) {
            under.retain(|(_, known)| *known != id);
            if under.is_empty() {
                self.ids.remove(&text);
            }
        }
    }

    /// Entries and bytes.
    #[cfg(test)]
    pub(crate) fn size(&self) -> (usize, usize, usize) {
        (self.texts.len(), self.ids.len(), self.bytes)
    }
}
