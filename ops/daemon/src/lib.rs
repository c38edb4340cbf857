//! Life of a process.
