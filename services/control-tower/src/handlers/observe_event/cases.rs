//! The cases that an event raises and settles.

use contracts::event::{self, ExceptionKind, InvoicePosted};
use jiff::Timestamp;
use mesh::{Outputs, column::Cell};

use crate::{
    domain::{
        case::{case_id, is_settled_by, unsettled},
        excess::Excess,
        facts::{Facts, Raise},
        lifecycle,
        projections::dispatch,
        record::{ObservedEvent, Record},
        status::Stage,
    },
    store::{POSTED, SETTLED},
    unit_of_work::UnitOfWork,
};

/// Settles and raises the cases that the event names.
pub fn settle_and_raise(
    work: &mut UnitOfWork,
    event: &ObservedEvent,
    stage: Option<Stage>,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let ObservedEvent { record, facts } = event;
    for (kind, reference) in &facts.settles {
        let case_id = case_id(*kind, reference);
        lifecycle::settle_by_event(&mut work.cases, case_id, record, now, outputs);
    }
    for raise in &facts.raises {
        let over = stage.is_some_and(|stage| is_settled_by(stage, raise.kind));
        if over || is_billed(work, facts, raise) || is_settled(work, raise, record) {
            continue;
        }
        let order_id = raise.order_id.or(facts.only_order());
        lifecycle::raise(&mut work.cases, raise, order_id, record.occurred_at, outputs);
    }
}

/// Returns whether a dispatch that waits for its invoice has it: the two events are of different
/// aggregates, and the invoice may have been seen first.
fn is_billed(work: &UnitOfWork, facts: &Facts, raise: &Raise) -> bool {
    let waiting = facts.only_order().filter(|_| raise.kind == ExceptionKind::InvoiceWaiting);
    waiting.is_some_and(|order_id| {
        let of_order = [("order_id", order_id.value()), ("event", POSTED.into())];
        let posted = work.events.filtered(of_order, |record| {
            record.order_id == Some(order_id) && record.event == POSTED
        });
        let read = |record: &Record| event::from_json::<InvoicePosted>(record.payload.as_bytes());
        posted
            .filter_map(|record| read(record).ok())
            .any(|it| dispatch(&it.data) == raise.reference)
    })
}

/// Returns whether an invoice that is paid short has been settled since, which is told by another
/// aggregate too.
fn is_settled(work: &UnitOfWork, raise: &Raise, by: &Record) -> bool {
    if raise.kind != ExceptionKind::ShortPayment {
        return false;
    }
    let invoice = &raise.reference;
    let of_invoice = [("aggregate_id", invoice.value()), ("event", SETTLED.into())];
    let mut settled = work
        .events
        .filtered(of_invoice, |record| record.aggregate_id == *invoice && record.event == SETTLED);
    settled.any(|record| record.occurred_at >= by.occurred_at)
}

/// Settles and raises the cases of goods that left above what is wanted.
pub fn follow_excess(
    work: &mut UnitOfWork,
    record: &Record,
    excess: Excess,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    for (order_id, reference) in excess.gone {
        let case_id = case_id(ExceptionKind::OverShipped, &reference);
        if unsettled(&work.cases, order_id).any(|case| case.case_id == case_id) {
            lifecycle::settle_by_event(&mut work.cases, case_id, record, now, outputs);
        }
    }
    for (order_id, raise) in excess.grown {
        let at = record.occurred_at;
        lifecycle::raise_of_order(&mut work.cases, &raise, order_id, at, outputs);
    }
}
