//! Tracing and prometheus set-up.
