//! Goods that left after they had been taken back, and were accepted by an operator, are ordered
//! again: they are billed.

use contracts::{
    OrderId, Reason, ReasonLine,
    document::{LineQuantity, OrderAckStatus},
};
use mesh::{
    Halt, Outputs,
    checked::{minus, plus},
};

use super::{announce::announce, queue::active};
use crate::{
    domain::{
        acknowledgement::present,
        change::ChangeLine,
        exposure::follow,
        ledger::Ledger,
        order::{Order, Standing},
        price::in_ordered_unit,
    },
    unit_of_work::UnitOfWork,
};

/// Takes up units that left late. A change under way that takes off their line waits for its end:
/// before that it is not known in full what was set free for it.
///
/// # Errors
/// When a figure is out of range.
pub fn late(
    work: &mut UnitOfWork,
    order_id: OrderId,
    late: &[LineQuantity],
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let place = active(work, order_id).map(|change| change.place);
    let mut again = Vec::new();
    for line in late {
        let key = (order_id, place.unwrap_or_default(), line.line);
        let is_less = |of_change: &ChangeLine| of_change.grown.is_none();
        if work.change_lines.get(&key).is_some_and(is_less)
            && let Some(of_change) = work.change_lines.get_mut(&key)
        {
            of_change.late = plus(of_change.late, line.quantity)?;
        } else {
            again.push(line);
        }
    }
    reinstate(work, order_id, &again, outputs)
}

/// Orders units again, as far as they are above what is wanted of their line.
fn reinstate(
    work: &mut UnitOfWork,
    order_id: OrderId,
    late: &[&LineQuantity],
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let mut reasons = Vec::new();
    let Some(mut ledger) = Ledger::open(work, order_id)? else { return Ok(()) };
    for line in late {
        let Some(mut row) = work.lines.get(&(order_id, line.line)).cloned() else { continue };
        let again = row.wanted_again(line.quantity)?;
        if again.is_zero() {
            continue;
        }
        let cancelled = row.cancelled.min(again);
        row.cancelled = minus(row.cancelled, cancelled)?;
        row.ordered = plus(row.ordered, minus(again, cancelled)?)?;
        let Some(standing) = ledger.line(line.line) else { continue };
        let ordered = in_ordered_unit(standing, row.ordered);
        ledger.set_total(&mut work.lines, row, ordered)?;
        let text = format!("{again} of `{}` left after they were taken back", line.sku);
        reasons.push(ReasonLine::at(line.line, Reason::ShippedAfterCancel, text));
    }
    if reasons.is_empty() {
        return Ok(());
    }
    if matches!(ledger.order.standing, Standing::Cancelled | Standing::Completed) {
        ledger.order.standing = Standing::Accepted;
    }
    ledger.close(work)?;
    announce(work, order_id, Vec::new(), outputs);
    if let Some(answer) = present(work, order_id, OrderAckStatus::Accepted, reasons)
        && let Some(Order { partner, .. }) = work.orders.get(&order_id)
    {
        outputs.document(partner, &answer);
    }
    follow(work, order_id, outputs)
}
