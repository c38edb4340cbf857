//! The carrier that settings name, opened: one file, or a Kafka cluster with its schema registry.
//! What a lane is, and what may be done with it, is the port's affair; who reads which, each
//! daemon's.

mod dial;
mod metrics;
mod registry;
#[cfg(test)]
mod tests;

pub use dial::through_tls;

use carrier::Carrier;
use carrier_embedded::Embedded;
use carrier_kafka::{Kafka, Options, Schemas};
use daemon::{Clock, Failure};
use metrics::Heard;
use std::sync::Arc;
use telemetry::Metrics;

/// The code of figures that cannot be registered.
const UNCOUNTED: &str = "EXCH-004";

/// Opens it. Nothing is read or written yet; a cluster that does not answer is a failure.
pub fn open(
    settings: &settings::Carrier,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn Carrier>, Failure> {
    opened(settings, clock, None)
}

/// Opens it for a daemon, among whose metrics its clients' figures will be.
pub fn open_counted(
    settings: &settings::Carrier,
    clock: Arc<dyn Clock>,
    metrics: &Metrics,
) -> Result<Arc<dyn Carrier>, Failure> {
    opened(settings, clock, Some(metrics))
}

fn opened(
    settings: &settings::Carrier,
    clock: Arc<dyn Clock>,
    metrics: Option<&Metrics>,
) -> Result<Arc<dyn Carrier>, Failure> {
    match (&settings.file, &settings.kafka) {
        (_, Some(kafka)) => {
            let (options, schemas) = (options(kafka), schemas(kafka));
            let clock = Arc::new(move || clock.now());
            let opened = match dial::through_tls(&kafka.client)? {
                Some(dial) => Kafka::open_with(options, schemas, clock, dial),
                None => Kafka::open(options, schemas, clock),
            };
            let opened = opened.map_err(|error| Failure::new(error.code(), &error))?;
            if let Some(metrics) = metrics {
                let heard = Heard::new(metrics);
                let heard = heard.map_err(|error| Failure::new(UNCOUNTED, &error))?;
                opened.listen(Arc::new(heard));
            }
            Ok(Arc::new(opened))
        }
        (file, None) => {
            let file = file.clone().unwrap_or_default();
            let opened = Embedded::open(&file, Arc::new(move || clock.now()));
            Ok(Arc::new(opened.map_err(|error| Failure::new(error.code(), &error))?))
        }
    }
}

/// The schema registry beside a cluster.
pub fn schemas(kafka: &settings::Kafka) -> Arc<dyn Schemas> {
    Arc::new(registry::Registry::new(&kafka.registry, kafka.subjects))
}

fn options(kafka: &settings::Kafka) -> Options {
    Options {
        prefix: kafka.prefix.clone(),
        instance: format!("exchange-{}", kafka.exchange),
        group: kafka.group,
        copies: kafka.copies,
        in_sync: kafka.in_sync,
        client: kafka.client.clone(),
        ..Options::new(&kafka.brokers)
    }
}
