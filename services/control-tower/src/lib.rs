#![doc = include_str!("../README.md")]

pub mod config;
mod console;
mod domain;
mod handlers;
mod queries;
mod store;
mod stream_reader;
#[cfg(test)]
mod tests;
mod unit_of_work;
pub mod view;

use std::path::Path;

use axum::Router;
use config::Config;
use handlers::{
    assign_exception, decide_observation, observe_event, open_overdue, resolve_exception,
};
use mesh::{
    AnyService, Background, DatabaseConnection, Endpoint, Handler, Manifest, Migration, Service,
    Upkeep,
};
use queries::{exceptions, order_status, partners, status, trace};

pub use queries::trace::TraceRequest;
pub use view::{Exceptions, Status, Trace, TraceEntry};

/// The service that records every event and decides nothing about orders.
#[derive(Debug, Clone)]
pub struct ControlTower {
    config: Config,
}

impl ControlTower {
    /// The service as it is configured: `[control-tower]` in `file`, then the environment, over the
    /// defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("control-tower", config::DEFAULTS, file).map(Self::new)
    }

    /// The service with these knobs.
    #[must_use]
    pub const fn new(config: Config) -> Self {
        Self { config }
    }

    /// The console over the service's database.
    pub fn console(&self, db: DatabaseConnection) -> Router {
        console::router(db, self.config.console_hosts.clone())
    }
}

/// The service as the program runs it, configured.
///
/// # Errors
/// Everything that is wrong with its configuration, at once.
pub fn service(file: Option<&Path>) -> Result<AnyService, mesh::config::Invalid> {
    ControlTower::configured(file).map(AnyService::new)
}

/// The manifest of the service.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest::of::<ControlTower>()
}

impl Service for ControlTower {
    const NAME: &'static str = "control-tower";
    const MIGRATIONS: &'static [Migration] = &[Migration {
        name: "0002_control_tower",
        sql: include_str!("../migrations/0002_control_tower.sql"),
    }];
    const HANDLERS: &'static [Handler<Self>] = &[
        observe_event::HANDLER,
        decide_observation::HANDLER,
        open_overdue::HANDLER,
        assign_exception::HANDLER,
        resolve_exception::HANDLER,
    ];
    const ENDPOINTS: &'static [Endpoint<Self>] = &[
        order_status::ENDPOINT,
        trace::ENDPOINT,
        status::ENDPOINT,
        exceptions::ENDPOINT,
        partners::ENDPOINT,
    ];
    const UPKEEP: Option<Upkeep<Self>> = Some(store::upkeep::UPKEEP);
    const BACKGROUND: &'static [Background<Self>] = &[stream_reader::BACKGROUND];
}
