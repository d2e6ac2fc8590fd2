//! The knobs of fulfillment-bridge; `config/default.toml` gives each its reason.

mod entry;
mod reach;

use std::{collections::BTreeMap, time::Duration};

use contracts::WarehouseId;
use serde::Deserialize;

pub use reach::{Drop, Reach, Secret, Webhook};

/// The built-in knobs.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// Warehouses that are reached otherwise than over NATS alone.
    #[serde(deserialize_with = "entry::reaches")]
    pub warehouses: BTreeMap<WarehouseId, Reach>,
    poll_ms: u64,
    timeout_seconds: u64,
    retry_first_ms: u64,
    retry_most_seconds: u64,
    /// Failures in a row after which a warehouse is left alone for a while.
    pub breaker_failures: u32,
    breaker_open_seconds: u64,
    stuck_after_seconds: u64,
    lease_seconds: u64,
    kept_days: u32,
}

impl Config {
    /// The time between two looks of a lane for work.
    #[must_use]
    pub fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }

    /// The time that a webhook may take to answer.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// The first pause between attempts.
    #[must_use]
    pub fn retry_first(&self) -> Duration {
        Duration::from_millis(self.retry_first_ms)
    }

    /// The longest pause between attempts.
    #[must_use]
    pub fn retry_most(&self) -> Duration {
        Duration::from_secs(self.retry_most_seconds)
    }

    /// The time for which a failing warehouse is left alone.
    #[must_use]
    pub fn breaker_open(&self) -> Duration {
        Duration::from_secs(self.breaker_open_seconds)
    }

    /// The age at which an undelivered document is logged as an error.
    #[must_use]
    pub fn stuck_after(&self) -> Duration {
        Duration::from_secs(self.stuck_after_seconds)
    }

    /// The time for which a replica holds a lane.
    #[must_use]
    pub fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_seconds)
    }

    /// The time for which delivered documents are kept.
    #[must_use]
    pub fn kept(&self) -> Duration {
        Duration::from_secs(u64::from(self.kept_days) * 86_400)
    }
}

#[cfg(test)]
mod tests;
