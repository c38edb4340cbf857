//! An issuer of tokens for development and tests, in the shapes of the real one. It proves nothing
//! about anybody: whoever holds its key is whomever it likes. No daemon uses it.

use crate::token::keys_provider;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use openssl::rsa::Rsa;
use serde_json::{Value, json};
use vocabulary::{OrgNumber, Secret, Timestamp};

/// The name of its one key.
pub const KEY_NAME: &str = "development";
/// Seconds a token lives.
const LIFE: i64 = 600;

/// The key could not be made, read or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the development issuer's key cannot be made, read or used")]
pub struct Unusable;

/// An issuer with one RSA key.
pub struct DevelopmentIssuer {
    key: EncodingKey,
    pem: Secret<Vec<u8>>,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

/// What a token is to say.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Issuer.
    pub issuer: &'a str,
    /// Audience.
    pub audience: &'a str,
    /// Scopes, separated by blanks.
    pub scope: &'a str,
    /// The organisation.
    pub consumer: OrgNumber,
    /// Who acts for it, if anybody.
    pub supplier: Option<OrgNumber>,
}

impl DevelopmentIssuer {
    /// An issuer with a new key.
    pub fn generate() -> Result<Self, Unusable> {
        Self::of(&Rsa::generate(2_048).map_err(unusable)?)
    }

    /// The issuer of a key file (PEM).
    pub fn from_pem(pem: &[u8]) -> Result<Self, Unusable> {
        Self::of(&Rsa::private_key_from_pem_passphrase(pem, b"").map_err(unusable)?)
    }

    fn of(key: &Rsa<openssl::pkey::Private>) -> Result<Self, Unusable> {
        keys_provider();
        Ok(DevelopmentIssuer {
            key: EncodingKey::from_rsa_der(&key.private_key_to_der().map_err(unusable)?),
            pem: Secret::new(key.private_key_to_pem().map_err(unusable)?),
            modulus: key.n().to_vec(),
            exponent: key.e().to_vec(),
        })
    }

    /// Its key as PEM.
    pub fn pem(&self) -> &Secret<Vec<u8>> {
        &self.pem
    }

    /// Its public key as a key set (JWKS).
    pub fn key_set(&self) -> String {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_NAME,
            "n": text(&self.modulus), "e": text(&self.exponent),
        }] })
        .to_string()
    }

    /// A token issued at `now`.
    pub fn token(&self, wanted: &Wanted<'_>, now: Timestamp) -> Result<String, Unusable> {
        self.sign(Algorithm::RS256, KEY_NAME, &claims(wanted, now))
    }

    /// Any claims under any header, for tests of what is refused.
    pub fn sign(
        &self,
        algorithm: Algorithm,
        name: &str,
        claims: &Value,
    ) -> Result<String, Unusable> {
        let mut header = Header::new(algorithm);
        header.kid = Some(name.to_owned());
        jsonwebtoken::encode(&header, claims, &self.key).map_err(unusable)
    }
}

/// The claims of a token issued at `now`, as the real issuer writes them.
pub fn claims(wanted: &Wanted<'_>, now: Timestamp) -> Value {
    let now = now.as_micros().div_euclid(1_000_000);
    let party = |number: OrgNumber| {
        let id = format!("0192:{number}");
        json!({ "authority": "iso6523-actorid-upis", "ID": id })
    };
    let mut claims = json!({
        "iss": wanted.issuer, "aud": wanted.audience, "scope": wanted.scope,
        "iat": now, "exp": now + LIFE, "token_type": "Bearer",
        "client_amr": "private_key_jwt", "consumer": party(wanted.consumer),
    });
    if let (Some(supplier), Some(claims)) = (wanted.supplier, claims.as_object_mut()) {
        claims.insert("supplier".to_owned(), party(supplier));
    }
    claims
}

fn unusable<E>(_: E) -> Unusable {
    Unusable
}
