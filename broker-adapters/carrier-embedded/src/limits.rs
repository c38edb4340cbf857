//! Every bound of the embedded carrier, named once. What a message may be is bounded by `carrier`.

use std::time::Duration;

/// Most requests waiting for the writer.
pub const QUEUE_JOBS: usize = 1_024;
/// Most bytes waiting for the writer; a larger request enters only an empty queue.
pub const QUEUE_BYTES: usize = 64 * 1024 * 1024;
/// Most requests of one transaction.
pub const GROUP_JOBS: usize = 256;
/// Bytes after which no further request joins a transaction.
pub const GROUP_BYTES: usize = 16 * 1024 * 1024;
/// Reader connections kept open; more are opened in a rush and closed after it.
pub const READERS: usize = 4;
/// Prepared statements kept by the writer: one for each lane in use, and the fixed ones.
pub const WRITER_STATEMENTS: usize = 2_048;
/// Prepared statements kept by a reader.
pub const READER_STATEMENTS: usize = 128;
/// Page cache of the writer, in KiB.
pub const WRITER_CACHE_KIB: i64 = 32 * 1024;
/// Page cache of a reader, in KiB.
pub const READER_CACHE_KIB: i64 = 2 * 1024;
/// Bytes of a page: large, because most writes are appends of records of about 1 KB (measured:
/// a quarter faster than 4 KiB pages, and a tenth smaller).
pub const PAGE_BYTES: u32 = 16 * 1024;
/// Pages in the write-ahead log after which it is folded into the file.
pub const CHECKPOINT_PAGES: u32 = 1_024;
/// Bytes to which the write-ahead log is cut back after use.
pub const LOG_BYTES: u32 = 64 * 1024 * 1024;
/// How long SQLite waits for another process's write.
pub const BUSY: Duration = Duration::from_secs(5);
/// How long the writer sleeps before it looks after maintenance and other processes' writes.
pub const IDLE: Duration = Duration::from_millis(50);
/// How often retention is looked at.
pub const SWEEP: Duration = Duration::from_secs(1);
/// Most rows one maintenance step touches.
pub const STEP_ROWS: u64 = 1_000;
/// Most maintenance steps between two transactions under load: how long a caller may be held up.
pub const LOAD_STEPS: u64 = 16;
/// Pages returned to the file system in one maintenance step.
pub const STEP_PAGES: u64 = 256;
/// Messages of a compacted lane not yet indexed by key, after which indexing no longer waits for
/// an idle moment.
pub const TAIL_ROWS: u64 = 100_000;
/// Most messages one read returns, whatever the caller allows.
pub const READ_ROWS: usize = 100_000;
