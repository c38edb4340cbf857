//! What users may expect.
