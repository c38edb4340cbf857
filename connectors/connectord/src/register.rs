//! The register role: a file of organisations onto the register lane, each entry sealed. It
//! publishes what changed and nothing else; a row that is no entry is counted and passed over, and
//! no form is ever guessed.

use crate::keys::signing_key;
use crate::source::{Pass, Service};
use crate::status::RegisterStatus;
use crate::{Error, limits};
use carrier::{Lane, register_message, register_sealed, register_unsealed};
use connector_files::Rows;
use jiff::Timestamp as Instant;
use seal::{Keyring, SigningKey, Unsealed, Verifier, seal_batch};
use serde::Serialize;
use std::fs::File;
use std::io::BufReader;
use std::time::SystemTime;
use vocabulary::{MajorAccidentDuty, MunicipalityNumber, OrgForm, OrgNumber, Timestamp};

/// The columns, in any order; the last may be missing.
const COLUMNS: [&str; 8] = [
    "organisasjonsnummer",
    "organisasjonsform",
    "overordnetenhet",
    "naeringskode",
    "kommunenummer",
    "driftsstatus",
    "oppdatert",
    "storulykke",
];
/// Longest status or industry code, in bytes.
const TEXT_BYTES: usize = 64;
/// Longest row, in bytes.
const ROW_BYTES: usize = 4_096;

/// The value of a register message, as the exchange reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Entry {
    orgnr: OrgNumber,
    form: OrgForm,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<OrgNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    municipality: Option<MunicipalityNumber>,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    storulykke: Option<MajorAccidentDuty>,
    as_of: Timestamp,
}

/// The register file under watch.
pub(crate) struct Register {
    settings: settings::Register,
    service: Service,
    /// Length and time of the file as it was last read to its end.
    read: Option<(u64, Option<SystemTime>)>,
    /// The same, of the look before: a file that still changes is left alone.
    looked: Option<(u64, Option<SystemTime>)>,
    status: RegisterStatus,
}

/// What one reading of the file seals with.
struct Sealing {
    key: SigningKey,
    /// Knows what this key has sealed before.
    verifier: Verifier,
    /// When the entries are sealed: later than all of ours that the lane holds.
    at: Timestamp,
    /// Entries of the batch, each with its key on the lane.
    batch: Vec<(Vec<u8>, Unsealed)>,
}

// === impl Register ===

impl Register {
    pub(crate) fn new(settings: settings::Register, service: Service) -> Register {
        Register { settings, service, read: None, looked: None, status: RegisterStatus::default() }
    }

    /// How it stands.
    pub(crate) fn status(&self) -> &RegisterStatus {
        &self.status
    }

    /// Publishes the file if it changed and stands still.
    pub(crate) fn pass(&mut self) -> Pass {
        let served = self.serve();
        let code = served.as_ref().err().map(Error::code);
        if let (Err(error), true) = (&served, code != self.status.held_by) {
            tracing::error!(code, %error, "register held");
        }
        self.status.held_by = code;
        served.unwrap_or(Pass::Idle)
    }

    fn serve(&mut self) -> Result<Pass, Error> {
        let metadata = std::fs::metadata(&self.settings.file).map_err(|_| Error::Register)?;
        if !metadata.is_file() || metadata.len() > limits::REGISTER_BYTES {
            return Err(Error::Register);
        }
        let stamp = Some((metadata.len(), metadata.modified().ok()));
        if stamp == self.read {
            return Ok(Pass::Idle);
        }
        if stamp != std::mem::replace(&mut self.looked, stamp) {
            return Ok(Pass::Idle);
        }
        self.publish_file()?;
        self.read = stamp;
        let RegisterStatus { entries, published, refused, .. } = &self.status;
        tracing::info!(entries, published, refused, "register read");
        Ok(Pass::Worked)
    }

    fn publish_file(&mut self) -> Result<(), Error> {
        let mut sealing = self.sealing()?;
        let file = File::open(&self.settings.file).map_err(|_| Error::Register)?;
        let unread = |_| Error::Register;
        let mut rows = Rows::new(BufReader::new(file), None, ROW_BYTES).map_err(unread)?;
        let header = rows.next_row().map_err(unread)?.and_then(|row| row.cells.ok());
        let places = places(&header.ok_or(Error::Register)?)?;
        let (mut entries, mut refused) = (0, 0);
        while let Some(row) = rows.next_row().map_err(unread)? {
            let cells = row.cells.unwrap_or_default();
            match Entry::of(&places.map(|place| cells.get(place).map_or("", String::as_str))) {
                Some(entry) => {
                    entries += 1;
                    self.add(&entry, &mut sealing)?;
                }
                None => refused += 1,
            }
            if sealing.batch.len() >= limits::REGISTER_BATCH {
                self.publish(&mut sealing)?;
            }
        }
        self.publish(&mut sealing)?;
        self.status.entries = entries;
        self.status.refused = refused;
        Ok(())
    }

    fn sealing(&self) -> Result<Sealing, Error> {
        let key = signing_key(self.settings.key.as_ref().ok_or(Error::Key)?)?;
        let mut keys = Keyring::default();
        keys.add(register_unsealed(Vec::new())?.source, key.public().clone())?;
        let (verifier, at) = (Verifier::new(keys), self.service.clock.now());
        Ok(Sealing { key, verifier, at, batch: Vec::new() })
    }

    /// Adds an entry to the batch, unless we have sealed the same onto the lane.
    fn add(&self, entry: &Entry, sealing: &mut Sealing) -> Result<(), Error> {
        let key = entry.orgnr.as_str().as_bytes().to_vec();
        let value = serde_json::to_vec(entry).map_err(|_| Error::Register)?;
        let known = self.service.carrier.compacted(&Lane::Register, &key)?;
        let known = known.and_then(|known| register_sealed(&known.message).ok());
        if let Some(known) = known.and_then(|known| sealing.verifier.verify(known).ok()) {
            if known.value() == value {
                return Ok(());
            }
            // Of two seals the later one counts, so a clock that went back is not followed.
            let after = Timestamp::from_micros(known.sealed_at().as_micros().saturating_add(1));
            sealing.at = sealing.at.max(after);
        }
        sealing.batch.push((key, register_unsealed(value)?));
        Ok(())
    }

    fn publish(&mut self, sealing: &mut Sealing) -> Result<(), Error> {
        if sealing.batch.is_empty() {
            return Ok(());
        }
        let count = sealing.batch.len() as u64;
        let batch = std::mem::take(&mut sealing.batch);
        let (keys, entries): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        let sealed = seal_batch(&sealing.key, sealing.at, entries)?;
        let messages = keys.into_iter().zip(sealed);
        let messages = messages.map(|(key, sealed)| register_message(key, sealed));
        self.service.carrier.publish(&Lane::Register, messages.collect())?;
        self.status.published += count;
        Ok(())
    }
}

// === impl Entry ===

impl Entry {
    /// An entry of a row's cells in the order of [`COLUMNS`]; none if any of them is wrong.
    fn of(cells: &[&str; 8]) -> Option<Entry> {
        let [orgnr, form, parent, nace, municipality, status, as_of, duty] = cells.map(str::trim);
        let short = |text: &str| text.len() <= TEXT_BYTES && !text.chars().any(char::is_control);
        if !short(nace) || !short(status) {
            return None;
        }
        Some(Entry {
            orgnr: orgnr.parse().ok()?,
            form: form.parse().ok()?,
            parent: optional(parent)?,
            nace: (!nace.is_empty()).then(|| nace.to_owned()),
            municipality: optional(municipality)?,
            status: status.to_owned(),
            storulykke: optional(duty)?,
            as_of: time(as_of)?,
        })
    }
}

/// Nothing for an empty cell; none at all for a wrong one.
fn optional<T: std::str::FromStr>(cell: &str) -> Option<Option<T>> {
    if cell.is_empty() { Some(None) } else { cell.parse().ok().map(Some) }
}

/// A time, or a date as its midnight in UTC.
fn time(cell: &str) -> Option<Timestamp> {
    let whole = if cell.len() == 10 { format!("{cell}T00:00:00Z") } else { cell.to_owned() };
    let time: Instant = whole.parse().ok()?;
    Some(Timestamp::from_micros(time.as_microsecond()))
}

/// Where each column stands; one that is not there, past the end of every row.
fn places(header: &[String]) -> Result<[usize; 8], Error> {
    let header: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    let mut places = [usize::MAX; 8];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        let mut found = header.iter().enumerate().filter(|(_, name)| *name == column);
        match (found.next(), found.next()) {
            (Some((index, _)), None) => *place = index,
            (None, _) if column == "storulykke" => {}
            _ => return Err(Error::Register),
        }
    }
    Ok(places)
}
