//! The answers to changes and cancels.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    OrderId, PoNumber, Reason, ReasonLine, SignedQuantity, Sku,
    document::{ChangeStatus, OrderChange, OrderChangeAck, OrderChangeAckLine, OrderChangeLine},
    event::OrderedLine,
};
use mesh::{Halt, Json, Outputs, row::Row};

use crate::{
    domain::{
        change::{By, Change, State, queue::copies_of},
        line::Offer,
        order::{Order, Taken},
        price::in_ordered_unit,
    },
    unit_of_work::UnitOfWork,
};

/// The reasons that kept a change from taking place as it was asked for.
#[derive(Debug, Default)]
pub struct Objections {
    pub reasons: Vec<ReasonLine>,
    /// Lines that changed in part.
    pub in_part: BTreeSet<u32>,
}

/// The refusal of a change of an unknown order, or of one that is another partner's.
pub fn unknown(po_number: &PoNumber) -> ReasonLine {
    ReasonLine::new(Reason::UnknownOrder, format!("there is no order PO {po_number} of yours"))
}

/// The answer to a change that is refused whole.
pub fn refused(
    work: &UnitOfWork,
    order_id: OrderId,
    change: &OrderChange,
    reasons: Vec<ReasonLine>,
) -> OrderChangeAck {
    let standing = work.orders.get(&order_id).and_then(Order::taken);
    let standing = standing.map(Taken::lines).unwrap_or_default();
    OrderChangeAck {
        po_number: change.po_number.clone(),
        order_id,
        change_number: Some(change.change_number),
        status: ChangeStatus::Rejected,
        reasons,
        lines: change
            .lines
            .iter()
            .map(|asked| OrderChangeAckLine {
                line: asked.line,
                sku: sku_of(&standing, asked),
                quantity: total(&standing, asked.line),
                status: ChangeStatus::Rejected,
            })
            .collect(),
    }
}

/// The answer to a cancel that is refused.
///
/// # Errors
/// When more of a line is cancelled than ordered.
pub fn refused_cancel(
    work: &UnitOfWork,
    order_id: OrderId,
    po_number: &PoNumber,
    reasons: Vec<ReasonLine>,
) -> Result<OrderChangeAck, Halt> {
    let lines = work.orders.get(&order_id).map_or_else(|| Ok(Vec::new()), remaining)?;
    let rejected = |(line, sku, quantity)| OrderChangeAckLine {
        line,
        sku: Some(sku),
        quantity,
        status: ChangeStatus::Rejected,
    };
    Ok(OrderChangeAck {
        po_number: po_number.clone(),
        order_id,
        change_number: None,
        status: ChangeStatus::Rejected,
        reasons,
        lines: lines.into_iter().map(rejected).collect(),
    })
}

/// The answer to a change that was carried out as far as it could be.
pub fn changed(order: &Order, asked: &OrderChange, objections: Objections) -> OrderChangeAck {
    let standing = order.taken().map(Taken::lines).unwrap_or_default();
    let refused = objections.refused();
    let lines: Vec<OrderChangeAckLine> = asked
        .lines
        .iter()
        .map(|asked| OrderChangeAckLine {
            line: asked.line,
            sku: sku_of(&standing, asked),
            quantity: total(&standing, asked.line),
            status: objections.status(&refused, asked.line),
        })
        .collect();
    OrderChangeAck {
        po_number: order.po_number.clone(),
        order_id: order.order_id,
        change_number: Some(asked.change_number),
        status: overall(lines.iter().map(|line| line.status)),
        reasons: objections.reasons,
        lines,
    }
}

/// The answer to a cancel, with the units that are left of each line.
///
/// # Errors
/// When more of a line is cancelled than ordered.
pub fn cancelled(order: &Order, objections: Objections) -> Result<OrderChangeAck, Halt> {
    let refused = objections.refused();
    let line = |(line, sku, quantity)| OrderChangeAckLine {
        line,
        sku: Some(sku),
        quantity,
        status: objections.status(&refused, line),
    };
    let lines: Vec<OrderChangeAckLine> = remaining(order)?.into_iter().map(line).collect();
    Ok(OrderChangeAck {
        po_number: order.po_number.clone(),
        order_id: order.order_id,
        change_number: None,
        status: overall(lines.iter().map(|line| line.status)),
        reasons: objections.reasons,
        lines,
    })
}

impl Objections {
    /// Lines that were refused, in part or whole.
    fn refused(&self) -> BTreeSet<u32> {
        self.reasons.iter().filter_map(|reason| reason.line).collect()
    }

    fn status(&self, refused: &BTreeSet<u32>, line: u32) -> ChangeStatus {
        if self.in_part.contains(&line) {
            ChangeStatus::PartiallyApplied
        } else if refused.contains(&line) {
            ChangeStatus::Rejected
        } else {
            ChangeStatus::Applied
        }
    }
}

fn overall(lines: impl Iterator<Item = ChangeStatus>) -> ChangeStatus {
    let all: Vec<ChangeStatus> = lines.collect();
    let every = |status| all.iter().all(|it| *it == status);
    if every(ChangeStatus::Applied) {
        ChangeStatus::Applied
    } else if every(ChangeStatus::Rejected) {
        ChangeStatus::Rejected
    } else {
        ChangeStatus::PartiallyApplied
    }
}

/// The total of a line, in the ordered unit; zero where there is no such line.
fn total(standing: &BTreeMap<u32, &OrderedLine>, number: u32) -> SignedQuantity {
    standing.get(&number).map(|line| line.ordered_quantity.into()).unwrap_or_default()
}

fn sku_of(standing: &BTreeMap<u32, &OrderedLine>, asked: &OrderChangeLine) -> Option<Sku> {
    standing.get(&asked.line).map(|line| line.sku.clone()).or_else(|| asked.sku.clone())
}

/// The wanted quantity of each line, in the ordered unit.
fn remaining(order: &Order) -> Result<Vec<(u32, Sku, SignedQuantity)>, Halt> {
    let Some(taken) = order.taken() else { return Ok(Vec::new()) };
    let line = |line: &OrderedLine| {
        let wanted = in_ordered_unit(line, taken.wanted(line)?);
        Ok((line.line, line.sku.clone(), wanted.into()))
    };
    taken.body.lines.iter().map(line).collect()
}

/// Tells the buyer what became of its change, and keeps the answer for a resend; each copy that came
/// meanwhile is answered too. A change of which nothing was done leaves no trace: it may be sent
/// again.
pub fn give(work: &mut UnitOfWork, change: Change, answer: OrderChangeAck, outputs: &mut Outputs) {
    let Some(order) = work.orders.get(&change.order_id) else { return };
    outputs.about(change.order_id);
    let (partner, by_buyer) = (order.partner.clone(), change.wanted_by == By::Buyer);
    if by_buyer {
        outputs.document(&partner, &answer);
    }
    for copy in copies_of(work, &change) {
        work.copies.remove(&Row::key(&copy));
        outputs.answer(copy.cause, &partner, &answer);
    }
    if by_buyer && answer.status == ChangeStatus::Rejected {
        work.changes.remove(&(change.order_id, change.place));
        return;
    }
    if let Some(asked) = &change.document.0 {
        note_said(work, change.order_id, asked);
    }
    let answer = Json(by_buyer.then_some(answer));
    work.changes.put(Change { state: State::Answered, answer, ..change });
}

/// Notes the number and the offer that a later change of a line is judged by.
fn note_said(work: &mut UnitOfWork, order_id: OrderId, asked: &OrderChange) {
    for line in &asked.lines {
        let Some(row) = work.lines.get_mut(&(order_id, line.line)) else { continue };
        row.said_by = row.said_by.max(asked.change_number);
        let Offer { unit_price, discount_percent } = row.offer.0;
        row.offer = Json(Offer {
            unit_price: line.unit_price.or(unit_price),
            discount_percent: line.discount_percent.unwrap_or(discount_percent),
        });
    }
}
