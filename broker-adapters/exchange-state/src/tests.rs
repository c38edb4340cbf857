//! Properties of states, and of the copy that follows lanes of an embedded carrier.

mod copy;
mod sequence;
mod states;
