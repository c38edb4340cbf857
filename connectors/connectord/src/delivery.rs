//! One delivery under service: a lane read onwards from where its folder ends, each segment there
//! exactly once, then acknowledged. What holds it back concerns no other delivery.

use crate::source::{Pass, Service};
use crate::status::DeliveryStatus;
use crate::{Error, limits};
use carrier::{LISTED, Lane, Limit, Message, Offset};
use connector_files::limits::{SEGMENT_BYTES, SEGMENT_RECORDS};
use connector_files::{Form, Outbox, Schemas};
use serde::Serialize;
use settings::DeliveryFormat;
use std::time::Instant;
use vocabulary::{OrgNumber, Timestamp, ViewId};

/// A delivery of the settings.
pub(crate) struct Delivery {
    settings: settings::Delivery,
    service: Service,
    lane: Lane,
    outbox: Option<Outbox>,
    schemas: Schemas,
    /// A segment is delivered, its receipt not yet on the lane.
    receipt: Option<Receipt>,
    passes: u32,
    held: Option<Error>,
    status: DeliveryStatus,
}

/// What the receipt lane is told: everything before `next` has been delivered.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Receipt {
    pub(crate) view: ViewId,
    pub(crate) recipient: OrgNumber,
    /// The position after the last message delivered.
    pub(crate) next: u64,
    /// Records delivered since the last receipt; 0 when a start only repeats the position.
    pub(crate) records: u64,
    /// Records before the position that are parked and not delivered.
    #[serde(skip_serializing_if = "is_none")]
    pub(crate) parked: u64,
    pub(crate) at: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde calls")]
const fn is_none(parked: &u64) -> bool {
    *parked == 0
}

// === impl Receipt ===

impl Receipt {
    /// The receipt as a message of its lane.
    pub(crate) fn message(&self) -> Message {
        Message {
            key: format!("{}/{}", self.view, self.recipient).into_bytes(),
            value: serde_json::to_vec(self).ok(),
            headers: Vec::new(),
        }
    }
}

// === impl Delivery ===

impl Delivery {
    pub(crate) fn new(settings: settings::Delivery, service: Service) -> Delivery {
        let recipient = settings.addressed.then_some(settings.recipient);
        Delivery {
            lane: Lane::Release { view: settings.view.clone(), recipient },
            status: DeliveryStatus {
                view: settings.view.clone(),
                recipient: settings.recipient,
                next: 0,
                end: 0,
                delivered: 0,
                parked: 0,
                held_by: None,
            },
            settings,
            service,
            outbox: None,
            schemas: Schemas::default(),
            receipt: None,
            passes: 0,
            held: None,
        }
    }

    /// Where what it delivers lies.
    pub(crate) const fn lane(&self) -> &Lane {
        &self.lane
    }

    /// How it stands.
    pub(crate) fn status(&self) -> &DeliveryStatus {
        &self.status
    }

    /// Delivers at most one segment.
    pub(crate) fn pass(&mut self) -> Pass {
        if self.held.is_some() && self.passes > 0 {
            self.passes -= 1;
            return Pass::Idle;
        }
        let served = self.serve();
        let held = served.as_ref().err().cloned();
        if held != self.held {
            let (view, recipient) = (&self.settings.view, self.settings.recipient);
            match &held {
                Some(error) => {
                    let code = error.code();
                    tracing::error!(%view, %recipient, code, %error, "delivery held");
                }
                None => tracing::info!(%view, %recipient, "delivery goes on"),
            }
        }
        if held.is_some() {
            self.passes = limits::RETRY_PASSES;
            self.count("failed");
        }
        self.status.held_by = held.as_ref().map(Error::code);
        self.held = held;
        served.unwrap_or(Pass::Idle)
    }

    fn serve(&mut self) -> Result<Pass, Error> {
        self.open()?;
        self.acknowledge()?;
        let Some(outbox) = &mut self.outbox else { return Ok(Pass::Idle) };
        let carrier = &self.service.carrier;
        let limit = Limit { records: SEGMENT_RECORDS, bytes: SEGMENT_BYTES };
        // Asked before the read: where nothing is read, nothing lies before this end.
        self.status.end = carrier.end(&self.lane)?.0;
        let messages = carrier.read(&self.lane, outbox.next(), limit)?;
        self.status.next = outbox.next().0;
        if messages.is_empty() {
            self.status.next = self.status.next.max(self.status.end);
            return Ok(Pass::Idle);
        }
        // What lists its recipients is not for whoever happens to read the lane.
        let listed = |name: &&str| messages.iter().any(|one| one.message.header(name).is_some());
        if LISTED.iter().any(listed) {
            return Err(Error::GatewayLane);
        }
        let begun = Instant::now();
        let fetch = |id| carrier.schema(id);
        let form = form(self.settings.format);
        let segment = self.schemas.segment(&fetch, form, outbox.next(), &messages)?;
        outbox.deliver(&segment)?;
        let (Offset(next), records) = (outbox.next(), messages.len() as u64);
        self.status.next = next;
        self.status.delivered += records;
        self.receipt = Some(self.receipt(next, records));
        let (view, recipient) = (self.settings.view.as_str(), self.settings.recipient);
        self.service.counts.delivered(view, &recipient, word(form), records, begun.elapsed());
        self.count("delivered");
        self.acknowledge()?;
        Ok(Pass::Worked)
    }

    /// Opens the folder; what it holds already is acknowledged once more, in case the receipt was
    /// lost.
    fn open(&mut self) -> Result<(), Error> {
        if self.outbox.is_none() {
            let name = match &self.lane {
                Lane::Release { view, recipient: Some(recipient) } => format!("{view}.{recipient}"),
                _ => self.settings.view.to_string(),
            };
            let outbox = Outbox::open(&self.settings.folder, &name)?;
            let Offset(next) = outbox.next();
            self.receipt = (next > 0).then(|| self.receipt(next, 0));
            self.outbox = Some(outbox);
        }
        Ok(())
    }

    /// Puts the receipt that is due on its lane.
    fn acknowledge(&mut self) -> Result<(), Error> {
        let Some(receipt) = &self.receipt else { return Ok(()) };
        self.service.carrier.publish(&Lane::Receipt, vec![receipt.message()])?;
        self.receipt = None;
        Ok(())
    }

    fn receipt(&self, next: u64, records: u64) -> Receipt {
        Receipt {
            view: self.settings.view.clone(),
            recipient: self.settings.recipient,
            next,
            records,
            parked: 0,
            at: self.service.clock.now(),
        }
    }

    fn count(&self, outcome: &'static str) {
        let (view, recipient) = (self.settings.view.as_str(), self.settings.recipient);
        self.service.counts.attempt(view, &recipient, outcome);
    }
}

const fn form(format: DeliveryFormat) -> Form {
    match format {
        DeliveryFormat::Ndjson => Form::Ndjson,
        DeliveryFormat::Csv => Form::Csv,
    }
}

const fn word(form: Form) -> &'static str {
    match form {
        Form::Ndjson => "ndjson",
        Form::Csv => "csv",
    }
}
