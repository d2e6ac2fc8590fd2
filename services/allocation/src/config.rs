//! The knobs of allocation; `config/default.toml` gives each its reason.

use std::time::Duration;

use serde::Deserialize;

/// The built-in values.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// The knobs, mostly the time for which things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Config {
    movements_days: u64,
    ledger_days: u64,
    handled_days: u64,
    reports_days: u64,
    upkeep_seconds: u64,
}

const DAY: u64 = 86_400;

impl Config {
    /// The time for which movements of stock are kept one by one (A7).
    #[must_use]
    pub fn movements_kept(&self) -> Duration {
        Duration::from_secs(self.movements_days.saturating_mul(DAY))
    }

    /// The time for which the ledger of a closed order is kept entry by entry (A1).
    #[must_use]
    pub fn ledger_kept(&self) -> Duration {
        Duration::from_secs(self.ledger_days.saturating_mul(DAY))
    }

    /// The time for which business keys are remembered.
    #[must_use]
    pub fn handled_kept(&self) -> Duration {
        Duration::from_secs(self.handled_days.saturating_mul(DAY))
    }

    /// The time for which a warehouse's report is recognised when it comes again (A8).
    #[must_use]
    pub fn reports_kept(&self) -> Duration {
        Duration::from_secs(self.reports_days.saturating_mul(DAY))
    }

    /// The time between two steps of upkeep.
    #[must_use]
    pub fn upkeep_every(&self) -> Duration {
        Duration::from_secs(self.upkeep_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_complete() {
        let config: Config = mesh::config::load("allocation", DEFAULTS, None).unwrap();
        assert!(config.handled_kept() > Duration::from_secs(30 * DAY), "streams keep 30 days");
    }
}
