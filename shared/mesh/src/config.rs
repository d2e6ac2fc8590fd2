//! Typed configuration: what is built in, then a file, then the environment; all errors at once.

use std::{path::Path, time::Duration};

use config::{Environment, File, FileFormat, Map, Value, ValueKind};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{DateLimits, db, engine};

/// The mesh's own defaults, with the reason of each.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// How a service's loop behaves; `config/default.toml` explains each.
#[derive(Debug, Clone, Deserialize)]
pub struct Mesh {
    event_patience_seconds: u64,
    document_patience_seconds: u64,
    step: u64,
    attempts: u32,
    day_ahead_hours: u32,
    day_back_days: u32,
    parked: u64,
    durability_horizon_ms: u64,
    outbox_days: u64,
    inbox_days: u64,
    database_connections: u32,
    database_acquire_seconds: u64,
    database_statement_seconds: u64,
    database_idle_seconds: u64,
    drain_seconds: u64,
}

impl Mesh {
    /// What a batch is bound by.
    #[must_use]
    pub fn engine(&self) -> engine::Settings {
        engine::Settings {
            event_patience: Duration::from_secs(self.event_patience_seconds),
            document_patience: Duration::from_secs(self.document_patience_seconds),
            step: self.step,
            attempts: self.attempts,
            parked: self.parked,
            dates: DateLimits { ahead_hours: self.day_ahead_hours, back_days: self.day_back_days },
        }
    }

    /// How the database is used.
    #[must_use]
    pub fn pool(&self) -> db::Pool {
        db::Pool {
            connections: self.database_connections,
            acquire: Duration::from_secs(self.database_acquire_seconds),
            statement: Duration::from_secs(self.database_statement_seconds),
            idle: Duration::from_secs(self.database_idle_seconds),
        }
    }

    /// After this long a stream can no longer lose what it acknowledged.
    #[must_use]
    pub fn durability_horizon(&self) -> Duration {
        Duration::from_millis(self.durability_horizon_ms)
    }

    /// How long confirmed messages are kept.
    #[must_use]
    pub fn outbox_kept(&self) -> Duration {
        Duration::from_secs(self.outbox_days * 86_400)
    }

    /// How long ids of what came in are kept.
    #[must_use]
    pub fn inbox_kept(&self) -> Duration {
        Duration::from_secs(self.inbox_days * 86_400)
    }

    /// How long stopping may take.
    #[must_use]
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }
}

/// Everything that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has {} error(s):\n  {}", .0.len(), .0.join("\n  "))]
pub struct Invalid(pub Vec<String>);

/// Reads one section: `defaults` (which name every knob), then the section's table in `file`, then
/// variables `ORDERMESH__<SECTION>__<KNOB>`.
///
/// # Errors
/// Every unknown knob and every value of another type than its default, all at once.
pub fn load<T: DeserializeOwned>(
    section: &str,
    defaults: &str,
    file: Option<&Path>,
) -> Result<T, Invalid> {
    let one = |error: config::ConfigError| Invalid(vec![error.to_string()]);
    let known = config::Config::builder()
        .add_source(File::from_str(defaults, FileFormat::Toml))
        .build()
        .and_then(config::Config::try_deserialize::<Map<String, Value>>)
        .map_err(one)?;
    let mut given = config::Config::builder();
    if let Some(path) = file {
        given = given.add_source(File::from(path).format(FileFormat::Toml));
    }
    let prefix = format!("ORDERMESH__{}", section.replace('-', "_").to_uppercase());
    let environment =
        Environment::with_prefix(&prefix).prefix_separator("__").separator("__").try_parsing(true);
    let environment = config::Config::builder().add_source(environment).build().map_err(one)?;
    let given = given.build().map_err(one)?;
    let from_file = given.get_table(section).unwrap_or_default();
    let from_environment: Map<String, Value> = environment.try_deserialize().map_err(one)?;
    let given: Vec<_> = from_file.into_iter().chain(from_environment).collect();
    let errors: Vec<String> =
        given.iter().filter_map(|(knob, value)| error(section, knob, value, &known)).collect();
    if !errors.is_empty() {
        return Err(Invalid(errors));
    }
    let mut merged =
        config::Config::builder().add_source(File::from_str(defaults, FileFormat::Toml));
    for (knob, value) in given {
        merged = merged.set_override(knob, value).map_err(one)?;
    }
    merged.build().and_then(config::Config::try_deserialize).map_err(one)
}

fn error(section: &str, knob: &str, value: &Value, known: &Map<String, Value>) -> Option<String> {
    let Some(default) = known.get(knob) else {
        let names: Vec<_> = known.keys().map(String::as_str).collect();
        return Some(format!("{section}.{knob} is unknown; there are {}", names.join(", ")));
    };
    let wanted = kind(&default.kind);
    (kind(&value.kind) != wanted)
        .then(|| format!("{section}.{knob} must be {wanted}, like its default {default}"))
}

fn kind(value: &ValueKind) -> &'static str {
    match value {
        ValueKind::Boolean(_) => "true or false",
        ValueKind::I64(_) | ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => {
            "a whole number"
        }
        ValueKind::Float(_) => "a number",
        ValueKind::String(_) => "text",
        ValueKind::Table(_) => "a table",
        ValueKind::Array(_) => "a list",
        ValueKind::Nil => "nothing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_complete() {
        let mesh: Mesh = load("mesh", DEFAULTS, None).unwrap();
        assert_eq!(mesh.engine().attempts, 5);
    }

    #[test]
    fn all_errors_are_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ordermesh.toml");
        std::fs::write(&file, "[mesh]\nattempt = 3\nstep = \"many\"\ndrain_seconds = 5\n").unwrap();
        let Invalid(mut errors) = load::<Mesh>("mesh", DEFAULTS, Some(&file)).unwrap_err();
        errors.sort();
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(errors[0].starts_with("mesh.attempt is unknown"), "{errors:?}");
        assert!(errors[1].starts_with("mesh.step must be a whole number"), "{errors:?}");
    }
}
