//! Drop folders in, NDJSON and CSV out.
