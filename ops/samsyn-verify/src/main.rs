//! Independent checker of ledger and receipts.

fn main() {}
