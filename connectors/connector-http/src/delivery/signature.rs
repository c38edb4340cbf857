//! Signs a request: HTTP Message Signatures (RFC 9421) by Ed25519, over method, place, digest of
//! the body (RFC 9530) and every attribute of the event. So a recipient knows whose it is without
//! trusting what stands between.

use super::wire::Prepared;
use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use seal::{SigningKey, sha256};
use std::fmt::Write;

const DIGEST: HeaderName = HeaderName::from_static("content-digest");
const INPUT: HeaderName = HeaderName::from_static("signature-input");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");
/// Our label among signatures.
const LABEL: &str = "samsyn";

/// Signs the request, created at this second; none where a header cannot be written.
pub(super) fn sign(
    request: &mut Prepared,
    authority: &str,
    key: &SigningKey,
    created: i64,
) -> Option<()> {
    let digest = sha256(&[&request.body]);
    let digest = format!("sha-256=:{}:", STANDARD.encode(digest.as_bytes()));
    request.headers.insert(DIGEST, HeaderValue::try_from(digest).ok()?);
    let (covered, base) = base(request, authority)?;
    let input = format!("{covered};created={created};keyid=\"{}\";alg=\"ed25519\"", key.id());
    let base = format!("{base}\"@signature-params\": {input}");
    let signature = STANDARD.encode(key.sign(base.as_bytes()).ok()?.as_bytes());
    let headers = &mut request.headers;
    headers.insert(INPUT, HeaderValue::try_from(format!("{LABEL}={input}")).ok()?);
    headers.insert(SIGNATURE, HeaderValue::try_from(format!("{LABEL}=:{signature}:")).ok()?);
    Some(())
}

/// The names of what is covered, and the lines they stand for.
fn base(request: &Prepared, authority: &str) -> Option<(String, String)> {
    let (mut covered, mut base) = (String::from("("), String::new());
    let mut line = |name: &str, value: &str| {
        if covered.len() > 1 {
            covered.push(' ');
        }
        write!(covered, "\"{name}\"").ok()?;
        writeln!(base, "\"{name}\": {value}").ok()
    };
    line("@method", request.method.as_str())?;
    line("@authority", authority)?;
    line("@path", request.uri.path())?;
    let event = |name: &HeaderName| {
        *name == CONTENT_TYPE
            || *name == DIGEST
            || name.as_str().starts_with("ce-")
            || name.as_str().starts_with("samsyn-")
    };
    for (name, value) in request.headers.iter().filter(|(name, _)| event(name)) {
        line(name.as_str(), value.to_str().ok()?.trim())?;
    }
    covered.push(')');
    Some((covered, base))
}
