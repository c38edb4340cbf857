//! How disclosures and their entry enter a commit. What they say is not looked at.

use crate::{Commit, Lane, Message};
use audit::{Disclosed, Recorded};
use std::borrow::Cow;

// === impl Commit ===

impl Commit {
    /// Takes an entry and all the disclosures it covers: releases go to their views' lanes, the
    /// entry to the disclosure lane. The only way for a release into a carrier.
    pub fn record<T: Disclosed>(&mut self, recorded: Recorded<T>) {
        let (entry, covered) = recorded.into_parts();
        for disclosed in covered {
            let view = disclosed.view().clone();
            let lane = Lane::Release { view, recipient: disclosed.recipient() };
            let headers = disclosed.headers().iter();
            let message = Message {
                key: disclosed.key().to_vec(),
                value: Some(disclosed.value().to_vec()),
                headers: headers
                    .map(|(name, value)| (Cow::Borrowed(*name), value.clone()))
                    .collect(),
            };
            self.append(lane, message);
        }
        let key = entry.id().as_bytes().to_vec();
        let message = Message { key, value: Some(entry.encode()), headers: Vec::new() };
        self.append(Lane::Disclosure, message);
    }
}
