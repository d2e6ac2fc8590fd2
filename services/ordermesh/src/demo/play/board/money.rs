//! Invoices and payments, as buyers and the bank have been told. Amounts in minor units.

use std::collections::BTreeMap;

use contracts::{
    Currency, CustomerId, InvoiceNumber, OrderId,
    document::{Invoice, PaymentAck},
};

use super::Board;
use crate::demo::{billing::minor, play::desk::Said, scenario::Pays};

/// An invoice that a buyer received.
#[derive(Debug, Clone)]
pub(in crate::demo) struct InvoiceSeen {
    /// Where its order stands in the scenario.
    pub order: usize,
    pub customer: CustomerId,
    pub currency: Currency,
    pub total: i64,
    pub paid: i64,
    pub discount: i64,
    pub credited: i64,
    /// The buyer does not pay it, so that something is open at the end.
    pub unpaid_on_purpose: bool,
}

impl InvoiceSeen {
    pub fn of(invoice: &Invoice, order: usize, unpaid_on_purpose: bool) -> Self {
        Self {
            order,
            customer: invoice.customer_id.clone(),
            currency: invoice.currency,
            total: minor(invoice.total, invoice.currency),
            paid: 0,
            discount: 0,
            credited: 0,
            unpaid_on_purpose,
        }
    }

    /// What is still to be paid.
    pub fn open(&self) -> i64 {
        (self.total - self.paid - self.discount - self.credited).max(0)
    }

    /// The cash that credit memos free of it, in their order: what they come to beyond what is open,
    /// less the discount. They take that back in proportion, and what is left of it with the one
    /// that completes the invoice (rule P8).
    pub fn freed(&self, memos: impl IntoIterator<Item = i64>) -> i64 {
        let beyond = |credited: i64| (self.paid + self.discount + credited - self.total).max(0);
        let (mut credited, mut discount, mut cash) = (0, self.discount, 0);
        for memo in memos {
            let rest = beyond(credited + memo) - beyond(credited);
            credited += memo;
            let share = if credited >= self.total { discount } else { self.share(memo) };
            let back = share.max(rest - (self.paid - cash)).min(discount).min(rest);
            discount -= back;
            cash += rest - back;
        }
        cash
    }

    /// Half up (memo × discount ÷ total).
    fn share(&self, memo: i64) -> i64 {
        let (part, whole) = (i128::from(memo) * i128::from(self.discount), i128::from(self.total));
        i64::try_from((2 * part + whole) / (2 * whole)).unwrap_or(i64::MAX)
    }

    pub fn is_settled(&self) -> bool {
        self.open() == 0
    }
}

/// A payment that the bank reported.
#[derive(Debug, Clone)]
pub(in crate::demo) struct PaymentSeen {
    pub currency: Currency,
    pub amount: i64,
    /// It came before the order it is of was billed.
    pub early: bool,
    /// Whether it was answered.
    pub answered: bool,
    /// When the latest answer was said.
    pub told_at: Said,
    /// Cash and discount, by invoice.
    pub applied: BTreeMap<InvoiceNumber, (i64, i64)>,
    pub unapplied: i64,
}

impl PaymentSeen {
    pub fn new(currency: Currency, amount: i64) -> Self {
        let (early, answered, applied, unapplied) = (false, false, BTreeMap::new(), 0);
        Self { currency, amount, early, answered, told_at: Said::default(), applied, unapplied }
    }
}

impl Board {
    /// What became of a payment, now or later: the answer is its whole state at that moment, so an
    /// earlier one that comes behind a later one says nothing new.
    pub fn payment_ack(&mut self, ack: &PaymentAck, said: Said) {
        let Some(payment) = self.payments.get_mut(&ack.payment_id) else {
            self.surprise(format!("payment-ack of {}, which nobody sent", ack.payment_id));
            return;
        };
        if said < payment.told_at {
            return;
        }
        payment.told_at = said;
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

    /// Writes on an invoice what was heard of it before it came: the bank and the buyer read streams
    /// of their own, and what a killed server had on its way comes a minute later.
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

    /// What credit memos freed of an invoice.
    pub fn freed(&self, number: &InvoiceNumber, invoice: &InvoiceSeen) -> i64 {
        let memos = self.credit_memos.values().filter(|memo| memo.invoice_number == *number);
        invoice.freed(memos.map(|memo| minor(memo.total, memo.currency)))
    }

    /// How an order is paid.
    pub fn pays(&self, order_id: OrderId) -> Pays {
        let order = self.place(order_id).and_then(|at| self.scenario.orders.get(at));
        order.map_or(Pays::AsDrawn, |order| order.pays)
    }

    /// Payments that the bank has no answer for.
    pub fn unanswered_payments(&self) -> usize {
        self.payments.values().filter(|payment| !payment.answered).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100.00, of which 98.00 were paid in time.
    fn paid(paid: i64, discount: i64) -> InvoiceSeen {
        InvoiceSeen {
            order: 0,
            customer: "C-100".parse().unwrap(),
            currency: "USD".parse().unwrap(),
            total: 10_000,
            paid,
            discount,
            credited: 0,
            unpaid_on_purpose: false,
        }
    }

    #[test]
    fn p8_a_credit_memo_frees_the_cash_that_was_received_and_not_the_discount() {
        let in_time = paid(9_800, 200);
        assert_eq!(in_time.freed([5_000]), 4_900);
        assert_eq!(in_time.freed([5_000, 5_000]), 9_800);
        assert_eq!(paid(6_800, 200).freed([3_000, 7_000]), 6_800);
        assert_eq!(paid(0, 0).freed([3_000]), 0);
        assert_eq!(paid(6_000, 0).freed([5_000]), 1_000);
    }
}
