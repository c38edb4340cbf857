//! Signed notes (C2SP signed-note, Ed25519): text that other people's tools can verify too.

use crate::Error;
use crate::limits::{MAX_NOTE_BYTES, MAX_NOTE_SIGNATURES};
use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{Signature, SigningKey, VerifyingKey};

const ED25519: u8 = 1;
const MARK: &str = "\u{2014} ";

/// The text of a signed note, once a signature of the expected key was found to hold.
pub fn open_note<'a>(note: &'a str, name: &str, key: &VerifyingKey) -> Result<&'a str, Error> {
    let (text, lines) = parts(note)?;
    let expected = key_hash(name, key);
    let mut held = false;
    for line in lines.lines() {
        let (signer, signature) = signature_line(line)?;
        let (hash, signature) = signature.split_first_chunk::<4>().ok_or(Error::Note)?;
        if signer == name && *hash == expected {
            let signature = Signature::try_from(signature).map_err(|_| Error::NoteSignature)?;
            key.verify(text.as_bytes(), &signature).map_err(|_| Error::NoteSignature)?;
            held = true;
        }
    }
    if held { Ok(text) } else { Err(Error::NoteSignature) }
}

/// Signs a text that ends in a newline.
pub fn sign_note(text: &str, name: &str, key: &SigningKey) -> Result<String, Error> {
    let printable = text.chars().all(|letter| letter == '\n' || letter >= ' ');
    if !text.ends_with('\n') || text.len() > MAX_NOTE_BYTES / 2 || !printable || !is_name(name) {
        return Err(Error::Note);
    }
    let signature = key.sign(text.as_bytes())?;
    let bytes = [key_hash(name, key.public()).as_slice(), signature.as_bytes()].concat();
    Ok(format!("{text}\n{MARK}{name} {}\n", STANDARD.encode(bytes)))
}

/// The public key in the form other verifiers of signed notes take.
pub fn verifier_key(name: &str, key: &VerifyingKey) -> String {
    let hash: String = key_hash(name, key).iter().map(|byte| format!("{byte:02x}")).collect();
    let typed = [&[ED25519], key.raw().as_slice()].concat();
    format!("{name}+{hash}+{}", STANDARD.encode(typed))
}

/// Whether a name may stand in a signature line.
pub fn is_name(name: &str) -> bool {
    let forbidden = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '+';
    !name.is_empty() && name.len() <= 255 && !name.contains(forbidden)
}

/// Text with its last newline, and the signature lines.
fn parts(note: &str) -> Result<(&str, &str), Error> {
    if note.len() > MAX_NOTE_BYTES || note.chars().any(|letter| letter < ' ' && letter != '\n') {
        return Err(Error::Note);
    }
    let (before, lines) = note.rsplit_once("\n\n").ok_or(Error::Note)?;
    let text = note.get(..before.len() + 1).ok_or(Error::Note)?;
    let count = lines.lines().count();
    if !lines.ends_with('\n') || count == 0 || count > MAX_NOTE_SIGNATURES {
        return Err(Error::Note);
    }
    Ok((text, lines))
}

fn signature_line(line: &str) -> Result<(&str, Vec<u8>), Error> {
    let (name, signature) =
        line.strip_prefix(MARK).and_then(|line| line.split_once(' ')).ok_or(Error::Note)?;
    if !is_name(name) {
        return Err(Error::Note);
    }
    Ok((name, STANDARD.decode(signature).map_err(|_| Error::Note)?))
}

fn key_hash(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let digest = seal::sha256(&[name.as_bytes(), b"\n", &[ED25519], key.raw()]);
    digest.as_bytes().first_chunk().copied().unwrap_or_default()
}
