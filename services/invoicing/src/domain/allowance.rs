//! The units of an order line that may be billed (rules F5, I1 and I9).

use contracts::{OrderId, Quantity, event::OrderedLine};
use mesh::{
    Halt,
    checked::{beyond, total},
};

use super::{dispatch, order::with_tolerance};
use crate::unit_of_work::UnitOfWork;

/// Returns the units of a line that are still wanted.
#[must_use]
pub fn wanted(work: &UnitOfWork, order_id: OrderId, ordered: &OrderedLine) -> Quantity {
    let cancelled = work.lines.get(&(order_id, ordered.line)).map(|line| line.cancelled);
    beyond(ordered.quantity, cancelled.unwrap_or_default())
}

/// Returns the units of a line that may be billed as the order stands now; `None` of a line that the
/// order does not have.
///
/// # Errors
/// Halts when a quantity is out of range.
pub fn allowed(
    work: &UnitOfWork,
    order_id: OrderId,
    number: u32,
) -> Result<Option<Quantity>, Halt> {
    let Some(order) = work.orders.get(&order_id) else { return Ok(None) };
    let Some(ordered) = order.line(number) else { return Ok(None) };
    let whole = |row: &dispatch::Line| work.items.get(&row.sku).is_some_and(|it| it.whole_units);
    let whole = of_line(work, order_id, number).all(whole);
    let tolerance = order.body.over_ship_tolerance_percent;
    with_tolerance(wanted(work, order_id, ordered), tolerance, whole).map(Some)
}

/// Returns the units of a line that are billed and not credited, or wait to be billed.
///
/// # Errors
/// Halts when a quantity is out of range.
pub fn claimed(work: &UnitOfWork, order_id: OrderId, number: u32) -> Result<Quantity, Halt> {
    let mut claimed = Quantity::ZERO;
    for row in of_line(work, order_id, number) {
        claimed = total([claimed, row.standing()?, row.billable()?])?;
    }
    Ok(claimed)
}

/// Returns how many more units of a line may be billed: the claimed ones may grow to min(dispatched −
/// returned, ordered × (1 + tolerance)), in whatever order those are heard of.
///
/// # Errors
/// Halts when a quantity is out of range.
pub fn unclaimed(work: &UnitOfWork, order_id: OrderId, number: u32) -> Result<Quantity, Halt> {
    let Some(allowed) = allowed(work, order_id, number)? else { return Ok(Quantity::ZERO) };
    let Some(line) = work.lines.get(&(order_id, number)) else { return Ok(Quantity::ZERO) };
    Ok(beyond(allowed.min(line.out()?), claimed(work, order_id, number)?))
}

/// Returns the units of a line that left, are within the order, and were never said to be.
///
/// # Errors
/// Halts when a quantity is out of range.
pub fn never_granted(work: &UnitOfWork, order_id: OrderId, number: u32) -> Result<Quantity, Halt> {
    let Some(allowed) = allowed(work, order_id, number)? else { return Ok(Quantity::ZERO) };
    let Some(line) = work.lines.get(&(order_id, number)) else { return Ok(Quantity::ZERO) };
    let granted = total(of_line(work, order_id, number).map(|row| row.granted))?;
    Ok(beyond(allowed.min(line.dispatched), granted))
}

fn of_line(
    work: &UnitOfWork,
    order_id: OrderId,
    number: u32,
) -> impl Iterator<Item = &dispatch::Line> {
    dispatch::of_order(&work.dispatch_lines, order_id).filter(move |row| row.line == number)
}
