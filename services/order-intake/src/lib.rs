#![doc = include_str!("../README.md")]

mod domain;
mod edi;
mod handlers;
mod metrics;
mod queries;
mod store;
#[cfg(test)]
mod tests;
mod unit_of_work;

use std::time::Duration;

use futures::FutureExt as _;
use handlers::{
    cancel_by_operator, cancel_order, change_order, decline_units, expire_order, free_units,
    receive_order, record_company, record_customer, record_dispatch, record_invoice, record_item,
    record_owing, record_price_list, reduce_invoice, refuse_unreadable, release_order,
    release_waiting, take_up_change, translate_camt, translate_ubl, translate_x12, upsert_partner,
};
use mesh::{
    AnyService, Context, Endpoint, Handler, Manifest, Measure, Migration, Outputs, Partners,
    Service, Upkeep,
};
use queries::{customer_check, order_intake_books, price};
use store::{Keys, audit};
use unit_of_work::UnitOfWork;

/// The service that takes orders.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderIntake;

/// The service as the program runs it.
#[must_use]
pub fn service() -> AnyService {
    AnyService::new(OrderIntake)
}

/// The manifest of the service.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest::of::<OrderIntake>()
}

impl Service for OrderIntake {
    const NAME: &'static str = "order-intake";
    const MIGRATIONS: &'static [Migration] = &[Migration {
        name: "0002_order_intake",
        sql: include_str!("../migrations/0002_order_intake.sql"),
    }];
    const HANDLERS: &'static [Handler<Self>] = &[
        receive_order::HANDLER,
        change_order::HANDLER,
        cancel_order::HANDLER,
        translate_x12::HANDLER,
        translate_ubl::HANDLER,
        translate_camt::HANDLER,
        record_customer::HANDLER,
        record_item::HANDLER,
        record_price_list::HANDLER,
        record_company::HANDLER,
        upsert_partner::HANDLER,
        release_order::HANDLER,
        cancel_by_operator::HANDLER,
        decline_units::HANDLER,
        free_units::HANDLER,
        record_dispatch::HANDLER,
        record_invoice::HANDLER,
        reduce_invoice::HANDLER,
        record_owing::CREDITED,
        record_owing::RECEIVED,
        record_owing::APPLIED,
        record_owing::UNAPPLIED,
        record_owing::REVERSED,
        record_owing::REFUNDED,
        record_owing::WRITTEN_OFF,
        refuse_unreadable::HANDLER,
        release_waiting::HANDLER,
        take_up_change::HANDLER,
        expire_order::HANDLER,
    ];
    const ENDPOINTS: &'static [Endpoint<Self>] =
        &[customer_check::ENDPOINT, price::ENDPOINT, order_intake_books::ENDPOINT];
    const GATEKEEPER: bool = true;
    const UPKEEP: Option<Upkeep<Self>> = Some(Upkeep {
        every: |_| Duration::from_secs(1),
        step: |_, tx, now| audit::step(tx, now).boxed(),
    });
    const MEASURE: Option<Measure<Self>> = Some(|_, db, _| metrics::report(db).boxed());
    fn resolve_keys(keys: &mut Keys, partners: &Partners) {
        keys.resolve(partners);
    }

    fn conclude(&self, work: &mut UnitOfWork, outputs: Outputs, context: &Context<'_>) -> Outputs {
        edi::answer::in_every_format(work, outputs, context)
    }
}
