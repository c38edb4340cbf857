//! Pages of the admin server of `samsyn up`: the status for people and programs, and questions to
//! the ledger, each recorded before it is answered.

use crate::house::House;
use crate::question::{Asked, answer};
use daemon::{Builder, Failure, Page, Query, Reply};
use std::sync::Arc;
use vocabulary::Secret;

/// Adds the pages to a process.
pub(crate) fn add(
    house: &Arc<House>,
    token: Secret<String>,
    builder: &mut Builder,
) -> Result<(), Failure> {
    let of = Arc::clone(house);
    let status = Page::new("/", move |_| match of.status().page() {
        Ok(page) => Reply::html(page),
        Err(_) => Reply::text("the page could not be made\n").with_status(500),
    });
    let of = Arc::clone(house);
    let json = Page::new("/status.json", move |_| match serde_json::to_string(&of.status()) {
        Ok(json) => Reply::json(json),
        Err(_) => Reply::text("the status could not be written\n").with_status(500),
    });
    let style = Page::new("/status.css", |_| Reply::css(include_str!("../templates/status.css")));
    let of = Arc::clone(house);
    let question = Page::question("/question", move |query| ask(&of, &token, query));
    for page in [status, json, style, question] {
        builder.page(page).map_err(|error| Failure::new("EXCH-004", &error))?;
    }
    Ok(())
}

fn ask(house: &House, token: &Secret<String>, query: &Query) -> Reply {
    let given = query.bearer().unwrap_or_default();
    // Digests are compared, so that the time taken tells nothing of the token.
    if seal::sha256(&[given.as_bytes()]) != seal::sha256(&[token.expose().as_bytes()]) {
        return Reply::text("the admin token is missing or wrong\n").with_status(401);
    }
    let word = |name| query.value(name).unwrap_or_default().to_owned();
    let asked = Asked {
        ask: word("ask"),
        subject: word("subject"),
        entry: word("entry"),
        view: word("view"),
        recipient: word("recipient"),
        asker: word("asker"),
        reason: word("reason"),
    };
    match answer(house, &asked) {
        Ok(json) => Reply::json(json),
        Err(error) => Reply::text(format!("{error}\n")).with_status(409),
    }
}
