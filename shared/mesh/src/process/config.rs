//! Typed configuration: what is built in, then a file, then the environment; all errors at once.

mod check;

use std::{ffi::OsString, path::Path, time::Duration};

use config::{Environment, File, FileFormat, Map, Value, ValueKind, builder::DefaultState};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{DateLimits, engine, store::db};

/// The mesh's own defaults, with the reason of each.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

/// The knobs of a service's loop; `config/default.toml` explains each.
#[derive(Debug, Clone, Deserialize)]
pub struct Mesh {
    event_wait_timeout_seconds: u64,
    document_wait_timeout_seconds: u64,
    max_rows_per_transaction: u64,
    attempts: u32,
    day_ahead_hours: u32,
    day_back_days: u32,
    max_parked_messages: u64,
    max_messages_per_batch: usize,
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
    #[must_use]
    pub fn engine(&self) -> engine::Settings {
        engine::Settings {
            event_wait_timeout: Duration::from_secs(self.event_wait_timeout_seconds),
            document_wait_timeout: Duration::from_secs(self.document_wait_timeout_seconds),
            max_rows_per_transaction: self.max_rows_per_transaction,
            attempts: self.attempts,
            max_parked_messages: self.max_parked_messages,
            dates: DateLimits { ahead_hours: self.day_ahead_hours, back_days: self.day_back_days },
        }
    }

    #[must_use]
    pub fn max_messages_per_batch(&self) -> usize {
        self.max_messages_per_batch.max(1)
    }

    /// The connection pool's settings.
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

    #[must_use]
    pub fn outbox_kept(&self) -> Duration {
        Duration::from_secs(self.outbox_days * 86_400)
    }

    #[must_use]
    pub fn inbox_kept(&self) -> Duration {
        Duration::from_secs(self.inbox_days * 86_400)
    }

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
/// variables `ORDERMESH__<SECTION>__<KNOB>`. A file may hold the tables of every service, and of the
/// mesh.
///
/// # Errors
/// Every unknown table, every unknown knob of the section and every value of another type than its
/// default, all at once.
pub fn load<T: DeserializeOwned>(
    section: &str,
    defaults: &str,
    file: Option<&Path>,
) -> Result<T, Invalid> {
    let environment = std::env::vars_os();
    let text =
        |(name, value): (OsString, OsString)| name.into_string().ok().zip(value.into_string().ok());
    load_from(section, defaults, file, environment.filter_map(text).collect())
}

fn load_from<T: DeserializeOwned>(
    section: &str,
    defaults: &str,
    file: Option<&Path>,
    environment: Map<String, String>,
) -> Result<T, Invalid> {
    let one = |error: config::ConfigError| Invalid(vec![error.to_string()]);
    let read =
        |builder: config::ConfigBuilder<DefaultState>| -> Result<Map<String, Value>, Invalid> {
            builder.build().and_then(config::Config::try_deserialize).map_err(one)
        };
    let built_in =
        || config::Config::builder().add_source(File::from_str(defaults, FileFormat::Toml));
    let known = read(built_in())?;
    let from_file = file.map(|path| File::from(path).format(FileFormat::Toml));
    let from_file = from_file.into_iter().collect::<Vec<_>>();
    let mut from_file = read(config::Config::builder().add_source(from_file))?;
    let mut errors = check::strangers(&from_file, &environment, section, &known);
    let from_file = match from_file.remove(section).map(|table| table.kind) {
        Some(ValueKind::Table(table)) => table,
        // Anything but a table is a stranger.
        Some(_) | None => Map::new(),
    };
    let prefix = check::variable(section);
    let variables = Environment::with_prefix(&prefix).prefix_separator("__").separator("__");
    let variables = variables.source(Some(environment));
    let mut from_environment = read(config::Config::builder().add_source(variables))?;
    check::read_as(&mut from_environment, &known);
    let mut merged = built_in();
    for (knob, value) in from_file.into_iter().chain(from_environment) {
        let wrong = check::errors(section, &knob, &value, &known);
        if wrong.is_empty() {
            merged = merged.set_override(knob, value).map_err(one)?;
        }
        errors.extend(wrong);
    }
    if !errors.is_empty() {
        return Err(Invalid(errors));
    }
    merged.build().and_then(config::Config::try_deserialize).map_err(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_complete() {
        let mesh: Mesh = load("mesh", DEFAULTS, None).unwrap();
        assert_eq!(mesh.engine().attempts, 5);
    }

    fn errors(text: &str, environment: &[(&str, &str)]) -> Vec<String> {
        let loaded = loaded::<Mesh>("mesh", DEFAULTS, text, environment);
        let Invalid(mut errors) = loaded.err().unwrap_or(Invalid(Vec::new()));
        errors.sort();
        errors
    }

    fn loaded<T: DeserializeOwned>(
        section: &str,
        defaults: &str,
        text: &str,
        environment: &[(&str, &str)],
    ) -> Result<T, Invalid> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ordermesh.toml");
        std::fs::write(&file, text).unwrap();
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        load_from(section, defaults, Some(&file), environment.iter().map(owned).collect())
    }

    #[test]
    fn all_errors_are_told_at_once() {
        let errors = errors(
            "[mesh]\nattempt = 3\nmax_rows_per_transaction = \"many\"\ndrain_seconds = 5\n",
            &[],
        );
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(errors[0].starts_with("mesh.attempt is unknown"), "{errors:?}");
        assert!(errors[0].contains("did you mean mesh.attempts?"), "{errors:?}");
        assert!(
            errors[1].starts_with("mesh.max_rows_per_transaction must be a whole number"),
            "{errors:?}"
        );
    }

    #[test]
    fn a_misspelt_table_is_refused_with_the_nearest_name() {
        let errors = errors("[mehs]\nstep = 1\n[invoicng]\nx = 1\n", &[]);
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(
            errors[0].starts_with("invoicng is unknown; did you mean invoicing?"),
            "{errors:?}"
        );
        assert!(errors[1].starts_with("mehs is unknown; did you mean mesh?"), "{errors:?}");
    }

    #[test]
    fn a_key_outside_every_table_is_refused_with_its_place() {
        let told = errors("attempts = 3\n[mesh]\nmax_rows_per_transaction = 1\n", &[]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("attempts is unknown; did you mean mesh.attempts?"),
            "{told:?}"
        );
        let told = errors("mesh = 3\n", &[]);
        assert_eq!(told, ["mesh must be a table"]);
    }

    /// One file for all: each service reads its own table, and knows the others by name.
    #[test]
    fn the_tables_of_other_services_are_theirs() {
        let all = contracts::subject::SERVICES.map(|service| format!("[{service}]\n"));
        assert!(errors(&all.concat(), &[("ORDERMESH__RETURNS__WINDOW_DAYS", "3")]).is_empty());
        let told = errors("", &[("ORDERMESH__RETRUNS__WINDOW_DAYS", "3")]);
        let expected = "ORDERMESH__RETRUNS is unknown; did you mean ORDERMESH__RETURNS?";
        assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
    }

    /// The path, which both have, makes no two knobs alike.
    #[test]
    fn what_is_near_to_nothing_is_told_without_a_guess() {
        assert_eq!(errors("[mesh]\nfoo = 1\n", &[]), ["mesh.foo is unknown"]);
        assert_eq!(errors("[zzz]\nx = 1\n", &[]), ["zzz is unknown"]);
        let told = errors("", &[("ORDERMESH__ZZZ__X", "3")]);
        assert_eq!(told, ["ORDERMESH__ZZZ is unknown"]);
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Knobs {
        percent: String,
        days: u32,
        on: bool,
        accounts: Map<String, String>,
    }

    const KNOBS: &str =
        "percent = \"0\"\ndays = 1\non = false\n[accounts]\ncash = \"1\"\nrevenue = \"2\"\n";

    /// A number, where the knob is text, is that text.
    #[test]
    fn what_the_environment_says_is_read_as_its_knob_is() {
        let environment = [
            ("ORDERMESH__INVOICING__PERCENT", "15"),
            ("ORDERMESH__INVOICING__DAYS", "7"),
            ("ORDERMESH__INVOICING__ON", "true"),
            ("ORDERMESH__INVOICING__ACCOUNTS__REVENUE", "4000"),
        ];
        let knobs: Knobs = loaded("invoicing", KNOBS, "", &environment).unwrap();
        let accounts = [("cash", "1"), ("revenue", "4000")];
        let accounts = accounts.map(|(name, number)| (name.to_owned(), number.to_owned()));
        let percent = "15".to_owned();
        assert_eq!(knobs, Knobs { percent, days: 7, on: true, accounts: accounts.into() });
        let wrong = [("ORDERMESH__INVOICING__DAYS", "seven"), ("ORDERMESH__INVOICING__ON", "1")];
        let Invalid(errors) = loaded::<Knobs>("invoicing", KNOBS, "", &wrong).unwrap_err();
        assert_eq!(errors.len(), 2, "{errors:?}");
    }

    #[test]
    fn a_misspelt_knob_within_a_table_is_refused_with_its_path() {
        let file = "[invoicing.accounts]\nrevenu = \"4000\"\n";
        let Invalid(errors) = loaded::<Knobs>("invoicing", KNOBS, file, &[]).unwrap_err();
        let expected =
            "invoicing.accounts.revenu is unknown; did you mean invoicing.accounts.revenue?";
        assert!(errors.len() == 1 && errors[0].starts_with(expected), "{errors:?}");
    }
}
