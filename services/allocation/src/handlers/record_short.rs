//! `shipment.short`: what a warehouse will not ship is sourced again at once (F4). On hand stays: the
//! warehouse reports that itself.

use contracts::{
    document::LineQuantity,
    event::{ShipmentShort, ShortLine},
};
use mesh::{Context, Halt, Handler, Key, OnEvent, Outputs};

use crate::{
    Allocation,
    domain::{
        handled::is_first,
        sourcing_blocks,
        unfulfilled::{WarehouseOutcome, announce_released, give_back},
        whole,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Allocation> = &OnEvent { keys, decide };

fn keys(short: &ShipmentShort, keys: &mut Keys) {
    keys.handled.insert(reference(short));
    let line =
        |it: &ShortLine| LineQuantity { line: it.line, sku: it.sku.clone(), quantity: it.quantity };
    let lines: Vec<LineQuantity> = short.lines.iter().map(line).collect();
    keys.answer(short.order_id, &lines);
    keys.risks.stayed(short.order_id, &short.warehouse_id, &lines);
}

fn reference(short: &ShipmentShort) -> String {
    format!("short/{}/{}", short.shipment_id, short.confirmation_id)
}

fn decide(
    _: &Allocation,
    short: &ShipmentShort,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order_id = short.order_id;
    if work.orders.get(&order_id).is_none() {
        return Err(Halt::Wait(Key::new("order", order_id)));
    }
    let mut outputs = Outputs::none();
    if !is_first(work, &reference(short), context.now) {
        return Ok(outputs);
    }
    let awaited = whole::awaits_word(work, order_id);
    let cause = format!("short {}", short.confirmation_id);
    let because = (cause.as_str(), context.now);
    let mut released = Vec::new();
    for line in &short.lines {
        let key = (order_id, line.line, line.sku.clone(), short.warehouse_id.clone());
        if line.nothing_shipped {
            sourcing_blocks::block(work, &key);
        }
        let outcome = WarehouseOutcome::Short;
        released.extend(give_back(work, &key, line.quantity, outcome, because, &mut outputs)?);
    }
    if awaited {
        whole::look_again(work, order_id, awaited, &mut outputs)?;
    }
    announce_released(order_id, released, &mut outputs);
    Ok(outputs)
}
