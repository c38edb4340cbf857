//! Sign, verify and encrypt.
