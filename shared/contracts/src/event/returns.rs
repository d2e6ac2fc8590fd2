//! Events of returns, from authorisation to completion.

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

/// A return was authorised: goods may come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnAuthorized {
    /// The return authorisation's number (RMA).
    pub rma_number: RmaNumber,
    /// The buyer's id for the return request.
    pub return_request_id: ReturnRequestId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The customer that is invoiced.
    pub customer_id: CustomerId,
    /// The buyer's reason, as free text.
    pub reason: String,
    /// The items and quantities that may come back.
    pub lines: Vec<LineQuantity>,
    /// The last day on which the goods may come in.
    pub expires_on: Date,
}

/// A return request was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnRejected {
    /// The request's key, `<partner>/<return_request_id>`, as it has no number.
    pub return_request: String,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// Every reason for the refusal.
    pub reasons: Vec<ReasonLine>,
}

/// A warehouse received returned goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnReceived {
    /// The return authorisation's number (RMA).
    pub rma_number: RmaNumber,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The warehouse's id for the receipt.
    pub receipt_id: ReceiptId,
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The goods that came in, line by line.
    pub lines: Vec<ReceivedLine>,
}

/// A line of a receipt of returned goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReceivedLine {
    /// The number of the order line.
    pub line: u32,
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity in stock units.
    pub quantity: Quantity,
    /// The disposition of the goods.
    pub disposition: Disposition,
}

/// A return is complete: nothing more will come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnCompleted {
    /// The return authorisation's number (RMA).
    pub rma_number: RmaNumber,
    /// The buyer's id for the return request.
    pub return_request_id: ReturnRequestId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The customer that is invoiced.
    pub customer_id: CustomerId,
    /// The buyer's reason, as free text.
    pub reason: String,
    /// The warehouse that received the last of the goods.
    pub warehouse_id: WarehouseId,
    /// The day on which the return was completed.
    pub completed_on: Date,
    /// All goods that came in, one entry per line and item.
    pub lines: Vec<CompletedLine>,
}

/// The goods that came back of a line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CompletedLine {
    /// The number of the order line.
    pub line: u32,
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity put back into stock, which is credited.
    pub restocked: Quantity,
    /// The quantity thrown away, which is credited.
    pub scrapped: Quantity,
    /// The quantity sent back to the customer, which is not credited.
    pub returned_to_customer: Quantity,
}

/// An authorisation ran out before all goods came; the rest may be returned under another one. The
/// goods that did come are told by `return.completed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnExpired {
    /// The return authorisation's number (RMA).
    pub rma_number: RmaNumber,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The authorisation's last day.
    pub expires_on: Date,
    /// The items and quantities that did not come.
    pub lines: Vec<LineQuantity>,
}

/// A receipt of returned goods was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnRefused {
    /// The number on the parcel, which may be unknown.
    pub rma_number: RmaNumber,
    /// The order's id; none where the number is unknown.
    pub order_id: Option<OrderId>,
    /// The partner that sent the receipt.
    pub partner: PartnerName,
    /// The warehouse's id for the receipt.
    pub receipt_id: ReceiptId,
    /// The reason for the refusal.
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
