//! A page: a path, and a plain function that answers. It may block; it may not change anything.

use std::fmt;

/// The paths every daemon has.
const RESERVED: [&str; 3] = ["/health/live", "/health/ready", "/metrics"];

/// A page of the admin server.
pub struct Page {
    path: String,
    question: bool,
    answer: Box<dyn Fn(&Query) -> Reply + Send + Sync>,
}

/// What was asked for: the part of the address after the question mark, or a question's form.
#[derive(Clone, Default)]
pub struct Query {
    pairs: Vec<(String, String)>,
    bearer: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub(super) status: u16,
    pub(super) kind: &'static str,
    pub(super) body: String,
}

// === impl Page ===

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Page {
    /// A page at a fixed path such as `/` or `/status.json`.
    pub fn new(path: &str, answer: impl Fn(&Query) -> Reply + Send + Sync + 'static) -> Self {
        Page { path: path.to_owned(), question: false, answer: Box::new(answer) }
    }

    /// A page that is asked by POST, its words in a form: what names a subject stands in no
    /// address, so in no log of addresses.
    pub fn question(path: &str, answer: impl Fn(&Query) -> Reply + Send + Sync + 'static) -> Self {
        Page { path: path.to_owned(), question: true, answer: Box::new(answer) }
    }

    /// Whether it is asked by POST.
    pub(crate) fn is_question(&self) -> bool {
        self.question
    }

    /// Its path.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn is_reserved(&self) -> bool {
        let fixed = |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte);
        let plain = self.path.starts_with('/') && self.path.bytes().all(fixed);
        !plain || RESERVED.contains(&self.path.as_str())
    }

    pub(super) fn answer(&self, query: &Query) -> Reply {
        (self.answer)(query)
    }
}

// === impl Query ===

/// Names only: a value may name a subject.
impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.pairs.iter().map(|(name, _)| name)).finish()
    }
}

impl Query {
    /// Reads `a=1&b=2`, with percent signs and pluses undone.
    pub(super) fn parse(text: &str) -> Self {
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (undone(name), undone(value))
        };
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(pair).collect();
        Query { pairs, bearer: None }
    }

    pub(super) fn with_bearer(mut self, bearer: Option<&str>) -> Self {
        self.bearer = bearer.map(str::to_owned);
        self
    }

    /// The bearer token that came with it.
    pub fn bearer(&self) -> Option<&str> {
        self.bearer.as_deref()
    }

    /// The first value of this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn undone(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte.unwrap_or(b'?')).to_digit(16);
                match (digit(bytes.next()), digit(bytes.next())) {
                    (Some(high), Some(low)) => u8::try_from(high * 16 + low).unwrap_or(b'?'),
                    _ => b'?',
                }
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&plain).into_owned()
}

// === impl Reply ===

impl Reply {
    /// Plain text.
    pub fn text(body: impl Into<String>) -> Self {
        Reply { status: 200, kind: "text/plain; charset=utf-8", body: body.into() }
    }

    /// A page of HTML.
    pub fn html(body: impl Into<String>) -> Self {
        Reply { status: 200, kind: "text/html; charset=utf-8", body: body.into() }
    }

    /// A style sheet.
    pub fn css(body: impl Into<String>) -> Self {
        Reply { status: 200, kind: "text/css; charset=utf-8", body: body.into() }
    }

    /// JSON text.
    pub fn json(body: impl Into<String>) -> Self {
        Reply { status: 200, kind: "application/json", body: body.into() }
    }

    /// The same answer under another status.
    #[must_use]
    pub const fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(super) fn metrics(body: String) -> Self {
        Reply { status: 200, kind: "text/plain; version=0.0.4; charset=utf-8", body }
    }
}
