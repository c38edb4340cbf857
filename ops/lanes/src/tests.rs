//! What is heard, as operators see it. That the clients tell is proved on a broker.

use crate::metrics::Heard;
use carrier_kafka::{Client, Figures, Listener};
use std::time::Duration;
use telemetry::Metrics;

#[test]
fn clients_of_one_kind_are_added_up_and_the_law_of_metrics_holds() {
    let metrics = Metrics::new("tested", "0").unwrap();
    let heard = Heard::new(&metrics).unwrap();
    let first = Figures { requests: 3, sent: 2, waiting: 7, connected: 1, ..Figures::default() };
    let round_trips = vec![Duration::from_millis(4)];
    let second = Figures { timed_out: 1, round_trips, ..first };
    let gone = Figures { waiting: -7, connected: -1, ..Figures::default() };
    for figures in [first, second, gone] {
        heard.hear(Client::Committer, &figures);
    }
    let text = metrics.text();
    for line in [
        "samsyn_kafka_requests_total{kind=\"committer\"} 6",
        "samsyn_kafka_messages_total{action=\"sent\",kind=\"committer\"} 4",
        "samsyn_kafka_waiting_messages{kind=\"committer\"} 7",
        "samsyn_kafka_connected_brokers{kind=\"committer\"} 1",
        "samsyn_kafka_failures_total{kind=\"committer\",outcome=\"timed_out\"} 1",
        "samsyn_kafka_round_trip_duration_seconds_count{kind=\"committer\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert_eq!(metrics.violations(), []);
}
