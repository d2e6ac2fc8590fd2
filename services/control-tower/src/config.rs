//! The knobs of the control tower; `config/default.toml` gives each its reason.

use std::time::Duration;

use jiff::fmt::serde::unsigned_duration::required::deserialize as duration;
use serde::{Deserialize, Deserializer};

/// The defaults of all knobs.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Config {
    /// The time that a warehouse has to account for a shipment (rule F6).
    #[serde(deserialize_with = "duration")]
    pub shipment_late_after: Duration,
    /// The time without an event after which an order without a ship date is late.
    #[serde(deserialize_with = "duration")]
    pub order_late_after: Duration,
    /// Further names under which the console is reached.
    pub console_hosts: Hosts,
    /// Days for which decisions of operators are kept.
    pub decisions_days: u64,
}

const DAY: u64 = 86_400;

impl Config {
    /// The time for which decisions of operators are kept (M9).
    #[must_use]
    pub const fn decisions_kept(&self) -> Duration {
        Duration::from_secs(self.decisions_days.saturating_mul(DAY))
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// Returns whether the console is reached under `name`, without a port; always by this machine's
    /// names. A name that ends with a dot is the same name, fully qualified.
    #[must_use]
    pub fn know(&self, name: &str) -> bool {
        let name = qualified(name);
        let same = |known: &str| known.eq_ignore_ascii_case(name);
        ["localhost", "127.0.0.1", "[::1]"].into_iter().any(same)
            || self.0.iter().map(String::as_str).any(same)
    }
}

fn qualified(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

impl<'de> Deserialize<'de> for Hosts {
    /// Names in one text, with commas between them, as an environment variable can hold them.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let names =
            text.split(',').map(|name| qualified(name.trim())).filter(|name| !name.is_empty());
        Ok(Self(names.map(str::to_owned).collect()))
    }
}
