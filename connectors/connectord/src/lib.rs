//! The agency daemon.
