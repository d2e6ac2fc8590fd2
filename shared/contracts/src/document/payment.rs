//! Money in, money back, and what became of it.

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

/// Money that came in, as the bank or processor reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The bank's id of it.
    pub payment_id: PaymentId,
    /// Who paid; none where the bank does not know.
    #[serde(default)]
    pub customer_id: Option<CustomerId>,
    /// The currency of every amount here.
    pub currency: Currency,
    /// How much.
    pub amount: Amount,
    /// The day of value.
    pub received_on: Date,
    /// How, such as `check`.
    #[serde(default)]
    pub method: Option<String>,
    /// What it is for, in the payer's words.
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

/// What part of a payment is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Remittance {
    /// The invoice, or else `po_number`.
    #[serde(default)]
    pub invoice_number: Option<InvoiceNumber>,
    /// The order whose invoices are paid.
    #[serde(default)]
    pub po_number: Option<PoNumber>,
    /// Cash for it.
    pub amount: Amount,
    /// Early-payment discount taken.
    #[serde(default)]
    pub discount: Amount,
    /// What the payer keeps back.
    #[serde(default)]
    pub deduction: Amount,
    /// Why it is kept back.
    #[serde(default)]
    pub deduction_reason: Option<String>,
}

/// Money that went back, such as a bounced check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PaymentReversal {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The bank's id of the reversal.
    pub reversal_id: ReversalId,
    /// The payment that is undone.
    pub payment_id: PaymentId,
    /// Why, in the bank's words.
    #[serde(default)]
    pub reason: Option<String>,
}

ingress!(PaymentReversal, |it| it.reversal_id.to_string());

closed_set! {
    /// What became of a payment.
    PaymentAckStatus {
        /// All of it settles invoices.
        Applied,
        /// Some of it does.
        PartiallyApplied,
        /// None of it does.
        Unapplied,
        /// It was undone.
        Reversed,
    }
}

/// What became of a payment; a later application sends another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentAck {
    /// The payment.
    pub payment_id: PaymentId,
    /// What became of it.
    pub status: PaymentAckStatus,
    /// The invoices it pays.
    pub applied: Vec<AppliedAmount>,
    /// What pays nothing yet.
    pub unapplied_amount: Amount,
    /// What somebody has to look at.
    pub exceptions: Vec<PaymentException>,
}

/// What a payment pays of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AppliedAmount {
    /// The invoice.
    pub invoice_number: InvoiceNumber,
    /// Cash.
    pub amount: Amount,
    /// Early-payment discount on top.
    pub discount: Amount,
}

/// What somebody has to look at in a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentException {
    /// What it is.
    pub code: Reason,
    /// The same in words.
    pub message: String,
}

/// Tells the buyer what became of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PaymentStatus {
    /// The customer that paid.
    pub customer_id: CustomerId,
    /// The payment.
    pub payment_id: PaymentId,
    /// The invoices it pays.
    pub applied: Vec<AppliedAmount>,
    /// What pays nothing yet.
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
