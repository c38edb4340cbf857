//! Rulebook x schema x facts to a ruling.
