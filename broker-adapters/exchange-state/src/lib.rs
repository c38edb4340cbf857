//! The exchange's copy of register and state.
