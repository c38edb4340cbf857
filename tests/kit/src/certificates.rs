//! Throw-away certificates: an authority, servers on loopback, and organisations as clients. Made
//! anew for every test; nothing outside trusts them.

use crate::Outcome;
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};

/// A certificate with its key.
pub struct Identity {
    certificate: X509,
    key: PKey<Private>,
}

/// An authority that issues certificates.
pub struct Authority(Identity);

// === impl Identity ===

impl Identity {
    /// The certificate.
    pub fn certificate(&self) -> &X509 {
        &self.certificate
    }

    /// Its key.
    pub fn key(&self) -> &PKey<Private> {
        &self.key
    }

    /// The certificate as PEM.
    pub fn pem(&self) -> Outcome<Vec<u8>> {
        Ok(self.certificate.to_pem()?)
    }

    /// The key as PEM.
    pub fn key_pem(&self) -> Outcome<Vec<u8>> {
        Ok(self.key.private_key_to_pem_pkcs8()?)
    }
}

// === impl Authority ===

impl Authority {
    /// A new authority.
    pub fn new() -> Outcome<Authority> {
        let key = key()?;
        let mut builder = builder(&[(Nid::COMMONNAME, "test")], &key)?;
        builder.append_extension(BasicConstraints::new().critical().ca().build()?)?;
        let issuer = name(&[(Nid::COMMONNAME, "test")])?;
        builder.set_issuer_name(&issuer)?;
        builder.sign(&key, MessageDigest::sha256())?;
        Ok(Authority(Identity { certificate: builder.build(), key }))
    }

    /// Its own certificate as PEM.
    pub fn pem(&self) -> Outcome<Vec<u8>> {
        self.0.pem()
    }

    /// A server on loopback: `localhost` and `127.0.0.1`.
    pub fn server(&self) -> Outcome<Identity> {
        let key = key()?;
        let mut builder = builder(&[(Nid::COMMONNAME, "server")], &key)?;
        let context = builder.x509v3_context(Some(&self.0.certificate), None);
        let names =
            SubjectAlternativeName::new().dns("localhost").ip("127.0.0.1").build(&context)?;
        builder.append_extension(names)?;
        self.issue(builder, key)
    }

    /// An organisation, by the attribute of eIDAS (`organizationIdentifier`).
    pub fn organisation(&self, number: &str) -> Outcome<Identity> {
        let identifier = openssl::asn1::Asn1Object::from_str("2.5.4.97")?.nid();
        self.subject(&[(identifier, &format!("NTRNO-{number}"))])
    }

    /// Whoever these attributes say.
    pub fn subject(&self, attributes: &[(Nid, &str)]) -> Outcome<Identity> {
        let key = key()?;
        self.issue(builder(attributes, &key)?, key)
    }

    fn issue(&self, mut builder: X509Builder, key: PKey<Private>) -> Outcome<Identity> {
        builder.set_issuer_name(self.0.certificate.subject_name())?;
        builder.sign(&self.0.key, MessageDigest::sha256())?;
        Ok(Identity { certificate: builder.build(), key })
    }
}

fn key() -> Outcome<PKey<Private>> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    Ok(PKey::from_ec_key(EcKey::generate(&group)?)?)
}

fn name(attributes: &[(Nid, &str)]) -> Outcome<openssl::x509::X509Name> {
    let mut name = X509NameBuilder::new()?;
    for (attribute, text) in attributes {
        name.append_entry_by_nid(*attribute, text)?;
    }
    Ok(name.build())
}

fn builder(attributes: &[(Nid, &str)], key: &PKey<Private>) -> Outcome<X509Builder> {
    let mut builder = X509Builder::new()?;
    builder.set_version(2)?;
    let serial: [u8; 8] = seal::random()?;
    builder.set_serial_number(&*BigNum::from_slice(&serial)?.to_asn1_integer()?)?;
    let subject = name(attributes)?;
    builder.set_subject_name(&subject)?;
    let (from, to) = (Asn1Time::days_from_now(0)?, Asn1Time::days_from_now(2)?);
    builder.set_not_before(&from)?;
    builder.set_not_after(&to)?;
    builder.set_pubkey(key)?;
    Ok(builder)
}
