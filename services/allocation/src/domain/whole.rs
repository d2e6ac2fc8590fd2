//! Orders that are shipped complete: until something of one has left, all of it is reserved or all of
//! it waits (A4).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{OrderId, Quantity, Sku, event::ReservedLine};
use mesh::{Outputs, row::Row};

use super::{
    Set, ledger,
    order::{Order, Reservation, ReservationKey},
    plan::{Ask, Demand, plan},
    serve::takes_from,
};

/// Whether an order has to stay whole. From its first dispatch on it is served like any other (A3).
#[must_use]
pub fn is_whole(set: &Set, order: &Order) -> bool {
    order.ship_complete && ledger::lines_of(set, order.order_id).all(|line| line.consumed.is_zero())
}

/// Whether an order that has to stay whole waits for the word of warehouses: until they have
/// answered, nothing of it is reserved, announced or declined.
#[must_use]
pub fn awaits_word(set: &Set, order_id: OrderId) -> bool {
    let whole = set.orders.get(&order_id).is_some_and(|order| is_whole(set, order));
    let unanswered = |it: &Reservation| it.recalled > it.unwanted || it.lost > it.lost_unwanted;
    whole && ledger::of_order(set, order_id).any(unanswered)
}

/// Recalls all of an order that has to stay whole where what it lacks is free nowhere. Returns what
/// warehouses are to give back. An item that is just being given out is waited for.
pub fn keep(set: &mut Set, order_id: OrderId, held: &BTreeSet<Sku>) -> Vec<ReservedLine> {
    let Some(order) = set.orders.get(&order_id).cloned() else { return Vec::new() };
    if !is_whole(set, &order) {
        return Vec::new();
    }
    let lacks = lacks(set, order_id);
    let from = lacks.iter().flat_map(|demand| takes_from(set, &order, &demand.sku));
    if lacks.is_empty() || from.into_iter().any(|sku| held.contains(&sku)) {
        return Vec::new();
    }
    let place = order.ship_to.place();
    let ask = Ask {
        order_id: Some(order_id),
        place: &place,
        allow_substitutes: order.allow_substitutes,
        held,
    };
    let got: Quantity = plan(set, &ask, &lacks).iter().map(|pick| pick.quantity).sum();
    let wanted: Quantity = lacks.iter().map(|demand| demand.quantity).sum();
    if got < wanted { recall_all(set, order_id) } else { Vec::new() }
}

/// What an order lacks, by line: what waits, and what warehouses are to give back and it still wants.
fn lacks(set: &Set, order_id: OrderId) -> Vec<Demand> {
    let mut recalled: BTreeMap<u32, Quantity> = BTreeMap::new();
    for it in ledger::of_order(set, order_id) {
        let sum = recalled.entry(it.line).or_default();
        *sum = ledger::plus(*sum, it.recalled.saturating_sub(it.unwanted));
    }
    let demand = |line: &super::order::Line| Demand {
        line: line.line,
        sku: line.sku.clone(),
        quantity: ledger::plus(
            line.backordered,
            recalled.get(&line.line).copied().unwrap_or_default(),
        ),
    };
    let lines = ledger::lines_of(set, order_id).map(demand);
    lines.filter(|demand| !demand.quantity.is_zero()).collect()
}

fn recall_all(set: &mut Set, order_id: OrderId) -> Vec<ReservedLine> {
    let keys: Vec<ReservationKey> = ledger::of_order(set, order_id).map(Row::key).collect();
    keys.iter().filter_map(|key| recall_rest(set, key)).collect()
}

/// Wants all of a reservation back. Returns what of it was not wanted back before.
pub fn recall_rest(set: &mut Set, key: &ReservationKey) -> Option<ReservedLine> {
    let ordered = set.lines.get(&(key.0, key.1)).map(|line| line.sku.clone());
    let reservation = set.reservations.get(key)?;
    let quantity = reservation.quantity.saturating_sub(reservation.recalled);
    if quantity.is_zero() {
        return None;
    }
    let reservation = set.reservations.get_mut(key)?;
    reservation.recalled = reservation.quantity;
    let (_, line, sku, warehouse_id) = key.clone();
    let ordered_sku = ordered.unwrap_or_else(|| sku.clone());
    Some(ReservedLine { line, sku, ordered_sku, warehouse_id, quantity })
}

/// What is left of an order that is shipped complete may be there now. What was held back until
/// warehouses had answered, as `awaited` says, is announced anew where it still waits.
pub fn look_again(set: &mut Set, order_id: OrderId, awaited: bool, outputs: &mut Outputs) {
    if !set.orders.get(&order_id).is_some_and(|order| order.ship_complete) {
        return;
    }
    let waiting: Vec<(u32, Sku)> = ledger::lines_of(set, order_id)
        .filter(|line| !line.backordered.is_zero())
        .map(|line| (line.line, line.sku.clone()))
        .collect();
    for (number, sku) in waiting {
        if awaited {
            ledger::change_line(set, order_id, number, |line| line.told = Quantity::ZERO);
        }
        ledger::mark(set, &sku, outputs);
    }
}
