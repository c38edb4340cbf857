//! One JSON object a line: offset, key, headers, the value as JSON, and its bytes as they were
//! released, so that a receipt can be checked against them.

use super::{Opened, UNREADABLE, Value};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use carrier::Message;

/// The lines of a segment under way.
struct Lines(Vec<u8>);

/// A line for each message.
pub(super) fn lines(messages: &[Opened<'_>]) -> Vec<u8> {
    let sizes = messages.iter().map(|opened| opened.message.message.bytes());
    // The value as JSON and its bytes encoded, near enough.
    let mut lines = Lines(Vec::with_capacity(sizes.sum::<usize>() * 4));
    messages.iter().for_each(|message| lines.line(message));
    lines.0
}

/// Whether a header is shown as text; others, such as seals, are encoded.
fn text(value: &[u8]) -> Option<&str> {
    str::from_utf8(value).ok().filter(|text| !text.chars().any(char::is_control))
}

// === impl Lines ===

impl Lines {
    fn line(&mut self, opened: &Opened<'_>) {
        let message = &opened.message.message;
        self.raw("{\"offset\":");
        self.raw(&opened.message.offset.to_string());
        self.raw(",\"key\":");
        self.encoded(&message.key);
        self.raw(",\"headers\":{");
        self.headers(message, text, |lines, text| lines.quoted(text));
        self.raw("},\"binary_headers\":{");
        let binary = |value| if text(value).is_none() { Some(value) } else { None };
        self.headers(message, binary, |lines, value| lines.encoded(value));
        self.raw("}");
        self.value(&opened.value);
        self.raw("}\n");
    }

    /// The value: null for a tombstone, left out where it cannot be read.
    fn value(&mut self, value: &Value<'_>) {
        let bytes = match value {
            Value::Gone => return self.raw(",\"value\":null"),
            Value::Framed { schema, bytes, datum, .. } => {
                let before = self.0.len();
                self.raw(",\"value\":");
                if avro_span::write_json(schema, datum, &mut self.0).is_err() {
                    self.0.truncate(before);
                    self.fault();
                }
                bytes
            }
            Value::Unreadable(bytes) => {
                self.fault();
                bytes
            }
        };
        self.raw(",\"bytes\":");
        self.encoded(bytes);
    }

    fn fault(&mut self) {
        self.raw(",\"fault\":");
        self.quoted(UNREADABLE);
    }

    /// The headers that are of a kind; of those with one name, the last.
    fn headers<'m, T>(
        &mut self,
        message: &'m Message,
        of_kind: impl Fn(&'m [u8]) -> Option<T>,
        write: impl Fn(&mut Self, T),
    ) {
        let mut comma = false;
        for (at, (name, value)) in message.headers.iter().enumerate() {
            let Some(value) = of_kind(value) else { continue };
            let mut later = message.headers.iter().skip(at + 1);
            if later.any(|(other, value)| other == name && of_kind(value).is_some()) {
                continue;
            }
            if std::mem::replace(&mut comma, true) {
                self.raw(",");
            }
            self.quoted(name);
            self.raw(":");
            write(self, value);
        }
    }

    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    fn quoted(&mut self, text: &str) {
        // A text into memory: it cannot fail.
        let _written = serde_json::to_writer(&mut self.0, text);
    }

    fn encoded(&mut self, bytes: &[u8]) {
        self.raw("\"");
        let begin = self.0.len();
        self.0.resize(begin + bytes.len().div_ceil(3) * 4, 0);
        let room = self.0.get_mut(begin..).unwrap_or_default();
        let written = STANDARD.encode_slice(bytes, room).unwrap_or_default();
        self.0.truncate(begin + written);
        self.raw("\"");
    }
}
