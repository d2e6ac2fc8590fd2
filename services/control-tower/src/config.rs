//! When somebody is told, and who may look; `config/default.toml` gives each knob its reason.

use std::time::Duration;

use jiff::fmt::serde::unsigned_duration::required::deserialize as duration;
use serde::{Deserialize, Deserializer};

/// What is built in.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// The service's knobs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Config {
    /// A warehouse, until it has accounted for what it was asked to ship (rule F6).
    #[serde(deserialize_with = "duration")]
    pub shipment_late_after: Duration,
    /// An order without a ship date, until something happens to it.
    #[serde(deserialize_with = "duration")]
    pub order_late_after: Duration,
    /// Further names under which the console is reached.
    pub console_hosts: Hosts,
}

/// Names of hosts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// Whether the console is reached under `name`, without a port: this machine's names always do.
    #[must_use]
    pub fn know(&self, name: &str) -> bool {
        let same = |known: &str| known.eq_ignore_ascii_case(name);
        ["localhost", "127.0.0.1", "[::1]"].into_iter().any(same)
            || self.0.iter().map(String::as_str).any(same)
    }
}

impl<'de> Deserialize<'de> for Hosts {
    /// Names in one text, with commas between them, as an environment variable can hold them.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Ok(Self(names.map(str::to_owned).collect()))
    }
}
