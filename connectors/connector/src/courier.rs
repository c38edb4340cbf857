//! When a record is posted, again, parked or held back: the machine of a webhook without its wire.
//! Time and chance are arguments; it knows neither addresses nor lanes.
//!
//! What goes wrong is either the recipient's (nobody there, busy, not letting us in): then nothing
//! is counted against a record and the whole delivery waits; or the record's (it is refused): then
//! it has so many attempts, and is parked. Between two attempts lies a wait of full jitter:
//! anything from nothing to a bound that doubles with every failure.

#[cfg(test)]
mod tests;

use std::time::Duration;
use vocabulary::Timestamp;

/// Failures of the recipient in a row after which its circuit counts as open.
pub const OPEN_AFTER: u32 = 5;

/// When to try again: data, from the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Longest first wait.
    pub first: Duration,
    /// Longest wait of all.
    pub most: Duration,
    /// Attempts of a record that is refused.
    pub attempts: u32,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The recipient has it.
    Taken,
    /// The recipient refuses this record.
    Refused,
    /// The recipient cannot take anything now, or was not reached. It may have said for how long.
    Away(Option<Duration>),
    /// The recipient wants nothing more (410): somebody has to look at it.
    Gone,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// On to the next record.
    Next,
    /// The same record once more, when it is time.
    Again,
    /// The record is put aside; on to the next.
    Park,
    /// Nothing more until the delivery is begun anew.
    Stop,
}

/// Whether it is time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// An attempt may be made.
    Now,
    /// Not for this long.
    Wait(Duration),
    /// Never, until begun anew.
    Never,
}

/// The deliveries to one recipient.
#[derive(Debug, Clone)]
pub struct Courier {
    schedule: Schedule,
    /// Attempts in a row that the recipient failed.
    away: u32,
    /// Attempts of the record at hand that were refused.
    refused: u32,
    next: Timestamp,
    gone: bool,
}

// === impl Heard ===

impl Heard {
    /// What an HTTP status says. No redirect is followed: it is a refusal.
    pub const fn of_status(status: u16) -> Heard {
        match status {
            200..=299 => Heard::Taken,
            410 => Heard::Gone,
            401 | 403 | 404 | 405 | 407 | 408 | 421 | 425 | 429 | 502 | 503 | 504 => {
                Heard::Away(None)
            }
            _ => Heard::Refused,
        }
    }
}

// === impl Schedule ===

impl Schedule {
    /// The wait after this many failures, one at least; `chance` is uniform.
    pub fn wait(&self, failures: u32, chance: u64) -> Duration {
        let doubled = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
        let bound = self.first.checked_mul(doubled).unwrap_or(self.most).min(self.most);
        let micros = u64::try_from(bound.as_micros()).unwrap_or(u64::MAX);
        // The remainder's skew is nothing beside the jitter.
        Duration::from_micros(chance.checked_rem(micros.saturating_add(1)).unwrap_or_default())
    }
}

// === impl Courier ===

impl Courier {
    /// A courier that may try at once.
    pub fn new(schedule: Schedule) -> Courier {
        Courier { schedule, away: 0, refused: 0, next: Timestamp::from_micros(0), gone: false }
    }

    /// Whether an attempt may be made at `now`. A clock that goes back makes no wait longer than
    /// the schedule's longest.
    pub fn time(&self, now: Timestamp) -> Time {
        if self.gone {
            return Time::Never;
        }
        let left = self.next.as_micros().saturating_sub(now.as_micros());
        match u64::try_from(left) {
            Ok(left) if left > 0 => Time::Wait(Duration::from_micros(left).min(self.schedule.most)),
            _ => Time::Now,
        }
    }

    /// Takes in what came of an attempt made at `now`.
    pub fn heard(&mut self, heard: Heard, now: Timestamp, chance: u64) -> After {
        match heard {
            Heard::Taken => {
                (self.away, self.refused) = (0, 0);
                After::Next
            }
            Heard::Refused => {
                self.away = 0;
                self.refused = self.refused.saturating_add(1);
                if self.refused >= self.schedule.attempts {
                    self.refused = 0;
                    return After::Park;
                }
                self.wait(self.schedule.wait(self.refused, chance), now);
                After::Again
            }
            Heard::Away(asked) => {
                self.away = self.away.saturating_add(1);
                let ours = self.schedule.wait(self.away, chance);
                let asked = asked.unwrap_or_default().min(self.schedule.most);
                self.wait(ours.max(asked), now);
                After::Again
            }
            Heard::Gone => {
                self.gone = true;
                After::Stop
            }
        }
    }

    /// Whether the recipient has failed so often in a row that only single attempts are made.
    pub fn is_open(&self) -> bool {
        self.gone || self.away >= OPEN_AFTER
    }

    fn wait(&mut self, wait: Duration, now: Timestamp) {
        let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
        self.next = Timestamp::from_micros(now.as_micros().saturating_add(micros));
    }
}
