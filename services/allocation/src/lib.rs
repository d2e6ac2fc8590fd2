#![doc = include_str!("../README.md")]

pub mod config;
mod domain;
mod handlers;
pub mod metrics;
mod queries;
mod store;
#[cfg(test)]
mod tests;
mod unit_of_work;

use std::path::Path;

use config::Config;
use futures::FutureExt as _;
use handlers::{
    accept_order, change_order, close_warehouse, give_out, open_warehouse, record_cancellation,
    record_dispatch, record_item, record_short, record_warehouse, reduce_order, report_stock,
    restock_return, sweep_warehouse,
};
use mesh::{AnyService, Endpoint, Handler, Manifest, Migration, Service, Upkeep};
use queries::{allocation_books, availability};

/// The service that owns stock and says what each order gets of it.
#[derive(Debug)]
pub struct Allocation {
    config: Config,
    upkeep: store::Upkeep,
}

impl Allocation {
    /// The service as it is configured: `[allocation]` in `file`, then the environment, over the
    /// defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("allocation", config::DEFAULTS, file).map(Self::new)
    }

    /// The service with these knobs.
    #[must_use]
    pub fn new(config: Config) -> Self {
        metrics::describe();
        Self { config, upkeep: store::Upkeep::default() }
    }
}

/// The service as the program runs it, configured.
///
/// # Errors
/// Everything that is wrong with its configuration, at once.
pub fn service(file: Option<&Path>) -> Result<AnyService, mesh::config::Invalid> {
    Allocation::configured(file).map(AnyService::new)
}

/// The manifest of the service.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest::of::<Allocation>()
}

impl Service for Allocation {
    const NAME: &'static str = "allocation";
    const MIGRATIONS: &'static [Migration] = &[Migration {
        name: "0002_allocation",
        sql: include_str!("../migrations/0002_allocation.sql"),
    }];
    const HANDLERS: &'static [Handler<Self>] = &[
        record_warehouse::HANDLER,
        close_warehouse::HANDLER,
        open_warehouse::HANDLER,
        sweep_warehouse::HANDLER,
        record_item::HANDLER,
        report_stock::HANDLER,
        restock_return::HANDLER,
        accept_order::ACCEPTED,
        accept_order::RELEASED,
        reduce_order::HANDLER,
        change_order::HANDLER,
        record_dispatch::HANDLER,
        record_short::HANDLER,
        record_cancellation::HANDLER,
        give_out::HANDLER,
    ];
    const ENDPOINTS: &'static [Endpoint<Self>] =
        &[availability::ENDPOINT, allocation_books::ENDPOINT];
    const UPKEEP: Option<Upkeep<Self>> = Some(Upkeep {
        every: |service| service.config.upkeep_every(),
        step: |service, tx, now| service.upkeep.step(tx, &service.config, now).boxed(),
    });
}
