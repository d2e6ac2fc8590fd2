//! A change takes place: what was given back is off the order, what was asked for besides is on it
//! where the customer's credit allows, and everybody hears of it.

use contracts::{
    OrderId, Reason, ReasonLine,
    document::{self, LineQuantity, OrderAckStatus},
    event::{OrderBody, OrderCancelled},
};
use mesh::Outputs;

use super::{
    Change, ChangeLine, State,
    answer::{self, Objections},
    grow::{charges, grow},
    judge::already_shipped,
    settle::{announce, follow_on, set_total, sum, wanted_again},
    start::requested,
};
use crate::domain::{
    Set,
    credit::follow,
    evaluate::{Amounts, add_up},
    exposure::TooLarge,
    order::{Order, Status},
    progress::complete,
};

/// Carries out a change of which nothing is open any more.
///
/// # Errors
/// When a sum of money is too large.
pub fn finish(
    set: &mut Set,
    change: Change,
    lines: Vec<ChangeLine>,
    outputs: &mut Outputs,
) -> Result<(), TooLarge> {
    let order_id = change.order_id;
    let Some(document) = change.document.0.clone() else { return Ok(()) };
    let mut objections = Objections { reasons: change.refused.0.clone(), ..Objections::default() };
    let mut any = false;
    for line in lines.iter().filter(|line| line.grown.is_none()) {
        any |= reduce(set, line, &document, &mut objections);
    }
    add_up_again(set, order_id)?;
    follow(set, order_id, outputs)?;
    let mut grown = Vec::new();
    for line in &lines {
        let Some(new) = line.grown.0.as_ref() else { continue };
        match grow(set, order_id, new)? {
            Ok(quantity) => {
                any = true;
                let (line, sku) = (new.line, new.sku.clone());
                grown.extend((!quantity.is_zero()).then_some(LineQuantity { line, sku, quantity }));
            }
            Err(reason) => objections.reasons.push(reason),
        }
    }
    lines.iter().for_each(|line| {
        set.change_lines.remove(&(order_id, line.place, line.line));
    });
    if any {
        announce(set, order_id, grown, outputs);
    } else if let Some(order) = set.orders.get(&order_id).filter(|_| change.state == State::Settled)
    {
        // The answer needs a cause of its own.
        outputs.event(&requested(order, &change, Vec::new()));
    }
    follow_on(set, &change, outputs);
    if let Some(order) = set.orders.get(&order_id) {
        let answer = answer::changed(order, &document, objections);
        answer::give(set, change, answer, outputs);
    }
    if any {
        let gone = |order: &Order| order.status == Status::Cancelled;
        let gone = set.orders.get(&order_id).is_some_and(gone);
        let now = if gone { OrderAckStatus::Cancelled } else { OrderAckStatus::Accepted };
        answer::present(set, order_id, now, Vec::new());
    }
    close_empty(set, order_id, outputs);
    complete(set, order_id, outputs);
    follow(set, order_id, outputs)
}

/// Takes what was given back off the total. What had left is not given back.
fn reduce(
    set: &mut Set,
    line: &ChangeLine,
    document: &document::OrderChange,
    objections: &mut Objections,
) -> bool {
    let (order_id, number) = (line.order_id, line.line);
    let Some(row) = set.lines.get_mut(&(order_id, number)) else { return false };
    let before = row.ordered;
    let wanted = sum(row.wanted(), wanted_again(row, line.late));
    row.ordered = line.total.max(wanted);
    row.cancelled = row.ordered.saturating_sub(wanted);
    let total = row.ordered;
    if total > line.total {
        objections.reasons.push(already_shipped(row));
        if total < before {
            objections.in_part.insert(number);
        }
    }
    set_total(set, order_id, number, total);
    let asked = document.lines.iter().find(|asked| asked.line == number);
    let exact = asked.and_then(|asked| asked.quantity.non_negative());
    if let Some(exact) = exact.filter(|_| total == line.total)
        && let Some(body) = body_mut(set, order_id)
        && let Some(ordered) = body.lines.iter_mut().find(|ordered| ordered.line == number)
    {
        ordered.ordered_quantity = exact;
    }
    total != before
}

/// Adds the order up again: lines and charges.
///
/// # Errors
/// When a sum is too large.
pub fn add_up_again(set: &mut Set, order_id: OrderId) -> Result<(), TooLarge> {
    let Some(body) = body_mut(set, order_id) else { return Ok(()) };
    let Amounts { net, total } = add_up(&body.lines, charges(body)?).map_err(|_| TooLarge)?;
    (body.net_total, body.total) = (net, total);
    Ok(())
}

fn body_mut(set: &mut Set, order_id: OrderId) -> Option<&mut OrderBody> {
    Some(&mut set.orders.get_mut(&order_id)?.body.as_mut()?.0)
}

/// An order of which every line was changed to nothing is cancelled.
pub fn close_empty(set: &mut Set, order_id: OrderId, outputs: &mut Outputs) {
    let rows = || set.lines.range((order_id, 0)..=(order_id, u32::MAX));
    if rows().any(|row| !row.wanted().is_zero() || !row.dispatched.is_zero()) {
        return;
    }
    let Some(order) = set.orders.get_mut(&order_id) else { return };
    if !matches!(order.status, Status::Accepted | Status::Held) {
        return;
    }
    order.status = Status::Cancelled;
    let (partner, po_number) = (order.partner.clone(), order.po_number.clone());
    let reason = Reason::CancelledByBuyer;
    outputs.event(&OrderCancelled {
        order_id,
        partner: partner.clone(),
        po_number,
        lines: Vec::new(),
        whole: true,
        reason,
    });
    let text = "every line of the order was changed to 0";
    let reasons = vec![ReasonLine::new(reason, text)];
    if let Some(answer) = answer::present(set, order_id, OrderAckStatus::Cancelled, reasons) {
        outputs.document(&partner, &answer);
    }
}
