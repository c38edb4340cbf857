//! Who asks: recipients in groups.
