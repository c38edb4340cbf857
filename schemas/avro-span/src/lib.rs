//! Avro bytes to spans under a tree.
