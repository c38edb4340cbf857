//! The exchange: intake to release, in one commit.
