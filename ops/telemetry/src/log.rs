//! Tracing set-up: one subscriber for the process, to standard error. Decides no levels of events.

use crate::{Error, redact};
use std::io::{self, Write};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, prelude::*};

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One line of text an event.
    Text,
    /// One JSON object an event.
    Json,
}

/// Sets up logging for this process, once.
pub fn start(form: Form, filter: &str) -> Result<(), Error> {
    start_to(form, filter, io::stderr)
}

/// Sets up logging for this process, once, to where `open` leads: called for every line.
pub fn start_to<W: Write + 'static>(
    form: Form,
    filter: &str,
    open: impl Fn() -> W + Send + Sync + 'static,
) -> Result<(), Error> {
    let filter = EnvFilter::try_new(filter).map_err(|_| Error::Filter)?;
    let lines = tracing_subscriber::fmt::layer().with_writer(Guarded(open));
    let started = match form {
        Form::Text => {
            let lines = lines.with_ansi(false).with_target(true);
            tracing_subscriber::registry().with(filter).with(lines).try_init()
        }
        Form::Json => {
            let lines = lines.json().flatten_event(true).with_current_span(false);
            tracing_subscriber::registry().with(filter).with(lines).try_init()
        }
    };
    started.map_err(|_| Error::Twice)
}

/// Makes writers that pass every line through [`redact`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guarded<M>(pub(crate) M);

/// One event's line on its way out.
#[derive(Debug)]
pub(crate) struct Line<W: Write> {
    held: Vec<u8>,
    out: W,
}

// === impl Guarded ===

impl<'a, M: Fn() -> W, W: Write + 'a> MakeWriter<'a> for Guarded<M> {
    type Writer = Line<W>;

    fn make_writer(&'a self) -> Self::Writer {
        Line { held: Vec::new(), out: (self.0)() }
    }
}

// === impl Line ===

impl<W: Write> Write for Line<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.held);
        let line = text.trim_end_matches('\n');
        if !line.is_empty() {
            let mut safe = redact(line).into_owned();
            safe.push('\n');
            self.out.write_all(safe.as_bytes())?;
        }
        self.held.clear();
        self.out.flush()
    }
}

impl<W: Write> Drop for Line<W> {
    fn drop(&mut self) {
        // A log that cannot be written must not take the process down.
        let _lost = self.flush();
    }
}
