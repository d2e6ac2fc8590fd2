#![doc = include_str!("../README.md")]

pub mod config;
mod domain;
mod handlers;
mod queries;
mod store;
#[cfg(test)]
mod tests;
mod unit_of_work;

use std::path::Path;

use config::Config;
use handlers::{
    authorize_return, cancel_units, expire_return, receive_return, record_company, record_dispatch,
    record_item, record_order, record_warehouse,
};
use mesh::{AnyService, Endpoint, Handler, Manifest, Migration, Service};
use queries::returns_books;

/// The service that takes goods back.
#[derive(Debug, Clone, Copy)]
pub struct Returns {
    config: Config,
}

impl Returns {
    /// Creates the service with `[returns]` in `file`, then the environment, over the defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("returns", config::DEFAULTS, file).map(Self::new)
    }

    /// Creates the service with these knobs.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config }
    }
}

/// Creates the service as the program runs it, configured.
///
/// # Errors
/// Everything that is wrong with its configuration, at once.
pub fn service(file: Option<&Path>) -> Result<AnyService, mesh::config::Invalid> {
    Returns::configured(file).map(AnyService::new)
}

/// Returns the manifest of the service.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest::of::<Returns>()
}

impl Service for Returns {
    const NAME: &'static str = "returns";
    const MIGRATIONS: &'static [Migration] =
        &[Migration { name: "0002_returns", sql: include_str!("../migrations/0002_returns.sql") }];
    const HANDLERS: &'static [Handler<Self>] = &[
        authorize_return::HANDLER,
        receive_return::HANDLER,
        expire_return::HANDLER,
        record_order::ACCEPTED,
        record_order::HELD,
        record_order::RELEASED,
        record_order::CHANGED,
        cancel_units::HANDLER,
        record_dispatch::HANDLER,
        record_warehouse::HANDLER,
        record_item::HANDLER,
        record_company::HANDLER,
    ];
    const ENDPOINTS: &'static [Endpoint<Self>] = &[returns_books::ENDPOINT];
}
