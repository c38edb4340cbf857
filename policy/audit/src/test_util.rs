//! Makers for the carriers' contract suite: something that leaves, and entries that cover it.
//! Behind the `test-util` feature, which daemons never enable; it knows nothing of rulings.

use crate::{Disclosed, Error, Leaving, Outcome, Recorded, Recorder, Row, Shared};
use vocabulary::{Digest, OrgNumber, Purpose, Timestamp, ViewId};

/// Something that leaves, made up.
#[derive(Debug, Clone)]
pub struct Plain {
    /// The view it leaves for.
    pub view: ViewId,
    /// The recipient of an addressed view.
    pub recipient: Option<OrgNumber>,
    /// The key on its lane.
    pub key: Vec<u8>,
    /// The released bytes.
    pub value: Vec<u8>,
    /// The headers on its lane.
    pub headers: Vec<(&'static str, Vec<u8>)>,
}

/// Records made-up things as one entry with a released row for each.
pub fn recorded(
    recorder: &mut Recorder,
    at: Timestamp,
    covered: Vec<Plain>,
) -> Result<Recorded<Plain>, Error> {
    recorded_about(recorder, Shared::bare(at, Digest::new([0; 32])), covered)
}

/// The same, about a finding.
pub fn recorded_about(
    recorder: &mut Recorder,
    shared: Shared,
    covered: Vec<Plain>,
) -> Result<Recorded<Plain>, Error> {
    let rows = covered.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    recorder.record(shared, rows, covered)
}

fn row(item: &Plain) -> Result<Row, Error> {
    let purpose: Purpose = "test_only".parse().map_err(|_| Error::Malformed)?;
    let salt = seal::random()?;
    Ok(Row {
        view: item.view.clone(),
        recipient: item.recipient,
        epoch: 0,
        purpose,
        plan: seal::sha256(&[b"test plan"]),
        outcome: Outcome::Released,
        under: Vec::new(),
        salt,
        commitment: Row::commit(&salt, &item.value),
    })
}

// === impl Plain ===

impl Disclosed for Plain {
    fn view(&self) -> &ViewId {
        &self.view
    }

    fn recipient(&self) -> Option<OrgNumber> {
        self.recipient
    }

    fn value(&self) -> &[u8] {
        &self.value
    }

    fn into_leaving(self) -> Leaving {
        let Plain { view, recipient, key, value, headers } = self;
        Leaving { view, recipient, key, value, headers }
    }
}
