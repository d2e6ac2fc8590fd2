#![doc = include_str!("../README.md")]

pub mod config;
mod domain;
mod edi;
mod handlers;
mod metrics;
mod queries;
mod store;
mod tax_engine;
#[cfg(test)]
mod tests;
mod unit_of_work;

use std::path::Path;

use futures::FutureExt as _;
use handlers::{
    answer_closing, bill_dispatch, bill_waiting, cancel_units, close_period, confirm_period,
    credit_return, record_company, record_customer, record_item, record_order, record_tax_rate,
};
use mesh::{
    AnyService, Background, Context, Endpoint, Handler, Manifest, Measure, Migration, Outputs,
    Partners, Service, books,
};
use queries::{invoice, invoicing_books, journal};

/// The service that bills goods that left and credits those that came back.
#[derive(Debug, Clone)]
pub struct Invoicing {
    config: config::Config,
}

impl Invoicing {
    /// The service as it is configured: `[invoicing]` in `file`, then the environment, over the defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("invoicing", config::DEFAULTS, file).map(Self::new)
    }

    /// The service as the seller has set it.
    #[must_use]
    pub fn new(config: config::Config) -> Self {
        Self { config }
    }
}

/// The service as the program runs it, configured.
///
/// # Errors
/// Everything that is wrong with its configuration, at once.
pub fn service(file: Option<&Path>) -> Result<AnyService, mesh::config::Invalid> {
    Invoicing::configured(file).map(AnyService::new)
}

/// The manifest of the service.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest::of::<Invoicing>()
}

impl Service for Invoicing {
    const NAME: &'static str = "invoicing";
    const MIGRATIONS: &'static [Migration] = &[
        books::TABLES,
        Migration { name: "0002_invoicing", sql: include_str!("../migrations/0002_invoicing.sql") },
    ];
    const HANDLERS: &'static [Handler<Self>] = &[
        record_order::ACCEPTED,
        record_order::RELEASED,
        record_order::CHANGED,
        cancel_units::HANDLER,
        bill_dispatch::HANDLER,
        credit_return::HANDLER,
        record_tax_rate::HANDLER,
        record_item::HANDLER,
        record_company::HANDLER,
        record_customer::HANDLER,
        close_period::HANDLER,
        confirm_period::HANDLER,
        answer_closing::HANDLER,
        bill_waiting::QUOTED,
        bill_waiting::RATED,
    ];
    const ENDPOINTS: &'static [Endpoint<Self>] =
        &[invoice::ENDPOINT, invoicing_books::ENDPOINT, journal::ENDPOINT];
    const MEASURE: Option<Measure<Self>> = Some(|_, db, _| metrics::report(db).boxed());
    const BACKGROUND: &'static [Background<Self>] = &[|service, db, _, shutdown| {
        metrics::describe();
        tax_engine::run(&service.config.tax_engine, db, shutdown).boxed()
    }];

    fn resolve_keys(keys: &mut store::Keys, partners: &Partners) {
        keys.formats = edi::Formats::of(partners);
    }

    fn conclude(
        &self,
        work: &mut unit_of_work::UnitOfWork,
        outputs: Outputs,
        context: &Context<'_>,
    ) -> Outputs {
        edi::in_every_format(work, outputs, context)
    }
}
