//! Waiting without a runtime: for librdkafka's futures, and for what is not yet so.

use crate::limits;
use carrier::{Error, Temporary};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

struct Unpark(Thread);

// === impl Unpark ===

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future to its end on this thread. librdkafka's answer within the time they were given.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// Looks again until it is so.
pub(crate) fn until(
    patience: Duration,
    is_so: impl FnMut() -> Result<bool, Error>,
) -> Result<(), Error> {
    if so_within(patience, is_so)? { Ok(()) } else { Err(Temporary::Unavailable.into()) }
}

/// Looks again until it is so, or the time is over; whether it is.
pub(crate) fn so_within(
    patience: Duration,
    mut is_so: impl FnMut() -> Result<bool, Error>,
) -> Result<bool, Error> {
    let begun = Instant::now();
    while !is_so()? {
        if begun.elapsed() > patience {
            return Ok(false);
        }
        thread::sleep(limits::LOOK);
    }
    Ok(true)
}
