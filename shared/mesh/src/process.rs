//! A service as a process: configuration, health, metrics, and its run from start to end.

pub mod breaker;
pub mod config;
pub mod health;
pub mod http;
pub(crate) mod latch;
pub(crate) mod main;
pub mod metrics;
pub(crate) mod questions;
pub(crate) mod run;
pub mod telemetry;

pub use self::main::{Settings, main, no_pages};
