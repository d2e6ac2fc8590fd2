//! `order.cancelled`: units that will not come. They count neither as wanted nor for the shares of
//! charges.

use contracts::event::OrderCancelled;
use mesh::{Context, Halt, Handler, OnEvent, Outputs, checked::plus};

use crate::{
    Invoicing,
    domain::{charges, order::Line},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Invoicing> = &OnEvent { keys, decide };

fn keys(cancelled: &OrderCancelled, keys: &mut Keys) {
    keys.orders.insert(cancelled.order_id);
}

fn decide(
    _: &Invoicing,
    cancelled: &OrderCancelled,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    for gone in &cancelled.lines {
        let key = (cancelled.order_id, gone.line);
        let line = work.lines.get_or_put(&key, || Line::new(key.0, key.1));
        line.cancelled = plus(line.cancelled, gone.quantity)?;
    }
    charges::lapse(work, cancelled.order_id)?;
    Ok(Outputs::none())
}
