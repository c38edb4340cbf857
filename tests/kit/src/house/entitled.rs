//! Entitlements as their sources put them on their lane, in order or not. What they open is the
//! bundle's affair.

use super::House;
use crate::Outcome;
use carrier::{Carrier, Lane, Message, entitlement_message, entitlement_unsealed};
use exchange_state::{Entitlement, Terms};
use seal::seal_batch;
use std::time::Duration;
use vocabulary::{EntitlementKind, OrgNumber, SourceId, Timestamp};

/// The sources that `national-2026` names for consents, contracts and cases.
pub(super) const SOURCES: [&str; 3] = ["samtykke", "kontrakt", "sak"];

/// Days that an entitlement of the house lasts, the first among them.
const DAYS: i32 = 30;

impl House {
    /// A consent about a subject for a buyer, before a contract, from today on.
    pub fn consent(&self, id: &str, subject: OrgNumber, recipient: &str) -> Outcome<Terms> {
        let today = self.today()?;
        Ok(Terms {
            id: id.parse()?,
            kind: EntitlementKind::Consent,
            subject,
            recipient: recipient.parse()?,
            purpose: "procurement_before".parse()?,
            basis: "KONS".parse()?,
            from: today,
            to: today + DAYS - 1,
            evidence: format!("samtykke/{id}"),
            ended: false,
        })
    }

    /// A case that concerns a subject and a municipality, from today on.
    pub fn case(&self, id: &str, subject: OrgNumber, recipient: &str) -> Outcome<Terms> {
        Ok(Terms {
            kind: EntitlementKind::Case,
            purpose: "akrim_case".parse()?,
            basis: "AKRIM-3-2".parse()?,
            ..self.consent(id, subject, recipient)?
        })
    }

    /// The day, in days since 1970-01-01.
    pub fn today(&self) -> Outcome<i32> {
        Ok(i32::try_from(daemon::Clock::now(&self.clock).days())?)
    }

    /// Seals an entitlement as its own kind's source and puts it on the lane, a moment after the
    /// last.
    pub fn entitle(&self, terms: &Terms) -> Outcome<()> {
        let source = match terms.kind {
            EntitlementKind::Consent => "samtykke",
            EntitlementKind::Contract => "kontrakt",
            EntitlementKind::Case => "sak",
        };
        self.wait(Duration::from_millis(1));
        let message = self.entitlement(source, terms, daemon::Clock::now(&self.clock))?;
        self.post(message)
    }

    /// The same, ended.
    pub fn end(&self, terms: &Terms) -> Outcome<()> {
        self.entitle(&Terms { ended: true, ..terms.clone() })
    }

    /// The message by which a source says it at a time.
    pub fn entitlement(&self, source: &str, terms: &Terms, at: Timestamp) -> Outcome<Message> {
        let source: SourceId = source.parse()?;
        let sender = self.senders.get(&source).ok_or("the house has no such source")?;
        let value = Entitlement::new(terms.clone())?.encode()?;
        let sealed = seal_batch(&sender.key, at, vec![entitlement_unsealed(source, value)])?;
        let sealed = sealed.into_iter().next().ok_or("nothing was sealed")?;
        Ok(entitlement_message(&terms.id, sealed))
    }

    /// Puts any message on the entitlement lane.
    pub fn post(&self, message: Message) -> Outcome<()> {
        self.carrier.publish(&Lane::Entitlement, vec![message])?;
        Ok(())
    }
}
