//! Orders that are shipped complete: until something of one has left, all of it is reserved or all of
//! it waits (A4).

use contracts::{OrderId, Quantity, Sku, event::ReservedLine};
use mesh::{
    Halt, Outputs,
    checked::{minus, plus},
    row::Row,
};

use super::{
    books, ledger,
    order::Order,
    plan::{Ask, Demand, plan, sum, takes_from},
    queue::{self, Held},
    reservation::{Reservation, ReservationKey},
};
use crate::unit_of_work::UnitOfWork;

/// Returns true for an order that has to stay whole. From its first dispatch on it is served like any
/// other (A3).
#[must_use]
pub fn is_whole(work: &UnitOfWork, order: &Order) -> bool {
    let mut lines = books::lines_of(work, order.order_id);
    order.ship_complete && lines.all(|line| line.consumed.is_zero())
}

/// Returns true while an order that has to stay whole waits for the word of warehouses: until they
/// have answered, nothing of it is reserved, announced or declined.
#[must_use]
pub fn awaits_word(work: &UnitOfWork, order_id: OrderId) -> bool {
    let whole = work.orders.get(&order_id).is_some_and(|order| is_whole(work, order));
    whole && books::of_order(work, order_id).any(Reservation::is_unanswered)
}

/// Recalls all of an order that has to stay whole where what it lacks is free nowhere. Returns what
/// warehouses are to give back. An item that is just being given out is waited for.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn keep(
    work: &mut UnitOfWork,
    order_id: OrderId,
    held: Held<'_>,
) -> Result<Vec<ReservedLine>, Halt> {
    let Some(order) = work.orders.get(&order_id).cloned() else { return Ok(Vec::new()) };
    if !is_whole(work, &order) {
        return Ok(Vec::new());
    }
    let lacks = lacks(work, order_id)?;
    let mut from = lacks.iter().flat_map(|demand| takes_from(work, &order, &demand.sku));
    if lacks.is_empty() || from.any(|sku| held.holds(work, &sku)) {
        return Ok(Vec::new());
    }
    let place = order.ship_to.place();
    let ask = Ask {
        order_id: Some(order_id),
        place: &place,
        allow_substitutes: order.allow_substitutes,
        held,
    };
    let got = sum(plan(work, &ask, &lacks)?.iter().map(|pick| pick.quantity));
    let wanted = sum(lacks.iter().map(|demand| demand.quantity));
    if got < wanted { recall_all(work, order_id) } else { Ok(Vec::new()) }
}

/// The units that an order lacks, by line: those that wait, and those that warehouses are to give
/// back and it still wants.
fn lacks(work: &UnitOfWork, order_id: OrderId) -> Result<Vec<Demand>, Halt> {
    let mut demands = Vec::new();
    for line in books::lines_of(work, order_id) {
        let mut quantity = line.backordered;
        for it in books::of_line(work, order_id, line.line) {
            quantity = plus(quantity, it.recalled_wanted()?)?;
        }
        if !quantity.is_zero() {
            demands.push(Demand { line: line.line, sku: line.sku.clone(), quantity });
        }
    }
    Ok(demands)
}

fn recall_all(work: &mut UnitOfWork, order_id: OrderId) -> Result<Vec<ReservedLine>, Halt> {
    let keys: Vec<ReservationKey> = books::of_order(work, order_id).map(Row::key).collect();
    let mut recalled = Vec::new();
    for key in keys {
        recalled.extend(recall_rest(work, &key)?);
    }
    Ok(recalled)
}

/// Recalls all of a reservation. Returns the units that were not recalled before.
///
/// # Errors
/// [`Halt::broken`] when more is recalled than reserved.
pub fn recall_rest(
    work: &mut UnitOfWork,
    key: &ReservationKey,
) -> Result<Option<ReservedLine>, Halt> {
    let ordered = work.lines.get(&(key.0, key.1)).map(|line| line.sku.clone());
    let Some(reservation) = work.reservations.get(key) else { return Ok(None) };
    let quantity = minus(reservation.quantity, reservation.recalled)?;
    if quantity.is_zero() {
        return Ok(None);
    }
    if let Some(reservation) = work.reservations.get_mut(key) {
        reservation.recalled = reservation.quantity;
    }
    let (_, line, sku, warehouse_id) = key.clone();
    let ordered_sku = ordered.unwrap_or_else(|| sku.clone());
    Ok(Some(ReservedLine { line, sku, ordered_sku, warehouse_id, quantity }))
}

/// Looks again at the rest of an order that is shipped complete, which may be there now. Units that
/// were held back until warehouses had answered, as `awaited` says, are announced anew where they
/// still wait.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn look_again(
    work: &mut UnitOfWork,
    order_id: OrderId,
    awaited: bool,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    if !work.orders.get(&order_id).is_some_and(|order| order.ship_complete) {
        return Ok(());
    }
    let waiting: Vec<(u32, Sku)> = books::lines_of(work, order_id)
        .filter(|line| line.waits())
        .map(|line| (line.line, line.sku.clone()))
        .collect();
    for (number, sku) in waiting {
        if awaited {
            ledger::change_line(work, order_id, number, |line| {
                line.notified = Quantity::ZERO;
                Ok(())
            })?;
        }
        queue::mark(work, &sku, outputs);
    }
    Ok(())
}
