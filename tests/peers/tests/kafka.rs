//! The Kafka carrier on real Kafka: the contract that every carrier holds, unchanged, and what only
//! this one promises. One broker serves all, each test under a prefix of its own; those that stop
//! or bend a broker have their own.
#![cfg(test)]

#[path = "kafka/broker.rs"]
mod broker;
#[path = "kafka/contract.rs"]
mod contract;
#[path = "kafka/ends.rs"]
mod ends;
#[path = "kafka/group.rs"]
mod group;
#[path = "kafka/outage.rs"]
mod outage;
#[path = "kafka/pair.rs"]
mod pair;
#[path = "kafka/retention.rs"]
mod retention;
#[path = "kafka/site.rs"]
mod site;
#[path = "kafka/three.rs"]
mod three;
#[path = "kafka/tls.rs"]
mod tls;
#[path = "kafka/trimmed.rs"]
mod trimmed;
#[path = "kafka/twin.rs"]
mod twin;
