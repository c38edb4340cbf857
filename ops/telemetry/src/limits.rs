//! Every bound of telemetry, named once.

/// Longest log line, in bytes; the rest is cut.
pub const LINE_BYTES: usize = 8 * 1024;
/// Most series of one metric; later label values are counted under `other`.
pub const SERIES: usize = 4_096;
/// Most series of one histogram: twelve buckets each.
pub const HISTOGRAM_SERIES: usize = 512;
/// Longest label value, in bytes.
pub const LABEL_BYTES: usize = 80;
