//! What somebody has to look at.

use serde::{Deserialize, Serialize};

use super::events;
use crate::{
    closed::closed_set,
    ids::{CaseId, OrderId},
};

closed_set! {
    /// What is the matter.
    ExceptionKind {
        /// An order waits for a decision.
        OrderHeld,
        /// An order does not get on in time.
        OrderLate,
        /// An order waits for stock.
        Backorder,
        /// A warehouse has less than is promised from it.
        InventoryShort,
        /// Goods of a transfer between warehouses did not arrive.
        TransferLoss,
        /// A warehouse shipped less than asked.
        ShipmentShort,
        /// A warehouse shipped more than is billed.
        OverShipped,
        /// A confirmation was not accepted.
        ShipmentRefused,
        /// A warehouse does not answer in time.
        ShipmentLate,
        /// A shipment did not arrive.
        DeliveryFailed,
        /// A dispatch can not be billed yet.
        InvoiceWaiting,
        /// An invoice was taxed by the table because the tax engine did not answer.
        TaxFallback,
        /// Money pays nothing yet.
        UnappliedCash,
        /// An invoice was paid short.
        ShortPayment,
        /// A payment was undone.
        PaymentReversed,
        /// Returned goods were not accepted.
        ReturnRefused,
        /// A partner's document was refused.
        DocumentRefused,
        /// A message could not be worked on.
        DeadLetter,
        /// The books do not agree.
        OutOfBalance,
    }
}

closed_set! {
    /// Who looks at it.
    ExceptionQueue {
        /// Orders, stock, shipments and returns.
        Operations,
        /// Invoices and money.
        Finance,
        /// Documents and messages.
        Integration,
    }
}

/// Somebody has to look at something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExceptionRaised {
    /// The case.
    pub case_id: CaseId,
    /// What is the matter.
    pub kind: ExceptionKind,
    /// The order, where there is one.
    pub order_id: Option<OrderId>,
    /// What it is about, such as a shipment id or a payment.
    pub reference: String,
    /// The same in words.
    pub message: String,
    /// Who looks at it.
    pub queue: ExceptionQueue,
}

/// It is settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExceptionResolved {
    /// The case.
    pub case_id: CaseId,
    /// The operator, or the event that settled it.
    pub by: String,
    /// How.
    pub note: String,
}

events! {
    ExceptionRaised: "exception", "raised", case_id, maybe_order;
    ExceptionResolved: "exception", "resolved", case_id;
}
