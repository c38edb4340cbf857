//! The instants between which a crash may fall, named so that tests can crash at each. Costs
//! nothing outside tests.

use crate::Error;

/// An instant, named by what was done just before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Data keys are durable.
    Keys,
    /// Rows are written, not committed.
    Rows,
    /// Leaves and position are committed.
    Leaves,
    /// A full file is written.
    Tile,
    /// A file of the edge is written.
    Edge,
    /// The checkpoint is in place.
    Checkpoint,
    /// Files are durable, which the index does not know yet.
    Settled,
    /// A period's bodies are gone, its key not yet.
    Cleared,
}

/// Where tests crash.
#[derive(Default)]
pub(crate) struct Steps {
    #[cfg(test)]
    pub(crate) crash: Option<Box<dyn FnMut(Step) -> bool>>,
}

// === impl Steps ===

impl Steps {
    /// Passes the instant, unless a test crashes here.
    #[cfg(not(test))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "only tests crash")]
    pub(crate) const fn at(&mut self, _: Step) -> Result<(), Error> {
        Ok(())
    }

    /// Passes the instant, unless a test crashes here.
    #[cfg(test)]
    pub(crate) fn at(&mut self, step: Step) -> Result<(), Error> {
        let crashes = self.crash.as_mut().is_some_and(|crash| crash(step));
        if crashes { Err(Error::File(std::io::ErrorKind::Other.into())) } else { Ok(()) }
    }
}
