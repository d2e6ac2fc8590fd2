//! The knobs of returns; `config/default.toml` gives each its reason.

use serde::Deserialize;

/// The built-in values.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// The periods within which goods may come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Config {
    /// Days from dispatch to request (rule R1).
    pub window_days: u32,
    /// Days from authorisation to the last receipt (rule R2).
    pub authorization_days: u32,
}
