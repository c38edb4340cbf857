//! Four things that a reader of the plan asks for, each played on the running site and then looked
//! for from outside, on every lane and in every folder: a message to one authority, a suspension
//! that is published and taken down, a consent that is given and withdrawn, and a webhook.

use super::cast::{HOOK, JSON_SOURCE};
use super::expectations::Figures;
use super::figures::{all, entries};
use super::held::version_of;
use super::prepare::{Prepared, say};
use super::secrets::each_file;
use super::walk::{Site, put, settle};
use crate::entitlement;
use crate::simulate::speaker;
use aho_corasick::AhoCorasick;
use carrier::Lane;
use daemon::{Clock, WallClock};
use exchange_state::{Entitlement, Terms};
use kit::Receiver;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};
use vocabulary::{EntitlementKind, OrgNumber, RecordType, SourceId};

/// Miljødirektoratet, to whom Arbeidstilsynet's message goes.
const ADDRESSEE: &str = "999601391";
const SENDER: &str = "974761211";
/// What stands in the message and nowhere else.
const MESSAGE: &str = "HEMMELIG-MELDING-TIL-EN";
/// The buyer that the subject consents to, and one that it does not.
const BUYERS: [&str; 2] = ["310000027", "310000035"];
const AFFECTED: &str = "971183675";
/// A message to another authority is to be there within this time.
const SOON: Duration = Duration::from_secs(60);

/// Plays all four and notes what was seen.
pub(super) fn play(
    prepared: &Prepared,
    site: &Site,
    receiver: &Receiver,
    figures: &mut Figures,
) -> Result<(), String> {
    let subject = site.traffic.organisations().first().ok_or("there is no organisation")?.number;
    message(prepared, site, subject, figures)?;
    suspension(prepared, site, figures)?;
    consent(prepared, site, subject, figures)?;
    webhook(site, receiver, figures)
}

fn lane(view: &str, recipient: Option<&str>) -> Result<Lane, String> {
    let recipient = recipient.map(str::parse).transpose().map_err(say("a recipient's number"))?;
    Ok(Lane::Release { view: view.parse().map_err(say("a view's name"))?, recipient })
}

// === a message to one authority ===

fn message(
    prepared: &Prepared,
    site: &Site,
    subject: OrgNumber,
    figures: &mut Figures,
) -> Result<(), String> {
    post(
        prepared,
        &json!({ "status": "ok", "tilsynsmyndighet": SENDER,
        "meldingTilAnnenMyndighet": [{
            "identifikator": "7d3f6a52-8c1e-4f0b-9a55-0c7de1d2b001",
            "datoForMeldingTilAnnenMyndighet": "2026-08-24T00:00:00Z",
            "mottaker": ADDRESSEE,
            "meldingOmTildaenhet": subject.as_str(),
            "meldingsinnholdTilAnnenMyndighet": {
                "meldingsType": "varsel-fritekst",
                "fritekst": format!("Se på utslippet ved porten ({MESSAGE}).") } }] }),
    )?;
    let own = prepared.recipients.iter().find(|one| one.view.as_str() == "alert-addressee");
    let own = own.ok_or("nobody is delivered messages")?;
    let begun = Instant::now();
    while holding(&own.folder)? == 0 && begun.elapsed() < SOON {
        std::thread::sleep(Duration::from_millis(50));
    }
    figures.held("message.delivered_within_60_s", holding(&own.folder)? > 0);
    settle(site, "the message")?;
    let addressees = lane("alert-addressee", Some(ADDRESSEE))?;
    let (mut there, mut elsewhere) = (0, 0);
    for lane in site.house.carrier.lanes().map_err(say("the lanes"))? {
        let Lane::Release { .. } = &lane else { continue };
        let values = all(site, &lane).into_iter().filter_map(|one| one.message.value);
        let found = values.filter(|value| holds(value)).count() as u64;
        *(if lane == addressees { &mut there } else { &mut elsewhere }) += found;
    }
    for recipient in prepared.recipients.iter().filter(|one| one.folder != own.folder) {
        elsewhere += holding(&recipient.folder)?;
    }
    figures.count("message.on_its_addressees_lane", there);
    figures.count("message.elsewhere", elsewhere);
    Ok(())
}

/// Posts an envelope of Tilda's as Arbeidstilsynet, until it is taken.
fn post(prepared: &Prepared, body: &serde_json::Value) -> Result<(), String> {
    let intake = prepared.settings.connector.http.as_ref().ok_or("there is no HTTP intake")?;
    let issuer = prepared.issuer.as_ref().ok_or("there is no issuer")?;
    let sender = SENDER.parse().map_err(say("the sender"))?;
    let token = kit::token(issuer, sender, WallClock.now()).map_err(say("a token"))?;
    let url = format!("http://{}/v1/sources/{JSON_SOURCE}/findings", intake.address);
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let agent: ureq::Agent = config.timeout_global(Some(Duration::from_secs(10))).build().into();
    let begun = Instant::now();
    loop {
        let request = agent.post(&url).header("authorization", &format!("Bearer {token}"));
        let request = request.header("content-type", "application/json");
        let status = match request.send(body.to_string()) {
            Ok(answer) if answer.status() == 200 => return Ok(()),
            Ok(answer) => answer.status().to_string(),
            Err(error) => error.to_string(),
        };
        if begun.elapsed() > SOON {
            return Err(format!("the message was not taken: {status}"));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn holds(bytes: &[u8]) -> bool {
    AhoCorasick::new([MESSAGE]).is_ok_and(|search| search.is_match(bytes))
}

/// Files below a folder that hold the message.
fn holding(folder: &Path) -> Result<u64, String> {
    let mut found = 0;
    each_file(folder, &mut |bytes| found += u64::from(holds(bytes)))?;
    Ok(found)
}

// === a suspension ===

fn suspension(prepared: &Prepared, site: &Site, figures: &mut Figures) -> Result<(), String> {
    let (sent, lifted) = site.traffic.taken_down().ok_or("nobody suspends anything")?;
    let subject = sent.record.header().subject.map(|number| number.to_string());
    let all = entries(site);
    let entry = all.iter().find(|entry| {
        let shared = entry.shared();
        shared.record_type == Some(RecordType::SuspensionDecision) && shared.subject == subject
    });
    let record = entry.and_then(|entry| entry.shared().record_id).ok_or("it was not taken in")?;
    let public = lane("suspension-public", None)?;
    let change = || version_of(site, &public, &record.to_string()).remove(CHANGE);
    figures.held("suspension.published", change().as_deref() == Some("ny"));
    put(
        &prepared.folder.join("in").join(lifted.authority.as_str()),
        &lifted.name,
        lifted.text.as_bytes(),
    )?;
    settle(site, "the suspension's end")?;
    figures.held("suspension.taken_down", change().as_deref() == Some("trukket"));
    Ok(())
}

const CHANGE: &str = "konvolutt.endringstype";

// === a consent, and a case ===

fn consent(
    prepared: &Prepared,
    site: &Site,
    subject: OrgNumber,
    figures: &mut Figures,
) -> Result<(), String> {
    let [buyer, other] = BUYERS;
    let case = terms(EntitlementKind::Case, subject, AFFECTED)?;
    entitle(prepared, site, &case)?;
    let affected = lane("akrim-case", Some(AFFECTED))?;
    figures.count("case.released", all(site, &affected).len() as u64);
    figures.count("consent.before", standing_for(site, buyer)?);
    let consent = terms(EntitlementKind::Consent, subject, buyer)?;
    entitle(prepared, site, &consent)?;
    figures.count("consent.given", standing_for(site, buyer)?);
    entitle(prepared, site, &Terms { ended: true, ..consent })?;
    figures.count("consent.withdrawn", standing_for(site, buyer)?);
    let lane = lane("buyer-consent", None)?;
    let named = all(site, &lane).into_iter().filter(|one| lists(&one.message, other)).count();
    figures.count("consent.other_buyer", named as u64);
    Ok(())
}

fn terms(kind: EntitlementKind, subject: OrgNumber, recipient: &str) -> Result<Terms, String> {
    let today = i32::try_from(WallClock.now().days()).map_err(say("the day"))?;
    let (purpose, basis) = match kind {
        EntitlementKind::Case => ("akrim_case", "AKRIM-3-2"),
        _ => ("procurement_before", "KONS"),
    };
    Ok(Terms {
        id: format!("demo-{kind}").parse().map_err(say("an id"))?,
        kind,
        subject,
        recipient: recipient.parse().map_err(say("a recipient's number"))?,
        purpose: purpose.parse().map_err(say("a purpose"))?,
        basis: basis.parse().map_err(say("a basis"))?,
        from: today - 1,
        to: today + 30,
        evidence: "demo".to_owned(),
        ended: false,
    })
}

/// Says it as its kind's source, and waits until it is ruled.
pub(crate) fn entitle(prepared: &Prepared, site: &Site, terms: &Terms) -> Result<(), String> {
    let source = speaker(terms.kind);
    let key = prepared.folder.join(format!("keys/{source}.pem"));
    let source: SourceId = source.parse().map_err(say("a source"))?;
    let checked = Entitlement::new(terms.clone()).map_err(say("an entitlement"))?;
    entitlement::say(site.house.carrier.as_ref(), (&source, &key), &checked, site.clock.now())?;
    settle(site, "an entitlement")
}

/// Records that the gateway may hand to a buyer by consent, and that are not withdrawn.
fn standing_for(site: &Site, buyer: &str) -> Result<u64, String> {
    let lane = lane("buyer-consent", None)?;
    let mut records = BTreeSet::new();
    for fetched in all(site, &lane) {
        let id = fetched.message.header("ce_id").unwrap_or_default();
        let id = String::from_utf8_lossy(id).into_owned();
        let record = id.rsplit_once('-').map_or(id.clone(), |(record, _)| record.to_owned());
        if lists(&fetched.message, buyer) {
            records.insert(record);
        }
    }
    let stands = |record: &&String| {
        version_of(site, &lane, record).get(CHANGE).is_some_and(|change| change != "trukket")
    };
    Ok(records.iter().filter(stands).count() as u64)
}

fn lists(message: &carrier::Message, buyer: &str) -> bool {
    let listed = message.header("samsyn_recipients").unwrap_or_default();
    String::from_utf8_lossy(listed).contains(buyer)
}

// === a webhook ===

/// What the recipient was posted, against what lies on its lane.
fn webhook(site: &Site, receiver: &Receiver, figures: &mut Figures) -> Result<(), String> {
    let lane = lane(HOOK.0, None)?;
    let id = |id: Option<&[u8]>| id.map(|id| String::from_utf8_lossy(id).into_owned());
    let on_lane = all(site, &lane).into_iter();
    let on_lane: BTreeSet<_> = on_lane.filter_map(|one| id(one.message.header("ce_id"))).collect();
    let posts = receiver.posts();
    let posted: BTreeSet<_> =
        posts.iter().filter_map(|got| got.header("ce-id").map(str::to_owned)).collect();
    figures.count("webhook.records", on_lane.len() as u64);
    figures.count("webhook.posted", posted.intersection(&on_lane).count() as u64);
    figures.count(
        "webhook.unsigned",
        posts.iter().filter(|got| got.header("signature").is_none()).count() as u64,
    );
    Ok(())
}
