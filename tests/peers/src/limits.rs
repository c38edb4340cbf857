//! Every bound of the peers, named once.

use std::ops::Range;
use std::time::Duration;

/// How long a child may take until it says that it is ready: a JVM on a machine that also builds.
pub const READY: Duration = Duration::from_secs(120);
/// How long a child may take to end when asked.
pub const DRAIN: Duration = Duration::from_secs(30);
/// How often a child is looked at while waiting.
pub const LOOK: Duration = Duration::from_millis(20);
/// Heap of a broker, in MiB.
pub const BROKER_HEAP_MIB: u32 = 512;
/// Heap of a rival, in MiB.
pub const RIVAL_HEAP_MIB: u32 = 1_024;
/// Heap of a schema registry, in MiB.
pub const REGISTRY_HEAP_MIB: u32 = 512;
/// Bytes of a child's log that an error quotes.
pub const QUOTED: usize = 4_096;
/// Ports that peers listen on.
pub const PORTS: Range<u16> = 20_000..32_000;
