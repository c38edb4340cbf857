//! How disclosures and their entry enter a commit. What they say is not looked at.

use crate::{Commit, Lane, Message};
use audit::{Disclosed, Leaving, Recorded};
use std::borrow::Cow;

// === impl Commit ===

impl Commit {
    /// Takes an entry and all the disclosures it covers: releases go to their views' lanes, the
    /// entry to the disclosure lane. The only way for a release into a carrier.
    pub fn record<T: Disclosed>(&mut self, recorded: Recorded<T>) {
        let (entry, covered) = recorded.into_parts();
        for disclosed in covered {
            let Leaving { view, recipient, key, value, headers } = disclosed.into_leaving();
            let headers = headers.into_iter().map(|(name, value)| (Cow::Borrowed(name), value));
            let message = Message { key, value: Some(value), headers: headers.collect() };
            self.append(Lane::Release { view, recipient }, message);
        }
        let key = entry.id().as_bytes().to_vec();
        let message = Message { key, value: Some(entry.encode()), headers: Vec::new() };
        self.append(Lane::Disclosure, message);
    }
}
