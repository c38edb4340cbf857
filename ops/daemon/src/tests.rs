//! Tests of a life.
