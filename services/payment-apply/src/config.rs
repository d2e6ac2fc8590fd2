//! Knobs; `config/default.toml` gives each its reason.

use serde::Deserialize;

/// Every knob's default.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// How cash is applied.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Config {
    /// Rule P2: cash that nothing explains pays the oldest due invoices.
    pub oldest_due_first: bool,
}
