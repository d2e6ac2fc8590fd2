//! `order-change`: new totals of a standing order's lines (O7). `change_number` is like a PO number
//! (O1): the same again gets the same answer, other content is refused, and what was refused is
//! looked at afresh.

use std::collections::BTreeSet;

use contracts::{
    OrderId, PartnerName, Reason, ReasonLine,
    document::{Ingress, OrderChange},
};
use mesh::{Context, Halt, Handler, Key, OnDocument, Outputs, Received};

use crate::{
    OrderIntake,
    domain::{
        change::{
            By, answer, begin, held,
            queue::{closed, how_many, is_pending, of_number, queued},
            repeat::{again, told},
        },
        order::{Order, Status},
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnDocument { keys, decide };

/// The most lines that a change may have.
const MAX_LINES: usize = 1_000;
/// The most changes that an order takes: each is looked at with those before it.
const MAX_CHANGES: usize = 1_000;

fn keys(received: &Received<OrderChange>, keys: &mut Keys) {
    let Received { partner, document: change } = received;
    let order_id = OrderId::of(partner, &change.po_number);
    keys.judge(order_id);
    keys.gaining.insert(order_id);
    keys.numbers.insert(change.change_number);
    keys.lines(order_id, change.lines.iter().map(|line| line.line));
    keys.price(change.lines.iter().filter_map(|line| line.sku.as_ref()));
    keys.edi.buyers.insert(partner.clone());
}

fn decide(
    _: &OrderIntake,
    received: &Received<OrderChange>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document: change } = received;
    let Some(partner) = context.partners.get(sender) else {
        return Err(Halt::Wait(Key::new("partner", sender)));
    };
    let order_id = OrderId::of(sender, &change.po_number);
    let Some(status) = work.orders.get(&order_id).map(Order::status) else {
        if !context.last_chance {
            return Err(Halt::Wait(Key::new("order", order_id)));
        }
        return Ok(refuse(work, sender, change, vec![answer::unknown(&change.po_number)]));
    };
    let content = change.content();
    if let Some(known) = of_number(work, order_id, change.change_number).cloned() {
        if known.document.0.as_ref() != Some(&content) {
            return Ok(refuse(work, sender, change, vec![conflicting(change)]));
        }
        return Ok(again(work, &known, sender, context));
    }
    let refused = refused(work, order_id, change);
    if !refused.is_empty() {
        return Ok(refuse(work, sender, change, refused));
    }
    let new = queued(work, order_id, By::Buyer, Some(content));
    if is_pending(work, order_id) {
        work.changes.put(new);
        return Ok(Outputs::none());
    }
    if status == Status::Held {
        return held::change(work, partner, new, context);
    }
    let verdicts = begin::verdicts(work, partner, &new, context, context.last_chance)?;
    let mut outputs = Outputs::none();
    begin::change(work, new, verdicts, &mut outputs)?;
    Ok(outputs)
}

/// Refuses a change for these reasons.
fn refuse(
    work: &UnitOfWork,
    sender: &PartnerName,
    change: &OrderChange,
    reasons: Vec<ReasonLine>,
) -> Outputs {
    let order_id = OrderId::of(sender, &change.po_number);
    told(order_id, sender, &answer::refused(work, order_id, change, reasons))
}

/// The reasons for which an order does not take a change.
fn refused(work: &UnitOfWork, order_id: OrderId, change: &OrderChange) -> Vec<ReasonLine> {
    if let Some(reason) = closed(work, order_id) {
        return vec![reason];
    }
    if how_many(work, order_id) >= MAX_CHANGES {
        let text = format!("an order takes {MAX_CHANGES} changes; send a new order");
        return vec![ReasonLine::new(Reason::InvalidValue, text)];
    }
    malformed(change)
}

fn conflicting(change: &OrderChange) -> ReasonLine {
    let text = format!("change {} of the order says something else", change.change_number);
    ReasonLine::new(Reason::ConflictingChange, text)
}

/// Everything that is wrong with a change whatever the order is.
fn malformed(change: &OrderChange) -> Vec<ReasonLine> {
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
