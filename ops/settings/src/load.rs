//! Layering: files in order, then the environment, into a checked struct. Opens only those files.

use crate::{Error, Foundation, Line, effective, env, limits};
use config::{Config, ConfigError, File, FileFormat, Source, Value};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt, fs,
    hash::Hash,
    path::{Path, PathBuf},
};

/// Settings of one daemon.
pub trait Daemon: Serialize + DeserializeOwned {
    /// Its name, as in its binary.
    const NAME: &'static str;

    /// What every daemon has.
    fn foundation(&self) -> Foundation;

    /// Bounds and contradictions that types do not show.
    fn check(&self) -> Result<(), Error>;
}

/// Checked settings, and where each value came from.
#[derive(Debug, Clone)]
pub struct Loaded<D> {
    /// The settings.
    pub settings: D,
    lines: Vec<Line>,
}

/// Loads settings from files and this process's environment.
pub fn load<D: Daemon>(files: &[PathBuf]) -> Result<Loaded<D>, Error> {
    load_with(
        files,
        std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        }),
    )
}

/// Loads settings from files and the given environment; names without our prefix are ignored.
pub fn load_with<D: Daemon>(
    files: &[PathBuf],
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Loaded<D>, Error> {
    let environment = declared(environment)?;
    within("--settings", files.len() as u64, 0, limits::FILES as u64)?;
    let mut builder = Config::builder();
    for file in files {
        let text = readable(file)?;
        builder = builder.add_source(Named {
            origin: format!("file `{}`", file.display()),
            inner: File::from_str(&text, FileFormat::Toml),
        });
    }
    let lists = env::LISTS.iter().fold(
        config::Environment::with_prefix("SAMSYN")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .list_separator(","),
        |source, key| source.with_list_parse_key(key),
    );
    let built = builder
        .add_source(lists.source(Some(environment)))
        .build()
        .map_err(|error| refused(error, None))?;
    let given = effective::origins(&built.cache);
    let settings: D = built.try_deserialize().map_err(|error| refused(error, Some(&given)))?;
    settings.foundation().check()?;
    settings.check()?;
    let lines = effective::lines(&settings, &given)?;
    Ok(Loaded { settings, lines })
}

/// Keeps our own names and refuses those of them that are not declared.
fn declared(
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<HashMap<String, String>, Error> {
    let ours = environment.into_iter().filter(|(name, _)| name.starts_with(env::PREFIX));
    ours.map(|(name, value)| {
        if env::NAMES.iter().any(|(known, _)| *known == name) {
            Ok((name, value))
        } else {
            let key = env::key_of(&name).unwrap_or_default();
            Err(Error::UnknownKey { key, origin: format!("environment `{name}`") })
        }
    })
    .collect()
}

/// The file's text, once its size and its syntax are known to be good.
fn readable(file: &Path) -> Result<String, Error> {
    let name = || file.display().to_string();
    let unreadable = |_| Error::Unreadable { file: name() };
    let size = fs::metadata(file).map_err(unreadable)?.len();
    if size > limits::FILE_BYTES {
        return Err(Error::Unreadable { file: name() });
    }
    let text = fs::read_to_string(file).map_err(unreadable)?;
    match toml::from_str::<toml::Table>(&text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start);
            let line = 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
            Err(Error::Syntax { file: name(), line })
        }
    }
}

/// Our error for the library's, whose texts would show values.
fn refused(error: ConfigError, given: Option<&BTreeMap<String, String>>) -> Error {
    let origin_of = |key: &str| {
        let exact = given.and_then(|given| given.get(key));
        let within = || {
            let given = given?;
            let inside = |found: &&String| {
                found.strip_prefix(key).is_some_and(|rest| rest.starts_with(['.', '[']))
            };
            given.get(given.keys().find(inside)?)
        };
        exact.or_else(within).cloned().unwrap_or_else(|| "the settings".to_owned())
    };
    match error {
        ConfigError::NotFound(key) => Error::Missing { key: dotted(&key) },
        ConfigError::Type { key, .. } => {
            let key = dotted(&key.unwrap_or_default());
            Error::Kind { origin: origin_of(&key), key }
        }
        ConfigError::At { error, key, .. } => match (*error, dotted(&key.unwrap_or_default())) {
            (ConfigError::Message(text), section) => worded(&text, section, origin_of),
            (ConfigError::NotFound(key), section) => Error::Missing { key: join(&section, &key) },
            (_, key) => Error::Kind { origin: origin_of(&key), key },
        },
        ConfigError::Message(text) => worded(&text, String::new(), origin_of),
        _ => Error::Kind { key: String::new(), origin: "the settings".to_owned() },
    }
}

/// Serde says an unknown key only in words; the key's name stands in the first back-ticks.
fn worded(text: &str, section: String, origin_of: impl Fn(&str) -> String) -> Error {
    let named = text.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    match named {
        Some(name) => {
            let key = join(&section, name);
            Error::UnknownKey { origin: origin_of(&key), key }
        }
        None => Error::Kind { origin: origin_of(&section), key: section },
    }
}

/// The library leaves out the dot after an index.
fn dotted(key: &str) -> String {
    key.replace(']', "].")
        .replace("]..", "].")
        .replace("].[", "][")
        .trim_end_matches('.')
        .to_owned()
}

fn join(section: &str, key: &str) -> String {
    match section.trim_end_matches('.') {
        "" => key.to_owned(),
        section => format!("{section}.{key}"),
    }
}

/// Refuses a number outside its bounds.
pub(crate) fn within(
    key: impl Into<String>,
    value: u64,
    least: u64,
    most: u64,
) -> Result<(), Error> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(Error::Bounds { key: key.into(), least, most })
    }
}

/// Refuses a list in which two entries have the same mark.
pub(crate) fn distinct<T: Eq + Hash>(
    key: &'static str,
    field: &'static str,
    marks: impl IntoIterator<Item = T>,
) -> Result<(), Error> {
    let mut seen = HashSet::new();
    if marks.into_iter().all(|mark| seen.insert(mark)) {
        Ok(())
    } else {
        Err(Error::Twice { key, field })
    }
}

// === impl Loaded ===

impl<D> Loaded<D> {
    /// The effective settings, a line a value, in the order of the keys; secrets masked.
    pub fn effective(&self) -> &[Line] {
        &self.lines
    }
}

impl<D: Daemon> fmt::Display for Loaded<D> {
    /// What `--check-config` prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# effective settings of {}", D::NAME)?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A source whose values say which file they came from.
#[derive(Debug, Clone)]
struct Named<S> {
    origin: String,
    inner: S,
}

// === impl Named ===

impl<S: Source + Clone + Send + Sync + 'static> Source for Named<S> {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<config::Map<String, Value>, ConfigError> {
        let values = self.inner.collect()?;
        Ok(values.into_iter().map(|(key, value)| (key, self.name(value))).collect())
    }
}

impl<S> Named<S> {
    fn name(&self, value: Value) -> Value {
        use config::ValueKind::{Array, Table};
        let kind = match value.kind {
            Table(table) => {
                Table(table.into_iter().map(|(key, value)| (key, self.name(value))).collect())
            }
            Array(items) => Array(items.into_iter().map(|value| self.name(value)).collect()),
            other => other,
        };
        Value::new(Some(&self.origin), kind)
    }
}
