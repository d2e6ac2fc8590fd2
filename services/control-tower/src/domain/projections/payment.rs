//! The facts of events of payment-apply.

use std::{collections::BTreeSet, time::Duration};

use contracts::{
    Currency, OrderId, PaymentId, Reason,
    event::{
        AppliedLine, DeductedLine, ExceptionKind, PaymentApplied, PaymentReceived, PaymentRefunded,
        PaymentReversed, PaymentUnapplied, ReceivableReopened, ReceivableSettled,
        ReceivableWrittenOff,
    },
};

use crate::domain::{
    facts::{Facts, Raise},
    projection::{OfEvent, Projection},
    words,
};

pub const PROJECTIONS: &[&dyn Projection] = &[
    &OfEvent(payment_received),
    &OfEvent(payment_applied),
    &OfEvent(payment_unapplied),
    &OfEvent(payment_reversed),
    &OfEvent(payment_refunded),
    &OfEvent(receivable_settled),
    &OfEvent(receivable_reopened),
    &OfEvent(receivable_written_off),
];

/// The time in which money for an unknown invoice may still find it (rule P7).
const UNKNOWN_INVOICE_PATIENCE: Duration = Duration::from_secs(15 * 60);

fn orders(named: impl Iterator<Item = OrderId>) -> Vec<OrderId> {
    named.collect::<BTreeSet<OrderId>>().into_iter().collect()
}

fn invoices(lines: &[AppliedLine]) -> String {
    words::listed(lines.iter().map(|line| format!("{} of {}", line.amount, line.invoice_number)))
}

impl Facts {
    fn paid_with(&mut self, payment: &str, payment_id: &PaymentId) {
        self.name(payment);
        self.name(payment_id);
    }

    fn cash_is_placed(&mut self, payment: &str) {
        self.settle(ExceptionKind::UnappliedCash, payment.to_owned());
    }
}

/// The amount of an invoice that stays open after a deduction, and the reason (rule P5).
fn deducted(line: &DeductedLine, currency: Currency) -> String {
    let DeductedLine { invoice_number, amount, open_amount, reason, .. } = line;
    let reason = if reason.is_empty() { "no reason given" } else { reason };
    let open = format!("{open_amount} {currency} of {invoice_number} stay open");
    if amount.get().is_zero() {
        return format!("{open}: {reason}");
    }
    format!("{open}; {amount} deducted: {reason}")
}

fn payment_received(event: &PaymentReceived, facts: &mut Facts) {
    let (amount, currency, id) = (event.amount, event.currency, &event.payment_id);
    facts.summary = format!("{amount} {currency} received as {id}");
}

fn payment_applied(event: &PaymentApplied, facts: &mut Facts) {
    let deducted_from = event.deductions.iter().map(|line| line.order_id);
    facts.orders = orders(event.applied.iter().map(|line| line.order_id).chain(deducted_from));
    facts.paid_with(&event.payment, &event.payment_id);
    if event.unapplied_amount.get().is_zero() {
        facts.cash_is_placed(&event.payment);
    }
    facts.summary = format!("{} pays {}", event.payment_id, invoices(&event.applied));
    for line in &event.deductions {
        let message = deducted(line, event.currency);
        facts.summary = format!("{}; {message}", facts.summary);
        let reference = line.invoice_number.to_string();
        let raise = Raise::at_once(ExceptionKind::ShortPayment, reference, message);
        facts.raises.push(Raise { order_id: Some(line.order_id), ..raise });
    }
}

fn payment_unapplied(event: &PaymentUnapplied, facts: &mut Facts) {
    let (amount, currency, why) = (event.amount, event.currency, words::code(event.reason));
    facts.summary = format!("{amount} {currency} of {} unapplied: {why}", event.payment_id);
    // `payment.applied` tells the open amount of the invoice; no cash is left over.
    if matches!(event.reason, Reason::ShortPayment | Reason::Deduction) {
        facts.summary = format!("{} leaves part of an invoice open: {why}", event.payment_id);
        return;
    }
    let patient = event.reason == Reason::UnknownInvoice;
    let patience = if patient { UNKNOWN_INVOICE_PATIENCE } else { Duration::ZERO };
    let (reference, message) = (event.payment.clone(), facts.summary.clone());
    let raise = Raise::at_once(ExceptionKind::UnappliedCash, reference, message);
    facts.raises.push(Raise { patience, ..raise });
}

fn payment_reversed(event: &PaymentReversed, facts: &mut Facts) {
    facts.orders = orders(event.undone.iter().map(|line| line.order_id));
    facts.cash_is_placed(&event.payment);
    for invoice in &event.deductions_ended {
        facts.settle(ExceptionKind::ShortPayment, invoice.to_string());
    }
    facts.summary = format!("{} reversed: {}", event.payment_id, event.reason);
}

fn payment_refunded(event: &PaymentRefunded, facts: &mut Facts) {
    if event.unapplied_amount.is_none_or(|left| left.get().is_zero()) {
        facts.cash_is_placed(&event.payment);
    }
    let (amount, currency, id) = (event.amount, event.currency, &event.payment_id);
    facts.summary = format!("{amount} {currency} of {id} given back");
}

fn receivable_settled(event: &ReceivableSettled, facts: &mut Facts) {
    facts.settled = 1;
    facts.settle(ExceptionKind::ShortPayment, event.invoice_number.to_string());
    facts.summary = format!("{} is paid", event.invoice_number);
}

fn receivable_reopened(event: &ReceivableReopened, facts: &mut Facts) {
    facts.settled = -1;
    let (open, currency, number) = (event.open_amount, event.currency, &event.invoice_number);
    facts.summary = format!("{open} {currency} of {number} open again");
}

/// A write-off of the whole amount is followed by `receivable.settled`.
fn receivable_written_off(event: &ReceivableWrittenOff, facts: &mut Facts) {
    let (amount, currency, number) = (event.amount, event.currency, &event.invoice_number);
    let open = event.open_amount;
    facts.summary = if amount.get().is_sign_negative() {
        let back = amount.get().abs();
        format!("{back} {currency} given up of {number} taken back, {open} open")
    } else {
        format!("{amount} {currency} of {number} given up, {open} still open")
    };
}
