//! Bad tokens, one by one; and the good one.

use super::{Bearer, Demand, Error, Keys};
use crate::development::{DevelopmentIssuer, KEY_NAME, Wanted, claims};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;
use vocabulary::{OrgNumber, Timestamp};

const NOW: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);
const SECONDS: i64 = 1_790_000_000;

static ISSUER: LazyLock<DevelopmentIssuer> =
    LazyLock::new(|| DevelopmentIssuer::generate().unwrap());

fn wanted() -> Wanted<'static> {
    Wanted {
        issuer: "https://test.example/",
        audience: "https://samsyn.example",
        scope: "a:b samsyn:tilsyn/publish.write",
        consumer: "314159268".parse().unwrap(),
        supplier: None,
    }
}

fn demand() -> Demand {
    Demand {
        issuer: "https://test.example/".to_owned(),
        audience: "https://samsyn.example".to_owned(),
        scope: "samsyn:tilsyn/publish.write".to_owned(),
    }
}

fn keys() -> Keys {
    Keys::parse(ISSUER.key_set().as_bytes()).unwrap()
}

fn check(token: &str) -> Result<Bearer, Error> {
    demand().check(&keys(), token, NOW)
}

/// The good claims with one changed; null takes it away.
fn with(name: &str, value: Value) -> Result<Bearer, Error> {
    let mut claims = claims(&wanted(), NOW);
    claims[name] = value;
    check(&ISSUER.sign(Algorithm::RS256, KEY_NAME, &claims).unwrap())
}

#[test]
fn a_good_token_says_who_stands_behind_it() {
    let consumer: OrgNumber = "314159268".parse().unwrap();
    let token = ISSUER.token(&wanted(), NOW).unwrap();
    assert_eq!(check(&token), Ok(Bearer { consumer, supplier: None }));
    let supplier: OrgNumber = "974761211".parse().unwrap();
    let token = ISSUER.token(&Wanted { supplier: Some(supplier), ..wanted() }, NOW).unwrap();
    assert_eq!(check(&token), Ok(Bearer { consumer, supplier: Some(supplier) }));
    for algorithm in [Algorithm::RS384, Algorithm::RS512] {
        let token = ISSUER.sign(algorithm, KEY_NAME, &claims(&wanted(), NOW)).unwrap();
        assert!(check(&token).is_ok());
    }
    // Both spellings of the key are in use.
    assert!(with("consumer", json!({ "id": "0192:314159268" })).is_ok());
}

#[test]
fn other_algorithms_are_refused() {
    let claims = claims(&wanted(), NOW);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let none = json!({ "alg": "none", "kid": KEY_NAME });
    for ending in ["", "AAAA"] {
        let token = format!("{}.{}.{ending}", part(&none), part(&claims));
        assert_eq!(check(&token), Err(Error::Algorithm));
    }
    // The public key, as everybody has it, taken for a secret.
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(KEY_NAME.to_owned());
    let secret = EncodingKey::from_secret(ISSUER.key_set().as_bytes());
    let token = jsonwebtoken::encode(&header, &claims, &secret).unwrap();
    assert_eq!(check(&token), Err(Error::Algorithm));
    let pss = ISSUER.sign(Algorithm::PS256, KEY_NAME, &claims).unwrap();
    assert_eq!(check(&pss), Err(Error::Algorithm));
    let critical = json!({ "alg": "RS256", "kid": KEY_NAME, "crit": ["x"] });
    let token = format!("{}.{}.AAAA", part(&critical), part(&claims));
    assert_eq!(check(&token), Err(Error::Algorithm));
}

#[test]
fn a_key_that_the_issuer_does_not_have_is_refused() {
    let claims = claims(&wanted(), NOW);
    let token = ISSUER.sign(Algorithm::RS256, "another", &claims).unwrap();
    assert_eq!(check(&token), Err(Error::Key));
    let other = DevelopmentIssuer::generate().unwrap();
    assert_eq!(check(&other.token(&wanted(), NOW).unwrap()), Err(Error::Signature));
    // The issuer's own signature under other claims.
    let token = ISSUER.token(&wanted(), NOW).unwrap();
    let mut parts: Vec<&str> = token.split('.').collect();
    let changed = URL_SAFE_NO_PAD.encode(claims.to_string().replace("314159268", "974761211"));
    parts[1] = &changed;
    assert_eq!(check(&parts.join(".")), Err(Error::Signature));
}

#[test]
fn what_a_token_says_is_held_against_what_it_must_say() {
    assert_eq!(with("iss", json!("https://test.example")), Err(Error::Issuer));
    for audience in [json!("unspecified"), json!(null), json!(["https://other.example"])] {
        assert_eq!(with("aud", audience), Err(Error::Audience));
    }
    assert!(with("aud", json!(["x", "https://samsyn.example"])).is_ok());
    for scope in ["samsyn:tilsyn/publish", "samsyn:tilsyn/publish.write.x", ""] {
        assert_eq!(with("scope", json!(scope)), Err(Error::Scope));
    }
    for consumer in [
        json!(null),
        json!({ "ID": "0192:314159269" }),
        json!({ "ID": "0007:314159268" }),
        json!({ "ID": "314159268" }),
        json!({ "authority": "other", "ID": "0192:314159268" }),
    ] {
        assert_eq!(with("consumer", consumer), Err(Error::Organisation));
    }
    assert_eq!(with("supplier", json!({ "ID": "x" })), Err(Error::Organisation));
}

#[test]
fn time_is_the_time_we_are_told() {
    for (name, seconds, holds) in [
        ("exp", SECONDS, false),
        ("exp", SECONDS + 1, true),
        ("exp", SECONDS + 3_601, false),
        ("iat", SECONDS + 60, false),
        ("iat", SECONDS + 10, true),
        ("iat", i64::MIN, false),
        ("nbf", SECONDS + 60, false),
    ] {
        assert_eq!(with(name, json!(seconds)).is_ok(), holds, "{name} {seconds}");
    }
    assert!(with("exp", json!(null)).is_err());
    assert!(with("iat", json!(null)).is_err());
}

#[test]
fn only_named_rsa_keys_that_sign_and_are_long_enough_count() {
    let set: Value = serde_json::from_str(&ISSUER.key_set()).unwrap();
    let token = ISSUER.token(&wanted(), NOW).unwrap();
    let with = |name: &str, value: Value| {
        let mut set = set.clone();
        set["keys"][0][name] = value;
        let keys = Keys::parse(set.to_string().as_bytes()).unwrap();
        demand().check(&keys, &token, NOW)
    };
    assert!(with("x5c", json!(["left alone"])).is_ok());
    for (name, value) in [("use", json!("enc")), ("kty", json!("oct")), ("n", json!("AQAB"))] {
        assert_eq!(with(name, value), Err(Error::Key), "{name}");
    }
    let twice = json!({ "keys": [set["keys"][0], set["keys"][0]] });
    assert_eq!(Keys::parse(twice.to_string().as_bytes()).err(), Some(Error::Keys));
    assert_eq!(Keys::parse(b"{}").err(), Some(Error::Keys));
    assert_eq!(Keys::parse(&vec![b' '; 300_000]).err(), Some(Error::Keys));
}

proptest! {
    #[test]
    fn nothing_that_is_not_a_token_is_one(text in "[A-Za-z0-9._=-]{0,200}") {
        prop_assert!(check(&text).is_err());
    }
}
