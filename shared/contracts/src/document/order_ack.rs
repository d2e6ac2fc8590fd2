//! What became of orders and of their changes. Quantities are in the ordered unit.

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
    /// Where an order, or a line of it, stands towards the buyer.
    OrderAckStatus {
        /// Will be served.
        Accepted,
        /// Waits for a decision.
        Held,
        /// Refused.
        Rejected,
        /// Not wanted any more, or not possible.
        Cancelled,
    }
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderAck {
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The order.
    pub order_id: OrderId,
    /// Where it stands.
    pub status: OrderAckStatus,
    /// Why, every reason at once.
    pub reasons: Vec<ReasonLine>,
    /// The currency; none where neither order nor customer says it.
    pub currency: Option<Currency>,
    /// Net and charges without tax; none where it could not be reckoned.
    pub total: Option<Amount>,
    /// The lines.
    pub lines: Vec<OrderAckLine>,
}

/// A line of an order acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderAckLine {
    /// The line's number.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// How much, in the ordered unit; as sent where it was refused.
    pub quantity: SignedQuantity,
    /// The price of one ordered unit; none where there is none.
    pub unit_price: Option<UnitPrice>,
    /// Where the line stands.
    pub status: OrderAckStatus,
}

closed_set! {
    /// What became of a change, or of a line of it.
    ChangeStatus {
        /// As asked.
        Applied,
        /// Not at all.
        Rejected,
        /// In part.
        PartiallyApplied,
    }
}

/// What became of a change or a cancel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderChangeAck {
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number of the change; none for a cancel.
    pub change_number: Option<u32>,
    /// What became of it.
    pub status: ChangeStatus,
    /// Why not all of it.
    pub reasons: Vec<ReasonLine>,
    /// The lines it asked for, as they stand now.
    pub lines: Vec<OrderChangeAckLine>,
}

/// A line of a change acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderChangeAckLine {
    /// The line's number.
    pub line: u32,
    /// The item; none for a line that the order does not have.
    pub sku: Option<Sku>,
    /// The ordered total as it stands now, in the ordered unit.
    pub quantity: SignedQuantity,
    /// What became of the line.
    pub status: ChangeStatus,
}

egress! {
    OrderAck = "order-ack";
    OrderChangeAck = "order-change-ack";
}
