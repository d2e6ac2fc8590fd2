//! What warehouses were asked and do not ship: it is sourced again, or was not wanted (A10, F4, O7).

use contracts::{
    OrderId, Quantity,
    document::LineQuantity,
    event::{InventoryReleased, ShipmentCancelled, ShipmentShort},
};
use jiff::Timestamp;
use mesh::{Context, Decision, Key, Outputs};

use super::{
    Set,
    dispatch::first,
    ledger::{self, Fate},
    order::ReservationKey,
    whole,
};

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
    let awaited = whole::awaits_word(set, order_id);
    let mut released = Vec::new();
    for line in &event.lines {
        let key = (order_id, line.line, line.sku.clone(), event.warehouse_id.clone());
        if line.nothing_shipped {
            ledger::bar(set, &key);
        }
        let because = (&*format!("short {id}"), context.now);
        let quantity = give_back(set, &key, line.quantity, Word::Short, because, &mut outputs);
        note(set, &mut released, &key, quantity);
    }
    if awaited {
        whole::look_again(set, order_id, awaited, &mut outputs);
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
    let awaited = whole::awaits_word(set, order_id);
    let mut released = Vec::new();
    for line in &event.lines {
        let key = (order_id, line.line, line.sku.clone(), event.warehouse_id.clone());
        let because = (&*format!("shipment cancelled: {}", event.reason), context.now);
        let quantity = give_back(set, &key, line.quantity, Word::Cancelled, because, &mut outputs);
        note(set, &mut released, &key, quantity);
    }
    if awaited {
        whole::look_again(set, order_id, awaited, &mut outputs);
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
    word: Word,
    (cause, now): (&str, Timestamp),
    outputs: &mut Outputs,
) -> Quantity {
    let settled = settle_lost(set, key, quantity, word);
    let rest = quantity.saturating_sub(settled.units);
    let unwanted = set.reservations.get(key).map_or(Quantity::ZERO, |it| it.unwanted.min(rest));
    let released = ledger::unreserve(set, key, unwanted, Fate::Released, cause, now);
    let waits = rest.saturating_sub(released);
    if let Some(row) = set.reservations.get_mut(key).filter(|_| word == Word::Cancelled) {
        // It is the answer to a recall, which is not outstanding any more.
        row.recalled = row.recalled.saturating_sub(waits).max(row.unwanted);
    }
    ledger::unreserve(set, key, waits, Fate::Waiting, cause, now);
    if let Some(line) = set.lines.get(&(key.0, key.1)).map(|line| line.sku.clone()) {
        ledger::mark(set, &line, outputs);
    }
    ledger::freed(set, &key.2, outputs);
    ledger::plus(settled.unwanted, released)
}

/// What a warehouse says of units it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// They left.
    Left,
    /// It has not got them.
    Short,
    /// It keeps them.
    Cancelled,
}

/// Units that were asked of a warehouse and not reserved any more, and of which it has said what
/// became.
pub struct Settled {
    /// How many.
    pub units: Quantity,
    /// How many of them the order did not want.
    pub unwanted: Quantity,
}

/// A warehouse has said what became of units it was asked for and that are not reserved any more.
/// Those that the order does not want are the first that stay and the last that leave.
pub fn settle_lost(set: &mut Set, key: &ReservationKey, quantity: Quantity, word: Word) -> Settled {
    let Some(row) = set.reservations.get_mut(key) else {
        return Settled { units: Quantity::ZERO, unwanted: Quantity::ZERO };
    };
    let units = row.lost.min(quantity);
    row.lost = row.lost.saturating_sub(units);
    let unwanted = match word {
        Word::Left => row.lost_unwanted.saturating_sub(row.lost),
        Word::Short | Word::Cancelled => row.lost_unwanted.min(units),
    };
    row.lost_unwanted = row.lost_unwanted.saturating_sub(unwanted);
    ledger::tidy(set, key);
    let may_wait = set.orders.get(&key.0).is_some_and(|order| order.allow_backorder);
    let wanted = units.saturating_sub(unwanted);
    ledger::change_line(set, key.0, key.1, |line| {
        match word {
            Word::Left => {}
            Word::Short | Word::Cancelled => line.released = ledger::plus(line.released, unwanted),
        }
        if !may_wait {
            // Held back until now: it is sourced again, or declined.
            line.told = line.told.saturating_sub(wanted);
        }
    });
    Settled { units, unwanted }
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
