//! What the exchange tells a source: in its own folder and for it alone, once, whenever the process
//! ends and whatever holds the folder.

use super::{Connector, Site, settle, status};
use carrier::{Carrier, Lane, Notice, Traced};
use connector_http::{Error as Refused, Handed, Intake, Language};
use serde_json::{Value, json};
use std::fs;
use vocabulary::{RecordId, Timestamp, Trace};

const DAT: &str = "DAT-tilda";
const CALLER: &str = "974761211";

fn notice(record: RecordId, version: u64) -> Notice {
    let traced = |path: &str, trace| Traced { path: path.to_owned(), trace };
    let traces = vec![traced("notat", Trace::Phone), traced("anmerkninger.tekst", Trace::Email)];
    Notice { record, version, at: Timestamp::from_micros(1_790_000_000_000_000), traces }
}

fn say(site: &Site, source: &str, notice: &Notice) {
    let message = notice.message(&source.parse().unwrap());
    site.carrier.publish(&Lane::Receipt, vec![message]).unwrap();
}

/// Lines of the source's own folder.
fn told(site: &Site, source: &str) -> Vec<Value> {
    let text = fs::read_to_string(site.inbox(source).join("told.ndjson")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn asked(connector: &Connector, caller: &str) -> Result<Value, Refused> {
    let source = DAT.parse().unwrap();
    let answer = connector.notices(caller.parse().unwrap(), &source, Language::Nynorsk)?;
    Ok(serde_json::from_str::<Value>(&answer.body).unwrap()["notices"].clone())
}

/// Hands an object in, and tells the id of its record.
fn hand_in(connector: &Connector, id: &str) -> RecordId {
    let body = json!({ "tildaenhet": "314159268", "tilsynsegenskaper": { "internTilsynsid": id } });
    let handed = Handed {
        kind: Some("rapport".to_owned()),
        body: body.to_string().into_bytes(),
        key: None,
        language: Language::English,
    };
    let (caller, source) = (CALLER.parse().unwrap(), DAT.parse().unwrap());
    let (answer, _) = connector.hand_in(caller, &source, &handed).unwrap();
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    answer["results"][0]["record"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_source_is_told_of_its_own_record_by_its_own_name_in_every_language() {
    let site = Site::of(&[DAT, "SVV"]);
    let connector = site.open();
    settle(&connector);
    let record = hand_in(&connector, "Sak 17/2026");
    say(&site, DAT, &notice(record, 1));
    settle(&connector);
    let lines = told(&site, DAT);
    assert_eq!(lines.len(), 2);
    let line = lines.iter().find(|line| line["code"] == "TRACE-002").unwrap();
    assert_eq!((line["path"].as_str(), line["version"].as_u64()), (Some("notat"), Some(1)));
    assert_eq!(
        (line["kind"].as_str(), line["object"].as_str()),
        (Some("rapport"), Some("Sak 17/2026"))
    );
    assert_eq!(line["record"], record.to_string());
    for language in ["nb", "nn", "en"] {
        assert!(line[language]["rule"].as_str().unwrap().len() > 10);
        assert!(line[language]["fix"].as_str().unwrap().len() > 10);
    }
    assert_eq!(status(&connector, DAT).told, 2);
    assert_eq!((told(&site, "SVV").len(), status(&connector, "SVV").told), (0, 0));
    // Over HTTP its owner hears the same in the language asked for, and nobody else anything.
    let heard = asked(&connector, CALLER).unwrap();
    assert_eq!(heard[1]["rule"], line["nn"]["rule"]);
    assert_eq!(heard[1]["object"], "Sak 17/2026");
    assert_eq!(asked(&connector, "314159268"), Err(Refused::Source));
}

#[test]
fn it_is_told_once_whenever_the_process_ends_and_whatever_lies_on_the_lane() {
    let site = Site::of(&[DAT]);
    let connector = site.open();
    settle(&connector);
    let record = hand_in(&connector, "A");
    say(&site, DAT, &notice(record, 1));
    site.carrier.publish(&Lane::Receipt, vec![carrier::Message::default()]).unwrap();
    settle(&connector);
    // The same once more, as after an upset of the lane; another's; and the process ends.
    say(&site, DAT, &notice(record, 1));
    say(&site, "MAT-smilefjes", &notice(record, 1));
    std::mem::forget(connector);
    fs::remove_file(site.inbox(DAT).join("told.ndjson")).unwrap();
    let connector = site.open();
    settle(&connector);
    assert_eq!(told(&site, DAT).len(), 2);
    // A new version is told of anew, first.
    say(&site, DAT, &notice(record, 2));
    settle(&connector);
    let versions: Vec<Value> =
        told(&site, DAT).iter().map(|line| line["version"].clone()).collect();
    assert_eq!(versions, [2, 2, 1, 1]);
    assert_eq!(site.lane(&Lane::Receipt).len(), 5);
}

#[test]
fn a_folder_that_cannot_be_written_is_tried_again_and_holds_up_no_other() {
    let site = Site::of(&[DAT, "SVV"]);
    let connector = site.open();
    settle(&connector);
    let record = hand_in(&connector, "A");
    // In the place of the file lies a folder that is not empty.
    let place = site.inbox(DAT).join("told.ndjson");
    fs::create_dir_all(place.join("x")).unwrap();
    say(&site, DAT, &notice(record, 1));
    say(&site, "SVV", &notice(RecordId::new([7; 16]), 1));
    settle(&connector);
    assert_eq!(told(&site, "SVV").len(), 2);
    assert!(told(&site, "SVV").iter().all(|line| line["object"].is_null()));
    fs::remove_dir_all(&place).unwrap();
    settle(&connector);
    assert_eq!(told(&site, DAT).len(), 2);
}

#[test]
fn only_so_many_are_kept_the_newest() {
    let site = Site::of(&[DAT]);
    let connector = site.open();
    settle(&connector);
    let most = u64::from(crate::limits::TOLD);
    for version in 1..=most {
        say(&site, DAT, &notice(RecordId::new([1; 16]), version));
    }
    settle(&connector);
    let lines = told(&site, DAT);
    assert_eq!((lines.len() as u64, lines[0]["version"].as_u64()), (most, Some(most)));
    assert_eq!(lines.last().unwrap()["version"].as_u64(), Some(most / 2 + 1));
}

#[test]
fn a_file_of_many_lines_is_written_anew_only_so_often() {
    let site = Site::of(&[DAT]);
    let connector = site.open();
    settle(&connector);
    let record = hand_in(&connector, "Sak 18/2026");
    let mut version = 0;
    let mut more = |notices: u64| {
        for _ in 0..notices {
            version += 1;
            say(&site, DAT, &notice(record, version));
        }
        settle(&connector);
        told(&site, DAT).len()
    };
    assert_eq!(more(60), 120);
    assert_eq!(more(1), 120);
    assert_eq!(more(60), 120, "as long as the last telling is fresh");
    // Whoever asks hears all of it at any time; and nothing of it is forgotten.
    assert_eq!(asked(&connector, CALLER).unwrap().as_array().map(Vec::len), Some(242));
    std::mem::forget(connector);
    settle(&site.open());
    assert_eq!(told(&site, DAT).len(), 242);
}
