//! Orders that want less, or more (O7, O8): backorders are freed, what warehouses were asked is
//! recalled, what grew is served like a new order.

use std::collections::BTreeSet;

use contracts::{
    OrderId, Quantity,
    document::LineQuantity,
    event::{InventoryRecalled, OrderChangeRequested, OrderChanged, OrderedLine, ReservedLine},
};
use mesh::{Context, Decision, Key, Outputs, row::Row};

use super::{
    Set,
    give_back::announce_released,
    ledger,
    order::{Line, Reservation, ReservationKey},
    serve,
    whole::{self, look_again},
};

/// New totals of lines. Less than before takes what waits first, then what warehouses were asked.
/// More is served once the change has taken place.
pub fn requested(set: &mut Set, event: &OrderChangeRequested) -> Decision {
    let order_id = event.order_id;
    if set.orders.get(&order_id).is_none() {
        return Decision::Wait(Key::new("order", order_id));
    }
    let less = event.lines.iter().filter(|change| change.to < change.from);
    let mut numbers = Vec::new();
    for change in less {
        ledger::change_line(set, order_id, change.line, |line| {
            line.ordered = line.ordered.min(change.to);
        });
        numbers.push(change.line);
    }
    let mut outputs = Outputs::none();
    want_less(set, order_id, numbers.into_iter(), &mut outputs);
    outputs.into()
}

/// Takes back what lines have beyond what is ordered of them. Asked when less is ordered, and
/// again when goods have left: those that were to be given back may have been among them, and then
/// another warehouse gives its units back. Where nothing is beyond it, nothing happens.
pub fn want_less(
    set: &mut Set,
    order_id: OrderId,
    numbers: impl Iterator<Item = u32>,
    outputs: &mut Outputs,
) {
    let awaited = whole::awaits_word(set, order_id);
    let (mut released, mut recalled) = (Vec::new(), Vec::new());
    for number in numbers.collect::<BTreeSet<u32>>() {
        let excess = excess(set, order_id, number);
        let Some(line) = set.lines.get(&(order_id, number)).filter(|_| !excess.is_zero()) else {
            continue;
        };
        // What waits for the word of a warehouse is not free before it has come.
        let asked = ledger::lost(set, order_id, number);
        let waiting = line.backordered.saturating_sub(asked).min(excess);
        let sku = line.sku.clone();
        ledger::change_line(set, order_id, number, |line| {
            line.backordered = line.backordered.saturating_sub(waiting);
            line.released = ledger::plus(line.released, waiting);
        });
        if !waiting.is_zero() {
            released.push(LineQuantity { line: number, sku, quantity: waiting });
        }
        let rest = excess.saturating_sub(waiting);
        let rest = rest.saturating_sub(give_up_lost(set, order_id, number, rest));
        recalled.extend(recall(set, order_id, number, rest));
    }
    if awaited || !released.is_empty() {
        look_again(set, order_id, awaited, outputs);
    }
    announce_released(order_id, released, outputs);
    if !recalled.is_empty() {
        outputs.event(&InventoryRecalled { order_id, lines: recalled });
    }
}

/// The order as it stands now. What grew, and lines that are new, wait and are served like a new
/// order's; what became less was given back before. A total that was raised because goods left
/// after they were taken back has not grown: they are there already.
pub fn took_place(set: &mut Set, event: &OrderChanged, context: &Context<'_>) -> Decision {
    let mut outputs = Outputs::none();
    let order_id = event.order_id;
    let Some(order) = set.orders.get(&order_id).cloned() else {
        return Decision::Wait(Key::new("order", order_id));
    };
    let mut skus = BTreeSet::new();
    for wanted in &event.order.lines {
        let more = event.grown.iter().filter(|grown| grown.line == wanted.line);
        let more: Quantity = more.map(|grown| grown.quantity).sum();
        let before = set.lines.get(&(order_id, wanted.line)).map(|line| line.ordered);
        // Rule D3: what stays as it is is not written. The same once more has not grown again.
        if before == Some(wanted.quantity) {
            continue;
        }
        if before.is_none() {
            ledger::add_line(set, &order, wanted.line, &wanted.sku, Quantity::ZERO);
        }
        let more = more.min(wanted.quantity.saturating_sub(before.unwrap_or_default()));
        let more = if more.is_zero() { more } else { more.min(room(set, event, wanted)) };
        ledger::change_line(set, order_id, wanted.line, |line| {
            line.ordered = wanted.quantity;
            line.backordered = ledger::plus(line.backordered, more);
        });
        if !more.is_zero() {
            skus.insert(wanted.sku.clone());
        }
    }
    serve::give_now(set, &order, skus, context.now, &mut outputs);
    outputs.into()
}

/// How much more may still come of a line: what left above the order counts towards a growth.
fn room(set: &Set, event: &OrderChanged, wanted: &OrderedLine) -> Quantity {
    let cancelled = event.cancelled.iter().filter(|line| line.line == wanted.line);
    let cancelled: Quantity = cancelled.map(|line| line.quantity).sum();
    let total = wanted.quantity.saturating_sub(cancelled);
    let Some(line) = set.lines.get(&(event.order_id, wanted.line)) else { return total };
    total.saturating_sub([line.consumed, open(set, line)].into_iter().sum())
}

/// What is set aside for a line or waits, and is wanted.
fn open(set: &Set, line: &Line) -> Quantity {
    let of_line = ledger::of_line(set, line.order_id, line.line);
    let unwanted: Quantity = of_line.map(|it| it.unwanted).sum();
    ledger::plus(line.reserved, line.backordered).saturating_sub(unwanted)
}

/// What is still to come of a line beyond what is ordered of it.
fn excess(set: &Set, order_id: OrderId, number: u32) -> Quantity {
    let Some(line) = set.lines.get(&(order_id, number)) else { return Quantity::ZERO };
    open(set, line).saturating_sub(line.ordered.saturating_sub(line.consumed))
}

fn newest_first(set: &Set, order_id: OrderId, line: u32) -> Vec<ReservationKey> {
    let mut rows: Vec<&Reservation> = ledger::of_line(set, order_id, line).collect();
    rows.sort_by_key(|it| std::cmp::Reverse(it.place));
    rows.into_iter().map(Row::key).collect()
}

/// Units of a line that wait for the word of a warehouse are not wanted any more: they are released
/// when it says that it keeps them. Says how many.
fn give_up_lost(set: &mut Set, order_id: OrderId, number: u32, quantity: Quantity) -> Quantity {
    let line = set.lines.get(&(order_id, number));
    let most = line.map_or(Quantity::ZERO, |line| line.backordered.min(quantity));
    let mut open = most;
    for key in newest_first(set, order_id, number) {
        let Some(row) = set.reservations.get_mut(&key) else { continue };
        let part = row.lost.saturating_sub(row.lost_unwanted).min(open);
        row.lost_unwanted = ledger::plus(row.lost_unwanted, part);
        open = open.saturating_sub(part);
    }
    let given_up = most.saturating_sub(open);
    ledger::change_line(set, order_id, number, |line| {
        line.backordered = line.backordered.saturating_sub(given_up);
    });
    given_up
}

/// Wants units of a line back from warehouses, the newest reservations first.
fn recall(set: &mut Set, order_id: OrderId, number: u32, quantity: Quantity) -> Vec<ReservedLine> {
    let Some(ordered_sku) = set.lines.get(&(order_id, number)).map(|line| line.sku.clone()) else {
        return Vec::new();
    };
    let mut open = quantity;
    let mut recalled = Vec::new();
    for key in newest_first(set, order_id, number) {
        let Some(reservation) = set.reservations.get_mut(&key) else { continue };
        let part = reservation.quantity.saturating_sub(reservation.unwanted).min(open);
        open = open.saturating_sub(part);
        reservation.unwanted = ledger::plus(reservation.unwanted, part);
        let more = reservation.unwanted.saturating_sub(reservation.recalled);
        reservation.recalled = ledger::plus(reservation.recalled, more);
        let (_, line, sku, warehouse_id) = key;
        if !more.is_zero() {
            let ordered_sku = ordered_sku.clone();
            recalled.push(ReservedLine { line, sku, ordered_sku, warehouse_id, quantity: more });
        }
    }
    recalled
}
