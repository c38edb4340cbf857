//! Schema text to a checked, classified tree.
