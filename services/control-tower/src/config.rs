//! When somebody is told; `config/default.toml` gives each knob its reason.

use std::time::Duration;

use jiff::fmt::serde::unsigned_duration::required::deserialize as duration;
use serde::Deserialize;

/// What is built in.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Config {
    /// A warehouse, until it has accounted for what it was asked to ship (rule F6).
    #[serde(deserialize_with = "duration")]
    pub shipment_late_after: Duration,
    /// An order without a ship date, until something happens to it.
    #[serde(deserialize_with = "duration")]
    pub order_late_after: Duration,
}
