//! Makes Kafka carriers in places of their own: a prefix on the one broker, and a registry that
//! lives as long as the place.

use carrier::{Carrier, Error, suite};
use carrier_kafka::{Error as OpenError, Kafka as KafkaCarrier, Options, Schemas};
use peers::Kafka;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use vocabulary::Timestamp;

/// Schemas in memory: the same text, the same id.
#[derive(Default)]
pub(crate) struct Registry(Mutex<Vec<String>>);

/// An empty place on a broker.
pub(crate) struct Site {
    pub(crate) options: Options,
    pub(crate) registry: Arc<Registry>,
    /// What time it is for retention; it moves only when told to.
    clock: Arc<AtomicI64>,
}

impl Schemas for Registry {
    fn register(&self, _topic: &str, _name: &str, text: &str) -> Result<u32, Error> {
        let mut texts = self.0.lock().unwrap();
        let at = texts.iter().position(|one| one == text).unwrap_or_else(|| {
            texts.push(text.to_owned());
            texts.len() - 1
        });
        Ok(u32::try_from(at).unwrap() + 1)
    }

    fn text(&self, id: u32) -> Result<Option<String>, Error> {
        let at = id.checked_sub(1).map(|at| at as usize);
        Ok(at.and_then(|at| self.0.lock().unwrap().get(at).cloned()))
    }
}

impl Site {
    /// On the broker that all share.
    pub(crate) fn new() -> Site {
        static SHARED: OnceLock<Kafka> = OnceLock::new();
        Self::on(SHARED.get_or_init(|| Kafka::start().unwrap()))
    }

    /// On a broker of the test's own.
    pub(crate) fn on(kafka: &Kafka) -> Site {
        static SITES: AtomicU32 = AtomicU32::new(0);
        let mut options = Options::new(&kafka.bootstrap());
        options.prefix = format!("site{}.", SITES.fetch_add(1, Ordering::Relaxed));
        Site { options, registry: Arc::default(), clock: Arc::default() }
    }

    /// A place that another process has named.
    pub(crate) fn named(brokers: &str, prefix: &str) -> Site {
        let mut options = Options::new(brokers);
        options.prefix = prefix.to_owned();
        Site { options, registry: Arc::default(), clock: Arc::default() }
    }

    /// Moves the clock of all that was opened here.
    pub(crate) fn wait(&self, time: Duration) {
        self.clock.fetch_add(time.as_micros() as i64, Ordering::Relaxed);
    }

    pub(crate) fn try_kafka(&self) -> Result<KafkaCarrier, OpenError> {
        self.over(self.options.clone())
    }

    /// Opens it as another of the place's exchanges.
    pub(crate) fn over(&self, options: Options) -> Result<KafkaCarrier, OpenError> {
        let clock = self.clock.clone();
        let clock = Arc::new(move || Timestamp::from_micros(clock.load(Ordering::Relaxed)));
        let schemas = self.registry.clone();
        match lanes::through_tls(&options.client).unwrap() {
            Some(dial) => KafkaCarrier::open_with(options, schemas, clock, dial),
            None => KafkaCarrier::open(options, schemas, clock),
        }
    }

    pub(crate) fn kafka(&self) -> KafkaCarrier {
        self.try_kafka().unwrap()
    }
}

impl suite::Site for Site {
    fn open(&self) -> Arc<dyn Carrier> {
        Arc::new(self.kafka())
    }
}
