//! The one thread that writes: requests in groups, each group one transaction, each request a
//! savepoint in it. What a request does is `apply`'s; what retention deletes is `sweep`'s.

mod apply;
mod sweep;

use crate::book::{Book, Page};
use crate::counts::{Live, add};
use crate::fault::{Fault, error_of};
use crate::known::Known;
use crate::limits;
use crate::options::{Clock, Options};
use crate::queue::{Queue, Taken};
use crate::request::{Done, Job, Request};
use crate::row::sql;
use apply::Desk;
use carrier::{CommitError, Error, LaneKind, Temporary};
use rusqlite::{Connection, params};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use sweep::Sweeper;

type Answer = Result<Done, CommitError>;

/// What the writer and the callers' side both hold.
pub(crate) struct Hub {
    pub(crate) queue: Queue<Job>,
    pub(crate) known: Known,
    pub(crate) counts: Live,
}

/// The writer's side.
pub(crate) struct Writer {
    conn: Connection,
    hub: Arc<Hub>,
    clock: Clock,
    book: Book,
    sweeper: Sweeper,
    /// SQLite's mark of other connections' commits, as of the book.
    version: i64,
    /// The newest time given to a message.
    now: i64,
    scratch: Vec<u8>,
    /// Messages appended when maintenance under load was last considered.
    kept_up: u64,
    /// Control lanes just written: looked up by key more than written, so indexed at once.
    written: Vec<i64>,
}

// === impl Writer ===

impl Writer {
    pub(crate) fn new(
        conn: Connection,
        hub: Arc<Hub>,
        clock: Clock,
        options: &Options,
    ) -> Result<Self, Fault> {
        let mut writer = Writer {
            conn,
            hub,
            clock,
            book: Book::default(),
            sweeper: Sweeper::new(options.retention),
            version: 0,
            now: i64::MIN,
            scratch: Vec::new(),
            kept_up: 0,
            written: Vec::new(),
        };
        writer.bound(options.max_bytes)?;
        writer.reload()?;
        Ok(writer)
    }

    /// Works until the queue is closed and empty.
    pub(crate) fn run(mut self) {
        let mut idle = limits::IDLE;
        loop {
            match self.hub.queue.take(idle) {
                Taken::Group(jobs) => {
                    self.group(&jobs);
                    idle = self.keep_up();
                }
                Taken::Idle => {
                    self.look_around();
                    idle = self.maintain(1);
                }
                Taken::Closed => break,
            }
        }
        // Folds the log into the file, so that what is left is one file. Nothing is lost if not.
        let _ = self.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// Answers a group of requests; if the group can not be committed whole, each alone.
    fn group(&mut self, jobs: &[Job]) {
        add(&self.hub.counts.requests, jobs.len() as u64);
        match self.transact(jobs) {
            Ok(answers) => self.answer(jobs, answers),
            Err(fault) if jobs.len() <= 1 || fault.is_unknown() => {
                let answers = jobs.iter().map(|_| Err(fault.answer())).collect();
                self.answer(jobs, answers);
            }
            Err(_) => {
                for job in jobs {
                    let alone = std::slice::from_ref(job);
                    let answers =
                        self.transact(alone).unwrap_or_else(|fault| vec![Err(fault.answer())]);
                    self.answer(alone, answers);
                }
            }
        }
    }

    fn answer(&mut self, jobs: &[Job], answers: Vec<Answer>) {
        for (job, answer) in jobs.iter().zip(answers) {
            let answer = answer.and_then(|done| self.outside(&job.request, done));
            if matches!(answer, Err(CommitError::Carrier(Error::Temporary(Temporary::Full)))) {
                add(&self.hub.counts.full, 1);
            }
            // A caller that no longer waits has its answer in the file.
            let _ = job.reply.send(answer);
        }
    }

    /// One transaction; the outer error says that nothing of it happened.
    fn transact(&mut self, jobs: &[Job]) -> Result<Vec<Answer>, Fault> {
        let done = self.try_transact(jobs);
        if done.is_err() {
            self.book.drop_group();
            if !self.conn.is_autocommit() {
                let _ = self.conn.execute_batch("ROLLBACK");
            }
        }
        done
    }

    fn try_transact(&mut self, jobs: &[Job]) -> Result<Vec<Answer>, Fault> {
        self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        self.look_for_others()?;
        self.tell_time();
        let mut answers = Vec::with_capacity(jobs.len());
        match jobs {
            [only] => {
                answers.push(Ok(self.desk().apply(&only.request)?));
                self.book.keep_request();
            }
            _ => {
                for job in jobs {
                    answers.push(self.request(&job.request)?);
                }
            }
        }
        let appended = self.note_ends()?;
        let mut commit = self.conn.prepare_cached("COMMIT")?;
        commit.execute([]).map_err(Fault::of_commit)?;
        drop(commit);
        self.hub.known.take(self.book.group());
        let control = self.book.group().lanes.iter();
        let control = control.filter(|(lane, _)| lane.kind() == LaneKind::Control);
        self.written.extend(control.map(|(_, track)| track.id));
        self.book.keep_group();
        add(&self.hub.counts.transactions, 1);
        add(&self.hub.counts.appended, appended);
        Ok(answers)
    }

    /// Writes the lanes' new ends; returns how many messages this transaction appends.
    fn note_ends(&self) -> Result<u64, Fault> {
        let mut appended = 0;
        let mut update =
            self.conn.prepare_cached("UPDATE lane SET next = ?2, appended = ?3 WHERE id = ?1")?;
        for (lane, track) in &self.book.group().lanes {
            update.execute(params![track.id, sql(track.next), track.appended])?;
            let before = self.book.settled().lanes.get(lane).map_or(0, |track| track.next);
            appended += track.next.saturating_sub(before);
        }
        Ok(appended)
    }

    fn desk(&mut self) -> Desk<'_> {
        let (conn, now) = (&self.conn, self.now);
        Desk { conn, book: &mut self.book, now, scratch: &mut self.scratch }
    }

    /// Applies one request under a savepoint. The outer error says that the savepoint is lost too.
    fn request(&mut self, request: &Request) -> Result<Answer, Fault> {
        self.conn.prepare_cached("SAVEPOINT request")?.execute([])?;
        match self.desk().apply(request) {
            Ok(done) => {
                self.conn.prepare_cached("RELEASE request")?.execute([])?;
                self.book.keep_request();
                Ok(Ok(done))
            }
            // SQLite has rolled the whole transaction back by itself.
            Err(fault) if self.conn.is_autocommit() => Err(fault),
            Err(fault) => {
                self.book.drop_request();
                self.conn.execute_batch("ROLLBACK TO request; RELEASE request")?;
                Ok(Err(fault.answer()))
            }
        }
    }

    /// Requests that SQLite does not do within a transaction.
    fn outside(&mut self, request: &Request, done: Done) -> Answer {
        match request {
            Request::Retention(retention) => self.sweeper.set(*retention),
            Request::Bound(max_bytes) => self.bound(*max_bytes).map_err(|f| f.answer())?,
            Request::Maintain => {
                self.tell_time();
                let done = self.sweeper.finish(&self.conn, self.now, &self.hub.counts);
                done.map_err(|fault| fault.answer())?;
            }
            _ => {}
        }
        Ok(done)
    }

    fn bound(&mut self, max_bytes: Option<u64>) -> Result<(), Fault> {
        let most = u32::MAX - 1;
        let page = u64::from(limits::PAGE_BYTES);
        let pages = max_bytes.map_or(most, |bytes| u32::try_from(bytes / page).unwrap_or(most));
        self.conn.pragma_update(None, "max_page_count", pages.max(1))?;
        Ok(())
    }

    /// Takes the time; a clock behind the newest message is counted and not followed.
    fn tell_time(&mut self) {
        let told = (self.clock)().as_micros();
        if told < self.now {
            add(&self.hub.counts.clock_backwards, 1);
        }
        self.now = self.now.max(told);
    }

    /// Reads the lanes anew if another process has written.
    fn look_for_others(&mut self) -> Result<(), Fault> {
        if data_version(&self.conn)? != self.version {
            add(&self.hub.counts.foreign_writes, 1);
            self.reload()?;
        }
        Ok(())
    }

    fn look_around(&mut self) {
        if let Err(Fault::Sqlite(error)) = self.look_for_others() {
            error_of(&error);
        }
    }

    fn reload(&mut self) -> Result<(), Fault> {
        self.version = data_version(&self.conn)?;
        self.book.replace(Page::load(&self.conn)?);
        self.hub.known.take(self.book.settled());
        self.now = self.now.max(self.book.newest_time());
        Ok(())
    }

    /// Under steady load: as much maintenance as keeps the tails from growing.
    fn keep_up(&mut self) -> Duration {
        for lane in std::mem::take(&mut self.written) {
            if let Err(fault) = self.sweeper.index_lane(&self.conn, lane, &self.hub.counts) {
                // Found by its tail at the next idle moment.
                fault.answer();
            }
        }
        let appended = self.hub.counts.appended.load(Relaxed);
        let fresh = appended - self.kept_up;
        self.kept_up = appended;
        if !self.sweeper.overdue(&self.hub.counts) {
            return limits::IDLE;
        }
        // Twice as much as came in, so that a long tail gets shorter.
        let steps = (2 * fresh).div_ceil(limits::STEP_ROWS).clamp(1, limits::LOAD_STEPS);
        self.maintain(steps)
    }

    /// Does up to `steps` of maintenance; returns how long to wait for requests before the next.
    fn maintain(&mut self, steps: u64) -> Duration {
        self.now = self.now.max((self.clock)().as_micros());
        for _ in 0..steps {
            match self.sweeper.step(&self.conn, self.now, &self.hub.counts) {
                Ok(true) => {}
                Ok(false) => return limits::IDLE,
                Err(fault) => {
                    // Tried again at the next idle moment; requests matter more.
                    fault.answer();
                    return limits::IDLE;
                }
            }
        }
        Duration::ZERO
    }
}

fn data_version(conn: &Connection) -> Result<i64, Fault> {
    let mut version = conn.prepare_cached("PRAGMA data_version")?;
    Ok(version.query_row([], |row| row.get(0))?)
}
