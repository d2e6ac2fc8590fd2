//! Exceptions: cases that a person has to look at.

use serde::{Deserialize, Serialize};

use super::events;
use crate::{
    closed::closed_set,
    ids::{CaseId, OrderId},
};

closed_set! {
    /// The kind of problem that a case is about.
    ExceptionKind {
        /// An order is held and waits for a decision.
        OrderHeld,
        /// An order makes no progress within the time limit.
        OrderLate,
        /// An order waits for stock.
        Backorder,
        /// A warehouse has less stock than is reserved from it.
        InventoryShort,
        /// Goods of a transfer between warehouses did not arrive.
        TransferLoss,
        /// A warehouse shipped less than it was asked to ship.
        ShipmentShort,
        /// A warehouse shipped more than will be billed.
        OverShipped,
        /// A warehouse's confirmation was not accepted.
        ShipmentRefused,
        /// A warehouse did not confirm a shipment in time.
        ShipmentLate,
        /// A shipment did not arrive.
        DeliveryFailed,
        /// A dispatch cannot be billed yet.
        InvoiceWaiting,
        /// An invoice was taxed by the table because the tax engine did not answer.
        TaxFallback,
        /// Cash of a customer is not applied to an invoice.
        UnappliedCash,
        /// An invoice was paid short.
        ShortPayment,
        /// The bank took a payment back.
        PaymentReversed,
        /// Returned goods were not accepted.
        ReturnRefused,
        /// A partner's document was refused.
        DocumentRefused,
        /// A message could not be processed and became a dead letter.
        DeadLetter,
        /// The books do not agree with each other.
        OutOfBalance,
    }
}

closed_set! {
    /// The team that handles a case.
    ExceptionQueue {
        /// Orders, stock, shipments and returns.
        Operations,
        /// Invoices, payments and the general ledger.
        Finance,
        /// Partners' documents and dead letters.
        Integration,
    }
}

/// A case was opened: a person has to look at a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExceptionRaised {
    /// The exception case's id, a UUID.
    pub case_id: CaseId,
    /// The kind of problem that the case is about.
    pub kind: ExceptionKind,
    /// The order's id; none for a problem of no order.
    pub order_id: Option<OrderId>,
    /// The id of the object concerned, such as a shipment id or a payment's key.
    pub reference: String,
    /// The same as a sentence for people.
    pub message: String,
    /// The team that handles the case.
    pub queue: ExceptionQueue,
}

/// An exception case was closed by an operator or by an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExceptionResolved {
    /// The exception case's id, a UUID.
    pub case_id: CaseId,
    /// The operator, or the event that settled it.
    pub by: String,
    /// The resolution, as a sentence for people.
    pub note: String,
}

events! {
    ExceptionRaised: "exception", "raised", case_id, maybe_order;
    ExceptionResolved: "exception", "resolved", case_id;
}
