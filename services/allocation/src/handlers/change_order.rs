//! `order.changed`: an order as it stands now. What grew, and lines that are new, wait and are served
//! like a new order's; what became less was given back before (O7). A total that was raised because
//! goods left after they were taken back has not grown: they are there already.

use std::collections::BTreeSet;

use contracts::{
    Quantity,
    event::{OrderChanged, OrderedLine},
};
use mesh::{
    Context, Halt, Handler, Key, OnEvent, Outputs,
    checked::{beyond, plus, total},
};

use crate::{
    Allocation,
    domain::{ledger, reduce, serve},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Allocation> = &OnEvent { keys, decide };

fn keys(changed: &OrderChanged, keys: &mut Keys) {
    keys.orders.insert(changed.order_id);
    keys.served.insert(changed.order_id);
    keys.items.extend(changed.order.lines.iter().map(|line| line.sku.clone()));
}

fn decide(
    _: &Allocation,
    changed: &OrderChanged,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order_id = changed.order_id;
    let Some(order) = work.orders.get(&order_id).cloned() else {
        return Err(Halt::Wait(Key::new("order", order_id)));
    };
    let mut skus = BTreeSet::new();
    for wanted in &changed.order.lines {
        let before = work.lines.get(&(order_id, wanted.line)).map(|line| line.ordered);
        // Rule D3: what stays as it is is not written. The same once more has not grown again.
        if before == Some(wanted.quantity) {
            continue;
        }
        if before.is_none() {
            ledger::add_line(work, &order, wanted.line, &wanted.sku, Quantity::ZERO);
        }
        let more = growth(work, changed, wanted, before.unwrap_or_default())?;
        ledger::change_line(work, order_id, wanted.line, |line| {
            line.ordered = wanted.quantity;
            line.backordered = plus(line.backordered, more)?;
            Ok(())
        })?;
        if !more.is_zero() {
            skus.insert(wanted.sku.clone());
        }
    }
    let mut outputs = Outputs::none();
    serve::give_now(work, &order, skus, context.now, &mut outputs)?;
    Ok(outputs)
}

/// The units that a line has grown by since it was ordered as `before`, and that may still come.
fn growth(
    work: &UnitOfWork,
    changed: &OrderChanged,
    wanted: &OrderedLine,
    before: Quantity,
) -> Result<Quantity, Halt> {
    let grown = changed.grown.iter().filter(|grown| grown.line == wanted.line);
    let grown = total(grown.map(|grown| grown.quantity))?;
    let more = grown.min(beyond(wanted.quantity, before));
    if more.is_zero() { Ok(more) } else { Ok(more.min(room(work, changed, wanted)?)) }
}

/// The units of a line that may still come: what left above the order counts towards a growth.
fn room(work: &UnitOfWork, changed: &OrderChanged, wanted: &OrderedLine) -> Result<Quantity, Halt> {
    let cancelled = changed.cancelled.iter().filter(|line| line.line == wanted.line);
    let cancelled = total(cancelled.map(|line| line.quantity))?;
    let all = beyond(wanted.quantity, cancelled);
    let Some(line) = work.lines.get(&(changed.order_id, wanted.line)) else { return Ok(all) };
    Ok(beyond(all, plus(line.consumed, reduce::open(work, line)?)?))
}
