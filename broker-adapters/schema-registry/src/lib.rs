//! A schema registry with the Confluent-compatible API, over an HTTP call that is handed in. It
//! opens no socket, knows no lane and no clock, and never says anything about bytes.
//!
//! ```text
//! register(subject, text) ─▶ known here? ─▶ known there? ─▶ may it follow?  ─▶ POST ─▶ read back
//!                                                          avro-tree, then the registry's own rule
//! text(id) ─▶ known here? ─▶ GET ─▶ the text in the house's one spelling, or none
//! ```
//!
//! Invariants: nothing is registered that has a field without a class, or that avro-tree finds
//! breaking after the newest of its subject; an id is believed only once the registry gives the
//! same schema back for it; an answer that is late, long or not of the API is an error, never
//! "unknown"; a failed call leaves the cache as it was. What an id means for a record is the
//! exchange's decision: it takes the ids of its contract by their text, and sets every other record
//! aside.

mod answer;
mod cache;
mod client;
mod error;
mod http;
pub mod limits;
mod strategy;
#[cfg(test)]
mod tests;

pub use client::{Client, Level, Registered};
pub use error::Error;
pub use http::{Answer, Http, Lost, Method, Request};
pub use strategy::{Strategy, UnknownStrategy};
