//! A cancel takes place, or turns out to have nothing to cancel (O8).

use contracts::{
    ReasonLine,
    document::{LineQuantity, OrderChangeAck},
};
use mesh::{Halt, Outputs, checked::minus};

use super::{
    announce::requested,
    answer::{self, Objections},
    close::close,
    judge::already_shipped,
    queue::follow_on,
};
use crate::{
    domain::{
        change::{By, Change, ChangeLine},
        complete::complete,
        exposure::follow,
        ledger::Ledger,
    },
    unit_of_work::UnitOfWork,
};

/// Carries out a cancel: everything that was open was set free or has left.
///
/// # Errors
/// When a figure is out of range.
pub fn finish(
    work: &mut UnitOfWork,
    change: Change,
    lines: Vec<ChangeLine>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let order_id = change.order_id;
    let mut objections = Objections::default();
    let mut gone = Vec::new();
    let Some(mut ledger) = Ledger::open(work, order_id)? else { return Ok(()) };
    for line in &lines {
        work.change_lines.remove(&(order_id, line.place, line.line));
        let done = ledger.note(&mut work.lines, line.line, |row| {
            let again = row.wanted_again(line.late)?.min(line.released);
            row.cancelled = minus(row.cancelled, again)?;
            let refused = (row.dispatched > line.total).then(|| already_shipped(row));
            Ok((minus(line.released, again)?, row.sku.clone(), refused))
        })?;
        let Some((quantity, sku, refused)) = done else { continue };
        if !quantity.is_zero() {
            objections.in_part.extend(refused.as_ref().map(|_| line.line));
            gone.push(LineQuantity { line: line.line, sku, quantity });
        }
        objections.reasons.extend(refused);
    }
    ledger.close(work)?;
    follow_on(work, &change, outputs);
    if gone.is_empty() {
        nothing_left(work, change, objections, outputs)?;
    } else {
        close(work, change, gone, objections, outputs)?;
    }
    complete(work, order_id, outputs);
    follow(work, order_id, outputs)
}

/// Refuses a cancel that stood in line while the order was closed.
///
/// # Errors
/// When more of a line is cancelled than ordered.
pub fn too_late(
    work: &mut UnitOfWork,
    change: Change,
    reason: ReasonLine,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let Some(order) = work.orders.get(&change.order_id).cloned() else { return Ok(()) };
    if change.wanted_by == By::Buyer {
        // The answer needs a cause of its own.
        outputs.event(&requested(&order, &change, Vec::new()));
    }
    follow_on(work, &change, outputs);
    let (order_id, po_number) = (order.order_id, &order.po_number);
    let answer = answer::refused_cancel(work, order_id, po_number, vec![reason])?;
    drop_answered(work, change, answer, outputs);
    Ok(())
}

/// There was nothing to cancel: all of it had left, or was declined meanwhile.
fn nothing_left(
    work: &mut UnitOfWork,
    change: Change,
    objections: Objections,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let Some(order) = work.orders.get(&change.order_id) else { return Ok(()) };
    let answer = if objections.reasons.is_empty() {
        answer::cancelled(order, objections)?
    } else {
        let (order_id, po_number) = (change.order_id, &order.po_number);
        answer::refused_cancel(work, order_id, po_number, objections.reasons)?
    };
    drop_answered(work, change, answer, outputs);
    Ok(())
}

/// Tells the buyer of a cancel that changed nothing. Nothing is kept of one that was not the buyer's.
fn drop_answered(
    work: &mut UnitOfWork,
    change: Change,
    answer: OrderChangeAck,
    outputs: &mut Outputs,
) {
    let (key, by_buyer) = ((change.order_id, change.place), change.wanted_by == By::Buyer);
    answer::give(work, change, answer, outputs);
    if !by_buyer {
        work.changes.remove(&key);
    }
}
