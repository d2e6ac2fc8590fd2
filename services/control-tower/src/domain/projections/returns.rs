//! The facts of events of returns.

use contracts::{
    Quantity,
    event::{
        self, CompletedLine, ExceptionKind, ReturnAuthorized, ReturnCompleted, ReturnExpired,
        ReturnReceived, ReturnRefused, ReturnRejected,
    },
};

use crate::domain::{
    facts::{Change, Facts},
    line::Figure,
    projection::{OfEvent, Projection},
    words,
};

pub const PROJECTIONS: &[&dyn Projection] = &[
    &OfEvent(return_authorized),
    &OfEvent(return_rejected),
    &OfEvent(return_received),
    &OfEvent(return_completed),
    &OfEvent(return_expired),
    &OfEvent(return_refused),
];

fn return_authorized(event: &ReturnAuthorized, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    let request = event::return_request_key(&event.partner, &event.return_request_id);
    facts.settle(ExceptionKind::ReturnRefused, request);
    facts.name(&event.rma_number);
    facts.name(&event.return_request_id);
    let goods = words::lines(&event.lines);
    facts.summary = format!("{goods} may come back as {}", event.rma_number);
}

fn return_rejected(event: &ReturnRejected, facts: &mut Facts) {
    facts.partner = Some(event.partner.clone());
    let why = words::reasons(&event.reasons);
    facts.summary = format!("{} refused: {why}", event.return_request);
    let message = words::listed(event.reasons.iter().map(|reason| &reason.message));
    facts.raise(ExceptionKind::ReturnRefused, event.return_request.clone(), message);
}

fn return_received(event: &ReturnReceived, facts: &mut Facts) {
    facts.settle(ExceptionKind::ReturnRefused, event.rma_number.to_string());
    let goods = words::goods(event.lines.iter().map(|line| (line.quantity, &line.sku)));
    facts.summary = format!("{goods} came back to {}", event.warehouse_id);
}

/// The quantities that are credited. Units sent back to the customer are not returned.
fn returned(line: &CompletedLine) -> [Quantity; 2] {
    [line.restocked, line.scrapped]
}

fn return_completed(event: &ReturnCompleted, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.settle(ExceptionKind::ReturnRefused, event.rma_number.to_string());
    for line in &event.lines {
        facts.changes.extend(returned(line).map(|quantity| Change {
            line: line.line,
            sku: line.sku.clone(),
            figure: Figure::Returned,
            quantity,
        }));
    }
    let sum = |line: &CompletedLine| returned(line).into_iter().sum();
    let goods = words::goods(event.lines.iter().map(|line| (sum(line), &line.sku)));
    facts.summary = format!("{} completed: {goods}", event.rma_number);
}

fn return_expired(event: &ReturnExpired, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    let (number, goods) = (&event.rma_number, words::lines(&event.lines));
    facts.summary = format!("{number} expired on {}: {goods} did not come", event.expires_on);
}

fn return_refused(event: &ReturnRefused, facts: &mut Facts) {
    let why = words::code(event.code);
    facts.summary = format!("receipt {} refused: {why}", event.receipt_id);
    let message = format!("{} of {} by {}", facts.summary, event.rma_number, event.partner);
    facts.raise(ExceptionKind::ReturnRefused, event.rma_number.to_string(), message);
}
