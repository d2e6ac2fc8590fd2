//! Documents that change or cancel an order: who may, whether it was said before, and whether the
//! order can still be changed. `change_number` is like a PO number (O1): the same again gets the
//! same answer, other content is refused, and what was refused is looked at afresh.

use std::collections::BTreeSet;

use contracts::{
    OrderId, PartnerName, Reason, ReasonLine, ReasonPath,
    document::{self, Ingress, Rejection},
};
use mesh::{Context, Decision, Inbound, Key, Origin, Outputs, command::OldStop as Stop};

use super::{
    By, Change, Copied, State, answer,
    answer::copies_of,
    cancel::{self, cancel_open},
    changes_of, held, how_many, is_pending, start,
};
use crate::domain::{Set, exposure::TooLarge, order::Status};

/// The most lines that a change may have.
const MAX_LINES: usize = 1_000;
/// The most changes that an order takes: each is looked at with those before it.
const MAX_CHANGES: usize = 1_000;

/// The most copies of a change that are answered one by one.
const MAX_COPIES: usize = 1_000;

/// New totals of an order's lines.
pub fn change(
    set: &mut Set,
    sender: &PartnerName,
    change: &document::OrderChange,
    context: &Context<'_>,
) -> Decision {
    let Some(partner) = context.partners.get(sender) else {
        return Decision::Wait(Key::new("partner", sender));
    };
    let order_id = OrderId::of(sender, &change.po_number);
    let refuse = |set: &Set, reason| {
        let answer = answer::refused(set, order_id, change, vec![reason]);
        told(order_id, sender, &answer).into()
    };
    let Some(status) = set.orders.get(&order_id).map(|order| order.status) else {
        if !context.last_chance {
            return Decision::Wait(Key::new("order", order_id));
        }
        return refuse(set, answer::unknown(&change.po_number));
    };
    let content = change.content();
    let same = |known: &&Change| known.number == Some(change.change_number);
    let known = changes_of(set, order_id).find(same).cloned();
    if let Some(known) = known {
        if known.document.0.as_ref() != Some(&content) {
            return refuse(set, conflicting(change));
        }
        return again(set, &known, sender, context).into();
    }
    if let Some(reason) = closed(set, order_id) {
        return refuse(set, reason);
    }
    if how_many(set, order_id) >= MAX_CHANGES {
        let text = format!("an order takes {MAX_CHANGES} changes; send a new order");
        return refuse(set, ReasonLine::new(Reason::InvalidValue, text));
    }
    let malformed = malformed(change);
    if !malformed.is_empty() {
        let answer = answer::refused(set, order_id, change, malformed);
        return told(order_id, sender, &answer).into();
    }
    let new = Change::queued(set, order_id, By::Buyer, Some(content));
    if is_pending(set, order_id) {
        set.changes.put(new);
        return Outputs::none().into();
    }
    if status == Status::Held {
        return held::change(set, partner, new, context);
    }
    start::change(set, partner, new, context)
}

/// Nothing more of an order is wanted.
pub fn cancel(
    set: &mut Set,
    sender: &PartnerName,
    cancel: &document::OrderCancel,
    context: &Context<'_>,
) -> Decision {
    let order_id = OrderId::of(sender, &cancel.po_number);
    let refuse = |set: &Set, reason| {
        let answer = answer::refused_cancel(set, order_id, &cancel.po_number, vec![reason]);
        told(order_id, sender, &answer).into()
    };
    if set.orders.get(&order_id).is_none() {
        if !context.last_chance {
            return Decision::Wait(Key::new("order", order_id));
        }
        return refuse(set, answer::unknown(&cancel.po_number));
    }
    // One that somebody else wants and that is under way tells the buyer too.
    let same = |known: &&Change| {
        known.document.is_none() && (known.wanted_by == By::Buyer || known.state != State::Answered)
    };
    let known = changes_of(set, order_id).find(same).cloned();
    if let Some(known) = known {
        return again(set, &known, sender, context).into();
    }
    match cancel_open(set, order_id, By::Buyer) {
        Ok(outputs) => outputs.into(),
        Err(Stop::Refused(reason)) => refuse(set, reason),
        Err(Stop::Fault(TooLarge)) => TooLarge.into(),
    }
}

/// Why an order can not be changed any more; none where it can.
pub fn closed(set: &Set, order_id: OrderId) -> Option<ReasonLine> {
    let order = set.orders.get(&order_id)?;
    let text = match order.status {
        Status::Accepted | Status::Held if cancel::was_cancelled(set, order_id) => {
            "the order is cancelled; what had left is billed".to_owned()
        }
        Status::Accepted | Status::Held => return None,
        closed @ (Status::Rejected | Status::Cancelled | Status::Completed) => {
            format!("the order is {closed}")
        }
    };
    Some(ReasonLine::new(Reason::OrderClosed, text))
}

/// Said before: the answer is the same. A copy of one that is not answered yet is answered with it.
fn again(set: &mut Set, known: &Change, sender: &PartnerName, context: &Context<'_>) -> Outputs {
    let (order_id, place) = (known.order_id, known.place);
    if let Some(answer) = known.answer.as_ref() {
        return told(order_id, sender, answer);
    }
    let Some(message) = context.inbound else { return Outputs::none() };
    if copies_of(set, known).len() >= MAX_COPIES {
        return too_many_copies(order_id, sender, message);
    }
    set.copies.put(Copied { order_id, place, cause: message.causation() });
    Outputs::none()
}

fn too_many_copies(order_id: OrderId, sender: &PartnerName, copy: &Inbound) -> Outputs {
    let text = format!("{MAX_COPIES} copies of it wait for its answer already");
    let reasons = vec![ReasonPath::new(Reason::TooManyCopies, text)];
    let mut outputs = Outputs::none();
    if let Origin::Document { document, .. } = &copy.origin {
        let rejection = Rejection::of_payload(document, &copy.payload, reasons);
        outputs.about(order_id).document(sender, &rejection);
    }
    outputs
}

fn told(order_id: OrderId, sender: &PartnerName, answer: &document::OrderChangeAck) -> Outputs {
    let mut outputs = Outputs::none();
    outputs.about(order_id).document(sender, answer);
    outputs
}

fn conflicting(change: &document::OrderChange) -> ReasonLine {
    let text = format!("change {} of the order says something else", change.change_number);
    ReasonLine::new(Reason::ConflictingChange, text)
}

/// What is wrong with a change whatever the order is.
fn malformed(change: &document::OrderChange) -> Vec<ReasonLine> {
    let mut reasons = Vec::new();
    if change.lines.is_empty() {
        reasons.push(ReasonLine::new(Reason::NoLines, "a change needs at least one line"));
    }
    if change.lines.len() > MAX_LINES {
        let text = format!("{} lines; at most {MAX_LINES} are taken", change.lines.len());
        reasons.push(ReasonLine::new(Reason::TooManyLines, text));
    }
    let mut seen = BTreeSet::new();
    let twice: BTreeSet<u32> =
        change.lines.iter().map(|line| line.line).filter(|line| !seen.insert(*line)).collect();
    reasons.extend(twice.into_iter().map(|line| {
        ReasonLine::at(line, Reason::DuplicateLine, format!("line number {line} is used twice"))
    }));
    reasons
}
