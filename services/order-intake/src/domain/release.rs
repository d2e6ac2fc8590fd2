//! Rule O6: held orders go on, or go on waiting.

use contracts::{
    OrderId, ReasonLine,
    document::OrderAckStatus,
    event::{OrderHeld, OrderReleased},
};
use mesh::{Halt, Outputs};

use super::{
    acknowledgement::present,
    exposure::follow,
    order::{Order, Standing},
};
use crate::unit_of_work::UnitOfWork;

/// A held order goes on as accepted.
///
/// # Errors
/// When a sum of money is too large.
pub fn release(
    work: &mut UnitOfWork,
    order_id: OrderId,
    released_by: Option<String>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let Some(taken) = work.orders.get_mut(&order_id).and_then(Order::taken_mut) else {
        return Ok(outputs);
    };
    taken.standing = Standing::Accepted;
    outputs.event(&OrderReleased { order_id, order: taken.body.clone(), released_by });
    tell(work, order_id, OrderAckStatus::Accepted, Vec::new(), outputs)
}

/// A held order goes on waiting, for these reasons.
///
/// # Errors
/// When a sum of money is too large.
pub fn hold(
    work: &mut UnitOfWork,
    order_id: OrderId,
    reasons: Vec<ReasonLine>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let Some(taken) = work.orders.get_mut(&order_id).and_then(Order::taken_mut) else {
        return Ok(outputs);
    };
    taken.standing = Standing::Held(reasons.clone());
    let order = taken.body.clone();
    outputs.event(&OrderHeld { order_id, order, reasons: reasons.clone() });
    tell(work, order_id, OrderAckStatus::Held, reasons, outputs)
}

/// Tells the buyer how the order stands now, and brings the customer's credit in line.
fn tell(
    work: &mut UnitOfWork,
    order_id: OrderId,
    status: OrderAckStatus,
    reasons: Vec<ReasonLine>,
    mut outputs: Outputs,
) -> Result<Outputs, Halt> {
    if let Some(answer) = present(work, order_id, status, reasons)
        && let Some(order) = work.orders.get(&order_id)
    {
        outputs.document(&order.partner, &answer);
    }
    follow(work, order_id, &mut outputs)?;
    Ok(outputs)
}
