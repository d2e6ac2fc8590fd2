#![doc = include_str!("../README.md")]

mod adapter;
pub mod config;
mod deliveries;
mod domain;
mod handlers;
mod metrics;
mod queries;
mod store;
#[cfg(test)]
mod tests;
mod unit_of_work;

use std::{path::Path, sync::Arc};

use config::Config;
use futures::FutureExt as _;
use handlers::{
    cancel_shipment, confirm_shipment, decide_arrival, recall_units, receive_confirmation,
    record_change_request, record_delivery, record_item, record_order, record_warehouse,
    request_shipments,
};
use mesh::{
    AnyService, Background, BeforeCommit, Context, Endpoint, Handler, Manifest, Measure, Migration,
    Outputs, Partners, Service,
};
use queries::{fulfillment_books, shipment_status};
use store::Keys;
use unit_of_work::UnitOfWork;

/// The service that asks warehouses to ship, and takes what they answer.
#[derive(Debug, Clone)]
pub struct FulfillmentBridge {
    config: Arc<Config>,
}

impl FulfillmentBridge {
    /// The service as it is configured: `[fulfillment-bridge]` in `file`, then the environment, over the defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("fulfillment-bridge", config::DEFAULTS, file).map(Self::new)
    }

    /// The service with this configuration.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config: Arc::new(config) }
    }
}

/// The service as the program runs it, configured.
///
/// # Errors
/// Everything that is wrong with its configuration, at once.
pub fn service(file: Option<&Path>) -> Result<AnyService, mesh::config::Invalid> {
    FulfillmentBridge::configured(file).map(AnyService::new)
}

/// The manifest of the service.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest::of::<FulfillmentBridge>()
}

impl Service for FulfillmentBridge {
    const NAME: &'static str = "fulfillment-bridge";
    const MIGRATIONS: &'static [Migration] = &[Migration {
        name: "0002_fulfillment_bridge",
        sql: include_str!("../migrations/0002_fulfillment_bridge.sql"),
    }];
    const HANDLERS: &'static [Handler<Self>] = &[
        receive_confirmation::HANDLER,
        record_delivery::HANDLER,
        confirm_shipment::HANDLER,
        cancel_shipment::HANDLER,
        decide_arrival::HANDLER,
        request_shipments::HANDLER,
        recall_units::HANDLER,
        record_order::ACCEPTED,
        record_order::RELEASED,
        record_order::CHANGED,
        record_change_request::HANDLER,
        record_item::HANDLER,
        record_warehouse::HANDLER,
    ];
    const ENDPOINTS: &'static [Endpoint<Self>] =
        &[shipment_status::ENDPOINT, fulfillment_books::ENDPOINT];
    const MEASURE: Option<Measure<Self>> =
        Some(|service, db, now| metrics::report(db, &service.config, now).boxed());
    const BEFORE_COMMIT: Option<BeforeCommit<Self>> = Some(|service, tx, documents| {
        deliveries::before_commit(tx, documents, &service.config).boxed()
    });
    const BACKGROUND: &'static [Background<Self>] = &[|service, db, _, shutdown| {
        metrics::describe();
        adapter::run(service.config.clone(), db, shutdown).boxed()
    }];

    fn resolve_keys(keys: &mut Keys, partners: &Partners) {
        keys.resolve(partners);
    }

    fn conclude(&self, work: &mut UnitOfWork, outputs: Outputs, context: &Context<'_>) -> Outputs {
        domain::ship_notice::in_every_format(work, outputs, context)
    }
}
