//! What becomes of money.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::events;
use crate::{
    ids::{CustomerId, InvoiceNumber, OrderId, PartnerName, PaymentId, ReversalId},
    money::{Amount, Currency},
    reason::Reason,
};

/// Money came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentReceived {
    /// `<bank>/<payment_id>`.
    pub payment: String,
    /// The partner that reported it.
    pub bank: PartnerName,
    /// The bank's id of it.
    pub payment_id: PaymentId,
    /// Who paid; none where nobody knows.
    pub customer_id: Option<CustomerId>,
    /// The currency of every amount here.
    pub currency: Currency,
    /// How much.
    pub amount: Amount,
    /// The day of value.
    pub received_on: Date,
}

/// Money settles invoices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentApplied {
    /// `<bank>/<payment_id>`.
    pub payment: String,
    /// The partner that reported it.
    pub bank: PartnerName,
    /// The bank's id of it.
    pub payment_id: PaymentId,
    /// Who paid; none where nobody knows.
    pub customer_id: Option<CustomerId>,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What it pays now.
    pub applied: Vec<AppliedLine>,
    /// What of it pays nothing yet.
    pub unapplied_amount: Amount,
    /// The deductions of the remittance, where what they keep back stays open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deductions: Vec<DeductedLine>,
}

/// A deduction from an invoice (rule P5), or a discount that was not earned (rule P4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DeductedLine {
    /// The invoice.
    pub invoice_number: InvoiceNumber,
    /// The order billed.
    pub order_id: OrderId,
    /// Kept back.
    pub amount: Amount,
    /// Open of the invoice after the payment.
    pub open_amount: Amount,
    /// The payer's reason; empty where none was given.
    #[serde(default)]
    pub reason: String,
}

/// What a payment pays of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AppliedLine {
    /// The invoice.
    pub invoice_number: InvoiceNumber,
    /// The order billed.
    pub order_id: OrderId,
    /// Cash; below zero where a credit memo takes it back.
    pub amount: Amount,
    /// Early-payment discount on top; below zero where a credit memo takes it back (rule P8).
    pub discount: Amount,
}

/// Money pays nothing yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentUnapplied {
    /// `<bank>/<payment_id>`.
    pub payment: String,
    /// The partner that reported it.
    pub bank: PartnerName,
    /// The bank's id of it.
    pub payment_id: PaymentId,
    /// Who paid; none where nobody knows.
    pub customer_id: Option<CustomerId>,
    /// The currency of every amount here.
    pub currency: Currency,
    /// How much pays nothing.
    pub amount: Amount,
    /// Why.
    pub reason: Reason,
}

/// Money went back at the bank: all that the payment did is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentReversed {
    /// `<bank>/<payment_id>`.
    pub payment: String,
    /// The partner that reported it.
    pub bank: PartnerName,
    /// The bank's id of it.
    pub payment_id: PaymentId,
    /// Who paid; none where nobody knows.
    pub customer_id: Option<CustomerId>,
    /// The currency of every amount here.
    pub currency: Currency,
    /// The bank's id of the reversal.
    pub reversal_id: ReversalId,
    /// How much.
    pub amount: Amount,
    /// The invoices that it does not pay any more.
    pub undone: Vec<AppliedLine>,
    /// Of the invoices that it paid, or kept something back of, those from which no other payment
    /// keeps anything back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deductions_ended: Vec<InvoiceNumber>,
    /// Why, in the bank's words.
    pub reason: String,
}

/// Unapplied money was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentRefunded {
    /// `<bank>/<payment_id>`.
    pub payment: String,
    /// The partner that reported it.
    pub bank: PartnerName,
    /// The bank's id of it.
    pub payment_id: PaymentId,
    /// Who paid; none where nobody knows.
    pub customer_id: Option<CustomerId>,
    /// The currency of every amount here.
    pub currency: Currency,
    /// How much.
    pub amount: Amount,
    /// What of it pays nothing after that; events from before this was said do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unapplied_amount: Option<Amount>,
}

/// Nothing of an invoice is open any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReceivableSettled {
    /// The invoice.
    pub invoice_number: InvoiceNumber,
    /// The order billed.
    pub order_id: OrderId,
    /// Who owes.
    pub customer_id: CustomerId,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What it was for.
    pub total: Amount,
}

/// A settled invoice is open again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReceivableReopened {
    /// The invoice.
    pub invoice_number: InvoiceNumber,
    /// The order billed.
    pub order_id: OrderId,
    /// Who owes.
    pub customer_id: CustomerId,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What is open.
    pub open_amount: Amount,
}

/// Part or all of what is open of an invoice was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReceivableWrittenOff {
    /// The invoice.
    pub invoice_number: InvoiceNumber,
    /// The order billed; none for cash that was given back and then taken back by the bank.
    pub order_id: Option<OrderId>,
    /// Who owed.
    pub customer_id: CustomerId,
    /// The currency of every amount here.
    pub currency: Currency,
    /// Given up; below zero where a credit memo takes it back (rule P8).
    pub amount: Amount,
    /// What is still open.
    pub open_amount: Amount,
}

events! {
    PaymentReceived: "payment", "received", payment;
    PaymentApplied: "payment", "applied", payment;
    PaymentUnapplied: "payment", "unapplied", payment;
    PaymentReversed: "payment", "reversed", payment;
    PaymentRefunded: "payment", "refunded", payment;
    ReceivableSettled: "receivable", "settled", invoice_number, order;
    ReceivableReopened: "receivable", "reopened", invoice_number, order;
    ReceivableWrittenOff: "receivable", "written-off", invoice_number, maybe_order;
}
