//! The only code that changes what is reserved: reservation, stock, order line and ledger move
//! together, or not at all (A1).

use contracts::{OrderId, Quantity, SignedQuantity, Sku};
use jiff::Timestamp;
use mesh::{Outputs, row::Row};

use super::{
    Set,
    order::{Bar, Entry, Line, Order, Reservation, ReservationKey},
    stock::{Queue, Stock},
};

/// What becomes of units that are not reserved any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They wait for stock again.
    Waiting,
    /// The order does not want them.
    Released,
    /// They left.
    Consumed,
}

/// The sum; at most the largest quantity there is.
#[must_use]
pub fn plus(a: Quantity, b: Quantity) -> Quantity {
    [a, b].into_iter().sum()
}

/// Sets free stock aside for units of a line that wait.
pub fn reserve(
    set: &mut Set,
    key: &ReservationKey,
    quantity: Quantity,
    cause: &str,
    now: Timestamp,
) {
    let (order_id, line, sku, warehouse_id) = key;
    let stock_key = (warehouse_id.clone(), sku.clone());
    let Some(stock) = set.stock.get_mut(&stock_key) else { return };
    stock.reserved = plus(stock.reserved, quantity);
    stock.places += 1;
    let place = stock.places;
    let reservation = set.reservations.get_or_put(key, || Reservation::none(key));
    reservation.quantity = plus(reservation.quantity, quantity);
    reservation.place = place;
    change_line(set, *order_id, *line, |line| {
        line.reserved = plus(line.reserved, quantity);
        line.backordered = line.backordered.saturating_sub(quantity);
        line.told = line.told.saturating_sub(quantity);
    });
    write(set, key, SignedQuantity::from(quantity), cause, now);
}

/// Ends the reservation of units, at most of what is reserved; says how many.
pub fn unreserve(
    set: &mut Set,
    key: &ReservationKey,
    quantity: Quantity,
    fate: Fate,
    cause: &str,
    now: Timestamp,
) -> Quantity {
    let (order_id, line, sku, warehouse_id) = key;
    let Some(reservation) = set.reservations.get_mut(key) else { return Quantity::ZERO };
    let quantity = quantity.min(reservation.quantity);
    if quantity.is_zero() {
        return quantity;
    }
    reservation.quantity = reservation.quantity.saturating_sub(quantity);
    if fate == Fate::Released {
        reservation.unwanted = reservation.unwanted.saturating_sub(quantity);
        reservation.recalled = reservation.recalled.saturating_sub(quantity);
    }
    reservation.recalled = reservation.recalled.min(reservation.quantity);
    reservation.unwanted = reservation.unwanted.min(reservation.recalled);
    tidy(set, key);
    let stock_key = (warehouse_id.clone(), sku.clone());
    if let Some(stock) = set.stock.get_mut(&stock_key) {
        stock.reserved = stock.reserved.saturating_sub(quantity);
    }
    change_line(set, *order_id, *line, |line| {
        line.reserved = line.reserved.saturating_sub(quantity);
        let place = match fate {
            Fate::Waiting => &mut line.backordered,
            Fate::Released => &mut line.released,
            Fate::Consumed => &mut line.consumed,
        };
        *place = plus(*place, quantity);
    });
    write(set, key, SignedQuantity::from_scaled(-quantity.scaled()), cause, now);
    quantity
}

/// A reservation of nothing, with nothing on its way back, is no row.
pub fn tidy(set: &mut Set, key: &ReservationKey) {
    let empty = |it: &Reservation| it.quantity.is_zero() && it.lost.is_zero();
    if set.reservations.get(key).is_some_and(empty) {
        set.reservations.remove(key);
    }
}

fn write(set: &mut Set, key: &ReservationKey, change: SignedQuantity, cause: &str, now: Timestamp) {
    let (order_id, line, sku, warehouse_id) = key.clone();
    let Some(order) = set.orders.get_mut(&order_id) else { return };
    order.entries += 1;
    let number = order.entries;
    let cause = cause.to_owned();
    let changed_at = now;
    set.ledger.put(Entry { order_id, number, line, sku, warehouse_id, change, cause, changed_at });
}

/// Changes a line, and keeps count of who waits for its item.
pub fn change_line(set: &mut Set, order_id: OrderId, line: u32, change: impl FnOnce(&mut Line)) {
    let Some(line) = set.lines.get_mut(&(order_id, line)) else { return };
    let before = !line.backordered.is_zero();
    change(line);
    line.told = line.told.min(line.backordered);
    let after = !line.backordered.is_zero();
    let sku = line.sku.clone();
    if before != after {
        count(set, &sku, after);
    }
}

/// Adds a line, all of which waits.
pub fn add_line(set: &mut Set, order: &Order, line: u32, sku: &Sku, ordered: Quantity) {
    set.lines.put(Line::new(order, line, sku.clone(), ordered));
    if !ordered.is_zero() {
        count(set, sku, true);
    }
}

fn count(set: &mut Set, sku: &Sku, more: bool) {
    let queue = set.queues.get_or_put(sku, || Queue::empty(sku.clone()));
    queue.waiting = if more { queue.waiting + 1 } else { queue.waiting.saturating_sub(1) };
}

/// Says that those who wait for an item are to be looked at: it is given to them, or they are
/// told, in steps of the service's own.
pub fn mark(set: &mut Set, sku: &Sku, outputs: &mut Outputs) {
    let Some(queue) = set.queues.get(sku).filter(|queue| queue.waiting > 0) else { return };
    if !queue.freed || queue.served.is_some() {
        let queue = Queue { freed: true, served: None, ..queue.clone() };
        set.queues.put(queue);
    }
    outputs.more_due();
}

/// Says that some of an item has become free (A6), for those who wait for it or may get it instead.
pub fn freed(set: &mut Set, sku: &Sku, outputs: &mut Outputs) {
    let replaced = set.substitutes.iter().filter(|it| it.substitute == *sku);
    let skus: Vec<Sku> = replaced.map(|it| it.sku.clone()).chain([sku.clone()]).collect();
    skus.iter().for_each(|sku| mark(set, sku, outputs));
}

/// The stock of an item in a warehouse, to be changed.
pub fn stock<'a>(set: &'a mut Set, key: &<Stock as Row>::Key) -> &'a mut Stock {
    set.stock.get_or_put(key, || Stock::none(key.0.clone(), key.1.clone()))
}

/// The lines of an order.
pub fn lines_of(set: &Set, order_id: OrderId) -> impl Iterator<Item = &Line> {
    set.lines.range((order_id, 0)..=(order_id, u32::MAX))
}

/// What of a line is asked of warehouses and not reserved any more: it waits for their word.
#[must_use]
pub fn lost(set: &Set, order_id: OrderId, line: u32) -> Quantity {
    let of_line = |it: &&Reservation| it.order_id == order_id && it.line == line;
    set.reservations.iter().filter(of_line).map(|it| it.lost).sum()
}

/// Rule F4: the warehouse is not asked for the line again until it reports the item.
pub fn bar(set: &mut Set, key: &ReservationKey) {
    let (order_id, line, sku, warehouse_id) = key.clone();
    set.bars.put(Bar { order_id, line, sku, warehouse_id });
}
