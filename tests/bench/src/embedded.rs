//! The embedded carrier against SQLite itself: equal rows, in equal transactions, in the same run.
//! What an exchange does with the rows is not measured here.

use crate::Outcome;
use crate::line::Line;
use carrier::{Carrier, Commit, Lane, Limit, Message, Offset};
use carrier_embedded::Embedded;
use rusqlite::{Connection, params};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use vocabulary::{SourceId, Timestamp};

/// Messages of one commit, commits of one round, and rounds: the best of each counts.
const BATCH: usize = 2_000;
const COMMITS: usize = 20;
const ROUNDS: usize = 3;
/// Lanes that one commit touches.
const LANES: usize = 20;
/// Bytes of a value and of its header.
const VALUE: usize = 700;
const HEADER: usize = 200;

/// Commits of many small rows, single durable rows, and reading them back.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    let batched =
        |dir: &Path| Ok((commits(dir, BATCH, COMMITS)?, raw(dir, BATCH, COMMITS, VALUE)?));
    let (ours, peer) = best(batched)?;
    let single = |dir: &Path| Ok((commits(dir, 1, 400)?, raw(dir, 1, 400, VALUE)?));
    let (one, one_peer) = best(single)?;
    let (read, read_peer) = best(reading)?;
    let line = |name: &str, value, peer, peer_value| Line {
        name: name.to_owned(),
        unit: "us/row",
        value,
        peer,
        peer_value,
    };
    Ok(vec![
        line("embedded: 2,000 rows a commit", ours, "SQLite insert, one table", peer),
        line("embedded: 1 row a commit", one, "SQLite insert, one table", one_peer),
        line("embedded: read back", read, "SQLite select, one table", read_peer),
    ])
}

/// The best of both over some rounds, each in a place of its own.
fn best(round: impl Fn(&Path) -> Outcome<(f64, f64)>) -> Outcome<(f64, f64)> {
    let mut best = (f64::INFINITY, f64::INFINITY);
    for _ in 0..ROUNDS {
        let dir = tempfile::tempdir()?;
        let (ours, peer) = round(dir.path())?;
        best = (best.0.min(ours), best.1.min(peer));
    }
    Ok(best)
}

fn open(dir: &Path) -> Outcome<Embedded> {
    Ok(Embedded::open(&dir.join("lanes.db"), Arc::new(|| Timestamp::from_micros(0)))?)
}

fn key(n: usize) -> Vec<u8> {
    let mut key = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes().to_vec();
    key.extend_from_slice(&n.to_be_bytes());
    key
}

fn message(n: usize) -> Message {
    let headers = vec![("samsyn_bench".into(), vec![7; HEADER])];
    Message { key: key(n), value: Some(vec![9; VALUE]), headers }
}

/// Microseconds a row of `rows` rows in each of `commits` commits, all durable.
fn commits(dir: &Path, rows: usize, commits: usize) -> Outcome<f64> {
    let carrier = open(dir)?;
    let sources = sources()?;
    let mut prepared: Vec<Commit> = Vec::new();
    for commit in 0..commits {
        let mut made = Commit::new(None);
        for (row, source) in (0..rows).zip(sources.iter().cycle()) {
            made.state(source.clone(), message(commit * rows + row));
        }
        prepared.push(made);
    }
    let start = Instant::now();
    for commit in prepared {
        carrier.commit(commit)?;
    }
    Ok(per_row(start, rows * commits))
}

fn sources() -> Outcome<Vec<SourceId>> {
    Ok((0..LANES).map(|n| format!("S{n}").parse()).collect::<Result<_, _>>()?)
}

/// The same rows by SQLite alone: one table, one statement, the same durability. Microseconds a
/// row of `bytes` bytes and a header.
pub(crate) fn raw(dir: &Path, rows: usize, commits: usize, bytes: usize) -> Outcome<f64> {
    let mut conn = table(dir)?;
    let start = Instant::now();
    for commit in 0..commits {
        insert(&mut conn, commit * rows, rows, bytes)?;
    }
    Ok(per_row(start, rows * commits))
}

fn table(dir: &Path) -> Outcome<Connection> {
    let conn = Connection::open(dir.join("raw.db"))?;
    conn.pragma_update(None, "page_size", 16_384)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "synchronous", "full")?;
    conn.execute_batch(
        "CREATE TABLE row (id INTEGER PRIMARY KEY, at INTEGER, key BLOB, value BLOB, header BLOB)",
    )?;
    Ok(conn)
}

fn insert(conn: &mut Connection, first: usize, rows: usize, bytes: usize) -> Outcome<()> {
    let (value, header) = (vec![9_u8; bytes], vec![7_u8; HEADER + 14]);
    let transaction = conn.transaction()?;
    let mut insert = transaction
        .prepare_cached("INSERT INTO row (at, key, value, header) VALUES (0, ?1, ?2, ?3)")?;
    for row in first..first + rows {
        insert.execute(params![key(row), value, header])?;
    }
    drop(insert);
    transaction.commit()?;
    Ok(())
}

/// Microseconds a row of reading one lane back, against selecting as many from one table.
fn reading(dir: &Path) -> Outcome<(f64, f64)> {
    let carrier = open(dir)?;
    let lane = Lane::Register;
    let total = BATCH * COMMITS;
    for first in (0..total).step_by(BATCH) {
        carrier.publish(&lane, (first..first + BATCH).map(message).collect())?;
    }
    let start = Instant::now();
    let (mut position, mut seen) = (Offset(0), 0);
    loop {
        let found = carrier.read(&lane, position, Limit { records: 2_000, bytes: 1 << 24 })?;
        let Some(last) = found.last() else { break };
        position = last.offset.next();
        seen += found.len();
    }
    if seen != total {
        return Err("not every message was read back".into());
    }
    let ours = per_row(start, total);
    let mut conn = table(dir)?;
    insert(&mut conn, 0, total, VALUE)?;
    let start = Instant::now();
    let mut select = conn.prepare("SELECT id, at, key, value, header FROM row")?;
    let mut rows = select.query([])?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        for column in 2..5 {
            bytes += row.get::<_, Vec<u8>>(column)?.len();
        }
    }
    std::hint::black_box(bytes);
    Ok((ours, per_row(start, total)))
}

fn per_row(start: Instant, rows: usize) -> f64 {
    start.elapsed().as_secs_f64() * 1e6 / rows.max(1) as f64
}
