//! A change takes place: what was given back is off the order, what was asked for besides is on it
//! where the customer's credit allows, and everybody hears of it.

use std::collections::BTreeMap;

use contracts::{
    OrderId, Quantity, Reason, ReasonLine,
    document::{OrderAckStatus, OrderChangeLine},
    event::OrderCancelled,
};
use mesh::{Outputs, Rows};

use super::{
    Change, ChangeLine, State,
    answer::{self, Objections},
    grow::grow,
    judge::{already_shipped, in_ordered_unit},
    settle::{announce, follow_on, sum, wanted_again},
    start::requested,
};
use crate::domain::{
    Set,
    credit::follow,
    exposure::TooLarge,
    ledger::Ledger,
    order::{Line, Order, Status},
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
    let asked = document.lines.iter().enumerate().map(|(place, line)| (line.line, (place, line)));
    let asked: BTreeMap<u32, (usize, &OrderChangeLine)> = asked.collect();
    let mut any = reduce(set, order_id, &lines, &asked, &mut objections)?;
    follow(set, order_id, outputs)?;
    let mut wanted: Vec<&ChangeLine> = lines.iter().filter(|line| line.grown.is_some()).collect();
    // In the order in which the buyer asked for them: not all may fit.
    wanted.sort_by_key(|line| asked.get(&line.line).map(|(place, _)| *place));
    let wanted = wanted.into_iter().filter_map(|line| line.grown.0.as_ref());
    let grown = grow(set, order_id, wanted)?;
    any |= grown.any;
    objections.reasons.extend(grown.refused);
    let grown = grown.to_serve;
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

/// Takes what was given back off the totals.
fn reduce(
    set: &mut Set,
    order_id: OrderId,
    lines: &[ChangeLine],
    asked: &BTreeMap<u32, (usize, &OrderChangeLine)>,
    objections: &mut Objections,
) -> Result<bool, TooLarge> {
    let Some(mut ledger) = Ledger::open(set, order_id)? else { return Ok(false) };
    let mut any = false;
    for line in lines.iter().filter(|line| line.grown.is_none()) {
        let exact = asked.get(&line.line).and_then(|(_, asked)| asked.quantity.non_negative());
        any |= reduce_line(&mut ledger, &mut set.lines, line, exact, objections)?;
    }
    ledger.close(set)?;
    Ok(any)
}

/// What had left is not given back.
fn reduce_line(
    ledger: &mut Ledger,
    rows: &mut Rows<Line>,
    line: &ChangeLine,
    exact: Option<Quantity>,
    objections: &mut Objections,
) -> Result<bool, TooLarge> {
    let Some(mut row) = rows.get(&(line.order_id, line.line)).cloned() else { return Ok(false) };
    let Some(standing) = ledger.line(line.line) else { return Ok(false) };
    let before = row.ordered;
    let wanted = sum(row.wanted(), wanted_again(&row, line.late));
    row.ordered = line.total.max(wanted);
    row.cancelled = row.ordered.saturating_sub(wanted);
    let total = row.ordered;
    if total > line.total {
        objections.reasons.push(already_shipped(&row));
        if total < before {
            objections.in_part.insert(line.line);
        }
    }
    let exact = exact.filter(|_| total == line.total);
    let ordered = exact.unwrap_or_else(|| in_ordered_unit(standing, total));
    ledger.set_total(rows, row, ordered)?;
    Ok(total != before)
}

/// An order of which every line was changed to nothing is cancelled.
pub fn close_empty(set: &mut Set, order_id: OrderId, outputs: &mut Outputs) {
    let is_empty = |order: &Order| order.tally.gone.len() == order.lines().len();
    if !set.orders.get(&order_id).is_some_and(is_empty) {
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
