//! The seam to HTTP: one request, one answer. Who connects, encrypts, authenticates and waits is
//! the daemon that hands it in.

/// Sends requests to one registry.
pub trait Http: Send + Sync {
    /// Sends one request and reads its answer whole, whatever its status. It waits a bounded time,
    /// follows no redirect, and stops reading at `most` bytes.
    fn call(&self, request: &Request<'_>) -> Result<Answer, Lost>;
}

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds, or asks about what stands in the body.
    Post,
    /// Sets.
    Put,
}

/// One request, below the address of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// What it does.
    pub method: Method,
    /// Begins with a slash; holds nothing that would have to be escaped.
    pub path: &'a str,
    /// JSON, of the type [`Request::CONTENT_TYPE`].
    pub body: Option<&'a str>,
    /// Most bytes of the answer.
    pub most: usize,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// No connection, or no whole answer in time.
    Away,
    /// The answer is longer than the request allows.
    TooLarge,
}

// === impl Request ===

impl Request<'_> {
    /// The type of bodies, ours and theirs.
    pub const CONTENT_TYPE: &'static str = "application/vnd.schemaregistry.v1+json";
}

// === impl Method ===

impl Method {
    /// The method's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
        }
    }
}
