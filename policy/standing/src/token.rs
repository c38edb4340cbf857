//! Bearer tokens in Maskinporten's shape: signature, issuer, audience, scope and time, and which
//! organisation stands behind. It fetches no keys, asks no clock, and reads no purpose or basis: a
//! token says who somebody is, never what they may have.

mod keys;
#[cfg(test)]
mod tests;

pub use keys::Keys;
pub(crate) use keys::provider as keys_provider;

use crate::limits::{CLOCK_SECONDS, LIFE_SECONDS, TOKEN_BYTES};
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::Deserialize;
use vocabulary::{OrgNumber, Timestamp};

/// The algorithms that are taken; `none`, HMAC and everything else are refused.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512];
/// The ISO 6523 code of Norway's organisation numbers.
const NORWAY: &str = "0192";

/// What a token must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Who must have issued it (`iss`).
    pub issuer: String,
    /// For whom it must be meant (`aud`): us, never `unspecified`.
    pub audience: String,
    /// The scope it must have, among others.
    pub scope: String,
}

/// Who stands behind a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    /// The legal party (`consumer`).
    pub consumer: OrgNumber,
    /// Who acts for it, where the issuer has recorded a delegation (`supplier`).
    pub supplier: Option<OrgNumber>,
}

/// Why a token was refused. Holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is no token, or too long.
    #[error("this is no token")]
    Form,
    /// Its algorithm is none that is taken.
    #[error("a token is signed with RS256, RS384 or RS512")]
    Algorithm,
    /// It names no key, or one that the issuer does not have.
    #[error("the token names no key of the issuer")]
    Key,
    /// Its signature does not hold.
    #[error("the token's signature does not hold")]
    Signature,
    /// Another issuer made it.
    #[error("the token is another issuer's")]
    Issuer,
    /// It is meant for somebody else, or for nobody in particular.
    #[error("the token is not meant for this service")]
    Audience,
    /// It has expired, is not valid yet, or lives too long.
    #[error("the token has expired, is not valid yet, or lives longer than an hour")]
    Time,
    /// It lacks the scope.
    #[error("the token lacks the scope")]
    Scope,
    /// It names no organisation in Norway.
    #[error("the token names no organisation number as consumer")]
    Organisation,
    /// The issuer's keys cannot be read.
    #[error("the issuer's keys cannot be read")]
    Keys,
}

impl Error {
    /// The code of the page that explains it.
    pub const fn code(self) -> &'static str {
        match self {
            Error::Form => "TOKEN-001",
            Error::Algorithm => "TOKEN-002",
            Error::Key => "TOKEN-003",
            Error::Signature => "TOKEN-004",
            Error::Issuer => "TOKEN-005",
            Error::Audience => "TOKEN-006",
            Error::Time => "TOKEN-007",
            Error::Scope => "TOKEN-008",
            Error::Organisation => "TOKEN-009",
            Error::Keys => "TOKEN-010",
        }
    }
}

/// The claims that are read; others are left.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Option<Audience>,
    scope: String,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    consumer: Option<Party>,
    supplier: Option<Party>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// An organisation as ISO 6523 writes it; both spellings of the key are in use.
#[derive(Deserialize)]
struct Party {
    authority: Option<String>,
    #[serde(rename = "ID", alias = "id")]
    id: String,
}

// === impl Demand ===

impl Demand {
    /// Who stands behind the token, if all of it holds at `now`.
    pub fn check(&self, keys: &Keys, token: &str, now: Timestamp) -> Result<Bearer, Error> {
        if token.len() > TOKEN_BYTES {
            return Err(Error::Form);
        }
        let header = header(token)?;
        let key = header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or(Error::Key)?;
        let mut validation = Validation::new(header.alg);
        // Time, issuer and audience are judged below, at the time we are told.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let data = jsonwebtoken::decode::<Claims>(token, key, &validation).map_err(refused)?;
        self.hold(&data.claims, now)
    }

    fn hold(&self, claims: &Claims, now: Timestamp) -> Result<Bearer, Error> {
        if claims.iss != self.issuer {
            return Err(Error::Issuer);
        }
        let ours = match &claims.aud {
            Some(Audience::One(one)) => *one == self.audience,
            Some(Audience::Several(several)) => several.contains(&self.audience),
            None => false,
        };
        if !ours {
            return Err(Error::Audience);
        }
        let now = now.as_micros().div_euclid(1_000_000);
        let begun = claims.nbf.unwrap_or(claims.iat).max(claims.iat);
        let life = claims.exp.checked_sub(claims.iat).ok_or(Error::Time)?;
        let in_time = begun <= now.saturating_add(CLOCK_SECONDS) && now < claims.exp;
        if !in_time || life > LIFE_SECONDS {
            return Err(Error::Time);
        }
        if !claims.scope.split(' ').any(|scope| scope == self.scope) {
            return Err(Error::Scope);
        }
        let consumer = claims.consumer.as_ref().ok_or(Error::Organisation)?.number()?;
        let supplier = claims.supplier.as_ref().map(Party::number).transpose()?;
        Ok(Bearer { consumer, supplier })
    }
}

// === impl Party ===

impl Party {
    fn number(&self) -> Result<OrgNumber, Error> {
        let iso6523 = self.authority.as_deref().is_none_or(|name| name == "iso6523-actorid-upis");
        let mut parts = self.id.split(':');
        match (parts.next(), parts.next()) {
            (Some(NORWAY), Some(number)) if iso6523 && parts.count() <= 2 => {
                number.parse().map_err(|_| Error::Organisation)
            }
            _ => Err(Error::Organisation),
        }
    }
}

/// The header of a token, without any trust in it: only our algorithms, and nothing that it says
/// must be understood besides.
fn header(token: &str) -> Result<Header, Error> {
    use jsonwebtoken::errors::ErrorKind;
    let header = jsonwebtoken::decode_header(token).map_err(|error| match error.kind() {
        // An algorithm that nobody knows, such as `none`, is no JSON of a header either.
        ErrorKind::Json(_) => Error::Algorithm,
        _ => Error::Form,
    })?;
    if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
        return Err(Error::Algorithm);
    }
    Ok(header)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` calls")]
fn refused(error: jsonwebtoken::errors::Error) -> Error {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::InvalidSignature | ErrorKind::Base64(_) => Error::Signature,
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidKeyFormat => Error::Algorithm,
        _ => Error::Form,
    }
}
