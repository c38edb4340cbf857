//! How long messages stay, as settings of topics: the brokers delete by age alone. What must also
//! be committed or integrated before it goes is therefore not deleted at all.

use crate::limits;
use carrier::{Lane, LaneKind, Retention};
use std::time::Duration;

/// Whether messages of the lane go by age alone, or also need to be committed or integrated.
pub(crate) const fn waits_for_a_word(lane: &Lane) -> bool {
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
    let held = waits_for_a_word(lane) || time == Duration::MAX;
    let kept = if held { "-1".to_owned() } else { millis(time) };
    vec![("cleanup.policy", "delete".to_owned()), ("retention.ms", kept)]
}

fn millis(time: Duration) -> String {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX).to_string()
}
