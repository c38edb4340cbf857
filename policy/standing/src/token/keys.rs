//! An issuer's public keys (JWKS, RFC 7517), by their names. Where they come from is the daemon's.

use super::Error;
use crate::limits::{KEYS_BYTES, MODULUS_BYTES, MODULUS_MOST, TOKEN_KEYS};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Once;

/// RSA keys that sign tokens, by `kid`.
#[derive(Debug, Clone, Default)]
pub struct Keys(BTreeMap<String, DecodingKey>);

#[derive(Deserialize)]
struct Listed {
    keys: Vec<Key>,
}

/// A key as listed; whatever else it says is left.
#[derive(Deserialize)]
struct Key {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    used_for: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

// === impl Keys ===

impl Keys {
    /// Reads a key set. Keys of other kinds, for other uses, without a name or too short are passed
    /// over; two of one name are refused.
    pub fn parse(text: &[u8]) -> Result<Keys, Error> {
        provider();
        if text.len() > KEYS_BYTES {
            return Err(Error::Keys);
        }
        let listed: Listed = serde_json::from_slice(text).map_err(|_| Error::Keys)?;
        if listed.keys.len() > TOKEN_KEYS {
            return Err(Error::Keys);
        }
        let mut keys = BTreeMap::new();
        for (name, key) in listed.keys.into_iter().filter_map(Key::read) {
            if keys.insert(name, key).is_some() {
                return Err(Error::Keys);
            }
        }
        Ok(Keys(keys))
    }

    /// The key of this name.
    pub(super) fn find(&self, name: &str) -> Option<&DecodingKey> {
        self.0.get(name)
    }
}

// === impl Key ===

impl Key {
    fn read(self) -> Option<(String, DecodingKey)> {
        let signs = self.used_for.is_none_or(|used_for| used_for == "sig");
        if self.kty != "RSA" || !signs {
            return None;
        }
        let bytes = |text: Option<String>| URL_SAFE_NO_PAD.decode(text?).ok();
        let (modulus, exponent) = (bytes(self.n)?, bytes(self.e)?);
        let long = (MODULUS_BYTES..=MODULUS_MOST).contains(&modulus.len());
        (long && exponent.len() <= 8)
            .then(|| (self.kid, DecodingKey::from_rsa_raw_components(&modulus, &exponent)))
            .and_then(|(name, key)| Some((name?, key)))
    }
}

/// Makes openssl the one provider of the token library; the first call of a process counts.
pub(crate) fn provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Only ours is ever installed, so a second one would be the same.
        let _installed = jsonwebtoken_openssl::install_default();
    });
}
