//! What comes of a change that is under way: units are set free, or they left before.

use contracts::{
    OrderId, Quantity, Reason, ReasonLine,
    document::{LineQuantity, OrderAckStatus},
    event::{InventoryReleased, OrderChanged, ShipmentDispatched},
};
use mesh::{Decision, Json, Outputs};

use super::{
    Change, ChangeLine, State, active, answer, cancel, changes_of, finish, judge::in_ordered_unit,
    lines_of,
};
use crate::domain::{
    Set,
    credit::follow,
    exposure::TooLarge,
    ledger::Ledger,
    order::{Line, Status},
};

/// Allocation has set free what was not wanted any more.
pub fn released(set: &mut Set, event: &InventoryReleased) -> Decision {
    let mut outputs = Outputs::none();
    // What is free is no part of the exposure any more, although the change may not be settled yet.
    let done = note_released(set, event)
        .and_then(|()| advance(set, event.order_id, &mut outputs))
        .and_then(|()| follow(set, event.order_id, &mut outputs));
    match done {
        Ok(()) => outputs.into(),
        Err(error) => error.into(),
    }
}

/// Without a change under way it is an echo of one whose units had all left.
fn note_released(set: &mut Set, event: &InventoryReleased) -> Result<(), TooLarge> {
    let order_id = event.order_id;
    let Some(place) = active(set, order_id).map(|change| change.place) else { return Ok(()) };
    let Some(mut ledger) = Ledger::open(set, order_id)? else { return Ok(()) };
    for free in &event.lines {
        let Some(line) = set.change_lines.get_mut(&(order_id, place, free.line)) else { continue };
        let taken = ledger.note(&mut set.lines, free.line, |row| {
            let quantity = free.quantity.min(row.wanted());
            row.cancelled = sum(row.cancelled, quantity);
            quantity
        })?;
        line.released = sum(line.released, taken.unwrap_or_default());
    }
    ledger.close(set)
}

/// Goods have left, which a change may have waited for. What of them had been taken back before,
/// and was accepted by an operator, is wanted again: it is billed.
///
/// # Errors
/// When a sum of money is too large.
pub fn dispatched(
    set: &mut Set,
    event: &ShipmentDispatched,
    outputs: &mut Outputs,
) -> Result<(), TooLarge> {
    let order_id = event.order_id;
    let place = active(set, order_id).map(|change| change.place);
    let mut late = Vec::new();
    for line in &event.reinstated {
        let key = (order_id, place.unwrap_or_default(), line.line);
        let is_less = |of_change: &ChangeLine| of_change.grown.is_none();
        if set.change_lines.get(&key).is_some_and(is_less)
            && let Some(of_change) = set.change_lines.get_mut(&key)
        {
            // What was set free for the change is not known in full before it is settled.
            of_change.late = sum(of_change.late, line.quantity);
        } else {
            late.push(line.clone());
        }
    }
    reinstate(set, order_id, &late, outputs)?;
    advance(set, order_id, outputs)
}

/// Units of an order will not come, for another reason: a change may be settled by that.
///
/// # Errors
/// When a sum of money is too large.
pub fn moved(set: &mut Set, order_id: OrderId, outputs: &mut Outputs) -> Result<(), TooLarge> {
    advance(set, order_id, outputs)
}

/// Carries out the change that is under way, when nothing of it is open any more.
///
/// # Errors
/// When a sum of money is too large.
pub fn advance(set: &mut Set, order_id: OrderId, outputs: &mut Outputs) -> Result<(), TooLarge> {
    let Some(change) = active(set, order_id).cloned() else { return Ok(()) };
    let lines = lines_of(set, &change);
    if !lines.iter().all(|line| is_settled(set, line)) {
        return Ok(());
    }
    if lines.iter().any(|line| line.grown.is_some()) && !is_customer_known(set, order_id) {
        // What it adds is looked at with everything that it is judged by.
        set.changes.put(Change { state: State::Settled, ..change });
        outputs.more_due();
        return Ok(());
    }
    if change.document.is_some() {
        finish::finish(set, change, lines, outputs)
    } else {
        cancel::finish(set, change, lines, outputs)
    }
}

/// Every unit above the total asked for was set free, or has left.
fn is_settled(set: &Set, line: &ChangeLine) -> bool {
    let Some(row) = set.lines.get(&(line.order_id, line.line)) else { return true };
    line.grown.is_some() || row.wanted() <= line.total.max(row.dispatched)
}

fn is_customer_known(set: &Set, order_id: OrderId) -> bool {
    let customer = set.orders.get(&order_id).and_then(|order| order.customer_id.as_ref());
    customer.is_some_and(|customer| set.customers.get(customer).is_some())
}

/// The next one in line may begin.
pub fn follow_on(set: &mut Set, after: &Change, outputs: &mut Outputs) {
    let next = changes_of(set, after.order_id)
        .filter(|it| it.place != after.place)
        .find(|it| matches!(it.state, State::Queued | State::Ready))
        .map(|next| next.place);
    let Some(place) = next else { return };
    if let Some(next) = set.changes.get_mut(&(after.order_id, place)) {
        next.state = State::Ready;
    }
    outputs.more_due();
}

/// How much more has left of a line than is wanted of it, of what left late.
pub fn wanted_again(row: &Line, late: Quantity) -> Quantity {
    late.min(row.dispatched.saturating_sub(row.wanted()))
}

/// Goods that left after they had been taken back count as ordered again, as far as they are above
/// what is wanted of the line.
fn reinstate(
    set: &mut Set,
    order_id: OrderId,
    late: &[LineQuantity],
    outputs: &mut Outputs,
) -> Result<(), TooLarge> {
    let mut reasons = Vec::new();
    let Some(mut ledger) = Ledger::open(set, order_id)? else { return Ok(()) };
    for line in late {
        let Some(mut row) = set.lines.get(&(order_id, line.line)).cloned() else { continue };
        let again = wanted_again(&row, line.quantity);
        if again.is_zero() {
            continue;
        }
        let cancelled = row.cancelled.min(again);
        row.cancelled = row.cancelled.saturating_sub(cancelled);
        row.ordered = sum(row.ordered, again.saturating_sub(cancelled));
        let Some(standing) = ledger.line(line.line) else { continue };
        let ordered = in_ordered_unit(standing, row.ordered);
        ledger.set_total(&mut set.lines, row, ordered)?;
        let text = format!("{again} of `{}` left after they were taken back", line.sku);
        reasons.push(ReasonLine::at(line.line, Reason::ShippedAfterCancel, text));
    }
    if reasons.is_empty() {
        return Ok(());
    }
    ledger.close(set)?;
    if let Some(order) = set.orders.get_mut(&order_id)
        && matches!(order.status, Status::Cancelled | Status::Completed)
    {
        order.status = Status::Accepted;
    }
    announce(set, order_id, Vec::new(), outputs);
    if let Some(answer) = answer::present(set, order_id, OrderAckStatus::Accepted, reasons)
        && let Some(order) = set.orders.get(&order_id)
    {
        outputs.document(&order.partner, &answer);
    }
    follow(set, order_id, outputs)
}

/// Says how the order stands now.
pub fn announce(set: &Set, order_id: OrderId, grown: Vec<LineQuantity>, outputs: &mut Outputs) {
    let Some(order) = set.orders.get(&order_id) else { return };
    let Some(Json(body)) = order.body.clone() else { return };
    let lines = order.lines();
    let cancelled = order.tally.cancelled.iter().filter_map(|(line, quantity)| {
        let sku = lines.get(line)?.sku.clone();
        Some(LineQuantity { line: *line, sku, quantity: *quantity })
    });
    let cancelled = cancelled.collect();
    outputs.event(&OrderChanged { order_id, order: body, cancelled, grown });
}

/// The sum; at most the largest quantity there is.
pub fn sum(a: Quantity, b: Quantity) -> Quantity {
    [a, b].into_iter().sum()
}
