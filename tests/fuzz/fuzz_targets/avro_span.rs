//! Fuzzes the projector with any bytes; what must hold stands in `src/avro_span.rs`.
#![no_main]

#[path = "../src/avro_span.rs"]
mod avro_span_case;

libfuzzer_sys::fuzz_target!(|datum: &[u8]| avro_span_case::check(datum));
