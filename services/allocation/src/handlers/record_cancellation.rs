//! `shipment.cancelled`: what a warehouse was asked for is not shipped. Units that were not wanted are
//! free, the rest is sourced again.

use contracts::event::ShipmentCancelled;
use mesh::{Context, Halt, Handler, Key, OnEvent, Outputs};

use crate::{
    Allocation,
    domain::{
        unfulfilled::{WarehouseOutcome, announce_released, give_back},
        whole,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Allocation> = &OnEvent { keys, decide };

fn keys(cancelled: &ShipmentCancelled, keys: &mut Keys) {
    keys.answer(cancelled.order_id, &cancelled.lines);
    keys.risks.stayed(cancelled.order_id, &cancelled.warehouse_id, &cancelled.lines);
}

fn decide(
    _: &Allocation,
    cancelled: &ShipmentCancelled,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order_id = cancelled.order_id;
    if work.orders.get(&order_id).is_none() {
        return Err(Halt::Wait(Key::new("order", order_id)));
    }
    let mut outputs = Outputs::none();
    let awaited = whole::awaits_word(work, order_id);
    let cause = format!("shipment cancelled: {}", cancelled.reason);
    let because = (cause.as_str(), context.now);
    let mut released = Vec::new();
    for line in &cancelled.lines {
        let key = (order_id, line.line, line.sku.clone(), cancelled.warehouse_id.clone());
        let outcome = WarehouseOutcome::Cancelled;
        released.extend(give_back(work, &key, line.quantity, outcome, because, &mut outputs)?);
    }
    if awaited {
        whole::look_again(work, order_id, awaited, &mut outputs)?;
    }
    announce_released(order_id, released, &mut outputs);
    Ok(outputs)
}
