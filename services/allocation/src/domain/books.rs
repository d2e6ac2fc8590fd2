//! Order lines and reservations as they stand.

use std::cmp::Reverse;

use contracts::{OrderId, Quantity};
use mesh::{Halt, checked::plus, row::Row as _};

use super::{
    order::Line,
    reservation::{Reservation, ReservationKey, first_key},
};
use crate::unit_of_work::UnitOfWork;

/// The lines of an order.
pub fn lines_of(work: &UnitOfWork, order_id: OrderId) -> impl Iterator<Item = &Line> {
    work.lines.range((order_id, 0)..=(order_id, u32::MAX))
}

/// The reservations of an order line.
pub fn of_line(
    work: &UnitOfWork,
    order_id: OrderId,
    line: u32,
) -> impl Iterator<Item = &Reservation> {
    work.reservations.sharing(first_key(order_id, line), 2)
}

/// The reservations of an order line, the newest first.
#[must_use]
pub fn newest_of_line(work: &UnitOfWork, order_id: OrderId, line: u32) -> Vec<ReservationKey> {
    let mut rows: Vec<&Reservation> = of_line(work, order_id, line).collect();
    rows.sort_by_key(|it| Reverse(it.place));
    rows.into_iter().map(Reservation::key).collect()
}

/// The reservations of an order.
pub fn of_order(work: &UnitOfWork, order_id: OrderId) -> impl Iterator<Item = &Reservation> {
    work.reservations.from(first_key(order_id, 0))
}

/// The units of a line that wait for the word of warehouses: they were asked for them, the order
/// wants them, and they are not reserved any more.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn in_doubt(work: &UnitOfWork, order_id: OrderId, line: u32) -> Result<Quantity, Halt> {
    let mut rows = of_line(work, order_id, line);
    rows.try_fold(Quantity::ZERO, |sum, it| plus(sum, it.in_doubt_wanted()?))
}
