//! Reading a house's lanes: what each recipient holds, what was recorded, what was set aside.

use super::{House, Seen};
use crate::Outcome;
use audit::Entry;
use carrier::{Carrier, Fetched, Lane};
use std::collections::BTreeMap;
use vocabulary::OrgNumber;

impl House {
    /// All of a lane.
    pub fn lane(&self, lane: &Lane) -> Outcome<Vec<Fetched>> {
        Ok(carrier::whole_lane(self.carrier.as_ref(), lane)?)
    }

    /// Everything on a group's release lane, oldest first.
    pub fn released(&self, view: &str) -> Outcome<Vec<Seen>> {
        self.release_lane(view, None)
    }

    /// Everything on a recipient's own lane of an addressed view.
    pub fn released_to(&self, view: &str, recipient: &str) -> Outcome<Vec<Seen>> {
        self.release_lane(view, Some(recipient.parse()?))
    }

    fn release_lane(&self, view: &str, recipient: Option<OrgNumber>) -> Outcome<Vec<Seen>> {
        let lane = Lane::Release { view: view.parse()?, recipient };
        let carrier = self.carrier.as_ref();
        self.lane(&lane)?.into_iter().map(|message| Seen::of(carrier, message)).collect()
    }

    /// Versions and kinds of change on a group's lane, such as `1 ny, 2 trukket`.
    pub fn story_of(&self, view: &str) -> Outcome<String> {
        let told = |seen: &Seen| format!("{} {}", seen.version, seen.change);
        Ok(self.released(view)?.iter().map(told).collect::<Vec<_>>().join(", "))
    }

    /// The disclosure lane's entries.
    pub fn entries(&self) -> Outcome<Vec<Entry>> {
        let lane = self.lane(&Lane::Disclosure)?;
        let read =
            |one: &Fetched| Ok(Entry::decode(one.message.value.as_deref().unwrap_or_default())?);
        lane.iter().map(read).collect()
    }

    /// Codes of what was set aside for an authority, oldest first.
    pub fn set_aside(&self, authority: &str) -> Outcome<Vec<String>> {
        let lane = self.lane(&Lane::Quarantine(authority.parse()?))?;
        let code = |one: &Fetched| {
            let name = one.message.header("__connect.errors.exception.class.name");
            String::from_utf8_lossy(name.unwrap_or_default()).into_owned()
        };
        Ok(lane.iter().map(code).collect())
    }

    /// Every release has the one entry it names, with a row that commits to its bytes, and every
    /// such row has its release; within a run the counters have no gap.
    pub fn prove(&self) -> Outcome<()> {
        let mut rows = BTreeMap::new();
        let mut last: BTreeMap<u64, u64> = BTreeMap::new();
        for entry in self.entries()? {
            let before = last.insert(entry.run(), entry.counter()).unwrap_or_default();
            if entry.counter() != before + 1 {
                return Err(format!("an entry is missing before {}", entry.id()).into());
            }
            for row in entry.rows().iter().filter(|row| row.outcome.leaves()) {
                rows.insert((entry.id().to_string(), row.view.clone(), row.recipient), row.clone());
            }
        }
        for lane in self.carrier.lanes()? {
            let Lane::Release { view, recipient } = &lane else { continue };
            for one in self.lane(&lane)? {
                let entry = one.message.header("samsyn_entry").unwrap_or_default();
                // On the gateway's lane a record says whose it is.
                let listed = one.message.header("samsyn_recipients");
                let listed =
                    listed.map(|text| String::from_utf8_lossy(text).parse()).transpose()?;
                let entry = String::from_utf8_lossy(entry).into_owned();
                let key = (entry, view.clone(), recipient.or(listed));
                let row = rows.remove(&key).ok_or("a release has no entry of its own")?;
                let value = one.message.value.as_deref().unwrap_or_default();
                if audit::Row::commit(&row.salt, value) != row.commitment {
                    return Err("an entry commits to other bytes than were released".into());
                }
            }
        }
        if rows.is_empty() { Ok(()) } else { Err("an entry has no release".into()) }
    }
}
