//! Properties of states, and of the copy that follows lanes of an embedded carrier.

mod copy;
mod entitlements;
mod register;
mod sequence;
mod states;
