//! Goods that left: out of their reservation, and above it out of what waits and what is free (A9).

use std::cmp::Reverse;

use contracts::{
    Quantity, SignedQuantity,
    document::LineQuantity,
    event::{InventoryRecalled, InventoryShort, ReservedLine, ShipmentDispatched, StockSource},
};
use jiff::Timestamp;
use mesh::{Context, Decision, Key, Outputs, row::Row};

use super::{
    Set,
    change::want_less,
    give_back::{Word, settle_lost},
    ledger::{self, Fate, plus},
    moves::{Change, all_before},
    order::{Handled, Reservation, ReservationKey},
    whole,
};

/// Whether something of that key comes for the first time.
pub fn first(set: &mut Set, reference: &str, now: Timestamp) -> bool {
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
    let awaited = whole::awaits_word(set, order_id);
    let before = all_before(set, &event.warehouse_id, event.lines.iter().map(|line| &line.sku));
    let (mut missing, mut wanted_back) = (Vec::new(), Vec::new());
    for line in event.lines.iter().filter(|line| !line.quantity.is_zero()) {
        wanted_back.extend(consume(set, event, line, context.now, &mut outputs));
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
    if !wanted_back.is_empty() {
        outputs.event(&InventoryRecalled { order_id, lines: wanted_back });
    }
    change.follow(set, &before, &mut outputs);
    // What was to be given back may be what left: others give it instead.
    want_less(set, order_id, event.lines.iter().map(|line| line.line), &mut outputs);
    // What left above its reservation is not waited for any more; what is left need not stay whole.
    whole::look_again(set, order_id, awaited, &mut outputs);
    outputs.into()
}

/// Takes what left from the line's reservation, then from what it waits for, then from what other
/// warehouses were asked, who are not needed any more (F5); the rest was never ordered.
fn consume(
    set: &mut Set,
    event: &ShipmentDispatched,
    line: &LineQuantity,
    now: Timestamp,
    outputs: &mut Outputs,
) -> Vec<ReservedLine> {
    let key = (event.order_id, line.line, line.sku.clone(), event.warehouse_id.clone());
    let cause = format!("dispatch {}", event.confirmation_id);
    let reserved = ledger::unreserve(set, &key, line.quantity, Fate::Consumed, &cause, now);
    let above = line.quantity.saturating_sub(reserved);
    if above.is_zero() {
        return Vec::new();
    }
    // What the order did not want, and leaves all the same, is not what it waits for.
    let instead = above.saturating_sub(settle_lost(set, &key, above, Word::Left).unwanted);
    let waiting = set.lines.get(&(event.order_id, line.line)).map(|line| line.backordered);
    let rest = instead.saturating_sub(waiting.unwrap_or_default());
    let wanted_back = take_back(set, &key, rest, (&cause, now), outputs);
    ledger::change_line(set, event.order_id, line.line, |line| {
        line.backordered = line.backordered.saturating_sub(instead);
        line.consumed = plus(line.consumed, above);
    });
    wanted_back
}

/// Ends reservations of a line elsewhere, the newest first; says what warehouses are to give back.
fn take_back(
    set: &mut Set,
    but: &ReservationKey,
    quantity: Quantity,
    (cause, now): (&str, Timestamp),
    outputs: &mut Outputs,
) -> Vec<ReservedLine> {
    let Some(line) = set.lines.get(&(but.0, but.1)) else { return Vec::new() };
    let ordered_sku = line.sku.clone();
    let others = |it: &&Reservation| it.key() != *but;
    let mut found: Vec<Reservation> =
        ledger::of_line(set, but.0, but.1).filter(others).cloned().collect();
    found.sort_by_key(|it| Reverse(it.place));
    let mut open = quantity;
    let mut wanted_back = Vec::new();
    for reservation in found {
        let part = reservation.quantity.saturating_sub(reservation.unwanted).min(open);
        if part.is_zero() {
            continue;
        }
        open = open.saturating_sub(part);
        let key = reservation.key();
        let quantity = ledger::lose(set, &key, part, Quantity::ZERO, cause, now);
        ledger::freed(set, &key.2, outputs);
        if !quantity.is_zero() {
            let (_, line, sku, warehouse_id) = key;
            let ordered_sku = ordered_sku.clone();
            wanted_back.push(ReservedLine { line, sku, ordered_sku, warehouse_id, quantity });
        }
    }
    wanted_back
}
