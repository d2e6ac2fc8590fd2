//! Orders that want less: backorders are freed, what warehouses were asked is recalled (O7, O8).

use contracts::{
    OrderId, Quantity,
    document::LineQuantity,
    event::{InventoryRecalled, OrderChangeRequested, ReservedLine},
};
use mesh::{Decision, Key, Outputs, row::Row};

use super::{
    Set,
    give_back::announce_released,
    ledger,
    order::{Reservation, ReservationKey},
};

/// New totals of lines. Less than before takes what waits first, then what warehouses were asked.
pub fn requested(set: &mut Set, event: &OrderChangeRequested) -> Decision {
    let order_id = event.order_id;
    if set.orders.get(&order_id).is_none() {
        return Decision::Wait(Key::new("order", order_id));
    }
    let (mut released, mut recalled) = (Vec::new(), Vec::new());
    for change in event.lines.iter().filter(|change| change.to < change.from) {
        let excess = excess(set, order_id, change.line, change.to);
        let Some(line) = set.lines.get(&(order_id, change.line)) else { continue };
        let waiting = line.backordered.min(excess);
        let sku = line.sku.clone();
        ledger::change_line(set, order_id, change.line, |line| {
            line.backordered = line.backordered.saturating_sub(waiting);
            line.released = ledger::plus(line.released, waiting);
        });
        if !waiting.is_zero() {
            released.push(LineQuantity { line: change.line, sku, quantity: waiting });
        }
        recalled.extend(recall(set, order_id, change.line, excess.saturating_sub(waiting)));
    }
    let mut outputs = Outputs::none();
    announce_released(order_id, released, &mut outputs);
    if !recalled.is_empty() {
        outputs.event(&InventoryRecalled { order_id, lines: recalled });
    }
    outputs.into()
}

/// What is still to come of a line beyond its new total.
fn excess(set: &Set, order_id: OrderId, number: u32, total: Quantity) -> Quantity {
    let Some(line) = set.lines.get(&(order_id, number)) else { return Quantity::ZERO };
    let unwanted: Quantity = of_line(set, order_id, number).map(|it| it.unwanted).sum();
    let open = ledger::plus(line.reserved, line.backordered).saturating_sub(unwanted);
    open.saturating_sub(total.saturating_sub(line.consumed))
}

fn of_line(set: &Set, order_id: OrderId, line: u32) -> impl Iterator<Item = &Reservation> {
    set.reservations.iter().filter(move |it| it.order_id == order_id && it.line == line)
}

/// Wants units of a line back from warehouses, the newest reservations first.
fn recall(set: &mut Set, order_id: OrderId, number: u32, quantity: Quantity) -> Vec<ReservedLine> {
    let Some(ordered_sku) = set.lines.get(&(order_id, number)).map(|line| line.sku.clone()) else {
        return Vec::new();
    };
    let mut rows: Vec<&Reservation> = of_line(set, order_id, number).collect();
    rows.sort_by_key(|it| std::cmp::Reverse(it.place));
    let keys: Vec<ReservationKey> = rows.into_iter().map(Row::key).collect();
    let mut open = quantity;
    let mut recalled = Vec::new();
    for key in keys {
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
