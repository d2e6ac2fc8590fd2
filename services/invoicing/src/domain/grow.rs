//! Units that were above the order when they left and are within it now, or whose change is seen
//! late: they may be billed, on an invoice of their own where their dispatch has one already. Those
//! of them that came back meanwhile are not (rule I11).

use contracts::{
    OrderId, Quantity,
    document::LineQuantity,
    event::{InvoiceReduced, OrderBody},
};
use mesh::{
    Halt, Outputs,
    checked::{beyond, minus, plus},
    row::Row,
};

use super::{
    allowance::{never_granted, unclaimed},
    dispatch::{self, State, Waiting},
    supplement,
};
use crate::unit_of_work::UnitOfWork;

/// Grants the units of an order that its body allows now.
///
/// # Errors
/// Halts when a figure is out of range.
pub fn grow(
    work: &mut UnitOfWork,
    order_id: OrderId,
    body: &OrderBody,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let over: Vec<dispatch::Line> = dispatch::of_order(&work.dispatch_lines, order_id)
        .filter(|row| row.granted < row.quantity)
        .cloned()
        .collect();
    for row in over {
        let more = unclaimed(work, order_id, row.line)?;
        let open = minus(row.quantity, row.granted)?;
        let back = beyond(never_granted(work, order_id, row.line)?, more).min(open);
        let more = more.min(minus(open, back)?);
        if !back.is_zero() {
            let is_all = more.is_zero();
            reduce(work, &row, back, is_all, body, outputs)?;
        }
        if !more.is_zero() && grant(work, &row, more)? {
            outputs.more_due();
        }
    }
    Ok(())
}

/// Tells of units that are within the order now and back already: no invoice will bill them.
fn reduce(
    work: &mut UnitOfWork,
    row: &dispatch::Line,
    back: Quantity,
    is_all: bool,
    body: &OrderBody,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    if let Some(row) = work.dispatch_lines.get_mut(&row.key()) {
        row.granted = plus(row.granted, back)?;
        row.unbilled = plus(row.unbilled, back)?;
    }
    let missing =
        || Halt::broken(format!("a dispatch of order {} is not in the books", row.order_id));
    let dispatch = work.dispatches.get(&row.dispatch()).ok_or_else(missing)?;
    outputs.event(&InvoiceReduced {
        invoice: dispatch.bill(),
        order_id: row.order_id,
        partner: body.partner.clone(),
        lines: vec![LineQuantity { line: row.line, sku: row.sku.clone(), quantity: back }],
        nothing_left: is_all && work.waiting.get(&row.dispatch()).is_none(),
    });
    Ok(())
}

/// Lets more units be billed, and returns whether there is something to bill.
fn grant(work: &mut UnitOfWork, row: &dispatch::Line, more: Quantity) -> Result<bool, Halt> {
    let is_billed = |it: &dispatch::Dispatch| it.state == State::Billed;
    if work.dispatches.get(&row.dispatch()).is_some_and(is_billed) {
        // As it stands now: some of it may have come back.
        let row = work.dispatch_lines.get(&row.key()).cloned().unwrap_or_else(|| row.clone());
        return supplement::split(work, &row, more);
    }
    if let Some(row) = work.dispatch_lines.get_mut(&row.key()) {
        row.granted = plus(row.granted, more)?;
    }
    work.waiting.put(Waiting::new(row.dispatch(), 0));
    Ok(true)
}
