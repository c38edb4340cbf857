//! What was said for good is asked for once, and memory has a bound.

use super::{SUBJECT, record, site};
use crate::cache::Cache;
use crate::limits::{CACHED, CACHED_BYTES};
use std::sync::Arc;

#[test]
fn what_is_known_is_not_asked_for_again() {
    let (client, far) = site();
    let text = record(&[("a", "PUB")]);
    let id = client.register(SUBJECT, &text).unwrap();
    far.calls();
    client.register(SUBJECT, &text).unwrap();
    assert!(client.text(id).unwrap().is_some());
    assert!(far.calls().is_empty());
    // Under another subject it is another question.
    client.register("another", &text).unwrap();
    assert!(!far.calls().is_empty());
}

#[test]
fn the_cache_forgets_the_first_and_stays_within_its_bounds() {
    let mut cache = Cache::default();
    for id in 1..=5_000u32 {
        cache.put_id("s", &Arc::from(format!("text {id}")), id);
    }
    let (texts, with_subject, _) = cache.size();
    assert_eq!((texts, with_subject), (CACHED, CACHED));
    assert_eq!((cache.text(1), cache.id("s", "text 1")), (None, None));
    assert_eq!(cache.id("s", "text 5000"), Some(5_000));
    let long = "x".repeat(CACHED_BYTES / 4);
    for id in 6_000..6_010u32 {
        cache.put_id("s", &Arc::from(format!("{long}{id}")), id);
        assert!(cache.size().2 <= CACHED_BYTES);
    }
    assert_eq!(cache.size().0, 3);
    // One text under many subjects is bounded too.
    let one: Arc<str> = Arc::from("one");
    (0..5_000).for_each(|at| cache.put_id(&format!("s{at}"), &one, 7_000));
    assert_eq!(cache.id("s4999", "one"), Some(7_000));
    assert_eq!(cache.id("s1", "one").or(cache.id("s4000", "one")), Some(7_000));
}
