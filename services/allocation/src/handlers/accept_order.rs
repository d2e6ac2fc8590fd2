//! `order.accepted` and `.released`: an order is to be served. Items whose freed stock is just being
//! given out are given to it together with those who wait, by rank (A6).

use contracts::event::{OrderAccepted, OrderReleased, OrderSnapshot};
use mesh::{Context, Halt, Handler, OnEvent, Outputs};

use crate::{
    Allocation,
    domain::{ledger, order::Order, serve},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const ACCEPTED: Handler<Allocation> = &OnEvent::<_, OrderAccepted> { keys, decide };
pub const RELEASED: Handler<Allocation> = &OnEvent::<_, OrderReleased> { keys, decide };

fn keys<E: OrderSnapshot>(accepted: &E, keys: &mut Keys) {
    keys.accepted.insert(accepted.order_id());
    keys.items.extend(accepted.body().lines.iter().map(|line| line.sku.clone()));
}

fn decide<E: OrderSnapshot>(
    _: &Allocation,
    accepted: &E,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let (order_id, body) = (accepted.order_id(), accepted.body());
    let mut outputs = Outputs::none();
    if work.orders.get(&order_id).is_some() {
        return Ok(outputs);
    }
    // Nothing is there of an order before the order is.
    work.lines.expect_none("order_id", &order_id);
    work.reservations.expect_none("order_id", &order_id);
    work.sourcing_blocks.expect_none("order_id", &order_id);
    let age = context.inbound.map(|inbound| (inbound.stored_at, inbound.stream_sequence));
    let order = Order::accepted(order_id, body, age.unwrap_or((context.now, 0)));
    work.orders.put(order.clone());
    for line in &body.lines {
        ledger::add_line(work, &order, line.line, &line.sku, line.quantity);
    }
    let skus = body.lines.iter().map(|line| line.sku.clone()).collect();
    serve::give_now(work, &order, skus, context.now, &mut outputs)?;
    Ok(outputs)
}
