//! One lane's fetch queue inside librdkafka, read in batches: the one file of the house with unsafe
//! code. librdkafka's batch call has no safe wrapper, and is three times as fast as one message at
//! a time; and a foreign header name that is no UTF-8 must not end the process, as it does in the
//! safe one. It decides nothing: bytes come out as they lie on the topic.

use crate::figures::Teller;
use crate::signal::Signal;
use carrier::{Fetched, Headers, Message, Offset};
use rdkafka::bindings as sys;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::types::{RDKafkaErrorCode, RDKafkaRespErr};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use vocabulary::Timestamp;

/// Names of headers that the house itself writes, so that reading one allocates nothing.
const OURS: [&str; 6] = [
    carrier::SEAL,
    carrier::SOURCE,
    carrier::SEQUENCE,
    carrier::RECORD,
    carrier::CONTENT_TYPE,
    "ce_id",
];

/// The fetch queue of one partition of one consumer.
pub(crate) struct Queue {
    queue: NonNull<sys::rd_kafka_queue_t>,
    /// What librdkafka's callback points to; it stays where it is until the callback is gone.
    wake: Box<Wake>,
    /// Outlives the queue.
    _consumer: Arc<BaseConsumer<Teller>>,
}

/// What happens when the queue is no longer empty.
struct Wake {
    fresh: AtomicBool,
    signal: Arc<Signal>,
}

/// What one look at the queue gave.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pulled {
    /// Messages taken.
    pub(crate) messages: usize,
    /// The end of what can be read, if it was reached.
    pub(crate) end: Option<u64>,
    /// What librdkafka could not do.
    pub(crate) error: Option<RDKafkaErrorCode>,
}

// SAFETY: librdkafka's queues may be used from any thread, one at a time or together; `Wake` is
// made of values that are Send and Sync themselves.
unsafe impl Send for Queue {}

// === impl Queue ===

impl Queue {
    /// The queue of partition 0 of a topic, apart from the consumer's own: before the partition is
    /// assigned, so that no message goes the other way.
    pub(crate) fn split(
        consumer: &Arc<BaseConsumer<Teller>>,
        topic: &str,
        signal: Arc<Signal>,
    ) -> Option<Queue> {
        let topic = CString::new(topic).ok()?;
        let wake = Box::new(Wake { fresh: AtomicBool::new(true), signal });
        // SAFETY: the client is alive as long as `consumer`, and the name ends in a null byte.
        let queue = unsafe {
            sys::rd_kafka_queue_get_partition(consumer.client().native_ptr(), topic.as_ptr(), 0)
        };
        let queue = NonNull::new(queue)?;
        let opaque = ptr::from_ref::<Wake>(&wake).cast_mut().cast::<c_void>();
        // SAFETY: the queue is ours until `drop`, which takes the callback away before `wake` goes.
        unsafe {
            sys::rd_kafka_queue_forward(queue.as_ptr(), ptr::null_mut());
            sys::rd_kafka_queue_cb_event_enable(queue.as_ptr(), Some(woken), opaque);
        }
        Some(Queue { queue, wake, _consumer: Arc::clone(consumer) })
    }

    /// Whether there may be something that nobody has looked at.
    pub(crate) fn is_fresh(&self) -> bool {
        self.wake.fresh.load(Ordering::Acquire)
    }

    /// Takes up to `most` messages; waits for the first of them.
    pub(crate) fn pull(
        &self,
        most: usize,
        patience: Duration,
        into: &mut VecDeque<Fetched>,
    ) -> Pulled {
        self.wake.fresh.store(false, Ordering::Release);
        let pulled = self.take(most, 0, into);
        if pulled.found() || patience.is_zero() {
            return pulled;
        }
        // One only, for the call waits until it has all it may take.
        let millis = i32::try_from(patience.as_millis()).unwrap_or(i32::MAX);
        let first = self.take(1, millis, into);
        if first.messages == 0 {
            return first;
        }
        let rest = self.take(most.saturating_sub(1), 0, into);
        Pulled { messages: first.messages + rest.messages, ..rest }
    }

    fn take(&self, most: usize, millis: i32, into: &mut VecDeque<Fetched>) -> Pulled {
        let mut taken: Vec<*mut sys::rd_kafka_message_t> = vec![ptr::null_mut(); most];
        // SAFETY: the queue is alive, and the vector has room for `most` pointers.
        let count = unsafe {
            sys::rd_kafka_consume_batch_queue(self.queue.as_ptr(), millis, taken.as_mut_ptr(), most)
        };
        let count = usize::try_from(count).unwrap_or_default();
        let mut pulled = Pulled::default();
        for message in taken.into_iter().take(count) {
            // SAFETY: the first `count` pointers are valid messages, ours until destroyed here.
            unsafe {
                pulled.note(&*message, into);
                sys::rd_kafka_message_destroy(message);
            }
        }
        if count == most {
            self.wake.fresh.store(true, Ordering::Release);
        }
        pulled
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        // SAFETY: the queue is ours and alive; after the first call nobody holds `wake` any more.
        unsafe {
            sys::rd_kafka_queue_cb_event_enable(self.queue.as_ptr(), None, ptr::null_mut());
            sys::rd_kafka_queue_destroy(self.queue.as_ptr());
        }
    }
}

// === impl Pulled ===

impl Pulled {
    const fn found(self) -> bool {
        self.messages > 0 || self.end.is_some() || self.error.is_some()
    }

    fn note(&mut self, message: &sys::rd_kafka_message_t, into: &mut VecDeque<Fetched>) {
        match message.err {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR => {
                into.push_back(fetched(message));
                self.messages += 1;
            }
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__PARTITION_EOF => {
                self.end = u64::try_from(message.offset).ok();
            }
            error => self.error = Some(error.into()),
        }
    }
}

/// Called by librdkafka, on a thread of its own, when the queue is no longer empty.
unsafe extern "C" fn woken(_client: *mut sys::rd_kafka_t, opaque: *mut c_void) {
    // SAFETY: `opaque` is the queue's `Wake`, which lives until the callback is taken away.
    let wake = unsafe { &*opaque.cast_const().cast::<Wake>() };
    wake.fresh.store(true, Ordering::Release);
    wake.signal.raise();
}

fn fetched(message: &sys::rd_kafka_message_t) -> Fetched {
    // SAFETY: key and payload are null or as long as the message says, and live as long as it.
    let (key, value) =
        unsafe { (bytes(message.key, message.key_len), bytes(message.payload, message.len)) };
    let mut kind = sys::rd_kafka_timestamp_type_t::RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    // SAFETY: both pointers are valid for the call.
    let millis = unsafe { sys::rd_kafka_message_timestamp(message, &raw mut kind) };
    let headers = headers(message);
    Fetched {
        offset: Offset(u64::try_from(message.offset).unwrap_or_default()),
        appended: Timestamp::from_micros(millis.max(0).saturating_mul(1_000)),
        message: Message {
            key: key.map(<[u8]>::to_vec).unwrap_or_default(),
            value: value.map(<[u8]>::to_vec),
            headers,
        },
    }
}

fn headers(message: &sys::rd_kafka_message_t) -> Headers {
    let mut list: *mut sys::rd_kafka_headers_t = ptr::null_mut();
    // SAFETY: the message is valid; the list, if there is one, belongs to it.
    let found = unsafe { sys::rd_kafka_message_headers(message, &raw mut list) };
    if found != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR || list.is_null() {
        return Headers::new();
    }
    // SAFETY: the list is valid as long as the message.
    let count = unsafe { sys::rd_kafka_header_cnt(list) };
    let mut headers = Headers::with_capacity(count);
    headers.extend((0..count).filter_map(|at| header(list, at)));
    headers
}

fn header(list: *const sys::rd_kafka_headers_t, at: usize) -> Option<(Cow<'static, str>, Vec<u8>)> {
    let (mut name, mut value, mut size): (*const c_char, *const c_void, usize) =
        (ptr::null(), ptr::null(), 0);
    // SAFETY: the list is valid; librdkafka fills all three if there is such a header.
    let found = unsafe {
        sys::rd_kafka_header_get_all(list, at, &raw mut name, &raw mut value, &raw mut size)
    };
    if found != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR || name.is_null() {
        return None;
    }
    // SAFETY: the name ends in a null byte; the value is null or `size` long.
    let (name, value) = unsafe { (CStr::from_ptr(name), bytes(value, size)) };
    let name = name.to_string_lossy();
    let ours = OURS.iter().find(|ours| **ours == name).map(|ours| Cow::Borrowed(*ours));
    let name = ours.unwrap_or_else(|| Cow::Owned(name.into_owned()));
    Some((name, value.map(<[u8]>::to_vec).unwrap_or_default()))
}

/// # Safety
/// The pointer is null, or `size` bytes may be read at it for as long as the answer is used.
unsafe fn bytes<'a>(at: *const c_void, size: usize) -> Option<&'a [u8]> {
    if at.is_null() {
        return None;
    }
    // SAFETY: by the caller's word.
    Some(unsafe { slice::from_raw_parts(at.cast::<u8>(), size) })
}
