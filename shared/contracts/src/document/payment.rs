//! Payments, their reversals, and the answers to both.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    egress, ingress,
    read::Unreadable,
    shape::{each, shape, value},
};
use crate::{
    closed::closed_set,
    ids::{CustomerId, DocumentId, InvoiceNumber, PaymentId, PoNumber, ReversalId},
    money::{Amount, Currency},
    reason::Reason,
};

/// A payment that came in, as the bank or processor reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The bank's id for the payment.
    pub payment_id: PaymentId,
    /// The customer that paid; none where the bank does not know.
    #[serde(default)]
    pub customer_id: Option<CustomerId>,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The amount in `currency`.
    pub amount: Amount,
    /// The value date: the day on which the money counts.
    pub received_on: Date,
    /// The method of payment, such as `check`.
    #[serde(default)]
    pub method: Option<String>,
    /// The remittance advice: the invoices or orders that the payer says it pays.
    #[serde(default)]
    pub remittance: Vec<Remittance>,
}

ingress!(Payment, |it| it.payment_id.to_string(),
    content: |copy| {
        copy.amount = copy.amount.shortest();
        for line in &mut copy.remittance {
            line.amount = line.amount.shortest();
            line.discount = line.discount.shortest();
            line.deduction = line.deduction.shortest();
        }
    },
    fn check(&self) -> Vec<Unreadable> {
        let lines = self.remittance.iter().enumerate().flat_map(|(i, line)| {
            [("amount", line.amount), ("discount", line.discount), ("deduction", line.deduction)]
                .map(|(field, amount)| (format!("remittance[{i}].{field}"), amount))
        });
        let amounts = std::iter::once(("amount".to_owned(), self.amount)).chain(lines);
        amounts
            .filter_map(|(path, amount)| Unreadable::of_positive(path, amount, self.currency))
            .collect()
    }
);

/// A line of a remittance advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Remittance {
    /// The paid invoice; none, see `po_number`.
    #[serde(default)]
    pub invoice_number: Option<InvoiceNumber>,
    /// The purchase order whose invoices are paid, where no invoice is named.
    #[serde(default)]
    pub po_number: Option<PoNumber>,
    /// The cash paid for it.
    pub amount: Amount,
    /// The early-payment discount that the payer took.
    #[serde(default)]
    pub discount: Amount,
    /// The amount that the payer keeps back.
    #[serde(default)]
    pub deduction: Amount,
    /// The payer's reason for the deduction.
    #[serde(default)]
    pub deduction_reason: Option<String>,
}

/// The reversal of a payment, such as a bounced check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PaymentReversal {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The reversal's id at the bank.
    pub reversal_id: ReversalId,
    /// The bank's id for the payment that is undone.
    pub payment_id: PaymentId,
    /// The bank's reason, as free text.
    #[serde(default)]
    pub reason: Option<String>,
}

ingress!(PaymentReversal, |it| it.reversal_id.to_string());

closed_set! {
    /// The status of a payment.
    PaymentAckStatus {
        /// The whole payment is applied to invoices.
        Applied,
        /// Part of the payment is applied to invoices.
        PartiallyApplied,
        /// Nothing of the payment is applied to an invoice.
        Unapplied,
        /// The bank took the payment back.
        Reversed,
    }
}

/// Acknowledges a payment to the bank, again after each later application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentAck {
    /// The payment's id at the bank.
    pub payment_id: PaymentId,
    /// The status of the payment.
    pub status: PaymentAckStatus,
    /// The invoices that the payment pays, with the amounts.
    pub applied: Vec<AppliedAmount>,
    /// The amount that is not applied to an invoice.
    pub unapplied_amount: Amount,
    /// The problems that a person has to look at.
    pub exceptions: Vec<PaymentException>,
}

/// The part of an invoice that a payment pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AppliedAmount {
    /// The invoice's number, gapless per series.
    pub invoice_number: InvoiceNumber,
    /// The cash applied to the invoice.
    pub amount: Amount,
    /// The early-payment discount granted on top.
    pub discount: Amount,
}

/// A problem in a payment that a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentException {
    /// The kind of problem as a code for programs.
    pub code: Reason,
    /// The same as a sentence for people.
    pub message: String,
}

/// Tells the buyer how its payment was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentStatus {
    /// The customer that made the payment.
    pub customer_id: CustomerId,
    /// The payment's id at the bank.
    pub payment_id: PaymentId,
    /// The invoices that the payment pays, with the amounts.
    pub applied: Vec<AppliedAmount>,
    /// The amount that is not applied to an invoice.
    pub unapplied_amount: Amount,
}

egress! {
    PaymentAck = "payment-ack";
    PaymentStatus = "payment-status";
}

shape! {
    Payment {
        "payment_id": value::<PaymentId>, "currency": value::<Currency>,
        "amount": value::<Amount>, "received_on": value::<Date>,
    } may {
        "document_id": value::<DocumentId>, "customer_id": value::<CustomerId>,
        "method": value::<String>, "remittance": each::<Remittance>,
    }
    Remittance { "amount": value::<Amount> } may {
        "invoice_number": value::<InvoiceNumber>, "po_number": value::<PoNumber>,
        "discount": value::<Amount>, "deduction": value::<Amount>,
        "deduction_reason": value::<String>,
    }
    PaymentReversal { "reversal_id": value::<ReversalId>, "payment_id": value::<PaymentId> } may {
        "document_id": value::<DocumentId>, "reason": value::<String>,
    }
}
