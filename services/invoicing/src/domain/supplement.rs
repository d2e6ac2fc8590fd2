//! Units that an invoice left out because they were above the order, and that the order covers
//! now: a dispatch has one invoice, so they are billed as a dispatch of their own, split off.

use contracts::{ConfirmationId, OrderId, Quantity, ids::derived};
use mesh::row::Row;

use super::{
    Fault, Set, credit,
    dispatch::{self, Dispatch, State, Waiting},
};

/// Splits so many units off what left, to be billed; none where so many are not out. Says whether
/// there is something to bill.
///
/// # Errors
/// When a sum is too large.
pub fn split(set: &mut Set, row: &dispatch::Line, more: Quantity) -> Result<bool, Fault> {
    let key = row.dispatch();
    let rest = row.quantity.saturating_sub(more);
    let Some(dispatch) = set.dispatches.get(&key).cloned() else { return Ok(false) };
    if more.is_zero() || more > unbilled(set, row) {
        return Ok(false);
    }
    // What is back on the shelf was taken off what left first, billed or not: what does not fit the
    // rest goes along with its cost.
    let back = row.restocked.saturating_sub(rest);
    let whole = row.cost - row.cost_reversed;
    let part = credit::part_of(row.cost, more, row.quantity)?;
    let (cost, cost_reversed) = if back.is_zero() {
        (part.min(whole), 0)
    } else {
        let kept = (row.cost - part).min(row.cost_reversed);
        (row.cost - kept, row.cost_reversed - kept)
    };
    let confirmation_id = next_id(set, row.order_id, &dispatch)?;
    if rest.is_zero() {
        // Nothing of it was within the order: all of it is told of anew.
        set.dispatch_lines.remove(&row.key());
    } else if let Some(row) = set.dispatch_lines.get_mut(&row.key()) {
        row.quantity = rest;
        row.cost -= cost;
        row.restocked = row.restocked.saturating_sub(back);
        row.cost_reversed -= cost_reversed;
    }
    let none = Quantity::ZERO;
    set.dispatch_lines.put(dispatch::Line {
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
    let (shipment_id, order_id) = (row.shipment_id, row.order_id);
    set.dispatches.put(Dispatch {
        confirmation_id: confirmation_id.clone(),
        state: State::Nothing,
        place: 0,
        invoice_number: None,
        ..dispatch
    });
    set.waiting.put(Waiting { shipment_id, confirmation_id, order_id, tried: 0 });
    Ok(true)
}

/// Units of the line that are out and not on an invoice (I1).
fn unbilled(set: &Set, row: &dispatch::Line) -> Quantity {
    let Some(line) = set.lines.get(&(row.order_id, row.line)) else { return Quantity::ZERO };
    line.dispatched.saturating_sub(line.returned).saturating_sub(line.standing())
}

/// The books' own name of what was split off; on the invoice stands the warehouse's.
fn next_id(set: &Set, order_id: OrderId, of: &Dispatch) -> Result<ConfirmationId, Fault> {
    let parts = set.dispatches.iter().filter(|it| it.order_id == order_id).count();
    let (shipment, parts) = (of.shipment_id.to_string(), parts.to_string());
    let id = derived(&["supplement", &shipment, of.confirmation_id.as_str(), &parts]);
    ConfirmationId::new(id.to_string()).map_err(Fault::number)
}
