//! Units that an invoice left out because they were above the order, and that the order covers
//! now: a dispatch has one invoice, so they are billed as a dispatch of their own, split off.

use contracts::{ConfirmationId, Quantity, ids::derived};
use mesh::{
    Halt,
    checked::{beyond, minus},
    row::Row,
};

use super::{
    amounts::part_of,
    dispatch::{self, Dispatch, State, Waiting},
};
use crate::unit_of_work::UnitOfWork;

/// Splits so many units off a line that left, to be billed; none where so many are not out. Returns
/// whether there is something to bill.
///
/// # Errors
/// Halts when a figure is out of range.
pub fn split(work: &mut UnitOfWork, row: &dispatch::Line, more: Quantity) -> Result<bool, Halt> {
    let Some(dispatch) = work.dispatches.get(&row.dispatch()).cloned() else { return Ok(false) };
    if more.is_zero() || more > unbilled(work, row)? {
        return Ok(false);
    }
    let rest = minus(row.quantity, more)?;
    // Restocked units were taken off what left first, billed or not: what does not fit the rest goes
    // along with its cost.
    let back = beyond(row.restocked, rest);
    let whole = row.cost - row.cost_reversed;
    let part = part_of(row.cost, more, row.quantity)?;
    let (cost, cost_reversed) = if back.is_zero() {
        (part.min(whole), 0)
    } else {
        let kept = (row.cost - part).min(row.cost_reversed);
        (row.cost - kept, row.cost_reversed - kept)
    };
    let confirmation_id = next_id(work, &dispatch)?;
    if rest.is_zero() {
        // Nothing of it was within the order: all of it is told of anew.
        work.dispatch_lines.remove(&row.key());
    } else if let Some(row) = work.dispatch_lines.get_mut(&row.key()) {
        row.quantity = rest;
        row.cost -= cost;
        row.restocked = minus(row.restocked, back)?;
        row.cost_reversed -= cost_reversed;
    }
    let none = Quantity::ZERO;
    work.dispatch_lines.put(dispatch::Line {
        confirmation_id: confirmation_id.clone(),
        quantity: more,
        granted: more,
        unbilled: none,
        billed: none,
        net: 0,
        credited: none,
        credited_net: 0,
        cost,
        restocked: back,
        cost_reversed,
        ..row.clone()
    });
    let dispatch = Dispatch {
        confirmation_id,
        state: State::Nothing,
        place: 0,
        invoice_number: None,
        ..dispatch
    };
    work.waiting.put(Waiting::new(dispatch.id(), 0));
    work.dispatches.put(dispatch);
    Ok(true)
}

/// Returns the units of the line that are out and not on an invoice (rule I1).
fn unbilled(work: &UnitOfWork, row: &dispatch::Line) -> Result<Quantity, Halt> {
    let Some(line) = work.lines.get(&(row.order_id, row.line)) else { return Ok(Quantity::ZERO) };
    minus(line.out()?, line.standing()?)
}

/// The books' own name of what was split off; on the invoice stands the warehouse's.
fn next_id(work: &UnitOfWork, of: &Dispatch) -> Result<ConfirmationId, Halt> {
    let parts = work.dispatches.having("order_id", &of.order_id).count();
    let (shipment, parts) = (of.shipment_id.to_string(), parts.to_string());
    let id = derived(&["supplement", &shipment, of.confirmation_id.as_str(), &parts]);
    ConfirmationId::new(id.to_string()).map_err(Halt::broken)
}
