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
use domain::decision_context::DecisionContext;
use handlers::{
    apply_cash, apply_credit_memo, close_period, open_invoice, receive_payment, record_company,
    record_customer, refund, reverse_payment, write_off,
};
use mesh::{AnyService, Context, Endpoint, Handler, Manifest, Migration, Service};
use queries::{account, payment_books, payment_journal};

/// The service that applies cash.
#[derive(Debug, Clone)]
pub struct PaymentApply {
    config: Config,
}

impl PaymentApply {
    /// The service as it is configured: `[payment-apply]` in `file`, then the environment, over the
    /// defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("payment-apply", config::DEFAULTS, file).map(Self::new)
    }

    /// The service with these knobs.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config }
    }

    fn context<'a>(&'a self, mesh: &'a Context<'a>) -> DecisionContext<'a> {
        DecisionContext { mesh, config: &self.config }
    }
}

/// The service as the program runs it, configured.
///
/// # Errors
/// Everything that is wrong with its configuration, at once.
pub fn service(file: Option<&Path>) -> Result<AnyService, mesh::config::Invalid> {
    PaymentApply::configured(file).map(AnyService::new)
}

/// The manifest of the service.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest::of::<PaymentApply>()
}

impl Service for PaymentApply {
    const NAME: &'static str = "payment-apply";
    const MIGRATIONS: &'static [Migration] = &[
        mesh::books::TABLES,
        Migration { name: "0002_cash", sql: include_str!("../migrations/0002_cash.sql") },
    ];
    const HANDLERS: &'static [Handler<Self>] = &[
        receive_payment::HANDLER,
        reverse_payment::HANDLER,
        open_invoice::HANDLER,
        apply_credit_memo::HANDLER,
        apply_cash::HANDLER,
        write_off::HANDLER,
        refund::HANDLER,
        close_period::HANDLER,
        record_company::HANDLER,
        record_customer::HANDLER,
    ];
    const ENDPOINTS: &'static [Endpoint<Self>] =
        &[account::ENDPOINT, payment_books::ENDPOINT, payment_journal::ENDPOINT];
}
