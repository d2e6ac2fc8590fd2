//! What a buyer is told of a change, and of the order as it stands after it.

use std::collections::BTreeSet;

use contracts::{
    OrderId, PoNumber, Reason, ReasonLine, SignedQuantity,
    document::{
        ChangeStatus, OrderAck, OrderAckStatus, OrderChange, OrderChangeAck, OrderChangeAckLine,
    },
};
use mesh::{Json, Outputs};

use super::{Change, judge::in_ordered_unit};
use crate::domain::{
    Set,
    order::{Line, Order, Status},
    receive::acknowledgement,
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
    let order = set.orders.get(&order_id);
    let line = |number| total(order, number);
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
                sku: sku_of(order, asked.line).or_else(|| asked.sku.clone()),
                quantity: line(asked.line),
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
    let lines = set.orders.get(&order_id).map(|order| remaining(set, order)).unwrap_or_default();
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
    let lines: Vec<OrderChangeAckLine> = asked
        .lines
        .iter()
        .map(|asked| OrderChangeAckLine {
            line: asked.line,
            sku: sku_of(Some(order), asked.line).or_else(|| asked.sku.clone()),
            quantity: total(Some(order), asked.line),
            status: objections.status(asked.line),
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
pub fn cancelled(set: &Set, order: &Order, objections: Objections) -> OrderChangeAck {
    let line = |(line, sku, quantity)| OrderChangeAckLine {
        line,
        sku: Some(sku),
        quantity,
        status: objections.status(line),
    };
    let lines: Vec<OrderChangeAckLine> = remaining(set, order).into_iter().map(line).collect();
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
    /// What became of a line.
    fn status(&self, line: u32) -> ChangeStatus {
        if self.in_part.contains(&line) {
            ChangeStatus::PartiallyApplied
        } else if self.reasons.iter().any(|reason| reason.line == Some(line)) {
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
fn total(order: Option<&Order>, number: u32) -> SignedQuantity {
    let line = order.and_then(|order| order.line(number));
    line.map(|line| line.ordered_quantity.into()).unwrap_or_default()
}

fn sku_of(order: Option<&Order>, number: u32) -> Option<contracts::Sku> {
    order.and_then(|order| order.line(number)).map(|line| line.sku.clone())
}

/// What is wanted of each line, in the ordered unit.
fn remaining(set: &Set, order: &Order) -> Vec<(u32, contracts::Sku, SignedQuantity)> {
    let lines = order.body.iter().flat_map(|body| &body.lines);
    let wanted = |number| set.lines.get(&(order.order_id, number)).map(Line::wanted);
    let line = |line: &contracts::event::OrderedLine| {
        let wanted = wanted(line.line).unwrap_or_default();
        (line.line, line.sku.clone(), in_ordered_unit(line, wanted).into())
    };
    lines.map(line).collect()
}

/// Tells the buyer what becomes of its change, and keeps the answer for a resend. A change of which
/// nothing was done leaves no trace: it may be sent again.
pub fn give(set: &mut Set, change: Change, answer: OrderChangeAck, outputs: &mut Outputs) {
    let Some(order) = set.orders.get(&change.order_id) else { return };
    outputs.about(change.order_id).document(&order.partner, &answer);
    if answer.status == ChangeStatus::Rejected {
        set.changes.remove(&(change.order_id, change.place));
    } else {
        let state = super::State::Answered;
        set.changes.put(Change { state, answer: Json(Some(answer)), ..change });
    }
}

/// The acknowledgement of an order as it stands now, which is what a resend is told.
pub fn present(
    set: &mut Set,
    order_id: OrderId,
    status: OrderAckStatus,
    reasons: Vec<ReasonLine>,
) -> Option<OrderAck> {
    let order = set.orders.get(&order_id)?;
    let body = order.body.as_ref()?;
    let mut answer = acknowledgement(order_id, body, status, reasons);
    for line in &mut answer.lines {
        let row = set.lines.get(&(order_id, line.line));
        let gone = row.is_some_and(|row| row.wanted().is_zero() && row.dispatched.is_zero());
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
    set.orders.get_mut(&order_id)?.acknowledgement = Json(answer.clone());
    Some(answer)
}
