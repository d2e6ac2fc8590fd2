//! The end of the last day on which anything of an order is wanted (O9): what is open is cancelled
//! by itself. Days end in the company's time zone.

use contracts::OrderId;
use futures::FutureExt as _;
use mesh::{Context, Halt, Handler, OnDue, Outputs, command::Stop};

use crate::{
    OrderIntake,
    domain::{
        change::{By, cancel::cancel_open},
        master::{SELLER, day_of},
    },
    store::{Keys, changes},
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnDue {
    find: |_, tx, now, limit| {
        let found = changes::expired(tx, now, limit);
        found.map(|orders| Ok(orders?.into_iter().map(Expired).collect())).boxed()
    },
    keys,
    decide,
};

/// An order whose last day may be over.
#[derive(Debug)]
pub struct Expired(pub OrderId);

fn keys(Expired(order_id): &Expired, keys: &mut Keys) {
    keys.cancel(*order_id);
    keys.expired.insert(*order_id);
    keys.company = true;
}

/// Cancels once. Nothing is open of an order that is closed by then.
fn decide(
    _: &OrderIntake,
    Expired(order_id): &Expired,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let today = day_of(work.company.get(&SELLER.to_owned()), context.now);
    if work.expiries.get(order_id).is_none_or(|expiry| expiry.day >= today) {
        return Ok(Outputs::none());
    }
    work.expiries.remove(order_id);
    let mut outputs = match cancel_open(work, *order_id, By::Date) {
        Ok(outputs) => outputs,
        Err(Stop::Refused(_)) => Outputs::none(),
        Err(Stop::Halt(halt)) => return Err(halt),
    };
    // There may be more of them than one step takes.
    outputs.more_due();
    Ok(outputs)
}
