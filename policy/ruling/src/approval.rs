//! Approvals: detached signatures over a bundle's digest, by people whose keys the site knows.
//! How many are needed follows from `compare`; whose keys count is settled by the caller.

use crate::error::{Cause, Error};
use crate::files::{APPROVALS, BundleFiles};
use crate::limits::MAX_APPROVALS;
use crate::text;
use seal::{KeyId, Signature, SigningKey, VerifyingKey};
use serde::Deserialize;
use std::collections::BTreeSet;
use vocabulary::Digest;

/// First line of what an approver signs.
const STATEMENT: &str = "samsyn-approval-v1";

/// Somebody who may approve, with the key that speaks for them.
#[derive(Debug, Clone)]
pub struct Approver {
    /// The name that approvals carry.
    pub name: String,
    /// The public key.
    pub key: VerifyingKey,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    approver: String,
    digest: Digest,
    key: String,
    signature: String,
}

/// The bytes an approver signs: the digest and who they are.
fn statement(digest: &Digest, approver: &str) -> Vec<u8> {
    format!("{STATEMENT}\n{digest}\n{approver}\n").into_bytes()
}

/// Whether a name may stand in a path and in a signed line.
fn plain(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=64).contains(&name.len()) && name.bytes().all(letter)
}

/// Approves a bundle: the path and text of the file to add to it.
pub fn approve(
    files: &BundleFiles,
    approver: &str,
    key: &SigningKey,
) -> Result<(String, Vec<u8>), Error> {
    let path = format!("{APPROVALS}{approver}.toml");
    let refuse = |reason| Error::at(&path, 1, Cause::Approval { reason });
    if !plain(approver) {
        return Err(refuse("a name has small letters a-z, digits and dashes only, at most 64"));
    }
    let digest = files.digest();
    let signature = key.sign(&statement(&digest, approver));
    let signature = signature.map_err(|_| refuse("the key could not sign"))?;
    let text = format!(
        "# Approval of a bundle: an Ed25519 signature over its digest and the approver's name.\n\
         approver = \"{approver}\"\ndigest = \"{digest}\"\nkey = \"{}\"\nsignature = \"{}\"\n",
        key.id(),
        hex::encode(signature.as_bytes()),
    );
    Ok((path, text.into_bytes()))
}

/// Verifies approvals: at least `needed`, valid, by different approvers with different keys.
/// Gives the approvers' names. One that is not valid does not count, and is named when too few are.
pub fn verify(
    files: &BundleFiles,
    approvers: &[Approver],
    needed: usize,
) -> Result<Vec<String>, Vec<Error>> {
    let digest = files.digest();
    let mut errors = Vec::new();
    let mut names = BTreeSet::new();
    let mut keys: BTreeSet<KeyId> = BTreeSet::new();
    for (path, bytes) in files.within(APPROVALS, ".toml").take(MAX_APPROVALS) {
        match one(path, bytes, &digest, approvers, &mut errors) {
            Some(approver) => {
                if !names.contains(&approver.name) && keys.insert(approver.key.id()) {
                    names.insert(approver.name.clone());
                }
            }
            None => continue,
        }
    }
    if names.len() >= needed {
        return Ok(names.into_iter().collect());
    }
    let cause = Cause::Approvals { found: names.len(), needed };
    errors.push(Error::at(APPROVALS, 1, cause));
    Err(errors)
}

/// Whose valid approval a file is.
fn one<'a>(
    path: &str,
    bytes: &[u8],
    digest: &Digest,
    approvers: &'a [Approver],
    errors: &mut Vec<Error>,
) -> Option<&'a Approver> {
    let text = str::from_utf8(bytes).unwrap_or_default();
    let file: File = text::toml(path, text, errors)?;
    let mut refuse = |reason| errors.push(Error::at(path, 1, Cause::Approval { reason }));
    if file.digest != *digest {
        refuse("it approves other content");
        return None;
    }
    let of_name = approvers.iter().find(|approver| approver.name == file.approver);
    let Some(approver) = of_name.filter(|approver| approver.key.id().to_string() == file.key)
    else {
        refuse("no known approver has this name and key");
        return None;
    };
    let mut signature = [0; Signature::LEN];
    let signed = hex::decode_to_slice(&file.signature, &mut signature).is_ok()
        && approver
            .key
            .verify(&statement(digest, &file.approver), &Signature::new(signature))
            .is_ok();
    if !signed {
        refuse("the signature does not match");
        return None;
    }
    Some(approver)
}
