//! Who calls: the organisation of a token, of a certificate, or of both when they agree. What it
//! may hand in is the source's affair.

use crate::error::Error;
use crate::limits::{KEYS_BYTES, KEYS_MICROS};
use crate::metrics::Counts;
use daemon::Clock;
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use settings::Tokens;
use standing::token::{self, Bearer, Demand, Keys};
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::{OrgNumber, Timestamp};

/// Knows callers.
pub(super) struct Callers {
    tokens: Option<Issuer>,
    clock: Arc<dyn Clock>,
    counts: Counts,
}

/// Whose tokens are taken.
struct Issuer {
    demand: Demand,
    file: PathBuf,
    known: Mutex<Known>,
}

/// The issuer's keys as they were last read.
#[derive(Default)]
struct Known {
    keys: Option<Keys>,
    read: Option<Timestamp>,
}

// === impl Callers ===

impl Callers {
    pub(super) fn new(tokens: Option<&Tokens>, clock: Arc<dyn Clock>, counts: Counts) -> Callers {
        let issuer = |tokens: &Tokens| Issuer {
            demand: Demand {
                issuer: tokens.issuer.clone(),
                audience: tokens.audience.clone(),
                scope: tokens.scope.clone(),
            },
            file: tokens.keys.clone(),
            known: Mutex::default(),
        };
        Callers { tokens: tokens.map(issuer), clock, counts }
    }

    /// The organisation that calls. `certificate` is what the connection showed, if anything.
    pub(super) fn known(
        &self,
        certificate: Option<Option<OrgNumber>>,
        headers: &HeaderMap,
    ) -> Result<OrgNumber, Error> {
        let certified = match certificate {
            // A certificate that names nobody is no standing, whatever else is shown.
            Some(None) => return Err(Error::Nobody),
            Some(Some(organisation)) => Some(organisation),
            None => None,
        };
        let bearer = self.bearer(headers)?;
        match (certified, bearer) {
            (None, None) => Err(Error::Nobody),
            (Some(organisation), None) => Ok(organisation),
            (None, Some(Bearer { consumer, .. })) => Ok(consumer),
            (Some(organisation), Some(bearer)) if bearer.consumer == organisation => {
                Ok(organisation)
            }
            (Some(_), Some(_)) => Err(Error::Differ),
        }
    }

    fn bearer(&self, headers: &HeaderMap) -> Result<Option<Bearer>, Error> {
        let mut shown = headers.get_all(AUTHORIZATION).iter();
        let shown = match (shown.next(), shown.next()) {
            (None, _) => return Ok(None),
            (Some(one), None) => one,
            (Some(_), Some(_)) => return Err(Error::Nobody),
        };
        let (scheme, token) =
            shown.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(Error::Nobody)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Error::Nobody);
        }
        let issuer = self.tokens.as_ref().ok_or(Error::Nobody)?;
        let now = self.clock.now();
        issuer.check(token.trim(), now).map(Some).map_err(|error| {
            self.counts.refused(error.code());
            Error::Token(error)
        })
    }
}

// === impl Issuer ===

impl Issuer {
    /// Holds a token against the keys known; an unknown key has the file read again, now and then.
    fn check(&self, token: &str, now: Timestamp) -> Result<Bearer, token::Error> {
        let keys = self.keys(false, now)?;
        match self.demand.check(&keys, token, now) {
            Err(token::Error::Key) => {
                let keys = self.keys(true, now)?;
                self.demand.check(&keys, token, now)
            }
            checked => checked,
        }
    }

    fn keys(&self, anew: bool, now: Timestamp) -> Result<Keys, token::Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let age = known.read.map(|read| now.as_micros().saturating_sub(read.as_micros()));
        let due = age.is_none_or(|age| !(0..KEYS_MICROS).contains(&age));
        if due && (anew || known.keys.is_none()) {
            known.read = Some(now);
            match self.read() {
                Ok(keys) => known.keys = Some(keys),
                Err(error) => tracing::error!(code = error.code(), %error, "issuer's keys"),
            }
        }
        known.keys.clone().ok_or(token::Error::Keys)
    }

    fn read(&self) -> Result<Keys, token::Error> {
        let mut text = Vec::new();
        let file = File::open(&self.file).map_err(|_| token::Error::Keys)?;
        file.take(KEYS_BYTES + 1).read_to_end(&mut text).map_err(|_| token::Error::Keys)?;
        Keys::parse(&text)
    }
}
