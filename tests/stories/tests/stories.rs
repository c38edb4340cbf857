//! What users may expect: one module for each story, Given/When/Then. Holds no helper of its own.

#[cfg(test)]
#[path = "stories/what_an_authority_drops_is_what_it_meant.rs"]
mod what_an_authority_drops_is_what_it_meant;
