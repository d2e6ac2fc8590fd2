//! `shipment.dispatched`: goods have left: once, out of their reservation, and above it out of what
//! waits and what is free (A9).

use contracts::{
    Quantity, SignedQuantity,
    document::LineQuantity,
    event::{InventoryRecalled, InventoryShort, ReservedLine, ShipmentDispatched, StockSource},
};
use jiff::Timestamp;
use mesh::{
    Context, Halt, Handler, Key, OnEvent, Outputs,
    checked::{beyond, minus, plus},
};

use crate::{
    Allocation,
    domain::{
        books,
        handled::is_first,
        ledger::{self, ReleaseReason},
        moves::{Change, before},
        queue,
        reduce::want_less,
        reservation::ReservationKey,
        shortage,
        unfulfilled::{WarehouseOutcome, settle_in_doubt},
        whole,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Allocation> = &OnEvent { keys, decide };

fn keys(dispatched: &ShipmentDispatched, keys: &mut Keys) {
    keys.handled.insert(reference(dispatched));
    let (order_id, warehouse_id) = (dispatched.order_id, &dispatched.warehouse_id);
    keys.answer(order_id, &dispatched.lines);
    keys.risks.left(order_id, warehouse_id, &dispatched.lines);
}

fn reference(dispatched: &ShipmentDispatched) -> String {
    format!("dispatch/{}/{}", dispatched.shipment_id, dispatched.confirmation_id)
}

fn decide(
    _: &Allocation,
    dispatched: &ShipmentDispatched,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order_id = dispatched.order_id;
    if work.orders.get(&order_id).is_none() {
        return Err(Halt::Wait(Key::new("order", order_id)));
    }
    let mut outputs = Outputs::none();
    if !is_first(work, &reference(dispatched), context.now) {
        return Ok(outputs);
    }
    let change = Change {
        warehouse_id: &dispatched.warehouse_id,
        source: StockSource::Dispatch,
        reference: dispatched.confirmation_id.as_str(),
        at: dispatched.shipped_at,
        now: context.now,
    };
    let awaited = whole::awaits_word(work, order_id);
    let skus = dispatched.lines.iter().map(|line| &line.sku);
    let before = before(work, &dispatched.warehouse_id, skus);
    let (mut missing, mut wanted_back) = (Vec::new(), Vec::new());
    for line in dispatched.lines.iter().filter(|line| !line.quantity.is_zero()) {
        wanted_back.extend(consume(work, dispatched, line, context.now, &mut outputs)?);
        missing.extend(leave(work, &change, line)?);
    }
    change.announce(work, &before, &mut outputs);
    if !missing.is_empty() {
        outputs.event(&InventoryShort {
            order_id,
            warehouse_id: dispatched.warehouse_id.clone(),
            lines: missing,
            why: format!(
                "confirmation {}: more left than was on hand, which stays at 0",
                dispatched.confirmation_id
            ),
        });
    }
    if !wanted_back.is_empty() {
        outputs.event(&InventoryRecalled { order_id, lines: wanted_back });
    }
    shortage::follow(&change, work, &before, &mut outputs)?;
    // What was to be given back may be what left: others give it instead.
    want_less(work, order_id, dispatched.lines.iter().map(|line| line.line), &mut outputs)?;
    // What left above its reservation is not waited for any more; what is left need not stay whole.
    whole::look_again(work, order_id, awaited, &mut outputs)?;
    Ok(outputs)
}

/// Takes a line's goods out of the stock. Returns what was not on hand.
fn leave(
    work: &mut UnitOfWork,
    change: &Change<'_>,
    line: &LineQuantity,
) -> Result<Option<LineQuantity>, Halt> {
    let stock = ledger::stock(work, &(change.warehouse_id.clone(), line.sku.clone()));
    stock.dispatched = plus(stock.dispatched, line.quantity)?;
    let known = !stock.counts(change.at);
    let lacks = if known { Quantity::ZERO } else { beyond(line.quantity, stock.on_hand) };
    change.apply(work, &line.sku, SignedQuantity::from_scaled(-line.quantity.scaled()))?;
    Ok((!lacks.is_zero()).then(|| LineQuantity { quantity: lacks, ..line.clone() }))
}

/// Takes what left from the line's reservation, then from what it waits for, then from what other
/// warehouses were asked for, who are not needed any more (F5); the rest was never ordered.
fn consume(
    work: &mut UnitOfWork,
    dispatched: &ShipmentDispatched,
    line: &LineQuantity,
    now: Timestamp,
    outputs: &mut Outputs,
) -> Result<Vec<ReservedLine>, Halt> {
    let order_id = dispatched.order_id;
    let key = (order_id, line.line, line.sku.clone(), dispatched.warehouse_id.clone());
    let cause = format!("dispatch {}", dispatched.confirmation_id);
    let consumed = ReleaseReason::Consumed;
    let reserved = ledger::unreserve(work, &key, line.quantity, consumed, &cause, now)?;
    let above = minus(line.quantity, reserved)?;
    if above.is_zero() {
        return Ok(Vec::new());
    }
    // What the order did not want, and leaves all the same, is not what it waits for.
    let settled = settle_in_doubt(work, &key, above, WarehouseOutcome::Left)?;
    let instead = minus(above, settled.unwanted)?;
    let waiting = work.lines.get(&(order_id, line.line)).map(|line| line.backordered);
    let rest = beyond(instead, waiting.unwrap_or_default());
    let wanted_back = take_back(work, &key, rest, (&cause, now), outputs)?;
    ledger::change_line(work, order_id, line.line, |line| {
        line.backordered = beyond(line.backordered, instead);
        line.consumed = plus(line.consumed, above)?;
        Ok(())
    })?;
    Ok(wanted_back)
}

/// Ends reservations of a line elsewhere, the newest first. Returns what warehouses are to give back.
fn take_back(
    work: &mut UnitOfWork,
    but: &ReservationKey,
    quantity: Quantity,
    (cause, now): (&str, Timestamp),
    outputs: &mut Outputs,
) -> Result<Vec<ReservedLine>, Halt> {
    let Some(line) = work.lines.get(&(but.0, but.1)) else { return Ok(Vec::new()) };
    let ordered_sku = line.sku.clone();
    let mut open = quantity;
    let mut wanted_back = Vec::new();
    for key in books::newest_of_line(work, but.0, but.1).into_iter().filter(|key| key != but) {
        let Some(reservation) = work.reservations.get(&key) else { continue };
        let part = reservation.wanted()?.min(open);
        if part.is_zero() {
            continue;
        }
        open = minus(open, part)?;
        let quantity = ledger::put_in_doubt(work, &key, part, Quantity::ZERO, cause, now)?;
        queue::mark(work, &key.2, outputs);
        if !quantity.is_zero() {
            let (_, line, sku, warehouse_id) = key;
            let ordered_sku = ordered_sku.clone();
            wanted_back.push(ReservedLine { line, sku, ordered_sku, warehouse_id, quantity });
        }
    }
    Ok(wanted_back)
}
