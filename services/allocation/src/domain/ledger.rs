//! The only code that changes what is reserved: reservation, stock, order line and ledger move
//! together, or not at all (A1).

use std::collections::BTreeSet;

use contracts::{OrderId, Quantity, SignedQuantity, Sku, WarehouseId};
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
    /// The order does not want them, and the warehouse has not said yet that it keeps them.
    Unwanted,
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
    let stock = set.stock.get_mut(&stock_key).expect("what is given is loaded");
    stock.reserved = plus(stock.reserved, quantity);
    // By the clock, so that places compare between stocks, and yet never the same twice in one.
    let clock = u64::try_from(now.as_microsecond()).unwrap_or_default();
    stock.places = clock.max(stock.places + 1);
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
    if matches!(fate, Fate::Released | Fate::Unwanted) {
        reservation.unwanted = reservation.unwanted.saturating_sub(quantity);
        reservation.recalled = reservation.recalled.saturating_sub(quantity);
    }
    reservation.recalled = reservation.recalled.min(reservation.quantity);
    reservation.unwanted = reservation.unwanted.min(reservation.recalled);
    tidy(set, key);
    let stock_key = (warehouse_id.clone(), sku.clone());
    // Without it the sums would part for ever: better that the message fails, and loudly.
    let stock = set.stock.get_mut(&stock_key).expect("the stock of a reservation is loaded");
    stock.reserved = stock.reserved.saturating_sub(quantity);
    change_line(set, *order_id, *line, |line| {
        line.reserved = line.reserved.saturating_sub(quantity);
        let place = match fate {
            Fate::Waiting => &mut line.backordered,
            Fate::Released => &mut line.released,
            Fate::Unwanted => return,
            Fate::Consumed => &mut line.consumed,
        };
        *place = plus(*place, quantity);
    });
    write(set, key, SignedQuantity::from_scaled(-quantity.scaled()), cause, now);
    quantity
}

/// Ends the reservation of units that the warehouse was asked for: until it says what becomes of
/// them they may still be shipped. `unwanted` of them the order does not want any more, the rest
/// waits. Says how many the warehouse has yet to be asked back.
pub fn lose(
    set: &mut Set,
    key: &ReservationKey,
    quantity: Quantity,
    unwanted: Quantity,
    cause: &str,
    now: Timestamp,
) -> Quantity {
    let Some(row) = set.reservations.get_mut(key) else { return Quantity::ZERO };
    let wanted = quantity.saturating_sub(unwanted);
    let asked_back = row.recalled.saturating_sub(row.unwanted).min(wanted);
    row.lost = plus(row.lost, quantity);
    row.lost_unwanted = plus(row.lost_unwanted, unwanted);
    row.recalled = row.recalled.saturating_sub(asked_back);
    unreserve(set, key, unwanted, Fate::Unwanted, cause, now);
    unreserve(set, key, wanted, Fate::Waiting, cause, now);
    wanted.saturating_sub(asked_back)
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
    let order = set.orders.get_mut(&order_id).expect("the order of a reservation is loaded");
    order.entries += 1;
    set.ledger.put(Entry {
        order_id,
        number: order.entries,
        line,
        sku,
        warehouse_id,
        change,
        cause: cause.to_owned(),
        changed_at: now,
        folded: false,
    });
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

/// Says that an item is to be given out, or that those who wait for it are to be told, in steps of
/// the service's own.
pub fn mark(set: &mut Set, sku: &Sku, outputs: &mut Outputs) {
    if !waits(set, sku) {
        return;
    }
    outputs.more_due();
    if !set.queues.get(sku).is_some_and(|queue| queue.freed && queue.served.is_none()) {
        let queue = set.queues.get_or_put(sku, || Queue::empty(sku.clone()));
        (queue.freed, queue.served) = (true, None);
    }
}

/// Whether anybody waits for an item, or for one that it may replace.
fn waits(set: &Set, sku: &Sku) -> bool {
    let waiting = |sku: &Sku| set.queues.get(sku).is_some_and(|queue| queue.waiting > 0);
    waiting(sku) || set.substitutes.iter().any(|it| it.substitute == *sku && waiting(&it.sku))
}

/// Says that some of an item has become free (A6), for those who wait for it or may get it instead.
pub fn freed(set: &mut Set, sku: &Sku, outputs: &mut Outputs) {
    mark(set, sku, outputs);
}

/// Items that are just being given out, by rank.
#[must_use]
pub fn being_given(set: &Set) -> BTreeSet<Sku> {
    set.queues.iter().filter(|queue| queue.freed).map(|queue| queue.sku.clone()).collect()
}

/// The stock of an item in a warehouse, to be changed.
pub fn stock<'a>(set: &'a mut Set, key: &<Stock as Row>::Key) -> &'a mut Stock {
    set.stock.get_or_put(key, || Stock::none(key.0.clone(), key.1.clone()))
}

/// The lines of an order.
pub fn lines_of(set: &Set, order_id: OrderId) -> impl Iterator<Item = &Line> {
    set.lines.range((order_id, 0)..=(order_id, u32::MAX))
}

/// The reservations of an order line.
pub fn of_line(set: &Set, order_id: OrderId, line: u32) -> impl Iterator<Item = &Reservation> {
    let (sku, warehouse_id) = first_ids();
    let from = set.reservations.range((order_id, line, sku, warehouse_id)..);
    from.take_while(move |it| it.order_id == order_id && it.line == line)
}

/// The reservations of an order.
pub fn of_order(set: &Set, order_id: OrderId) -> impl Iterator<Item = &Reservation> {
    let (sku, warehouse_id) = first_ids();
    let from = set.reservations.range((order_id, 0, sku, warehouse_id)..);
    from.take_while(move |it| it.order_id == order_id)
}

/// The first of all items and warehouses in their order: where a range of keys begins.
#[must_use]
pub fn first_ids() -> (Sku, WarehouseId) {
    let first = "first in the order of ids: neither blanks nor control characters begin one";
    ("!".parse().expect(first), "!".parse().expect(first))
}

/// What of a line waits for the word of warehouses: they were asked for it, it is not reserved any
/// more, and the order wants it.
#[must_use]
pub fn lost(set: &Set, order_id: OrderId, line: u32) -> Quantity {
    of_line(set, order_id, line).map(|it| it.lost.saturating_sub(it.lost_unwanted)).sum()
}

/// Rule F4: the warehouse is not asked for the line again until it reports the item.
pub fn bar(set: &mut Set, key: &ReservationKey) {
    let (order_id, line, sku, warehouse_id) = key.clone();
    set.bars.put(Bar { order_id, line, sku, warehouse_id });
}
