//! Invoices and payments, applied to the view.

use std::{collections::BTreeMap, time::Instant};

use contracts::{
    InvoiceNumber, OrderId,
    document::{Invoice, PaymentAck},
};

use super::{PartnerView, invoice::InvoiceSeen, record};
use crate::demo::{
    billing::{self, minor},
    play::position::StreamPosition,
    scenario::Pays,
};

impl PartnerView {
    /// Applies an invoice and checks it against the order.
    pub fn invoice(&mut self, invoice: &Invoice, unpaid_on_purpose: bool) {
        let Some(at) = self.index_of(invoice.order_id) else {
            self.surprise(format!("invoice {} of no order", invoice.invoice_number));
            return;
        };
        let known = self.invoices.contains_key(&invoice.invoice_number);
        let wrong = match self.scenario.orders.get(at) {
            Some(order) => billing::faults(order, invoice),
            None => Vec::new(),
        };
        wrong.into_iter().for_each(|fault| self.surprise(fault));
        if known {
            self.surprise(format!("invoice {} came as two documents", invoice.invoice_number));
            return;
        }
        let mut seen = InvoiceSeen::of(invoice, at, unpaid_on_purpose);
        self.catch_up(&invoice.invoice_number, &mut seen);
        self.invoices.insert(invoice.invoice_number.clone(), seen);
        if let Some(order) = self.orders.get_mut(at) {
            order.invoices.push(invoice.invoice_number.clone());
            for billed in &invoice.lines {
                order.lines.entry(billed.line).or_default().billed += billed.quantity.scaled();
            }
            let now = Instant::now();
            if let (None, Some(sent)) = (order.first_invoice, order.sent) {
                record(&mut self.to_invoice, now - sent);
            }
            order.first_invoice.get_or_insert(now);
        }
        self.touch(at);
    }

    /// Applies the state of a payment. An acknowledgement is the whole state at its time, so an
    /// earlier one that arrives late changes nothing.
    pub fn payment_ack(&mut self, ack: &PaymentAck, position: StreamPosition) {
        let Some(payment) = self.payments.get_mut(&ack.payment_id) else {
            self.surprise(format!("payment-ack of {}, which nobody sent", ack.payment_id));
            return;
        };
        if position < payment.latest {
            return;
        }
        payment.latest = position;
        let currency = payment.currency;
        let applied = ack.applied.iter().map(|it| {
            let parts = (minor(it.amount, currency), minor(it.discount, currency));
            (it.invoice_number.clone(), parts)
        });
        // An invoice may be named more than once.
        let mut now: BTreeMap<InvoiceNumber, (i64, i64)> = BTreeMap::new();
        for (number, (cash, discount)) in applied {
            let sum = now.entry(number).or_default();
            *sum = (sum.0 + cash, sum.1 + discount);
        }
        let before = std::mem::replace(&mut payment.applied, now.clone());
        payment.answered = true;
        payment.unapplied = minor(ack.unapplied_amount, currency);
        let mut touched = Vec::new();
        for (sign, parts) in [(-1, before), (1, now)] {
            for (number, (cash, discount)) in parts {
                if let Some(invoice) = self.invoices.get_mut(&number) {
                    invoice.paid += sign * cash;
                    invoice.discount += sign * discount;
                    touched.push(invoice.order);
                }
            }
        }
        touched.dedup();
        touched.into_iter().for_each(|order| self.touch(order));
    }

    /// Applies to an invoice the payments and credits that arrived before it. The bank and the
    /// buyer read streams of their own, and the messages of a killed server arrive a minute late.
    pub(super) fn catch_up(&self, number: &InvoiceNumber, invoice: &mut InvoiceSeen) {
        let payments = self.payments.values().filter(|it| it.currency == invoice.currency);
        for (cash, discount) in payments.filter_map(|it| it.applied.get(number)) {
            invoice.paid += cash;
            invoice.discount += discount;
        }
        for memo in self.credit_memos.values().filter(|memo| memo.invoice_number == *number) {
            invoice.credited += minor(memo.total, memo.currency);
        }
    }

    /// Returns the cash that credit memos freed from an invoice.
    pub fn freed(&self, number: &InvoiceNumber, invoice: &InvoiceSeen) -> i64 {
        let memos = self.credit_memos.values().filter(|memo| memo.invoice_number == *number);
        invoice.freed(memos.map(|memo| minor(memo.total, memo.currency)))
    }

    /// Returns the way in which an order is paid.
    pub fn pays(&self, order_id: OrderId) -> Pays {
        let order = self.index_of(order_id).and_then(|at| self.scenario.orders.get(at));
        order.map_or(Pays::AsDrawn, |order| order.pays)
    }

    /// Counts the payments without an acknowledgement.
    pub fn unanswered_payments(&self) -> usize {
        self.payments.values().filter(|payment| !payment.answered).count()
    }
}
