//! All lanes in one SQLite file.
