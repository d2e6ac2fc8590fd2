//! What warehouses do with what they were asked: it leaves, it is not there, it is not shipped, or
//! it comes back (A9, A12, F4).

use std::collections::BTreeMap;

use contracts::{
    OrderId, Quantity, SignedQuantity, Sku,
    document::{Disposition, LineQuantity},
    event::{
        InventoryReleased, InventoryShort, ReturnReceived, ShipmentCancelled, ShipmentDispatched,
        ShipmentShort, StockSource,
    },
};
use jiff::Timestamp;
use mesh::{Context, Decision, Key, Outputs};

use super::{
    Set,
    ledger::{self, Fate, plus},
    moves::{Change, all_before},
    order::{Handled, ReservationKey},
};

/// Whether something of that key comes for the first time.
fn first(set: &mut Set, reference: &str, now: Timestamp) -> bool {
    let reference = reference.to_owned();
    if set.handled.get(&reference).is_some() {
        return false;
    }
    set.handled.put(Handled { reference, handled_at: now });
    true
}

/// Goods have left: once, out of their reservation, and above it out of what waits and what is free
/// (A9).
pub fn dispatched(set: &mut Set, event: &ShipmentDispatched, context: &Context<'_>) -> Decision {
    let order_id = event.order_id;
    if set.orders.get(&order_id).is_none() {
        return Decision::Wait(Key::new("order", order_id));
    }
    let mut outputs = Outputs::none();
    let id = event.confirmation_id.as_str();
    if !first(set, &format!("dispatch/{}/{id}", event.shipment_id), context.now) {
        return outputs.into();
    }
    let change = Change {
        warehouse_id: &event.warehouse_id,
        source: StockSource::Dispatch,
        reference: id,
        at: event.shipped_at,
        now: context.now,
    };
    let before = all_before(set, &event.warehouse_id, event.lines.iter().map(|line| &line.sku));
    let mut missing = Vec::new();
    for line in event.lines.iter().filter(|line| !line.quantity.is_zero()) {
        consume(set, event, line, context.now);
        let stock = ledger::stock(set, &(event.warehouse_id.clone(), line.sku.clone()));
        stock.dispatched = plus(stock.dispatched, line.quantity);
        let lacks = if stock.counts(event.shipped_at) {
            line.quantity.saturating_sub(stock.on_hand)
        } else {
            Quantity::ZERO
        };
        change.apply(set, &line.sku, SignedQuantity::from_scaled(-line.quantity.scaled()));
        if !lacks.is_zero() {
            missing.push(LineQuantity { quantity: lacks, ..line.clone() });
        }
    }
    change.announce(set, &before, &mut outputs);
    if !missing.is_empty() {
        outputs.event(&InventoryShort {
            order_id,
            warehouse_id: event.warehouse_id.clone(),
            lines: missing,
            why: format!("confirmation {id}: more left than was on hand, which stays at 0"),
        });
    }
    change.follow(set, &before, &mut outputs);
    outputs.into()
}

/// Takes what left from the line's reservation, then from what it waits for; the rest was never
/// ordered.
fn consume(set: &mut Set, event: &ShipmentDispatched, line: &LineQuantity, now: Timestamp) {
    let key = (event.order_id, line.line, line.sku.clone(), event.warehouse_id.clone());
    let cause = format!("dispatch {}", event.confirmation_id);
    let reserved = ledger::unreserve(set, &key, line.quantity, Fate::Consumed, &cause, now);
    let above = line.quantity.saturating_sub(reserved);
    if above.is_zero() {
        return;
    }
    settle_lost(set, &key, above);
    ledger::change_line(set, event.order_id, line.line, |line| {
        line.backordered = line.backordered.saturating_sub(above);
        line.consumed = plus(line.consumed, above);
    });
}

/// A warehouse has said what became of units it was asked for and that are not reserved any more;
/// says how many.
fn settle_lost(set: &mut Set, key: &ReservationKey, quantity: Quantity) -> Quantity {
    let Some(reservation) = set.reservations.get_mut(key) else { return Quantity::ZERO };
    let lost = reservation.lost.min(quantity);
    reservation.lost = reservation.lost.saturating_sub(lost);
    ledger::tidy(set, key);
    let may_wait = set.orders.get(&key.0).is_some_and(|order| order.allow_backorder);
    if !may_wait {
        // Held back until now: it is sourced again, or declined.
        ledger::change_line(set, key.0, key.1, |line| line.told = line.told.saturating_sub(lost));
    }
    lost
}

/// What a warehouse will not ship is sourced again at once (F4). On hand stays: the warehouse
/// reports that itself.
pub fn short(set: &mut Set, event: &ShipmentShort, context: &Context<'_>) -> Decision {
    let order_id = event.order_id;
    if set.orders.get(&order_id).is_none() {
        return Decision::Wait(Key::new("order", order_id));
    }
    let mut outputs = Outputs::none();
    let id = &event.confirmation_id;
    if !first(set, &format!("short/{}/{id}", event.shipment_id), context.now) {
        return outputs.into();
    }
    let mut released = Vec::new();
    for line in &event.lines {
        let key = (order_id, line.line, line.sku.clone(), event.warehouse_id.clone());
        if line.nothing_shipped {
            ledger::bar(set, &key);
        }
        let cause = format!("short {id}");
        let quantity = give_back(set, &key, line.quantity, &cause, context.now, &mut outputs);
        note(set, &mut released, &key, quantity);
    }
    announce_released(order_id, released, &mut outputs);
    outputs.into()
}

/// What a warehouse was asked for is not shipped: what was not wanted is free, the rest is sourced
/// again.
pub fn cancelled(set: &mut Set, event: &ShipmentCancelled, context: &Context<'_>) -> Decision {
    let order_id = event.order_id;
    if set.orders.get(&order_id).is_none() {
        return Decision::Wait(Key::new("order", order_id));
    }
    let mut outputs = Outputs::none();
    let mut released = Vec::new();
    for line in &event.lines {
        let key = (order_id, line.line, line.sku.clone(), event.warehouse_id.clone());
        let cause = format!("shipment cancelled: {}", event.reason);
        let quantity = give_back(set, &key, line.quantity, &cause, context.now, &mut outputs);
        note(set, &mut released, &key, quantity);
    }
    announce_released(order_id, released, &mut outputs);
    outputs.into()
}

/// Ends what a warehouse was asked: first what is not reserved any more, then what the order does
/// not want; the rest waits again. Says how much was not wanted.
fn give_back(
    set: &mut Set,
    key: &ReservationKey,
    quantity: Quantity,
    cause: &str,
    now: Timestamp,
    outputs: &mut Outputs,
) -> Quantity {
    let rest = quantity.saturating_sub(settle_lost(set, key, quantity));
    let unwanted = set.reservations.get(key).map_or(Quantity::ZERO, |it| it.unwanted.min(rest));
    let released = ledger::unreserve(set, key, unwanted, Fate::Released, cause, now);
    let waits = rest.saturating_sub(released);
    ledger::unreserve(set, key, waits, Fate::Waiting, cause, now);
    if let Some(line) = set.lines.get(&(key.0, key.1)).map(|line| line.sku.clone()) {
        ledger::mark(set, &line, outputs);
    }
    ledger::freed(set, &key.2, outputs);
    released
}

fn note(set: &Set, released: &mut Vec<LineQuantity>, key: &ReservationKey, quantity: Quantity) {
    if let Some(line) = set.lines.get(&(key.0, key.1)).filter(|_| !quantity.is_zero()) {
        released.push(LineQuantity { line: key.1, sku: line.sku.clone(), quantity });
    }
}

/// Says what an order that does not want it any more has set free.
pub fn announce_released(order_id: OrderId, lines: Vec<LineQuantity>, outputs: &mut Outputs) {
    if !lines.is_empty() {
        outputs.event(&InventoryReleased { order_id, lines });
    }
}

/// Returned goods go back on the shelf of the warehouse that received them (A12); what is scrapped
/// or sent back does not.
pub fn received(set: &mut Set, event: &ReturnReceived, context: &Context<'_>) -> Decision {
    let mut outputs = Outputs::none();
    let id = event.receipt_id.as_str();
    if !first(set, &format!("receipt/{}/{id}", event.rma_number), context.now) {
        return outputs.into();
    }
    let mut restocked: BTreeMap<Sku, Quantity> = BTreeMap::new();
    for line in &event.lines {
        match line.disposition {
            Disposition::Restock => {
                let sum = restocked.entry(line.sku.clone()).or_default();
                *sum = plus(*sum, line.quantity);
            }
            Disposition::Scrap | Disposition::ReturnToCustomer => {}
        }
    }
    let change = Change {
        warehouse_id: &event.warehouse_id,
        source: StockSource::Restock,
        reference: id,
        at: context.now,
        now: context.now,
    };
    let before = all_before(set, &event.warehouse_id, restocked.keys());
    for (sku, quantity) in &restocked {
        let stock = ledger::stock(set, &(event.warehouse_id.clone(), sku.clone()));
        stock.restocked = plus(stock.restocked, *quantity);
        change.apply(set, sku, SignedQuantity::from(*quantity));
    }
    change.announce(set, &before, &mut outputs);
    change.follow(set, &before, &mut outputs);
    outputs.into()
}
