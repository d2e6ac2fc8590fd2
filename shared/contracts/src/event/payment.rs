//! Events of payments and receivables.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::events;
use crate::{
    ids::{CustomerId, InvoiceNumber, OrderId, PartnerName, PaymentId, ReversalId},
    money::{Amount, Currency},
    reason::Reason,
};

/// A customer's payment came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentReceived {
    /// The payment's key, `<bank>/<payment_id>`.
    pub payment: String,
    /// The bank or processor that reported the payment.
    pub bank: PartnerName,
    /// The payment's id at the bank.
    pub payment_id: PaymentId,
    /// The customer that paid; none while unknown.
    pub customer_id: Option<CustomerId>,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The amount in `currency`.
    pub amount: Amount,
    /// The value date: the day on which the money counts.
    pub received_on: Date,
}

/// Cash of a payment was applied to invoices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentApplied {
    /// The payment's key, `<bank>/<payment_id>`.
    pub payment: String,
    /// The bank or processor that reported the payment.
    pub bank: PartnerName,
    /// The payment's id at the bank.
    pub payment_id: PaymentId,
    /// The customer that paid; none while unknown.
    pub customer_id: Option<CustomerId>,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The invoices paid by this application, with the amounts.
    pub applied: Vec<AppliedLine>,
    /// The amount of the payment that is not applied to an invoice.
    pub unapplied_amount: Amount,
    /// The remittance's deductions whose amounts stay open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deductions: Vec<DeductedLine>,
}

/// A deduction from an invoice (rule P5), or a discount that was not earned (rule P4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DeductedLine {
    /// The invoice's number, gapless per series.
    pub invoice_number: InvoiceNumber,
    /// The order that the invoice bills.
    pub order_id: OrderId,
    /// The amount that the payer kept back.
    pub amount: Amount,
    /// The amount of the invoice that is open after the payment.
    pub open_amount: Amount,
    /// The payer's reason; empty where none was given.
    #[serde(default)]
    pub reason: String,
}

/// The part of an invoice that a payment pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AppliedLine {
    /// The invoice's number, gapless per series.
    pub invoice_number: InvoiceNumber,
    /// The order that the invoice bills.
    pub order_id: OrderId,
    /// The cash applied; below zero where a credit memo takes it back.
    pub amount: Amount,
    /// The early-payment discount on top; below zero where a credit memo takes it back (rule P8).
    pub discount: Amount,
}

/// Cash of a payment is not applied to an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentUnapplied {
    /// The payment's key, `<bank>/<payment_id>`.
    pub payment: String,
    /// The bank or processor that reported the payment.
    pub bank: PartnerName,
    /// The payment's id at the bank.
    pub payment_id: PaymentId,
    /// The customer that paid; none while unknown.
    pub customer_id: Option<CustomerId>,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The amount that is not applied to an invoice.
    pub amount: Amount,
    /// The reason for which the cash is not applied.
    pub reason: Reason,
}

/// The bank took a payment back, and everything the payment did is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentReversed {
    /// The payment's key, `<bank>/<payment_id>`.
    pub payment: String,
    /// The bank or processor that reported the payment.
    pub bank: PartnerName,
    /// The payment's id at the bank.
    pub payment_id: PaymentId,
    /// The customer that paid; none while unknown.
    pub customer_id: Option<CustomerId>,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The reversal's id at the bank.
    pub reversal_id: ReversalId,
    /// The amount in `currency`.
    pub amount: Amount,
    /// The applications that are undone.
    pub undone: Vec<AppliedLine>,
    /// The invoices touched by the payment from which no other payment keeps anything back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deductions_ended: Vec<InvoiceNumber>,
    /// The bank's reason, as free text.
    pub reason: String,
}

/// Unapplied cash was refunded to the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentRefunded {
    /// The payment's key, `<bank>/<payment_id>`.
    pub payment: String,
    /// The bank or processor that reported the payment.
    pub bank: PartnerName,
    /// The payment's id at the bank.
    pub payment_id: PaymentId,
    /// The customer that paid; none while unknown.
    pub customer_id: Option<CustomerId>,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The amount in `currency`.
    pub amount: Amount,
    /// The amount that is still not applied after the refund; absent in older events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unapplied_amount: Option<Amount>,
}

/// An invoice is settled: nothing of it is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReceivableSettled {
    /// The invoice's number, gapless per series.
    pub invoice_number: InvoiceNumber,
    /// The order that the invoice bills.
    pub order_id: OrderId,
    /// The customer that owes the amount.
    pub customer_id: CustomerId,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The invoice's total in `currency`.
    pub total: Amount,
}

/// A settled invoice is open again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReceivableReopened {
    /// The invoice's number, gapless per series.
    pub invoice_number: InvoiceNumber,
    /// The order that the invoice bills.
    pub order_id: OrderId,
    /// The customer that owes the amount.
    pub customer_id: CustomerId,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The amount that is still open.
    pub open_amount: Amount,
}

/// Part or all of an invoice's open amount was written off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReceivableWrittenOff {
    /// The invoice's number, gapless per series.
    pub invoice_number: InvoiceNumber,
    /// The order that the invoice bills; none for cash that was refunded and then taken back by the
    /// bank.
    pub order_id: Option<OrderId>,
    /// The customer that owed the amount.
    pub customer_id: CustomerId,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The amount written off; below zero where a credit memo takes it back (rule P8).
    pub amount: Amount,
    /// The amount that is still open.
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
