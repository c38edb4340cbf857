//! Properties of scanning and projecting.
