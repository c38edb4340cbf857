//! Where a verb writes: the lanes of one file, or those that a site's settings name. Which lane,
//! and what may be put on it, is the verb's and the port's affair.

#[cfg(test)]
mod tests;

use carrier::Carrier;
use daemon::WallClock;
use settings::Up;
use std::path::PathBuf;
use std::sync::Arc;

/// The lanes, by one of two ways.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Place {
    /// The embedded carrier's file.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// The settings of the site whose lanes they are, as on Kafka.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

/// A site's settings.
pub(crate) fn site_of(file: &PathBuf) -> Result<Up, String> {
    let loaded = settings::load::<Up>(std::slice::from_ref(file));
    Ok(loaded.map_err(|error| format!("{} {error}", error.code()))?.settings)
}

// === impl Place ===

impl Place {
    /// Opens the lanes.
    pub(crate) fn carrier(&self) -> Result<Arc<dyn Carrier>, String> {
        let carrier = match (&self.data, &self.settings) {
            (_, Some(file)) => site_of(file)?.carrier,
            (data, None) => settings::Carrier::embedded(data.clone().unwrap_or_default()),
        };
        lanes::open(&carrier, Arc::new(WallClock)).map_err(|failure| failure.to_string())
    }
}
