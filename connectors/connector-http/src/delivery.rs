//! A webhook: asked once whether we may, then posted to, one record at a time (CloudEvents 1.0 over
//! HTTP, binary mode). When to try again, and what to park, is the courier's.

mod event;
mod guard;
mod signature;
mod wire;

pub use event::{Event, Post};
#[cfg(test)]
pub(crate) use guard::is_public;

use crate::error::HookError;
use crate::limits;
use connector::courier::Heard;
use daemon::tls::ClientTls;
use daemon::{Clock, Failure, Stop};
use hyper::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use hyper::{Method, Request, Uri};
use seal::SigningKey;
use settings::Webhook;
use std::sync::Arc;
use std::time::Duration;
use wire::{Answered, Wire};

/// What a call came to, and why it was not taken.
pub type Called = (Heard, Option<HookError>);

/// A webhook that can be posted to. Calls block.
pub struct Hook {
    wire: Wire,
    origin: HeaderValue,
    key: SigningKey,
    clock: Arc<dyn Clock>,
    allowed: bool,
    /// Least time between two requests, where the recipient asked for a pace.
    pace: Duration,
}

// === impl Hook ===

impl Hook {
    /// Builds a webhook; nothing is called yet. The key signs its requests.
    pub fn open(
        settings: &Webhook,
        key: SigningKey,
        clock: Arc<dyn Clock>,
    ) -> Result<Hook, HookError> {
        let uri: Uri = settings.url.parse().map_err(|_| HookError::Address)?;
        let tls = ClientTls::new(settings.authority.as_deref(), HookError::Address.code());
        let tls = tls.map_err(|_: Failure| HookError::Address)?;
        let wire = Wire::new(&uri, tls, settings.private, settings.retry.request_time())?;
        let origin = settings.origin.parse().map_err(|_| HookError::Address)?;
        Ok(Hook { wire, origin, key, clock, allowed: false, pace: Duration::ZERO })
    }

    /// How long to wait between two requests, as the recipient asked.
    pub const fn pace(&self) -> Duration {
        self.pace
    }

    /// Posts a record, after asking whether we may if that is not known yet. When the word to stop
    /// is said nothing is waited for: the recipient may have it all the same.
    pub fn post(&mut self, event: &Event, stop: &Stop) -> Called {
        if !self.allowed {
            match self.ask(stop) {
                Ok(()) => self.allowed = true,
                Err(why) => return (Heard::Away(None), Some(why)),
            }
        }
        let request = match self.request(event) {
            Ok(request) => request,
            Err(why) => return (Heard::Refused, Some(why)),
        };
        match self.wire.call(&request, stop) {
            Ok(answered) => {
                let called = heard(&answered);
                // Who no longer lets us in is asked again.
                self.allowed &= !matches!(called.0, Heard::Away(_));
                called
            }
            Err(why) => (Heard::Away(None), Some(why)),
        }
    }

    /// Asks the recipient whether it allows our origin (CloudEvents Web Hooks 1.0.1, 4).
    fn ask(&mut self, stop: &Stop) -> Result<(), HookError> {
        let request = Request::builder()
            .method(Method::OPTIONS)
            .uri(self.wire.path())
            .header("webhook-request-origin", &self.origin);
        let request = self.wire.finish(request, Vec::new())?;
        let Answered { status, headers } = self.wire.call(&request, stop)?;
        let allowed = headers.get("webhook-allowed-origin").map(HeaderValue::as_bytes);
        let ours = allowed == Some(self.origin.as_bytes()) || allowed == Some(b"*");
        if !(200..300).contains(&status) || !ours {
            return Err(HookError::NotAllowed);
        }
        self.pace = pace(&headers);
        Ok(())
    }

    fn request(&self, event: &Event) -> Result<wire::Prepared, HookError> {
        let mut request = Request::builder().method(Method::POST).uri(self.wire.path());
        for (name, value) in event.headers() {
            request = request.header(name, value);
        }
        let mut prepared = self.wire.finish(request, event.body().to_vec())?;
        let created = self.clock.now().as_micros().div_euclid(1_000_000);
        signature::sign(&mut prepared, self.wire.authority(), &self.key, created)
            .ok_or(HookError::Unreadable)?;
        Ok(prepared)
    }
}

fn heard(answered: &Answered) -> Called {
    match Heard::of_status(answered.status) {
        Heard::Taken => (Heard::Taken, None),
        Heard::Gone => (Heard::Gone, Some(HookError::Gone)),
        Heard::Refused => (Heard::Refused, Some(HookError::Refused)),
        Heard::Away(_) => {
            let asked = answered.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let asked = asked.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
            (Heard::Away(asked), Some(HookError::Away))
        }
    }
}

/// The least time between two requests, by the recipient's `WebHook-Allowed-Rate` a minute.
pub(crate) fn pace(headers: &HeaderMap) -> Duration {
    let rate = headers.get("webhook-allowed-rate").and_then(|value| value.to_str().ok());
    let rate: Option<u32> = rate.and_then(|text| text.trim().parse().ok());
    rate.map_or(Duration::ZERO, |rate| Duration::from_secs(60) / rate.max(limits::LEAST_RATE))
}
