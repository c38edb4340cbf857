//! The ledger: leaves a second with everything on disk, and the time from an entry to its proof.
//! The peer's figure is Tessera's own published one; it does not run here.

use crate::Outcome;
use crate::line::Line;
use audit::{Disclosed, Entry, Inquiry, Leaving, Question, Recorded, Recorder, Row, Shared};
use audit_vault::{Opening, Reader, Vault};
use seal::SigningKey;
use std::time::{Duration, Instant};
use vocabulary::{Digest, EntryId, OrgNumber, RecordId, Secret, Timestamp, ViewId};

const AT: Timestamp = Timestamp::from_micros(1_795_400_000_000_000);
const LEAVES: usize = 200_000;
const VIEWS: [&str; 4] = ["akrim-core", "akrim-organ", "tilda-supervisor", "municipality-licence"];
const BATCH: usize = 16_384;
/// Publish as the daemon does: at least twice a second.
const PUBLISH: Duration = Duration::from_millis(500);

/// Never made: the entries of the bench release nothing that they would have to cover.
enum Nothing {}

/// Integration and publication of entries about a subject, four views each, and one proof.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let key = SigningKey::generate()?;
    let public = key.public().clone();
    let origin = "bench.example/ledger".to_owned();
    let opening = Opening { origin, key, index_secret: Secret::new([3; 32]) };
    let mut recorder = Recorder::new("exchange-0", 1)?;
    let entries: Vec<Entry> =
        (0..LEAVES).map(|n| entry(&mut recorder, n)).collect::<Outcome<_>>()?;
    let mut vault = Vault::open(folder.path(), opening)?;

    let begun = Instant::now();
    let mut published = begun;
    for batch in entries.chunks(BATCH) {
        let position = vault.position() + batch.len() as u64;
        vault.integrate(batch, position)?;
        if published.elapsed() > PUBLISH {
            vault.publish(AT)?;
            published = Instant::now();
        }
    }
    vault.publish(AT)?;
    let each = begun.elapsed().as_secs_f64() * 1e6 / LEAVES as f64;

    let proof = proof(&mut vault, &mut recorder, folder.path(), &public)?;
    Ok(vec![
        Line {
            name: format!("ledger, {LEAVES} leaves of 4 rows"),
            unit: "µs/leaf",
            value: each,
            peer: "Tessera as published, 10,000/s",
            peer_value: 100.0,
        },
        Line {
            name: "ledger, goal".to_owned(),
            unit: "µs/leaf",
            value: each,
            peer: "50,000 leaves/s",
            peer_value: 20.0,
        },
        Line {
            name: "ledger, entry to receipt".to_owned(),
            unit: "ms",
            value: proof,
            peer: "promise, waits included",
            peer_value: 2_000.0,
        },
    ])
}

/// Milliseconds from a recorded question to a receipt that verifies.
fn proof(
    vault: &mut Vault,
    recorder: &mut Recorder,
    folder: &std::path::Path,
    key: &seal::VerifyingKey,
) -> Outcome<f64> {
    let begun = Instant::now();
    let view = VIEWS.first().ok_or("no view")?.parse()?;
    let told = entry(recorder, 0)?;
    let question = Question::Receipt { entry: told.id(), view, recipient: None };
    let inquiry = Inquiry { question, asker: "bench".to_owned(), reason: "bench".to_owned() };
    let asked: Recorded<Nothing> = recorder.access(AT, Digest::new([1; 32]), &inquiry)?;
    let (asked, _) = asked.into_parts();
    let id: EntryId = asked.id();
    let position = vault.position() + 2;
    vault.integrate(&[told, asked], position)?;
    vault.publish(AT)?;
    let reader = Reader::open(folder, Secret::new([3; 32]))?;
    let receipt = reader.receipt(&reader.access(&id)?, key)?;
    receipt.verify(key)?;
    Ok(begun.elapsed().as_secs_f64() * 1e3)
}

/// An entry of four rows; their outcome does not change what the ledger does.
fn entry(recorder: &mut Recorder, n: usize) -> Outcome<Entry> {
    let mut shared = Shared::bare(AT, Digest::new([1; 32]));
    shared.source = Some("MAT".parse()?);
    shared.sequence = n as u64;
    shared.record_id = Some(RecordId::new((n as u128).to_be_bytes()));
    // Ten findings a subject.
    shared.subject = Some(format!("{:09}", n / 10));
    let row = |view: &&str| -> Outcome<Row> {
        Ok(Row {
            view: view.parse()?,
            recipient: None,
            epoch: 1,
            purpose: "akrim_prevention".parse()?,
            plan: Digest::new([2; 32]),
            outcome: audit::Outcome::Withheld,
            under: Vec::new(),
            salt: seal::random()?,
            commitment: Row::NOTHING,
        })
    };
    let rows = VIEWS.iter().map(row).collect::<Outcome<Vec<_>>>()?;
    let recorded: Recorded<Nothing> = recorder.record(shared, rows, Vec::new())?;
    Ok(recorded.into_parts().0)
}

// === impl Nothing ===

impl Disclosed for Nothing {
    fn view(&self) -> &ViewId {
        match *self {}
    }

    fn recipient(&self) -> Option<OrgNumber> {
        match *self {}
    }

    fn value(&self) -> &[u8] {
        match *self {}
    }

    fn into_leaving(self) -> Leaving {
        match self {}
    }
}
