//! Files as a door: drop folders in, NDJSON and CSV out.
//!
//! ```text
//! inbox/x.csv ─Folder─▶ Rows ─▶ (connector: mapping, machine) ─▶ …        inbox/done/x.csv
//!                         └─ what was refused, with row, path, rule, fix ─▶ inbox/refused/x.csv
//! … release lane ─▶ Schemas::segment ─Outbox─▶ view.<from>-<to>.ndjson | .<type>.<schema>.csv
//! ```
//!
//! Nothing here knows a column, a field or a rule of law; what may be delivered was decided before
//! it came onto the lane.
//!
//! Invariants: only plain files directly in the folder are opened, never through a link; a bad row
//! stops no other; a segment is there wholly or not at all, and its offsets are counted in the
//! same instant; no text in a sheet is run as a formula.

mod durable;
mod error;
mod folder;
pub mod limits;
mod outbox;
mod refused;
mod render;
mod rows;

pub use error::Error;
pub use folder::{Folder, Look, Opened, tell_source};
pub use outbox::{Outbox, Segment};
pub use refused::{RefusedRow, sheet as refused_sheet};
pub use render::{Fetch, Form, Schemas, UNREADABLE};
pub use rows::{Fault, Row, Rows};
