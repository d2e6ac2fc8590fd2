//! `customer.updated`: the newest record of a customer.

use contracts::event::CustomerUpdated;
use mesh::{Context, Halt, Handler, Json, OnEvent, Outputs};

use crate::{Invoicing, edi::rows::Buyer, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<Invoicing> = &OnEvent { keys, decide };

fn keys(_: &CustomerUpdated, _: &mut Keys) {}

fn decide(
    _: &Invoicing,
    updated: &CustomerUpdated,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let customer_id = updated.customer_id.clone();
    work.buyers.put(Buyer { customer_id, record: Json(updated.customer.clone()) });
    Ok(Outputs::none())
}
