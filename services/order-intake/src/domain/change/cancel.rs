//! Nothing more of an order is wanted (O8): what is not dispatched is cancelled, what is will be
//! billed. The buyer may say so, an operator, or the order's last day (O9).

use contracts::{OrderId, Reason, ReasonLine};
use mesh::{Halt, Outputs, command::Stop};

use super::{
    begin, held,
    queue::{changes_of, closed, is_pending, queued},
};
use crate::{
    domain::{
        change::{By, State},
        order::{Order, Status},
    },
    unit_of_work::UnitOfWork,
};

/// Cancels what is open of an order, when it is this one's turn. Units that a warehouse has been
/// asked to ship are asked back first.
///
/// # Errors
/// Says why there is nothing to cancel; or a figure is out of range.
pub fn cancel_open(
    work: &mut UnitOfWork,
    order_id: OrderId,
    wanted_by: By,
) -> Result<Outputs, Stop> {
    let status = work.orders.get(&order_id).map(Order::status).ok_or_else(|| {
        ReasonLine::new(Reason::UnknownOrder, format!("there is no order {order_id}"))
    })?;
    if let Some(reason) = closed(work, order_id) {
        return Err(reason.into());
    }
    let mut outputs = Outputs::none();
    outputs.about(order_id);
    if changes_of(work, order_id).any(|it| it.state != State::Answered && it.document.is_none()) {
        return Ok(outputs);
    }
    let change = queued(work, order_id, wanted_by, None);
    if is_pending(work, order_id) {
        work.changes.put(change);
    } else if status == Status::Held {
        held::cancel(work, change, &mut outputs)?;
    } else if is_open(work, order_id)? {
        begin::cancel(work, change, &mut outputs)?;
    } else {
        return Err(ReasonLine::new(Reason::AlreadyShipped, "all of it has left already").into());
    }
    Ok(outputs)
}

fn is_open(work: &UnitOfWork, order_id: OrderId) -> Result<bool, Halt> {
    for line in work.lines.from((order_id, 0)) {
        if !line.open()?.is_zero() {
            return Ok(true);
        }
    }
    Ok(false)
}
