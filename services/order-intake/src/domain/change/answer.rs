//! What a buyer is told of a change, and of the order as it stands after it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    OrderId, PoNumber, Reason, ReasonLine, SignedQuantity, Sku,
    document::{
        ChangeStatus, OrderAck, OrderAckStatus, OrderChange, OrderChangeAck, OrderChangeAckLine,
        OrderChangeLine,
    },
    event::OrderedLine,
};
use mesh::{Json, Outputs, row::Row};

use super::{By, Change, Copied, judge::in_ordered_unit};
use crate::domain::{
    Set,
    order::{Order, Status},
    receive::acknowledgement,
    tally::Offer,
};

/// What kept a change from taking place as it was asked for.
#[derive(Debug, Default)]
pub struct Objections {
    /// Every reason.
    pub reasons: Vec<ReasonLine>,
    /// Lines that changed in part.
    pub in_part: BTreeSet<u32>,
}

/// Why a change of an unknown order is refused; somebody else's is none of the partner's.
pub fn unknown(po_number: &PoNumber) -> ReasonLine {
    ReasonLine::new(Reason::UnknownOrder, format!("there is no order PO {po_number} of yours"))
}

/// The answer to a change that is refused whole.
pub fn refused(
    set: &Set,
    order_id: OrderId,
    change: &OrderChange,
    reasons: Vec<ReasonLine>,
) -> OrderChangeAck {
    let standing = set.orders.get(&order_id).map(Order::lines).unwrap_or_default();
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
pub fn refused_cancel(
    set: &Set,
    order_id: OrderId,
    po_number: &PoNumber,
    reasons: Vec<ReasonLine>,
) -> OrderChangeAck {
    let lines = set.orders.get(&order_id).map(remaining).unwrap_or_default();
    let rejected = |(line, sku, quantity)| OrderChangeAckLine {
        line,
        sku: Some(sku),
        quantity,
        status: ChangeStatus::Rejected,
    };
    OrderChangeAck {
        po_number: po_number.clone(),
        order_id,
        change_number: None,
        status: ChangeStatus::Rejected,
        reasons,
        lines: lines.into_iter().map(rejected).collect(),
    }
}

/// The answer to a change that was carried out as far as it could be.
pub fn changed(order: &Order, asked: &OrderChange, objections: Objections) -> OrderChangeAck {
    let standing = order.lines();
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

/// The answer to a cancel: of each line what is left of it.
pub fn cancelled(order: &Order, objections: Objections) -> OrderChangeAck {
    let refused = objections.refused();
    let line = |(line, sku, quantity)| OrderChangeAckLine {
        line,
        sku: Some(sku),
        quantity,
        status: objections.status(&refused, line),
    };
    let lines: Vec<OrderChangeAckLine> = remaining(order).into_iter().map(line).collect();
    OrderChangeAck {
        po_number: order.po_number.clone(),
        order_id: order.order_id,
        change_number: None,
        status: overall(lines.iter().map(|line| line.status)),
        reasons: objections.reasons,
        lines,
    }
}

impl Objections {
    /// Lines that were refused, in part or whole.
    fn refused(&self) -> BTreeSet<u32> {
        self.reasons.iter().filter_map(|reason| reason.line).collect()
    }

    /// What became of a line.
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

/// What is ordered on a line, in the ordered unit; zero where there is no such line.
fn total(standing: &BTreeMap<u32, &OrderedLine>, number: u32) -> SignedQuantity {
    standing.get(&number).map(|line| line.ordered_quantity.into()).unwrap_or_default()
}

fn sku_of(standing: &BTreeMap<u32, &OrderedLine>, asked: &OrderChangeLine) -> Option<Sku> {
    standing.get(&asked.line).map(|line| line.sku.clone()).or_else(|| asked.sku.clone())
}

/// What is wanted of each line, in the ordered unit.
fn remaining(order: &Order) -> Vec<(u32, Sku, SignedQuantity)> {
    let lines = order.body.iter().flat_map(|body| &body.lines);
    let line = |line: &OrderedLine| {
        (line.line, line.sku.clone(), in_ordered_unit(line, order.wanted(line)).into())
    };
    lines.map(line).collect()
}

/// The copies of a change that wait for its answer.
pub fn copies_of(set: &Set, change: &Change) -> Vec<Copied> {
    let first = (change.order_id, change.place, String::new());
    let same = |copy: &&Copied| (copy.order_id, copy.place) == (change.order_id, change.place);
    set.copies.range(first..).take_while(same).cloned().collect()
}

/// Tells the buyer what becomes of its change, and keeps the answer for a resend; each copy that
/// came meanwhile is answered too. A change of which nothing was done leaves no trace: it may be
/// sent again.
pub fn give(set: &mut Set, change: Change, answer: OrderChangeAck, outputs: &mut Outputs) {
    let Some(order) = set.orders.get(&change.order_id) else { return };
    outputs.about(change.order_id);
    let (partner, by_buyer) = (order.partner.clone(), change.wanted_by == By::Buyer);
    if by_buyer {
        outputs.document(&partner, &answer);
    }
    for copy in copies_of(set, &change) {
        set.copies.remove(&Row::key(&copy));
        outputs.answer(copy.cause, &partner, &answer);
    }
    if by_buyer && answer.status == ChangeStatus::Rejected {
        set.changes.remove(&(change.order_id, change.place));
        return;
    }
    if let Some(asked) = &change.document.0 {
        note_said(set, change.order_id, asked);
    }
    let answer = Json(by_buyer.then_some(answer));
    set.changes.put(Change { state: super::State::Answered, answer, ..change });
}

/// What a later change of a line is judged by: the number that was said last, and the price.
fn note_said(set: &mut Set, order_id: OrderId, asked: &OrderChange) {
    for line in &asked.lines {
        let Some(row) = set.lines.get_mut(&(order_id, line.line)) else { continue };
        row.said_by = row.said_by.max(asked.change_number);
        let Offer { unit_price, discount_percent } = row.offer.0;
        row.offer = Json(Offer {
            unit_price: line.unit_price.or(unit_price),
            discount_percent: line.discount_percent.unwrap_or(discount_percent),
        });
    }
}

/// The acknowledgement of an order as it stands now, which is what a resend is told.
pub fn present(
    set: &mut Set,
    order_id: OrderId,
    status: OrderAckStatus,
    reasons: Vec<ReasonLine>,
) -> Option<OrderAck> {
    let order = set.orders.get_mut(&order_id)?;
    let body = order.body.as_ref()?;
    let mut answer = acknowledgement(order_id, body, status, reasons);
    for line in &mut answer.lines {
        let gone = order.tally.gone.contains(&line.line);
        line.status = match (gone, order.status) {
            (true, Status::Accepted | Status::Cancelled | Status::Completed | Status::Held) => {
                OrderAckStatus::Cancelled
            }
            (false, Status::Held) => OrderAckStatus::Held,
            (_, Status::Rejected) => OrderAckStatus::Rejected,
            (false, Status::Accepted | Status::Cancelled | Status::Completed) => {
                OrderAckStatus::Accepted
            }
        };
    }
    order.acknowledgement = Json(answer.clone());
    Some(answer)
}
