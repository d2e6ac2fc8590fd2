//! What becomes of returned goods.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::events;
use crate::{
    decimal::Quantity,
    document::{Disposition, LineQuantity},
    ids::{
        CustomerId, OrderId, PartnerName, PoNumber, ReceiptId, ReturnRequestId, RmaNumber, Sku,
        WarehouseId,
    },
    reason::{Reason, ReasonLine},
};

/// Goods may come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnAuthorized {
    /// The authorisation.
    pub rma_number: RmaNumber,
    /// The buyer's id of the request.
    pub return_request_id: ReturnRequestId,
    /// The buyer.
    pub partner: PartnerName,
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
    /// Why, in the buyer's words.
    pub reason: String,
    /// What may come back.
    pub lines: Vec<LineQuantity>,
    /// The last day.
    pub expires_on: Date,
}

/// Goods may not come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnRejected {
    /// `<partner>/<return_request_id>`: it has no number.
    pub return_request: String,
    /// The buyer.
    pub partner: PartnerName,
    /// Why.
    pub reasons: Vec<ReasonLine>,
}

/// Returned goods came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnReceived {
    /// The authorisation.
    pub rma_number: RmaNumber,
    /// The order.
    pub order_id: OrderId,
    /// The warehouse's id of the receipt.
    pub receipt_id: ReceiptId,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// What came in.
    pub lines: Vec<ReceivedLine>,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReceivedLine {
    /// The order line.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// How much, in stock units.
    pub quantity: Quantity,
    /// What becomes of it.
    pub disposition: Disposition,
}

/// Nothing more of a return will come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnCompleted {
    /// The authorisation.
    pub rma_number: RmaNumber,
    /// The buyer's id of the request.
    pub return_request_id: ReturnRequestId,
    /// The buyer.
    pub partner: PartnerName,
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
    /// Why, in the buyer's words.
    pub reason: String,
    /// Where the last of it came in.
    pub warehouse_id: WarehouseId,
    /// The day.
    pub completed_on: Date,
    /// What came in all, one per line and item.
    pub lines: Vec<CompletedLine>,
}

/// What came back of a line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CompletedLine {
    /// The order line.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// Back in stock; credited.
    pub restocked: Quantity,
    /// Thrown away; credited.
    pub scrapped: Quantity,
    /// Sent back; not credited.
    pub returned_to_customer: Quantity,
}

/// The last day of an authorisation is over and not all of it came: the rest may be returned under
/// another one. What did come is told by `return.completed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnExpired {
    /// The authorisation.
    pub rma_number: RmaNumber,
    /// The buyer.
    pub partner: PartnerName,
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Its last day.
    pub expires_on: Date,
    /// What did not come.
    pub lines: Vec<LineQuantity>,
}

/// A receipt was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnRefused {
    /// The number on the parcel; may be unknown.
    pub rma_number: RmaNumber,
    /// The order; none where the number is not known.
    pub order_id: Option<OrderId>,
    /// Who sent the receipt.
    pub partner: PartnerName,
    /// The warehouse's id of the receipt.
    pub receipt_id: ReceiptId,
    /// Why it was refused.
    pub code: Reason,
}

events! {
    ReturnAuthorized: "return", "authorized", rma_number, order;
    ReturnRejected: "return", "rejected", return_request;
    ReturnReceived: "return", "received", rma_number, order;
    ReturnCompleted: "return", "completed", rma_number, order;
    ReturnExpired: "return", "expired", rma_number, order;
    ReturnRefused: "return", "refused", rma_number, maybe_order;
}
