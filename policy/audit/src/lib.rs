//! Disclosure entries, Merkle tree, checkpoints and proofs.
