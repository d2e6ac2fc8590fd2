//! Rule O10: an order is completed when nothing of it is open.

use contracts::{OrderId, event::OrderCompleted};
use mesh::Outputs;

use super::{
    change::queue::is_pending,
    order::{Order, Standing},
    tally::Sums,
};
use crate::unit_of_work::UnitOfWork;

/// Completes an order of which nothing is open, and nothing that was asked of it is undecided.
pub fn complete(work: &mut UnitOfWork, order_id: OrderId, outputs: &mut Outputs) {
    let Some(taken) = work.orders.get(&order_id).and_then(Order::taken) else { return };
    let Sums { open, shipped, .. } = taken.tally.sums;
    let is_accepted = taken.standing == Standing::Accepted;
    if open > 0 || shipped == 0 || !is_accepted || is_pending(work, order_id) {
        return;
    }
    let Some(order) = work.orders.get_mut(&order_id) else { return };
    let (partner, po_number) = (order.partner.clone(), order.po_number.clone());
    if let Some(taken) = order.taken_mut() {
        taken.standing = Standing::Completed;
    }
    outputs.event(&OrderCompleted { order_id, partner, po_number });
}
