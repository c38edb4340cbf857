//! What needs no broker. The promises are tested against a real one, in `tests/peers`.

mod ahead;
mod marks;
mod notes;
mod options;
