//! How much a reader fetches ahead.

use crate::client::Clients;
use crate::{Options, limits};

#[test]
fn what_is_fetched_ahead_is_bounded_for_all_lanes_together() {
    let clients = Clients::new(Options::new("127.0.0.1:1")).unwrap();
    for lanes in [0, 1, 8, 9, 100, 400, 512] {
        let config = clients.reader(lanes);
        let number = |name| config.get(name).unwrap().parse::<usize>().unwrap();
        let ahead = number("queued.max.messages.kbytes");
        assert!(ahead * lanes <= limits::AHEAD_ALL_KIB, "{lanes}: {ahead} KiB each");
        assert_eq!(number("queued.min.messages"), ahead);
        assert!((limits::AHEAD_LEAST_KIB..=limits::AHEAD_KIB).contains(&ahead));
        // One answer more may come when nearly as much is there already.
        assert!(number("max.partition.fetch.bytes") <= ahead * 512);
    }
}
