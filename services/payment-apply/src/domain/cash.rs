//! Cash, the items that it pays, and the part of it that waits for an invoice.

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Source {
    Bank,
    /// A credit memo took more off an invoice than was open (rule P8): no money came, some was freed.
    CreditMemo,
}

/// Cash of a customer; amounts in minor units. amount = applied + unapplied + refunded + reversed
/// (rule P10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cash {
    /// `<bank>/<payment_id>`, or `credit-memo:<number>`.
    pub payment: String,
    pub source: Source,
    /// The bank, or the buyer who was credited.
    pub bank: PartnerName,
    /// The bank's id, or the credit memo's number.
    pub payment_id: PaymentId,
    /// The customer who paid; `None` where nobody knows.
    pub customer_id: Option<CustomerId>,
    pub currency: Currency,
    pub amount: i64,
    /// The part that pays items, less what was freed from them.
    pub applied: i64,
    pub unapplied: i64,
    pub refunded: i64,
    pub reversed: i64,
    pub is_reversed: bool,
    /// The day of value.
    pub received_on: Date,
    /// The time of the report: the first reported is the first to pay.
    pub received_at: Timestamp,
    /// The content of the document, which a resend is compared with.
    pub fingerprint: Uuid,
    pub issues: Json<Vec<Issue>>,
    /// The invoice of the credit memo; `None` for a bank's payment.
    pub credit_of: Option<InvoiceNumber>,
    /// The number of its journal entries, which names the next.
    pub entries: u32,
}

/// A finding that somebody has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    pub code: Reason,
    pub message: String,
    /// The invoice or PO that it names.
    pub reference: Option<String>,
    /// The cash that pays nothing because of it, in minor units.
    pub amount: i64,
}

impl Issue {
    pub fn exception(&self) -> PaymentException {
        PaymentException { code: self.code, message: self.message.clone() }
    }

    /// Returns whether it is about an invoice that stays open, not about cash that pays nothing.
    pub fn is_about_the_invoice(&self) -> bool {
        self.code == Reason::Deduction || self.code == Reason::ShortPayment
    }
}

impl Cash {
    /// The invoices that it left open in part: by a deduction (rule P5), or by a discount that is
    /// not earned (rule P4).
    pub fn left_open(&self) -> impl Iterator<Item = InvoiceNumber> {
        let issues = self.issues.iter().filter(|issue| issue.is_about_the_invoice());
        issues.filter_map(|issue| InvoiceNumber::new(issue.reference.as_ref()?).ok())
    }

    /// An amount of its currency, as a document writes it.
    pub fn amount_of(&self, minor: i64) -> Amount {
        Money::new(minor, self.currency).amount()
    }
}

/// The part of an item that cash pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub payment: String,
    pub invoice_number: InvoiceNumber,
    /// Below zero where a credit freed it.
    pub amount: i64,
    /// Early-payment discount on top; below zero where a credit memo took it back.
    pub discount: i64,
    /// Below zero: the part of what was given up that a credit memo took back.
    pub given_up: i64,
}

impl Application {
    pub fn taken(&self) -> Taken {
        Taken { amount: self.amount, discount: self.discount, given_up: self.given_up }
    }
}

/// Cash that waits for an invoice (rule P7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub payment: String,
    /// The line of its remittance.
    pub line: u32,
    /// The invoice awaited.
    pub invoice_number: Option<InvoiceNumber>,
    /// Or the order whose invoices are awaited.
    pub po_number: Option<PoNumber>,
    pub amount: i64,
    /// The discount that the payer took.
    pub discount: i64,
    /// The amount that the payer keeps back.
    pub deduction: i64,
    pub deduction_reason: Option<String>,
}

/// A reversal that was carried out (rule P9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    pub bank: PartnerName,
    pub reversal_id: ReversalId,
    /// The payment that it undid.
    pub payment: String,
    /// The content of the document.
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
