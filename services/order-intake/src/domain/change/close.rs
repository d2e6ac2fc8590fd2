//! Orders of which nothing is wanted any more are closed.

use contracts::{
    OrderId, Reason, ReasonLine,
    document::{LineQuantity, OrderAckStatus},
    event::OrderCancelled,
};
use mesh::{Halt, Outputs};

use super::answer::{self, Objections};
use crate::{
    domain::{
        acknowledgement::present,
        change::Change,
        order::{Order, Standing},
    },
    unit_of_work::UnitOfWork,
};

/// Announces the units that a cancel has taken off, and answers it.
///
/// # Errors
/// When more of a line is cancelled than ordered.
pub fn close(
    work: &mut UnitOfWork,
    change: Change,
    gone: Vec<LineQuantity>,
    objections: Objections,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let order_id = change.order_id;
    let Some(order) = work.orders.get_mut(&order_id) else { return Ok(()) };
    let shipped = order.taken().is_some_and(|taken| taken.tally.sums.shipped > 0);
    if let Some(taken) = order.taken_mut().filter(|_| !shipped) {
        taken.standing = Standing::Cancelled;
    }
    let reason = change.wanted_by.reason();
    outputs.event(&OrderCancelled {
        order_id,
        partner: order.partner.clone(),
        po_number: order.po_number.clone(),
        lines: gone,
        whole: true,
        reason,
    });
    let answer = answer::cancelled(order, objections)?;
    answer::give(work, change, answer, outputs);
    tell(work, order_id, ReasonLine::new(reason, why(reason, shipped)), outputs);
    Ok(())
}

/// Cancels an order of which every line was changed to nothing.
pub fn close_empty(work: &mut UnitOfWork, order_id: OrderId, outputs: &mut Outputs) {
    let Some(taken) = work.orders.get(&order_id).and_then(Order::taken) else { return };
    let is_open = matches!(taken.standing, Standing::Accepted | Standing::Held(_));
    if !is_open || taken.tally.gone.len() != taken.lines().len() {
        return;
    }
    let Some(order) = work.orders.get_mut(&order_id) else { return };
    if let Some(taken) = order.taken_mut() {
        taken.standing = Standing::Cancelled;
    }
    let reason = Reason::CancelledByBuyer;
    outputs.event(&OrderCancelled {
        order_id,
        partner: order.partner.clone(),
        po_number: order.po_number.clone(),
        lines: Vec::new(),
        whole: true,
        reason,
    });
    let text = "every line of the order was changed to 0";
    tell(work, order_id, ReasonLine::new(reason, text), outputs);
}

fn tell(work: &mut UnitOfWork, order_id: OrderId, reason: ReasonLine, outputs: &mut Outputs) {
    if let Some(answer) = present(work, order_id, OrderAckStatus::Cancelled, vec![reason])
        && let Some(order) = work.orders.get(&order_id)
    {
        outputs.document(&order.partner, &answer);
    }
}

fn why(reason: Reason, shipped: bool) -> String {
    let who = reason.as_ref().replace('_', " ");
    let what =
        if shipped { "what has left is billed, the rest will not come" } else { "all of it" };
    format!("{who}: {what}")
}
