//! The admin server: health, metrics and the pages handed in, on loopback. Changes nothing.

mod answer;
mod bounded;
mod page;
mod signals;

pub use page::{Page, Query, Reply};

use crate::{Error, Health, Stop};
use answer::Answering;
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use bounded::Bounded;
use std::{net::TcpListener, sync::Arc, thread::JoinHandle, time::Duration};
use telemetry::Metrics;

/// What is served.
pub(crate) struct Site {
    pub(crate) health: Health,
    pub(crate) metrics: Metrics,
    pub(crate) pages: Vec<Page>,
}

/// Serves in a thread of its own, with the signals, until `closing` is said.
pub(crate) fn serve(
    listener: TcpListener,
    site: Site,
    stop: &Stop,
    closing: &Stop,
) -> Result<JoinHandle<()>, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(crate::limits::REQUESTS)
        .enable_all()
        .build()
        .map_err(|_| Error::Thread)?;
    let router = router(site, stop);
    let (stop, closing) = (stop.clone(), closing.clone());
    let body = move || {
        runtime.block_on(async move {
            tokio::spawn(signals::listen(stop));
            let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                tracing::error!("the admin server cannot listen");
                return;
            };
            let server = axum::serve(Bounded::new(listener), router);
            tokio::select! {
                ended = async { server.await } => {
                    tracing::error!(ok = ended.is_ok(), "admin server ended");
                }
                () = said(closing) => {}
            }
        });
        // An answer that hangs must not keep the process.
        runtime.shutdown_timeout(Duration::from_millis(200));
    };
    std::thread::Builder::new().name("admin".to_owned()).spawn(body).map_err(|_| Error::Thread)
}

fn router(site: Site, stop: &Stop) -> Router {
    let answering = Arc::new(Answering::default());
    let live = Page::new("/health/live", |_| Reply::text("live\n"));
    let health = site.health;
    let stopped = stop.clone();
    let ready = Page::new("/health/ready", move |_| match stopped.is_stopped() {
        true => Reply::text("stopping\n").with_status(503),
        false if health.is_ready() => Reply::text(health.report()),
        false => Reply::text(health.report()).with_status(503),
    });
    let metrics = site.metrics;
    let metrics = Page::new("/metrics", move |_| Reply::metrics(metrics.text()));
    let known = [live, ready, metrics].into_iter().chain(site.pages);
    known
        .fold(Router::new(), |router, page| {
            let path = page.path().to_owned();
            let question = page.is_question();
            let page = Arc::new(page);
            let handler = move |State(answering): State<Arc<Answering>>, request| {
                let page = Arc::clone(&page);
                async move { answering.answer(page, request).await }
            };
            router.route(&path, if question { post(handler) } else { get(handler) })
        })
        .fallback(|| async { answer::missing() })
        .method_not_allowed_fallback(|| async { answer::not_allowed() })
        .with_state(answering)
}

/// Waits for a word that plain threads say.
async fn said(word: Stop) {
    while !word.is_stopped() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
