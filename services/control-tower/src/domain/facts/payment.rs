//! What payment-apply says.

use std::time::Duration;

use contracts::{
    OrderId, Reason,
    event::{
        AppliedLine, ExceptionKind, PaymentApplied, PaymentReceived, PaymentRefunded,
        PaymentReversed, PaymentUnapplied, ReceivableReopened, ReceivableSettled,
        ReceivableWrittenOff,
    },
};

use super::{Facts, Raise, Tell, words};

/// Money for an invoice that is not known yet is told of only when it stays so (rule P7).
const UNKNOWN_INVOICE_PATIENCE: Duration = Duration::from_secs(15 * 60);

fn orders(lines: &[AppliedLine]) -> Vec<OrderId> {
    let mut orders: Vec<OrderId> = lines.iter().map(|line| line.order_id).collect();
    orders.sort();
    orders.dedup();
    orders
}

fn invoices(lines: &[AppliedLine]) -> String {
    words::listed(lines.iter().map(|line| format!("{} of {}", line.amount, line.invoice_number)))
}

impl Facts {
    fn cash_is_placed(&mut self, payment: &str) {
        self.settle(ExceptionKind::UnappliedCash, payment.to_owned());
    }
}

impl Tell for PaymentReceived {
    fn tell(&self, facts: &mut Facts) {
        let (amount, currency, id) = (self.amount, self.currency, &self.payment_id);
        facts.summary = format!("{amount} {currency} received as {id}");
    }
}

impl Tell for PaymentApplied {
    fn tell(&self, facts: &mut Facts) {
        facts.orders = orders(&self.applied);
        if self.unapplied_amount.get().is_zero() {
            facts.cash_is_placed(&self.payment);
        }
        facts.summary = format!("{} pays {}", self.payment_id, invoices(&self.applied));
    }
}

impl Tell for PaymentUnapplied {
    fn tell(&self, facts: &mut Facts) {
        let (amount, currency, why) = (self.amount, self.currency, words::said(self.reason));
        facts.summary = format!("{amount} {currency} of {} unapplied: {why}", self.payment_id);
        let paid_short = matches!(self.reason, Reason::ShortPayment | Reason::Deduction);
        let kind =
            if paid_short { ExceptionKind::ShortPayment } else { ExceptionKind::UnappliedCash };
        let patient = self.reason == Reason::UnknownInvoice;
        let patience = if patient { UNKNOWN_INVOICE_PATIENCE } else { Duration::ZERO };
        let (reference, message) = (self.payment.clone(), facts.summary.clone());
        facts.raises.push(Raise { kind, reference, message, patience });
    }
}

impl Tell for PaymentReversed {
    fn tell(&self, facts: &mut Facts) {
        facts.orders = orders(&self.undone);
        facts.cash_is_placed(&self.payment);
        facts.settle(ExceptionKind::ShortPayment, self.payment.clone());
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
        facts.summary = format!("{amount} {currency} of {number} given up, {open} still open");
    }
}
