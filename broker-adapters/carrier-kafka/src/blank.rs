//! A message that says nothing. It carries the end of a transaction to a lane that lacks it, and
//! readers pass over it: a tombstone of a key that no record has.

use carrier::Message;

const KEY: &[u8] = b"\0";

pub(crate) fn blank() -> Message {
    Message { key: KEY.to_vec(), value: None, headers: Vec::new() }
}

pub(crate) fn is_blank(message: &Message) -> bool {
    message.value.is_none() && message.key == KEY
}
