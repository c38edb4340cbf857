//! A small house whose work is done once and taken into a ledger, and copies of both to forge.

use crate::digest::{Growing, leaf};
use crate::ledger::{WIDTH, bundle, stated};
use crate::{Embedded, Keys, Kind, Ledger, Report, Site, Truths, check};
use audit_vault::{Opening, Vault};
use kit::house::{MORNING, Rulebook};
use kit::made::{self, next};
use kit::{House, Outcome, numbers};
use records::{DecisionState, Record};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;
use vocabulary::{ChangeKind, RecordType, Secret, SourceId, Timestamp};

const BUYER: &str = "310000027";
pub(crate) const OSLO: &str = "971183675";
/// Another supervisor, to whom a message goes.
pub(crate) const JV: &str = "874761192";
/// An hour after the house's morning.
const NOW: i64 = MORNING.as_micros() + 3_600_000_000;

/// What a house left behind.
pub(crate) struct Whole {
    folder: TempDir,
    matrix: String,
    /// Public keys of the sources, in PEM.
    keys: Vec<(SourceId, String)>,
}

/// A copy that was changed.
pub(crate) struct Forged(TempDir);

/// The one house of all tests.
pub(crate) fn whole() -> &'static Whole {
    static WHOLE: OnceLock<Whole> = OnceLock::new();
    WHOLE.get_or_init(|| Whole::make().unwrap())
}

// === impl Whole ===

impl Whole {
    fn make() -> Outcome<Whole> {
        let mut house = House::national(&["DAT", "MAT"])?;
        let subjects: Vec<_> = numbers().take(4).collect();
        for (subject, form) in subjects.iter().zip(["AS", "ENK", "AS", "AS"]) {
            house.register(subject.as_str(), form, "0301")?;
        }
        house.settle()?;
        let first: Record = made::sanction("DAT", "s-1", subjects[0])?.into();
        house.send("DAT", &first)?;
        for (label, subject) in [("s-2", subjects[1]), ("s-3", subjects[2])] {
            house.send("DAT", &made::sanction("DAT", label, subject)?.into())?;
        }
        house.send("DAT", &made::approval("DAT", "g-1", subjects[2])?.into())?;
        house.send("DAT", &made::contract_of("DAT", "k-1", subjects[3], "arbeider-1")?.into())?;
        house.send("MAT", &made::report("MAT", "r-1", subjects[0])?.into())?;
        house.send("MAT", &made::contracts("MAT", "k-2", subjects[2])?.into())?;
        house.send("MAT", &made::alert("MAT", "m-1", subjects[0], JV.parse()?)?.into())?;
        house.settle()?;
        house.wait(Duration::from_secs(120));
        // A correction that takes it from some, a consent, a retraction, an older version, a
        // record that cannot be read, and a subject that is a person after all.
        let mut second = next(&first, ChangeKind::Correct);
        let Record::Sanction(body) = &mut second else { return Err("no sanction".into()) };
        body.facts.decision_state = Some(DecisionState::Appealed);
        house.send("DAT", &second)?;
        let consent = house.consent("c-1", subjects[2], BUYER)?;
        house.entitle(&consent)?;
        house.entitle(&house.case("case-1", subjects[2], OSLO)?)?;
        house.settle()?;
        let third: Record = made::sanction("DAT", "s-3", subjects[2])?.into();
        house.send("DAT", &next(&third, ChangeKind::Retract))?;
        house.send("DAT", &first)?;
        let broken = house.seal_values("MAT", vec![(first.envelope().record_id, vec![0; 9])])?;
        carrier::Carrier::submit(house.carrier().as_ref(), broken)?;
        house.settle()?;
        house.wait(Duration::from_secs(120));
        house.end(&consent)?;
        house.register(subjects[3].as_str(), "ENK", "0301")?;
        house.settle()?;
        house.prove()?;
        Whole::of(&house)
    }

    fn of(house: &House) -> Outcome<Whole> {
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join("lanes.sqlite");
        let file = Connection::open(house.lanes_file())?;
        file.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
        let entries = house.entries()?;
        let opening = Opening {
            origin: "house.example/ledger".to_owned(),
            key: seal::SigningKey::generate()?,
            index_secret: Secret::new([3; 32]),
        };
        let mut vault = Vault::open(&folder.path().join("ledger"), opening)?;
        vault.integrate(&entries, entries.len() as u64)?;
        vault.publish(Timestamp::from_micros(NOW))?;
        let contract = RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind)));
        let contract: Vec<_> = contract.collect();
        let files = Rulebook::national()?;
        let bundle = ruling::Bundle::load(files.files(), &contract);
        let bundle = bundle.map_err(|errors| format!("{} errors", errors.len()))?;
        let matrix = ruling::export(&bundle, house.today()?)?.to_string();
        let sources = ["DAT", "MAT", "register", "samtykke", "kontrakt", "sak"];
        let key = |source: &str| {
            let key = seal::SigningKey::from_pem(house.sealing_key(source)?.expose())?;
            Ok((source.parse()?, key.public().to_pem()?))
        };
        let keys = sources.into_iter().map(key).collect::<Outcome<_>>()?;
        Ok(Whole { folder, matrix, keys })
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("lanes.sqlite")
    }

    fn ledger(&self) -> PathBuf {
        self.folder.path().join("ledger/public")
    }

    pub(crate) fn matrix(&self) -> &str {
        &self.matrix
    }

    /// All of it, with the ledger.
    pub(crate) fn check(&self) -> Report {
        report(&self.path(), Some(&self.ledger()), &self.matrix, true)
    }
}

// === impl Forged ===

impl Forged {
    /// A copy of the whole file, changed.
    pub(crate) fn of(change: impl FnOnce(&Connection)) -> Forged {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lanes.sqlite");
        std::fs::copy(whole().path(), &path).unwrap();
        change(&Connection::open(&path).unwrap());
        Forged(folder)
    }

    /// A copy whose ledger holds other leaves, under a checkpoint that says so.
    pub(crate) fn ledger(change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Forged {
        let forged = Forged::of(|_| ());
        let (from, to) = (whole().ledger(), forged.0.path().join("ledger"));
        let checkpoint = std::fs::read_to_string(from.join("checkpoint")).unwrap();
        let (size, root) = stated(&checkpoint).unwrap();
        let bundles = size.div_ceil(WIDTH);
        let width = |index: u64| WIDTH.min(size - index * WIDTH);
        let all = (0..bundles).flat_map(|at| bundle(&from, at, width(at)).unwrap().unwrap());
        let mut all: Vec<Vec<u8>> = all.collect();
        change(&mut all);
        let mut tree = Growing::default();
        all.iter().for_each(|bytes| tree.push(leaf(&[bytes])));
        let text = |root: &vocabulary::Digest| openssl::base64::encode_block(root.as_bytes());
        let checkpoint = checkpoint.replacen(&text(&root), &text(&tree.root()), 1);
        let checkpoint =
            checkpoint.replacen(&format!("\n{size}\n"), &format!("\n{}\n", all.len()), 1);
        for (index, leaves) in all.chunks(256).enumerate() {
            let lengths =
                leaves.iter().map(|leaf| u16::try_from(leaf.len()).unwrap().to_be_bytes());
            let bytes = lengths.zip(leaves).flat_map(|(length, leaf)| [&length[..], leaf].concat());
            let file = match leaves.len() {
                256 => format!("tile/entries/{index:03}"),
                width => format!("tile/entries/{index:03}.p/{width}"),
            };
            std::fs::create_dir_all(to.join(&file).parent().unwrap()).unwrap();
            std::fs::write(to.join(&file), bytes.collect::<Vec<u8>>()).unwrap();
        }
        std::fs::write(to.join("checkpoint"), checkpoint).unwrap();
        forged
    }

    /// The copy with its files of the ledger changed besides.
    pub(crate) fn files(self, change: impl FnOnce(&Path)) -> Forged {
        change(&self.0.path().join("ledger"));
        self
    }

    /// The copy with its file of the lanes changed besides.
    pub(crate) fn lanes(self, change: impl FnOnce(&Connection)) -> Forged {
        change(&Connection::open(self.path()).unwrap());
        self
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("lanes.sqlite")
    }

    pub(crate) fn report(&self) -> Report {
        let ledger = self.0.path().join("ledger");
        let ledger = Some(ledger.as_path()).filter(|ledger| ledger.exists());
        report(&self.path(), ledger, whole().matrix(), true)
    }

    /// Kinds of what is found in it.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        kinds(&self.report())
    }
}

pub(crate) fn kinds(report: &Report) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = report.findings().iter().map(|found| found.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// What is found in a file, by a matrix.
pub(crate) fn checked(path: &Path, matrix: &str) -> Report {
    report(path, None, matrix, true)
}

/// The same without anybody's keys.
pub(crate) fn unsealed(path: &Path) -> Report {
    report(path, None, whole().matrix(), false)
}

fn report(path: &Path, ledger: Option<&Path>, matrix: &str, sealed: bool) -> Report {
    let mut truths = Truths::default();
    truths.add(matrix).unwrap();
    let mut keys = Keys::default();
    for (source, pem) in whole().keys.iter().filter(|_| sealed) {
        keys.add(source.clone(), pem.as_bytes()).unwrap();
    }
    let now = Timestamp::from_micros(NOW);
    let ledger = ledger.map(|folder| Ledger::open(folder).unwrap());
    let lanes = Embedded::open(path).unwrap();
    let (lanes, truths, keys, ledger) = (&lanes, &truths, &keys, ledger.as_ref());
    check(&Site { lanes, ledger, truths, keys, now, replaced_days: 30 }).unwrap()
}

/// The table of a lane.
pub(crate) fn table(file: &Connection, lane: &str) -> String {
    let topic = format!("samsyn.{lane}.v1");
    let ask = "SELECT id FROM lane WHERE topic = ?1";
    let id: i64 = file.query_row(ask, [topic], |row| row.get(0)).unwrap();
    format!("lane_{id}")
}

/// A column of a message.
pub(crate) fn blob(file: &Connection, table: &str, column: &str, at: i64) -> Vec<u8> {
    let ask = format!("SELECT {column} FROM {table} WHERE at = ?1");
    file.query_row(&ask, [at], |row| row.get(0)).unwrap()
}

/// Sets a column of a message.
pub(crate) fn set(file: &Connection, table: &str, column: &str, at: i64, bytes: &[u8]) {
    let update = format!("UPDATE {table} SET {column} = ?2 WHERE at = ?1");
    assert_eq!(file.execute(&update, rusqlite::params![at, bytes]).unwrap(), 1);
}

/// The bytes with a part replaced wherever it stands; it must.
pub(crate) fn replaced(bytes: &[u8], find: &[u8], put: &[u8]) -> Vec<u8> {
    assert_eq!(find.len(), put.len());
    let mut bytes = bytes.to_vec();
    let found: Vec<usize> = bytes
        .windows(find.len())
        .enumerate()
        .filter(|(_, window)| *window == find)
        .map(|(at, _)| at)
        .collect();
    assert!(!found.is_empty(), "what is to be replaced stands nowhere");
    for at in found {
        bytes[at..at + put.len()].copy_from_slice(put);
    }
    bytes
}
