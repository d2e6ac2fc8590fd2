//! The events of a change.

use contracts::{
    OrderId,
    document::LineQuantity,
    event::{ChangedLine, OrderChangeRequested, OrderChanged},
};
use mesh::Outputs;

use crate::{
    domain::{change::Change, order::Order},
    unit_of_work::UnitOfWork,
};

/// The event that asks for a change.
#[must_use]
pub fn requested(order: &Order, change: &Change, lines: Vec<ChangedLine>) -> OrderChangeRequested {
    OrderChangeRequested {
        order_id: order.order_id,
        partner: order.partner.clone(),
        po_number: order.po_number.clone(),
        change_number: change.number,
        lines,
        reason: change.wanted_by.reason(),
    }
}

/// Announces the order as it stands now.
pub fn announce(
    work: &UnitOfWork,
    order_id: OrderId,
    grown: Vec<LineQuantity>,
    outputs: &mut Outputs,
) {
    let Some(taken) = work.orders.get(&order_id).and_then(Order::taken) else { return };
    let lines = taken.lines();
    let cancelled = taken.tally.cancelled.iter().filter_map(|(line, quantity)| {
        let sku = lines.get(line)?.sku.clone();
        Some(LineQuantity { line: *line, sku, quantity: *quantity })
    });
    let cancelled = cancelled.collect();
    outputs.event(&OrderChanged { order_id, order: taken.body.clone(), cancelled, grown });
}
