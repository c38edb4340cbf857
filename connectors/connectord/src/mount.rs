//! The connector as part of a process: its thread, and the HTTP intake where the settings have one.

use crate::Connector;
use carrier::Carrier;
use connector_http::{Intake, Server};
use daemon::{Builder, Failure};
use settings::ConnectorPart;
use std::sync::Arc;

/// Opens the connector and adds it to a process.
pub fn mount(
    settings: &ConnectorPart,
    carrier: Arc<dyn Carrier>,
    builder: &mut Builder,
) -> Result<Arc<Connector>, Failure> {
    let (clock, metrics) = (builder.clock(), builder.metrics());
    let opened = Connector::open(settings, carrier, Arc::clone(&clock), metrics);
    let connector = Arc::new(opened.map_err(|error| Failure::new(error.code(), &error))?);
    if let Some(http) = &settings.http {
        let sources = settings.sources.iter().filter(|source| source.http);
        let sources = sources.map(|source| source.id.clone()).collect();
        let intake: Arc<dyn Intake> = connector.clone();
        let server = Server::open(http, sources, intake, clock, metrics)?;
        builder.spawn("http", move |part, stop| server.run(stop, |_| part.ready()))?;
    }
    let running = Arc::clone(&connector);
    builder.spawn("connector", move |part, stop| {
        running.run(part, stop);
        Ok(())
    })?;
    Ok(connector)
}
