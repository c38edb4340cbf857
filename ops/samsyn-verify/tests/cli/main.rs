//! The checker's program under test, as one binary; its cases stand beside.

#[cfg(test)]
mod cases;
