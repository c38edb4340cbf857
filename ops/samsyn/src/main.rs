//! The roof: samsyn up and the command line.

fn main() {}
