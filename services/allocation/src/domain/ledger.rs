//! The only code that changes what is reserved: reservation, stock, order line and ledger move
//! together, or not at all (A1).

use contracts::{OrderId, Quantity, SignedQuantity, Sku};
use jiff::Timestamp;
use mesh::{
    Halt,
    checked::{beyond, minus, plus},
};

use super::{
    order::{Line, Order},
    queue,
    reservation::{Entry, Reservation, ReservationKey},
    stock::{Stock, StockKey},
};
use crate::unit_of_work::UnitOfWork;

/// The reason why units are not reserved any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseReason {
    /// They wait for stock again.
    Waiting,
    /// The order does not want them.
    Released,
    /// The order does not want them, and the warehouse has not said yet that it keeps them.
    Unwanted,
    /// The warehouse has shipped them.
    Consumed,
}

/// Sets free stock aside for units of a line that wait.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn reserve(
    work: &mut UnitOfWork,
    key: &ReservationKey,
    quantity: Quantity,
    cause: &str,
    now: Timestamp,
) -> Result<(), Halt> {
    let stock = stock_of(work, key)?;
    stock.reserved = plus(stock.reserved, quantity)?;
    // By the clock, so that places compare between stocks, and yet never the same twice in one.
    let clock = u64::try_from(now.as_microsecond()).unwrap_or_default();
    stock.places = clock.max(stock.places + 1);
    let place = stock.places;
    let reservation = work.reservations.get_or_put(key, || Reservation::none(key));
    reservation.quantity = plus(reservation.quantity, quantity)?;
    reservation.place = place;
    change_reserved_line(work, key, |line| {
        line.reserved = plus(line.reserved, quantity)?;
        line.backordered = minus(line.backordered, quantity)?;
        line.notified = beyond(line.notified, quantity);
        Ok(())
    })?;
    write(work, key, SignedQuantity::from(quantity), cause, now)
}

/// Ends the reservation of units, at most of those that are reserved. Returns their number.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn unreserve(
    work: &mut UnitOfWork,
    key: &ReservationKey,
    quantity: Quantity,
    reason: ReleaseReason,
    cause: &str,
    now: Timestamp,
) -> Result<Quantity, Halt> {
    let Some(reservation) = work.reservations.get_mut(key) else { return Ok(Quantity::ZERO) };
    let quantity = quantity.min(reservation.quantity);
    if quantity.is_zero() {
        return Ok(quantity);
    }
    reservation.quantity = minus(reservation.quantity, quantity)?;
    if matches!(reason, ReleaseReason::Released | ReleaseReason::Unwanted) {
        reservation.unwanted = minus(reservation.unwanted, quantity)?;
        reservation.recalled = minus(reservation.recalled, quantity)?;
    }
    // Units that left or wait again may be among those that were wanted back.
    reservation.recalled = reservation.recalled.min(reservation.quantity);
    reservation.unwanted = reservation.unwanted.min(reservation.recalled);
    tidy(work, key);
    let stock = stock_of(work, key)?;
    stock.reserved = minus(stock.reserved, quantity)?;
    change_reserved_line(work, key, |line| {
        line.reserved = minus(line.reserved, quantity)?;
        let units = match reason {
            ReleaseReason::Waiting => &mut line.backordered,
            ReleaseReason::Released => &mut line.released,
            ReleaseReason::Unwanted => return Ok(()),
            ReleaseReason::Consumed => &mut line.consumed,
        };
        *units = plus(*units, quantity)?;
        Ok(())
    })?;
    write(work, key, SignedQuantity::from_scaled(-quantity.scaled()), cause, now)?;
    Ok(quantity)
}

/// Ends the reservation of units that the warehouse was asked for: until it says what becomes of
/// them they may still be shipped. The order does not want `unwanted` of them any more, the rest
/// waits. Returns the number of units that the warehouse has yet to be asked back.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn put_in_doubt(
    work: &mut UnitOfWork,
    key: &ReservationKey,
    quantity: Quantity,
    unwanted: Quantity,
    cause: &str,
    now: Timestamp,
) -> Result<Quantity, Halt> {
    let Some(row) = work.reservations.get_mut(key) else { return Ok(Quantity::ZERO) };
    let wanted = minus(quantity, unwanted)?;
    let asked_back = row.recalled_wanted()?.min(wanted);
    row.in_doubt = plus(row.in_doubt, quantity)?;
    row.in_doubt_unwanted = plus(row.in_doubt_unwanted, unwanted)?;
    row.recalled = minus(row.recalled, asked_back)?;
    unreserve(work, key, unwanted, ReleaseReason::Unwanted, cause, now)?;
    unreserve(work, key, wanted, ReleaseReason::Waiting, cause, now)?;
    minus(wanted, asked_back)
}

/// Removes a reservation of nothing, with nothing on its way back.
pub fn tidy(work: &mut UnitOfWork, key: &ReservationKey) {
    let empty = |it: &Reservation| it.quantity.is_zero() && it.in_doubt.is_zero();
    if work.reservations.get(key).is_some_and(empty) {
        work.reservations.remove(key);
    }
}

fn write(
    work: &mut UnitOfWork,
    key: &ReservationKey,
    change: SignedQuantity,
    cause: &str,
    now: Timestamp,
) -> Result<(), Halt> {
    let (order_id, line, sku, warehouse_id) = key.clone();
    let order = work.orders.get_mut(&order_id);
    let order = order.ok_or_else(|| Halt::broken(format!("there is no order {order_id}")))?;
    order.entries += 1;
    work.ledger.put(Entry {
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
    Ok(())
}

fn stock_of<'a>(work: &'a mut UnitOfWork, key: &ReservationKey) -> Result<&'a mut Stock, Halt> {
    let (_, _, sku, warehouse_id) = key;
    let stock = work.stock.get_mut(&(warehouse_id.clone(), sku.clone()));
    stock.ok_or_else(|| Halt::broken(format!("`{sku}` is reserved in {warehouse_id}, unstocked")))
}

/// Changes a line, and keeps count of who waits for its item. Returns false where the order has no
/// such line.
///
/// # Errors
/// The [`Halt`] of `change`.
pub fn change_line(
    work: &mut UnitOfWork,
    order_id: OrderId,
    line: u32,
    change: impl FnOnce(&mut Line) -> Result<(), Halt>,
) -> Result<bool, Halt> {
    let Some(line) = work.lines.get_mut(&(order_id, line)) else { return Ok(false) };
    let before = line.waits();
    change(line)?;
    line.notified = line.notified.min(line.backordered);
    let after = line.waits();
    let sku = line.sku.clone();
    match (before, after) {
        (false, true) => queue::join(work, &sku),
        (true, false) => queue::leave(work, &sku)?,
        (true, true) | (false, false) => {}
    }
    Ok(true)
}

fn change_reserved_line(
    work: &mut UnitOfWork,
    key: &ReservationKey,
    change: impl FnOnce(&mut Line) -> Result<(), Halt>,
) -> Result<(), Halt> {
    if change_line(work, key.0, key.1, change)? {
        return Ok(());
    }
    Err(Halt::broken(format!("order {} has no line {}", key.0, key.1)))
}

/// Adds a line, all of which waits.
pub fn add_line(work: &mut UnitOfWork, order: &Order, line: u32, sku: &Sku, ordered: Quantity) {
    work.lines.put(Line::new(order, line, sku.clone(), ordered));
    if !ordered.is_zero() {
        queue::join(work, sku);
    }
}

/// The stock of an item in a warehouse, to be changed.
pub fn stock<'a>(work: &'a mut UnitOfWork, key: &StockKey) -> &'a mut Stock {
    work.stock.get_or_put(key, || Stock::none(key.0.clone(), key.1.clone()))
}
