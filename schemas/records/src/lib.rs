//! Typed findings, proved equal to the contract.
