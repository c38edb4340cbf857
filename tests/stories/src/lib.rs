//! What users may expect, told as tests: see `tests/stories.rs`. The library itself is empty.
