//! What payment-apply says.

use std::{collections::BTreeSet, time::Duration};

use contracts::{
    Currency, OrderId, PaymentId, Reason,
    event::{
        AppliedLine, DeductedLine, ExceptionKind, PaymentApplied, PaymentReceived, PaymentRefunded,
        PaymentReversed, PaymentUnapplied, ReceivableReopened, ReceivableSettled,
        ReceivableWrittenOff,
    },
};

use super::{Facts, Raise, Tell, words};

/// Money for an invoice that is not known yet is told of only when it stays so (rule P7).
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

impl Tell for PaymentReceived {
    fn tell(&self, facts: &mut Facts) {
        let (amount, currency, id) = (self.amount, self.currency, &self.payment_id);
        facts.summary = format!("{amount} {currency} received as {id}");
    }
}

impl Tell for PaymentApplied {
    fn tell(&self, facts: &mut Facts) {
        let deducted_from = self.deductions.iter().map(|line| line.order_id);
        facts.orders = orders(self.applied.iter().map(|line| line.order_id).chain(deducted_from));
        facts.paid_with(&self.payment, &self.payment_id);
        if self.unapplied_amount.get().is_zero() {
            facts.cash_is_placed(&self.payment);
        }
        facts.summary = format!("{} pays {}", self.payment_id, invoices(&self.applied));
        for line in &self.deductions {
            let message = deducted(line, self.currency);
            facts.summary = format!("{}; {message}", facts.summary);
            let reference = line.invoice_number.to_string();
            let raise = Raise::at_once(ExceptionKind::ShortPayment, reference, message);
            facts.raises.push(Raise { order_id: Some(line.order_id), ..raise });
        }
    }
}

impl Tell for PaymentUnapplied {
    fn tell(&self, facts: &mut Facts) {
        let (amount, currency, why) = (self.amount, self.currency, words::said(self.reason));
        facts.summary = format!("{amount} {currency} of {} unapplied: {why}", self.payment_id);
        // What stays open of an invoice is said by `payment.applied`; no cash is left over by it.
        if matches!(self.reason, Reason::ShortPayment | Reason::Deduction) {
            facts.summary = format!("{} leaves part of an invoice open: {why}", self.payment_id);
            return;
        }
        let patient = self.reason == Reason::UnknownInvoice;
        let patience = if patient { UNKNOWN_INVOICE_PATIENCE } else { Duration::ZERO };
        let (reference, message) = (self.payment.clone(), facts.summary.clone());
        let raise = Raise::at_once(ExceptionKind::UnappliedCash, reference, message);
        facts.raises.push(Raise { patience, ..raise });
    }
}

impl Tell for PaymentReversed {
    fn tell(&self, facts: &mut Facts) {
        facts.orders = orders(self.undone.iter().map(|line| line.order_id));
        facts.cash_is_placed(&self.payment);
        for invoice in &self.deductions_ended {
            facts.settle(ExceptionKind::ShortPayment, invoice.to_string());
        }
        facts.summary = format!("{} reversed: {}", self.payment_id, self.reason);
    }
}

impl Tell for PaymentRefunded {
    fn tell(&self, facts: &mut Facts) {
        if self.unapplied_amount.is_none_or(|left| left.get().is_zero()) {
            facts.cash_is_placed(&self.payment);
        }
        let (amount, currency, id) = (self.amount, self.currency, &self.payment_id);
        facts.summary = format!("{amount} {currency} of {id} given back");
    }
}

impl Tell for ReceivableSettled {
    fn tell(&self, facts: &mut Facts) {
        facts.settled = 1;
        facts.settle(ExceptionKind::ShortPayment, self.invoice_number.to_string());
        facts.summary = format!("{} is paid", self.invoice_number);
    }
}

impl Tell for ReceivableReopened {
    fn tell(&self, facts: &mut Facts) {
        facts.settled = -1;
        let (open, currency, number) = (self.open_amount, self.currency, &self.invoice_number);
        facts.summary = format!("{open} {currency} of {number} open again");
    }
}

/// That nothing is open of it any more says `receivable.settled`.
impl Tell for ReceivableWrittenOff {
    fn tell(&self, facts: &mut Facts) {
        let (amount, currency, number) = (self.amount, self.currency, &self.invoice_number);
        let open = self.open_amount;
        facts.summary = if amount.get().is_sign_negative() {
            let back = amount.get().abs();
            format!("{back} {currency} given up of {number} taken back, {open} open")
        } else {
            format!("{amount} {currency} of {number} given up, {open} still open")
        };
    }
}
