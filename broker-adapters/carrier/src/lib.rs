//! The carrier port and its contract suite.
