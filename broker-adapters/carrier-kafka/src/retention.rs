//! How long messages stay, as settings of topics: the brokers delete by age alone. What must also
//! be committed or integrated before it goes is kept by them, and deleted by the sweeper.

use crate::limits;
use carrier::{Lane, LaneKind, Retention};
use std::time::Duration;

/// Whether messages of the lane also need to be committed or integrated before they go.
const fn waits_for_a_word(lane: &Lane) -> bool {
    matches!(lane.kind(), LaneKind::Intake | LaneKind::Disclosure)
}

/// The settings of a lane's topic that say how long its messages stay.
pub(crate) fn settings(retention: &Retention, lane: &Lane) -> Vec<(&'static str, String)> {
    let time = retention.of(lane.kind());
    if lane.is_compacted() {
        // What a newer message of the same key has replaced.
        let lag = ("max.compaction.lag.ms", millis(time.max(limits::REPLACED)));
        return vec![("cleanup.policy", "compact".to_owned()), lag];
    }
    let delete = ("cleanup.policy", "delete".to_owned());
    if time == Duration::MAX {
        return vec![delete, ("retention.ms", "-1".to_owned())];
    }
    if waits_for_a_word(lane) {
        // The file that is written to holds what was deleted until it is closed.
        let part = time.checked_div(u32::try_from(limits::MARKS).unwrap_or(1)).unwrap_or_default();
        let closed = ("segment.ms", millis(part.max(limits::CLOSED)));
        return vec![delete, ("retention.ms", "-1".to_owned()), closed];
    }
    vec![delete, ("retention.ms", millis(time))]
}

fn millis(time: Duration) -> String {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX).to_string()
}
