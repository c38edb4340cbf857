//! One line of a bench: ours, a peer's, and the ratio.

use serde_json::json;
use std::fmt;

/// A measured figure beside a peer's.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// What is measured.
    pub(crate) name: String,
    /// In what unit.
    pub(crate) unit: &'static str,
    /// Ours.
    pub(crate) value: f64,
    /// Whom or what it is held against.
    pub(crate) peer: &'static str,
    /// The peer's.
    pub(crate) peer_value: f64,
}

impl Line {
    /// How many times ours goes into the peer's.
    pub(crate) fn ratio(&self) -> f64 {
        if self.value > 0.0 { self.peer_value / self.value } else { 0.0 }
    }

    /// The line as one JSON object.
    pub(crate) fn json(&self) -> String {
        let short = |number: f64| (number * 1000.0).round() / 1000.0;
        json!({
            "name": self.name,
            "unit": self.unit,
            "value": short(self.value),
            "peer": self.peer,
            "peer_value": short(self.peer_value),
            "ratio": short(self.ratio()),
        })
        .to_string()
    }
}

// === impl Line ===

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, unit, peer) = (&self.name, self.unit, self.peer);
        let (value, peer_value, ratio) = (self.value, self.peer_value, self.ratio());
        write!(f, "{name:<34} {value:>9.3} {unit:<10} {peer:<34} {peer_value:>9.3}  ×{ratio:.2}")
    }
}
