//! One webhook under service: a lane read onwards, each record posted in its order, what the
//! recipient refuses parked on disk. What holds it back concerns no other delivery.

mod parked;

pub use parked::{Parked, ParkedLine};

use crate::delivery::Receipt;
use crate::keys::signing_key;
use crate::limits::{HOOK_BYTES, HOOK_NOTE, HOOK_RECORDS};
use crate::source::Service;
use crate::status::DeliveryStatus;
use crate::{Error, limits};
use carrier::{Fetched, Lane, Limit, Message, Offset};
use connector::courier::{After, Courier, Heard, Schedule, Time};
use connector_files::Schemas;
use connector_http::{Called, Event, Hook, HookError, Post};
use daemon::Stop;
use settings::{Webhook, WebhookFormat};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use vocabulary::Timestamp;

/// A webhook of the settings.
pub(crate) struct Poster {
    settings: Webhook,
    folder: PathBuf,
    service: Service,
    lane: Lane,
    courier: Courier,
    open: Option<Opened>,
    passes: u32,
    held: Option<Error>,
    status: Arc<Mutex<DeliveryStatus>>,
}

/// What belongs to it once it could be opened.
struct Opened {
    hook: Hook,
    store: Parked,
    schemas: Schemas,
    /// Read ahead, oldest first.
    ahead: VecDeque<Fetched>,
    next: Offset,
    parked: u64,
    /// Delivered since the position was last noted.
    since: u64,
    /// Whether a receipt is due for what was noted.
    receipt: Option<u64>,
}

/// What a pass leaves to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// There may be more at once.
    Go,
    /// Nothing for this long.
    Wait(Duration),
    /// Nothing until something is appended.
    Idle,
}

// === impl Poster ===

impl Poster {
    pub(crate) fn new(connector: &Path, settings: Webhook, service: Service) -> Poster {
        let recipient = settings.addressed.then_some(settings.recipient);
        let retry = &settings.retry;
        let schedule = Schedule {
            first: Duration::from_millis(retry.first_millis),
            most: Duration::from_millis(retry.most_millis),
            attempts: u32::try_from(retry.attempts).unwrap_or(u32::MAX),
        };
        let status = DeliveryStatus {
            view: settings.view.clone(),
            recipient: settings.recipient,
            next: 0,
            end: 0,
            delivered: 0,
            parked: 0,
            held_by: None,
        };
        Poster {
            folder: Parked::folder(connector, &settings.view, &settings.recipient),
            lane: Lane::Release { view: settings.view.clone(), recipient },
            courier: Courier::new(schedule),
            status: Arc::new(Mutex::new(status)),
            settings,
            service,
            open: None,
            passes: 0,
            held: None,
        }
    }

    /// Where what it delivers lies.
    pub(crate) const fn lane(&self) -> &Lane {
        &self.lane
    }

    /// How it stands; told without waiting for a request under way.
    pub(crate) fn status(&self) -> Arc<Mutex<DeliveryStatus>> {
        Arc::clone(&self.status)
    }

    /// Posts at most one record.
    pub(crate) fn pass(&mut self, stop: &Stop) -> Rest {
        if self.passes > 0 {
            self.passes -= 1;
            return Rest::Idle;
        }
        let (rest, held) = match self.serve(stop) {
            Ok((rest, why)) => (rest, why.map(Error::Hook)),
            Err(error) => {
                // Taken up again from what is on disk.
                (self.open, self.passes) = (None, limits::RETRY_PASSES);
                (Rest::Idle, Some(error))
            }
        };
        self.tell(held);
        rest
    }

    /// Tells what holds it back, once, and how it stands.
    fn tell(&mut self, held: Option<Error>) {
        let (view, recipient) = (&self.settings.view, self.settings.recipient);
        if held != self.held {
            match &held {
                Some(error) => {
                    let code = error.code();
                    tracing::warn!(%view, %recipient, code, %error, "webhook held");
                }
                None => tracing::info!(%view, %recipient, "webhook goes on"),
            }
            self.held = held;
        }
        let parked = self.open.as_ref().map_or(0, |open| open.parked);
        self.service.counts.webhook(view.as_str(), &recipient, parked, self.courier.is_open());
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        status.held_by = self.held.as_ref().map(Error::code);
        if let Some(open) = &self.open {
            (status.next, status.parked) = (open.next.0, open.parked);
        }
    }

    fn serve(&mut self, stop: &Stop) -> Result<(Rest, Option<HookError>), Error> {
        let now = self.service.clock.now();
        self.open()?;
        let Some(open) = &mut self.open else { return Ok((Rest::Idle, None)) };
        let end = self.service.carrier.end(&self.lane)?.0;
        self.status.lock().unwrap_or_else(PoisonError::into_inner).end = end;
        match self.courier.time(now) {
            Time::Now => {}
            Time::Wait(wait) => return Ok((Rest::Wait(wait), self.why())),
            Time::Never => return Ok((Rest::Idle, Some(HookError::Gone))),
        }
        if let Some((offset, message)) = open.store.due()? {
            return self.again(offset, &message, stop);
        }
        if open.parked >= self.settings.retry.parked {
            return Ok((Rest::Idle, Some(HookError::Full)));
        }
        if open.ahead.is_empty() {
            let limit = Limit { records: HOOK_RECORDS, bytes: HOOK_BYTES };
            open.ahead = self.service.carrier.read(&self.lane, open.next, limit)?.into();
        }
        let Some(fetched) = open.ahead.pop_front() else {
            self.note()?;
            return Ok((Rest::Idle, None));
        };
        self.forward(fetched, stop)
    }

    /// Opens what belongs to it. What was delivered before is acknowledged once more, in case the
    /// receipt was lost.
    fn open(&mut self) -> Result<(), Error> {
        if self.open.is_some() {
            return Ok(());
        }
        let store = Parked::open(&self.folder, &self.lane)?;
        let key = signing_key(&self.settings.key)?;
        let hook = Hook::open(&self.settings, key, Arc::clone(&self.service.clock))?;
        let (next, parked) = (store.position()?, store.count()?);
        let receipt = (next.0 > 0).then_some(0);
        let (schemas, ahead) = (Schemas::default(), VecDeque::new());
        self.open = Some(Opened { hook, store, schemas, ahead, next, parked, since: 0, receipt });
        Ok(())
    }

    /// The next record of the lane: posted, or parked behind its earlier version.
    fn forward(
        &mut self,
        fetched: Fetched,
        stop: &Stop,
    ) -> Result<(Rest, Option<HookError>), Error> {
        let Some(open) = &mut self.open else { return Ok((Rest::Idle, None)) };
        if open.parked > 0 && open.store.holds(&fetched.message.key)? {
            self.park(&fetched, HookError::Behind)?;
            return Ok((Rest::Go, None));
        }
        let (heard, why) = self.post(&fetched, stop)?;
        let after = self.heard(heard)?;
        let Some(open) = &mut self.open else { return Ok((Rest::Idle, None)) };
        match after {
            After::Next => {
                open.next = fetched.offset.next();
                open.since += 1;
                let pace = open.hook.pace();
                if open.since >= HOOK_NOTE {
                    self.note()?;
                }
                self.count(1);
                Ok((if pace.is_zero() { Rest::Go } else { Rest::Wait(pace) }, None))
            }
            After::Park => {
                self.park(&fetched, why.unwrap_or(HookError::Refused))?;
                Ok((Rest::Go, None))
            }
            After::Again | After::Stop => {
                open.ahead.push_front(fetched);
                self.note()?;
                Ok((Rest::Go, why))
            }
        }
    }

    /// A parked record once more.
    fn again(
        &mut self,
        offset: Offset,
        message: &Message,
        stop: &Stop,
    ) -> Result<(Rest, Option<HookError>), Error> {
        let appended = Timestamp::from_micros(0);
        let fetched = Fetched { offset, appended, message: message.clone() };
        let (heard, why) = self.post(&fetched, stop)?;
        let after = self.heard(heard)?;
        let Some(open) = &mut self.open else { return Ok((Rest::Idle, None)) };
        match after {
            After::Next => {
                open.store.let_go(offset)?;
                open.parked = open.store.count()?;
                self.count(1);
                Ok((Rest::Go, None))
            }
            After::Park => {
                open.store.leave(&message.key)?;
                Ok((Rest::Go, None))
            }
            After::Again | After::Stop => Ok((Rest::Go, why)),
        }
    }

    fn post(&mut self, fetched: &Fetched, stop: &Stop) -> Result<Called, Error> {
        let Some(open) = &mut self.open else { return Ok((Heard::Away(None), None)) };
        let carrier = &self.service.carrier;
        let fetch = |id| carrier.schema(id);
        let post = match self.settings.format {
            WebhookFormat::Avro => Some(Post::Bytes),
            WebhookFormat::Json => open.schemas.json(&fetch, fetched)?.map(Post::Json),
        };
        // What cannot be read is refused by ourselves: it has its attempts, and is parked.
        let unreadable = Ok((Heard::Refused, Some(HookError::Unreadable)));
        let Some(post) = post else { return unreadable };
        let Ok(event) = Event::of(&fetched.message, post) else { return unreadable };
        let begun = Instant::now();
        let called = open.hook.post(&event, stop);
        let (view, recipient) = (self.settings.view.as_str(), self.settings.recipient);
        let outcome = match called.0 {
            Heard::Taken => "delivered",
            Heard::Refused => "refused",
            Heard::Away(_) | Heard::Gone => "failed",
        };
        let counts = &self.service.counts;
        counts.attempt(view, &recipient, outcome);
        if called.0 == Heard::Taken {
            counts.delivered(view, &recipient, "webhook", 1, begun.elapsed());
        }
        Ok(called)
    }

    fn heard(&mut self, heard: Heard) -> Result<After, Error> {
        let chance = u64::from_be_bytes(seal::random()?);
        Ok(self.courier.heard(heard, self.service.clock.now(), chance))
    }

    fn park(&mut self, fetched: &Fetched, why: HookError) -> Result<(), Error> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let at = self.service.clock.now();
        open.store.park(fetched.offset, &fetched.message, why.code(), at)?;
        open.next = fetched.offset.next();
        open.parked += 1;
        open.receipt = Some(std::mem::take(&mut open.since) + open.receipt.unwrap_or_default());
        let (view, recipient) = (&self.settings.view, self.settings.recipient);
        tracing::warn!(%view, %recipient, code = why.code(), offset = fetched.offset.0, "parked");
        self.acknowledge()
    }

    /// Notes the position on disk, and acknowledges what was delivered up to it.
    fn note(&mut self) -> Result<(), Error> {
        let Some(open) = &mut self.open else { return Ok(()) };
        if open.since > 0 {
            open.store.note(open.next)?;
            open.receipt = Some(std::mem::take(&mut open.since) + open.receipt.unwrap_or_default());
        }
        self.acknowledge()
    }

    /// Puts the receipt that is due on its lane.
    fn acknowledge(&mut self) -> Result<(), Error> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let Some(records) = open.receipt else { return Ok(()) };
        let receipt = Receipt {
            view: self.settings.view.clone(),
            recipient: self.settings.recipient,
            next: open.next.0,
            records,
            parked: open.parked,
            at: self.service.clock.now(),
        };
        self.service.carrier.publish(&Lane::Receipt, vec![receipt.message()])?;
        open.receipt = None;
        Ok(())
    }

    fn count(&self, records: u64) {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).delivered += records;
    }

    /// What is waited for, as it was last told.
    fn why(&self) -> Option<HookError> {
        match &self.held {
            Some(Error::Hook(why)) => Some(*why),
            _ => None,
        }
    }
}
