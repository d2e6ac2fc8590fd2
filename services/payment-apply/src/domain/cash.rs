//! Cash: what came in, what it pays, and what waits for its invoice.

use contracts::{
    Amount, Currency, CustomerId, InvoiceNumber, Money, PartnerName, PaymentId, PoNumber, Reason,
    ReversalId, document::PaymentException,
};
use jiff::{Timestamp, civil::Date};
use mesh::{Json, text_column};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};
use uuid::Uuid;

use super::item::Taken;

/// Where cash comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Source {
    /// A bank reported it.
    Bank,
    /// A credit memo took more off an invoice than was open (P8): no money came, some was freed.
    CreditMemo,
}

/// Cash of a customer; amounts in minor units. amount = applied + unapplied + refunded + reversed
/// (P10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cash {
    /// `<bank>/<payment_id>`, or `credit-memo:<number>`.
    pub payment: String,
    /// Where it comes from.
    pub source: Source,
    /// The bank, or the buyer who was credited.
    pub bank: PartnerName,
    /// The bank's id of it, or the credit memo's number.
    pub payment_id: PaymentId,
    /// Whose it is; none where nobody knows.
    pub customer_id: Option<CustomerId>,
    /// In which currency.
    pub currency: Currency,
    /// What came in.
    pub amount: i64,
    /// What pays items, less what was freed from them.
    pub applied: i64,
    /// What pays nothing yet.
    pub unapplied: i64,
    /// What was given back.
    pub refunded: i64,
    /// What the bank took back.
    pub reversed: i64,
    /// Whether the bank took it back.
    pub is_reversed: bool,
    /// The day of value.
    pub received_on: Date,
    /// When it was reported, for who is first.
    pub received_at: Timestamp,
    /// What the document said: what a resend is compared with.
    pub fingerprint: Uuid,
    /// What somebody has to look at.
    pub issues: Json<Vec<Issue>>,
    /// The invoice of the credit memo; none for a bank's.
    pub credit_of: Option<InvoiceNumber>,
    /// Journal entries made of it, to name the next.
    pub entries: u32,
}

/// What somebody has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// What it is.
    pub code: Reason,
    /// The same in words.
    pub message: String,
    /// The invoice or PO number named.
    pub reference: Option<String>,
    /// The cash that pays nothing because of it, in minor units.
    pub amount: i64,
}

impl Issue {
    /// As the bank is told.
    #[must_use]
    pub fn told(&self) -> PaymentException {
        PaymentException { code: self.code, message: self.message.clone() }
    }

    /// Whether it is about an invoice that stays open rather than about cash that pays nothing.
    #[must_use]
    pub fn is_about_the_invoice(&self) -> bool {
        self.code == Reason::Deduction || self.code == Reason::ShortPayment
    }
}

impl Cash {
    /// The invoices that it left open in part: by a deduction (P5), or by a discount that is not
    /// earned (P4).
    pub fn left_open(&self) -> impl Iterator<Item = InvoiceNumber> {
        let issues = self.issues.iter().filter(|issue| issue.is_about_the_invoice());
        issues.filter_map(|issue| InvoiceNumber::new(issue.reference.as_ref()?).ok())
    }

    /// An amount of its currency, as a document writes it.
    #[must_use]
    pub fn amount_of(&self, minor: i64) -> Amount {
        Money::new(minor, self.currency).amount()
    }
}

/// What cash pays of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The cash.
    pub payment: String,
    /// The item.
    pub invoice_number: InvoiceNumber,
    /// How much; below zero where a credit freed it.
    pub amount: i64,
    /// Early-payment discount on top; below zero where a credit memo took it back.
    pub discount: i64,
    /// Below zero: what a credit memo took back of what was given up.
    pub given_up: i64,
}

impl Application {
    /// What it does to the item.
    #[must_use]
    pub fn taken(&self) -> Taken {
        Taken { amount: self.amount, discount: self.discount, given_up: self.given_up }
    }
}

/// Rule P7: cash that waits for an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The payment.
    pub payment: String,
    /// The line of its remittance.
    pub line: u32,
    /// The invoice awaited.
    pub invoice_number: Option<InvoiceNumber>,
    /// Or the order whose invoices are awaited.
    pub po_number: Option<PoNumber>,
    /// How much.
    pub amount: i64,
    /// The discount that the payer took.
    pub discount: i64,
    /// What the payer keeps back.
    pub deduction: i64,
    /// Why the payer keeps something back.
    pub deduction_reason: Option<String>,
}

/// Rule P9: a reversal that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    /// Who reported it.
    pub bank: PartnerName,
    /// The bank's id of it.
    pub reversal_id: ReversalId,
    /// What it undid.
    pub payment: String,
    /// What the document said.
    pub fingerprint: Uuid,
}

text_column!(Source);
mesh::row!(Cash in "payments" by (payment: String) {
    payment, source, bank, payment_id, customer_id, currency, amount, applied, unapplied, refunded,
    reversed, is_reversed, received_on, received_at, fingerprint, issues, credit_of, entries
});
mesh::row!(Application in "applications" by (payment: String, invoice_number: InvoiceNumber) {
    payment, invoice_number, amount, discount, given_up
});
mesh::row!(Waiting in "waiting_cash" by (payment: String, line: u32) {
    payment, line, invoice_number, po_number, amount, discount, deduction, deduction_reason
});
mesh::row!(Reversal in "reversals" by (bank: PartnerName, reversal_id: ReversalId) {
    bank, reversal_id, payment, fingerprint
});
