//! Builders, fixtures and the in-process house.
