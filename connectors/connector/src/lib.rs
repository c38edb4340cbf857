//! Submission to checked finding, without I/O.
