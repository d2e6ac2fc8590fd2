//! `customer.updated`: the newest record of a customer, for the currency of its account.

use contracts::event::CustomerUpdated;
use mesh::{Context, Halt, Handler, OnEvent, Outputs};

use crate::{PaymentApply, domain::master::Customer, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<PaymentApply> = &OnEvent { keys, decide };

fn keys(_: &CustomerUpdated, _: &mut Keys) {}

fn decide(
    _: &PaymentApply,
    updated: &CustomerUpdated,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let (customer_id, currency) = (updated.customer_id.clone(), updated.customer.currency);
    work.customers.put(Customer { customer_id, currency });
    Ok(Outputs::none())
}
