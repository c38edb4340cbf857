//! An authority posts its Tilda answer; whoever may have it is posted what it may have of it,
//! signed, and later what has changed. A message to another authority is with that one within a
//! minute, and with nobody else. Real sockets on both sides.

use daemon::{Builder, Running};
use kit::receiver::ask;
use kit::{AUDIENCE, Got, House, ISSUER, Outcome, Receiver, Reply, SCOPE, numbers, token};
use serde_json::{Value, json};
use settings::{
    Admin, ConnectorPart, Delivery, DeliveryFormat, Foundation, HttpIntake, HttpLimits, Life, Log,
    Retry, Source, SourceLimits, Tokens, Webhook, WebhookFormat,
};
use standing::development::DevelopmentIssuer;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SOURCE: &str = "DAT-tilda";
const AUTHORITY: &str = "974761211";
const MAPPING: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../connectors/mappings/DAT-tilda.toml");

/// To whom a message goes, and one to whom it does not.
const ADDRESSEE: &str = "999601391";
const ANOTHER: &str = "874761192";

/// A house with a connector of its own: an HTTP intake, and a webhook.
struct Site {
    house: House,
    receiver: Receiver,
    intake: SocketAddr,
    issuer: DevelopmentIssuer,
    running: Option<Running>,
    home: TempDir,
}

// === impl Site ===

impl Site {
    fn new() -> Outcome<Site> {
        let house = House::national(&[SOURCE])?;
        let receiver = Receiver::start(|_| Reply::Status(202))?;
        let home = tempfile::tempdir()?;
        let issuer = DevelopmentIssuer::generate()?;
        fs::write(home.path().join("keys.json"), issuer.key_set())?;
        fs::write(home.path().join("source.pem"), house.sealing_key(SOURCE)?.expose())?;
        let key = seal::SigningKey::generate()?;
        fs::write(home.path().join("webhook.pem"), key.to_pem()?.expose())?;
        let intake = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let part = connector(home.path(), intake, receiver.address())?;
        let foundation = Foundation {
            admin: Admin { address: ([127, 0, 0, 1], 0).into() },
            log: Log::default(),
            life: Life::default(),
        };
        let mut builder =
            Builder::with_clock("story", foundation, Arc::new(house.clock().clone()))?;
        let carrier = house.carrier().clone();
        connectord::mount(&part, carrier, &mut builder).map_err(|error| error.to_string())?;
        let running = Some(builder.announce()?);
        Ok(Site { house, receiver, intake, issuer, running, home })
    }

    /// Posts a body as the authority until it is taken, and tells its outcomes.
    fn post(&self, body: &Value) -> Outcome<Vec<String>> {
        let now = daemon::Clock::now(self.house.clock());
        let token = token(&self.issuer, AUTHORITY.parse()?, now)?;
        let body = body.to_string();
        let request = format!(
            "POST /v1/sources/{SOURCE}/findings HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\
             content-type: application/json\r\nauthorization: Bearer {token}\r\n\r\n{body}",
            body.len()
        );
        for _ in 0..500 {
            let stream = TcpStream::connect(self.intake);
            let answer = stream.ok().and_then(|mut stream| ask(&mut stream, request.as_bytes()));
            if let Some((200, _, body)) = answer {
                let body: Value = serde_json::from_str(&body)?;
                let results = body["results"].as_array().ok_or("no results")?;
                let outcome = |one: &Value| one["outcome"].as_str().unwrap_or_default().to_owned();
                return Ok(results.iter().map(outcome).collect());
            }
            // The source is being opened.
            std::thread::sleep(Duration::from_millis(20));
        }
        Err("the body was not taken".into())
    }

    /// What the authority is told of its own records, once there is something.
    fn told(&mut self) -> Outcome<String> {
        let now = daemon::Clock::now(self.house.clock());
        let token = token(&self.issuer, AUTHORITY.parse()?, now)?;
        let request = format!(
            "GET /v1/sources/{SOURCE}/notices HTTP/1.1\r\nhost: x\r\n\
             authorization: Bearer {token}\r\naccept-language: nn\r\n\r\n"
        );
        for _ in 0..1_000 {
            self.house.settle()?;
            let stream = TcpStream::connect(self.intake);
            let answer = stream.ok().and_then(|mut stream| ask(&mut stream, request.as_bytes()));
            if let Some((200, _, body)) = answer
                && body.contains("TRACE-")
            {
                return Ok(body);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err("the authority was told nothing".into())
    }

    /// The files that a recipient of messages was delivered, as one text.
    fn delivered(&self, recipient: &str) -> Outcome<String> {
        let mut text = String::new();
        for entry in fs::read_dir(self.home.path().join("out").join(recipient))? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "ndjson") {
                text += &fs::read_to_string(path)?;
            }
        }
        Ok(text)
    }

    /// The posts that came, once there are as many as expected.
    fn posted(&mut self, expected: usize) -> Outcome<Vec<Got>> {
        for _ in 0..1_000 {
            self.house.settle()?;
            let posts = self.receiver.posts();
            if posts.len() >= expected {
                return Ok(posts);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let (aside, story) =
            (self.house.set_aside("DAT")?, self.house.story_of("tilda-supervisor")?);
        let got = self.receiver.got().len();
        Err(format!("not posted: set aside {aside:?}, released {story}, got {got}").into())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.drain();
        }
    }
}

fn connector(home: &Path, intake: SocketAddr, receiver: SocketAddr) -> Outcome<ConnectorPart> {
    Ok(ConnectorPart {
        folder: home.join("connector"),
        poll_millis: 10,
        sources: vec![Source {
            id: SOURCE.parse()?,
            mapping: MAPPING.into(),
            inbox: home.join("in"),
            key: home.join("source.pem"),
            http: true,
            limits: SourceLimits::default(),
        }],
        deliveries: vec![messages_to(home, ADDRESSEE)?, messages_to(home, ANOTHER)?],
        register: None,
        http: Some(HttpIntake {
            address: intake,
            certificate: None,
            key: None,
            client_authority: None,
            tokens: Some(Tokens {
                issuer: ISSUER.to_owned(),
                audience: AUDIENCE.to_owned(),
                scope: SCOPE.to_owned(),
                keys: home.join("keys.json"),
            }),
            limits: HttpLimits::default(),
        }),
        webhooks: vec![Webhook {
            view: "tilda-supervisor".parse()?,
            recipient: "999601391".parse()?,
            addressed: false,
            url: format!("http://{receiver}/samsyn"),
            origin: "samsyn.example".to_owned(),
            key: home.join("webhook.pem"),
            format: WebhookFormat::Json,
            authority: None,
            private: true,
            retry: Retry::default(),
        }],
    })
}

/// The messages to one authority, into a folder of its own.
fn messages_to(home: &Path, recipient: &str) -> Outcome<Delivery> {
    let folder = home.join("out").join(recipient);
    fs::create_dir_all(&folder)?;
    Ok(Delivery {
        view: "alert-addressee".parse()?,
        recipient: recipient.parse()?,
        addressed: true,
        format: DeliveryFormat::Ndjson,
        folder,
    })
}

fn report(company: &str, theme: &str) -> Value {
    json!({ "tildaenhet": company, "tilsynsnotater": "PLANTED-notater",
        "tilsynsegenskaper": { "internTilsynsid": "A-1", "tilsynsstatus": "lukket",
            "tilsynstema": theme } })
}

#[test]
fn a_report_is_posted_corrected_and_taken_back() -> Outcome<()> {
    // Given a company, an authority that posts JSON, and a recipient with a webhook.
    let mut site = Site::new()?;
    let company = numbers().next().ok_or("no number")?;
    site.house.register(company.as_str(), "AS", "0301")?;
    // When the authority hands in its envelope, one object of it bad,
    let bad = json!({ "tildaenhet": "1" });
    let envelope = json!({ "status": "ok", "tilsynsmyndighet": AUTHORITY,
        "tilsynsrapporter": [report(company.as_str(), "Utslipp"), bad] });
    assert_eq!(site.post(&envelope)?, ["accepted", "refused"]);
    // Then the recipient is posted what it may have, and not the notes.
    let posts = site.posted(1)?;
    let body: Value = serde_json::from_slice(&posts[0].body)?;
    assert_eq!(body["subjekt"]["tildaenhet"], company.as_str());
    assert_eq!(body["konvolutt"]["endringstype"], "ny");
    assert!(!String::from_utf8_lossy(&posts[0].body).contains("PLANTED"));
    let first = posts[0].header("ce-id").ok_or("no id")?.to_owned();
    assert!(first.ends_with("-1") && posts[0].header("signature").is_some());
    // And the same once more changes nothing, a correction is a new version of the same record,
    let again = json!({ "tilsynsrapporter": report(company.as_str(), "Utslipp") });
    assert_eq!(site.post(&again)?, ["unchanged"]);
    let other = json!({ "tilsynsrapporter": report(company.as_str(), "Brannvern") });
    assert_eq!(site.post(&other)?, ["accepted"]);
    let posts = site.posted(2)?;
    assert_eq!(
        posts[1].header("ce-id"),
        Some(format!("{}-2", first.trim_end_matches("-1")).as_str())
    );
    // and what is taken back is taken back there too.
    let gone = json!({ "tilsynsrapporter": { "internTilsynsid": "A-1", "hendelse": "trukket" } });
    assert_eq!(site.post(&gone)?, ["accepted"]);
    let posts = site.posted(3)?;
    let body: Value = serde_json::from_slice(&posts[2].body)?;
    assert_eq!(body["konvolutt"]["endringstype"], "trukket");
    assert_eq!(posts.len(), 3);
    site.house.prove()
}

#[test]
fn whose_text_points_to_a_person_is_told_so_where_it_handed_it_in() -> Outcome<()> {
    // Given an authority that writes a telephone number into its notes.
    let mut site = Site::new()?;
    let company = numbers().next().ok_or("no number")?;
    site.house.register(company.as_str(), "AS", "0301")?;
    site.house.settle()?;
    let report = json!({
        "tildaenhet": company.as_str(), "tilsynsnotater": "Ring dagleg leiar på 912 34 567.",
        "tilsynsegenskaper": { "internTilsynsid": "Sak 4", "tilsynsstatus": "lukket",
            "tilsynstema": "Utslipp" },
    });
    // When it posts the report.
    let taken = site.post(&json!({ "tilsynsrapporter": [report] }))?;
    assert_eq!(taken, ["accepted"]);
    // Then it is told, where it posted: which of its objects, which field, the rule and what to
    // do, in its language; and not the number.
    let told = site.told()?;
    let notices: Value = serde_json::from_str(&told)?;
    let notice = &notices["notices"][0];
    assert_eq!((&notice["code"], &notice["object"]), (&json!("TRACE-002"), &json!("Sak 4")));
    assert!(notice["path"].as_str().is_some_and(|path| !path.is_empty()));
    assert!(notice["rule"].as_str().is_some_and(|rule| rule.contains("ikkje")));
    assert!(!told.contains("912 34 567"));
    Ok(())
}

#[test]
fn a_message_is_with_its_addressee_within_a_minute_and_with_nobody_else() -> Outcome<()> {
    // Given a company, and two authorities that are delivered messages.
    let mut site = Site::new()?;
    let company = numbers().next().ok_or("no number")?;
    site.house.register(company.as_str(), "AS", "0301")?;
    // When one more authority posts a message to one of them, in Tilda's words,
    let message = json!({ "identifikator": "7d3f6a52-8c1e-4f0b-9a55-0c7de1d2b001",
        "datoForMeldingTilAnnenMyndighet": "2026-11-20T00:00:00Z", "mottaker": ADDRESSEE,
        "meldingOmTildaenhet": company.as_str(), "meldingsinnholdTilAnnenMyndighet": {
            "meldingsType": "varsel-fritekst", "fritekst": "PLANTED-melding" } });
    let begun = Instant::now();
    let envelope = json!({ "status": "ok", "tilsynsmyndighet": AUTHORITY,
        "meldingTilAnnenMyndighet": [message] });
    assert_eq!(site.post(&envelope)?, ["accepted"]);
    // then that one has it before a minute is over,
    while !site.delivered(ADDRESSEE)?.contains("PLANTED-melding") {
        if begun.elapsed() > Duration::from_secs(60) {
            return Err("the message was not delivered within a minute".into());
        }
        site.house.settle()?;
        std::thread::sleep(Duration::from_millis(10));
    }
    let delivered: Value = serde_json::from_str(site.delivered(ADDRESSEE)?.trim())?;
    assert_eq!(delivered["value"]["subjekt"]["tildaenhet"], company.as_str());
    assert_eq!(delivered["value"]["mottaker"], ADDRESSEE);
    // and no lane and no folder but its own holds anything of it.
    assert_eq!(site.delivered(ANOTHER)?, "");
    assert!(site.house.released_to("alert-addressee", ANOTHER)?.is_empty());
    for view in ["akrim-core", "akrim-organ", "ntaes", "tilda-supervisor", "public-register"] {
        assert!(site.house.released(view)?.is_empty(), "{view}");
    }
    assert!(site.receiver.posts().is_empty());
    site.house.prove()
}

#[test]
fn a_trend_is_posted_and_corrected_and_a_sole_proprietors_is_not() -> Outcome<()> {
    // Given a company and a sole proprietor.
    let mut site = Site::new()?;
    let mut numbers = numbers();
    let (company, person) = (numbers.next().ok_or("no number")?, numbers.next().ok_or("none")?);
    site.house.register(company.as_str(), "AS", "0301")?;
    site.house.register(person.as_str(), "ENK", "0301")?;
    let trend = |subject: &str, inspections: i32| {
        json!({ "tildaenhet": subject, "ansvarligtilsynsmyndighet": AUTHORITY,
            "aarligeTildaenhetTotaler": [{ "trenddataForKalenderAar": 2025,
                "antallMaanederMedData": 12, "antallTilsyn": inspections,
                "antallTilsynMedReaksjoner": 0 }] })
    };
    // When an authority posts the totals of both, and later those of the company anew,
    let envelope = json!({ "status": "ok", "tilsynsmyndighet": AUTHORITY,
        "trendrapporter": [trend(company.as_str(), 3), trend(person.as_str(), 5)] });
    assert_eq!(site.post(&envelope)?, ["accepted", "accepted"]);
    let posts = site.posted(1)?;
    let body: Value = serde_json::from_slice(&posts[0].body)?;
    assert_eq!(body["subjekt"]["tildaenhet"], company.as_str());
    let envelope = json!({ "trendrapporter": trend(company.as_str(), 4) });
    assert_eq!(site.post(&envelope)?, ["accepted"]);
    // then another has the company's, corrected, and nothing of the person.
    let posts = site.posted(2)?;
    let body: Value = serde_json::from_slice(&posts[1].body)?;
    assert_eq!(body["konvolutt"]["endringstype"], "rettet");
    assert_eq!(body["aarligeTildaenhetTotaler"][0]["antallTilsyn"], 4);
    assert_eq!(body["aarligeTildaenhetTotaler"][0]["antallTilsynMedReaksjoner"], 0);
    let all = site.receiver.posts();
    assert!(all.iter().all(|got| !String::from_utf8_lossy(&got.body).contains(person.as_str())));
    site.house.prove()
}
