//! Acknowledgements of orders and of their changes, with quantities in the ordered unit.

use serde::{Deserialize, Serialize};

use super::egress;
use crate::{
    closed::closed_set,
    decimal::{SignedQuantity, UnitPrice},
    ids::{OrderId, PoNumber, Sku},
    money::{Amount, Currency},
    reason::ReasonLine,
};

closed_set! {
    /// The status of an order, or of one of its lines, as the buyer sees it.
    OrderAckStatus {
        /// The order or line will be served.
        Accepted,
        /// The order or line waits for a decision of the seller.
        Held,
        /// The order or line was refused.
        Rejected,
        /// The order or line was cancelled, or cannot be served.
        Cancelled,
    }
}

/// The acknowledgement of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderAck {
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The status of the whole order.
    pub status: OrderAckStatus,
    /// Every reason for a hold or a refusal, all at once.
    pub reasons: Vec<ReasonLine>,
    /// The ISO 4217 currency; none where neither order nor customer states one.
    pub currency: Option<Currency>,
    /// Net and charges without tax; none where it could not be computed.
    pub total: Option<Amount>,
    /// The lines of the order, each with its status.
    pub lines: Vec<OrderAckLine>,
}

/// A line of an order acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderAckLine {
    /// The line's number, unique within the document.
    pub line: u32,
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity in the ordered unit; as sent where the line was refused.
    pub quantity: SignedQuantity,
    /// The price of one ordered unit; none where no price is known.
    pub unit_price: Option<UnitPrice>,
    /// The status of the line.
    pub status: OrderAckStatus,
}

closed_set! {
    /// The status of a change, or of one of its lines.
    ChangeStatus {
        /// The change was applied as asked.
        Applied,
        /// Nothing of the change was applied.
        Rejected,
        /// Part of the change was applied.
        PartiallyApplied,
    }
}

/// The acknowledgement of a change or a cancel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderChangeAck {
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The buyer's number for the change; none for a cancel.
    pub change_number: Option<u32>,
    /// The status of the whole change.
    pub status: ChangeStatus,
    /// Every reason for which part of it was not applied.
    pub reasons: Vec<ReasonLine>,
    /// The lines that the change named, as they stand now.
    pub lines: Vec<OrderChangeAckLine>,
}

/// A line of a change acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderChangeAckLine {
    /// The line's number, unique within the document.
    pub line: u32,
    /// The line's stock keeping unit; none for a line that the order does not have.
    pub sku: Option<Sku>,
    /// The present ordered total, in the ordered unit.
    pub quantity: SignedQuantity,
    /// The status of the change of this line.
    pub status: ChangeStatus,
}

egress! {
    OrderAck = "order-ack", refused if |it| it.status == OrderAckStatus::Rejected;
    OrderChangeAck = "order-change-ack", refused if |it| it.status == ChangeStatus::Rejected;
}
