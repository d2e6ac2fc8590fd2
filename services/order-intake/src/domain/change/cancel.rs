//! Nothing more of an order is wanted (O8): what is not dispatched is cancelled, what is will be
//! billed. The buyer may say so, an operator, or the order's last day (O9).

use contracts::{
    OrderId, Quantity, Reason, ReasonLine,
    command::CancelOrder,
    document::{LineQuantity, OrderAckStatus, OrderChangeAck},
    event::{ChangedLine, OrderCancelled},
};
use mesh::{Context, Decision, Json, Outputs, command::OldStop as Stop};

use super::{
    By, Change, ChangeLine, State,
    answer::{self, Objections},
    changes_of, held, is_pending,
    judge::already_shipped,
    receive::closed,
    settle::{advance, follow_on, wanted_again},
    start::requested,
};
use crate::domain::{
    Set,
    command::once,
    credit::follow,
    exposure::TooLarge,
    ledger::Ledger,
    order::{Line, Status},
    progress::complete,
};

/// Cancels what is open of an order, when it is this one's turn. What a warehouse has been asked
/// is asked back first.
///
/// # Errors
/// Says why there is nothing to cancel; or a sum of money is too large.
pub fn cancel_open(
    set: &mut Set,
    order_id: OrderId,
    wanted_by: By,
) -> Result<Outputs, Stop<TooLarge>> {
    let status = set.orders.get(&order_id).map(|order| order.status).ok_or_else(|| {
        ReasonLine::new(Reason::UnknownOrder, format!("there is no order {order_id}"))
    })?;
    if let Some(reason) = closed(set, order_id) {
        return Err(reason.into());
    }
    let mut outputs = Outputs::none();
    outputs.about(order_id);
    if changes_of(set, order_id).any(|it| it.state != State::Answered && it.document.is_none()) {
        return Ok(outputs);
    }
    let change = Change::queued(set, order_id, wanted_by, None);
    if is_pending(set, order_id) {
        set.changes.put(change);
        return Ok(outputs);
    }
    let open = lines(set, order_id).any(|line| !line.open().is_zero());
    let done = if status == Status::Held {
        held::cancel(set, change, &mut outputs)
    } else if open {
        begin(set, change, &mut outputs)
    } else {
        return Err(ReasonLine::new(Reason::AlreadyShipped, "all of it has left already").into());
    };
    done.map(|()| outputs).map_err(Stop::Fault)
}

/// An operator cancels what is open of an order. It is done when the warehouses have given back
/// what they can; the buyer is told then.
pub fn by_operator(set: &mut Set, command: &CancelOrder, context: &Context<'_>) -> Decision {
    once(set, command, context, |set| cancel_open(set, command.order_id, By::Operator))
}

/// Whether a cancel of the order has taken place.
pub fn was_cancelled(set: &Set, order_id: OrderId) -> bool {
    changes_of(set, order_id).any(|it| it.state == State::Answered && it.document.is_none())
}

fn lines(set: &Set, order_id: OrderId) -> impl Iterator<Item = &Line> {
    set.lines.range((order_id, 0)..=(order_id, u32::MAX))
}

/// Asks back all that is open of an order.
///
/// # Errors
/// When a sum of money is too large.
pub fn begin(set: &mut Set, mut change: Change, outputs: &mut Outputs) -> Result<(), TooLarge> {
    let order_id = change.order_id;
    let Some(order) = set.orders.get(&order_id).cloned() else { return Ok(()) };
    let open: Vec<Line> =
        lines(set, order_id).filter(|line| !line.open().is_zero()).cloned().collect();
    let asked = open.iter().map(|line| ChangedLine {
        line: line.line,
        sku: line.sku.clone(),
        from: line.ordered,
        to: Quantity::ZERO,
    });
    outputs.event(&requested(&order, &change, asked.collect()));
    change.state = State::Active;
    for line in open {
        set.change_lines.put(ChangeLine {
            order_id,
            place: change.place,
            line: line.line,
            // What has left by now is not asked back.
            total: line.dispatched,
            released: Quantity::ZERO,
            late: Quantity::ZERO,
            grown: Json(None),
        });
    }
    set.changes.put(change);
    advance(set, order_id, outputs)
}

/// Everything that was open was set free or has left.
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
    let mut objections = Objections::default();
    let mut gone = Vec::new();
    let Some(mut ledger) = Ledger::open(set, order_id)? else { return Ok(()) };
    for line in &lines {
        set.change_lines.remove(&(order_id, line.place, line.line));
        let done = ledger.note(&mut set.lines, line.line, |row| {
            let again = wanted_again(row, line.late).min(line.released);
            row.cancelled = row.cancelled.saturating_sub(again);
            let refused = (row.dispatched > line.total).then(|| already_shipped(row));
            (line.released.saturating_sub(again), row.sku.clone(), refused)
        })?;
        let Some((quantity, sku, refused)) = done else { continue };
        if !quantity.is_zero() {
            objections.in_part.extend(refused.as_ref().map(|_| line.line));
            gone.push(LineQuantity { line: line.line, sku, quantity });
        }
        objections.reasons.extend(refused);
    }
    ledger.close(set)?;
    follow_on(set, &change, outputs);
    if gone.is_empty() {
        nothing_left(set, change, objections, outputs);
    } else {
        close(set, change, gone, objections, outputs);
    }
    complete(set, order_id, outputs);
    follow(set, order_id, outputs)
}

/// The order was closed while the cancel stood in line.
pub fn too_late(set: &mut Set, change: Change, reason: ReasonLine, outputs: &mut Outputs) {
    let Some(order) = set.orders.get(&change.order_id).cloned() else { return };
    if change.wanted_by == By::Buyer {
        // The answer needs a cause of its own.
        outputs.event(&requested(&order, &change, Vec::new()));
    }
    follow_on(set, &change, outputs);
    let (order_id, po_number) = (order.order_id, &order.po_number);
    let answer = answer::refused_cancel(set, order_id, po_number, vec![reason]);
    drop_answered(set, change, answer, outputs);
}

/// There was nothing to cancel: all of it had left, or was declined meanwhile.
fn nothing_left(set: &mut Set, change: Change, objections: Objections, outputs: &mut Outputs) {
    let Some(order) = set.orders.get(&change.order_id) else { return };
    let answer = if objections.reasons.is_empty() {
        answer::cancelled(order, objections)
    } else {
        let po_number = order.po_number.clone();
        answer::refused_cancel(set, change.order_id, &po_number, objections.reasons)
    };
    drop_answered(set, change, answer, outputs);
}

/// Tells the buyer of a cancel that changed nothing. Nothing is kept of one that was not the buyer's.
fn drop_answered(set: &mut Set, change: Change, answer: OrderChangeAck, outputs: &mut Outputs) {
    let (key, by_buyer) = ((change.order_id, change.place), change.wanted_by == By::Buyer);
    answer::give(set, change, answer, outputs);
    if !by_buyer {
        set.changes.remove(&key);
    }
}

/// Says what is cancelled now, and answers.
pub fn close(
    set: &mut Set,
    change: Change,
    gone: Vec<LineQuantity>,
    objections: Objections,
    outputs: &mut Outputs,
) {
    let order_id = change.order_id;
    let Some(order) = set.orders.get_mut(&order_id) else { return };
    let shipped = order.tally.sums.shipped > 0;
    if !shipped {
        order.status = Status::Cancelled;
    }
    let (partner, reason) = (order.partner.clone(), change.wanted_by.reason());
    outputs.event(&OrderCancelled {
        order_id,
        partner: partner.clone(),
        po_number: order.po_number.clone(),
        lines: gone,
        whole: true,
        reason,
    });
    let answer = answer::cancelled(order, objections);
    answer::give(set, change, answer, outputs);
    let reasons = vec![ReasonLine::new(reason, why(reason, shipped))];
    if let Some(answer) = answer::present(set, order_id, OrderAckStatus::Cancelled, reasons) {
        outputs.document(&partner, &answer);
    }
}

fn why(reason: Reason, shipped: bool) -> String {
    let who = reason.as_ref().replace('_', " ");
    let what =
        if shipped { "what has left is billed, the rest will not come" } else { "all of it" };
    format!("{who}: {what}")
}
