//! Goods that come back.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    LineQuantity, egress, ingress,
    shape::{each, shape, value},
};
use crate::{
    closed::closed_set,
    decimal::Quantity,
    ids::{DocumentId, OrderId, PoNumber, ReceiptId, ReturnRequestId, RmaNumber, Sku, WarehouseId},
    reason::ReasonLine,
};

/// A wish to return goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnRequest {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The buyer's id of it.
    pub return_request_id: ReturnRequestId,
    /// The order that brought the goods.
    pub po_number: PoNumber,
    /// Why, in the buyer's words.
    #[serde(default)]
    pub reason: Option<String>,
    /// What.
    pub lines: Vec<ReturnRequestLine>,
}

ingress!(ReturnRequest, |it| it.return_request_id.to_string());

/// A line of a return request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnRequestLine {
    /// The order line.
    pub line: u32,
    /// The item shipped on it; none, whatever that was.
    #[serde(default)]
    pub sku: Option<Sku>,
    /// How much, in stock units.
    pub quantity: Quantity,
}

closed_set! {
    /// What becomes of returned goods.
    Disposition {
        /// Back to stock; credited.
        Restock,
        /// Thrown away; credited.
        Scrap,
        /// Sent back to the customer; not credited.
        ReturnToCustomer,
    }
}

/// Returned goods that came in; there may be several receipts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnReceipt {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The authorisation.
    pub rma_number: RmaNumber,
    /// The warehouse's id of this receipt.
    pub receipt_id: ReceiptId,
    /// Where they came in.
    pub warehouse_id: WarehouseId,
    /// What came in.
    pub lines: Vec<ReturnReceiptLine>,
    /// Whether nothing more will come; nothing will where nothing is said.
    #[serde(rename = "final", default = "yes")]
    pub is_final: bool,
}

ingress!(ReturnReceipt, |it| it.receipt_id.to_string());

/// A line of a return receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnReceiptLine {
    /// The order line.
    pub line: u32,
    /// The item; none, the line's.
    #[serde(default)]
    pub sku: Option<Sku>,
    /// How much, in stock units.
    pub quantity: Quantity,
    /// What becomes of it.
    pub disposition: Disposition,
}

closed_set! {
    /// Whether goods may come back.
    ReturnDecision {
        /// They may.
        Authorized,
        /// They may not.
        Rejected,
    }
}

/// Whether goods may come back, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnAuthorization {
    /// The buyer's id of the request.
    pub return_request_id: ReturnRequestId,
    /// The number to write on the parcel; none where rejected.
    pub rma_number: Option<RmaNumber>,
    /// Whether they may.
    pub status: ReturnDecision,
    /// Why not.
    pub reasons: Vec<ReasonLine>,
    /// What may come back.
    pub lines: Vec<LineQuantity>,
    /// The last day; none where rejected.
    pub expires_on: Option<Date>,
}

/// Tells a warehouse what will come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnExpected {
    /// The authorisation.
    pub rma_number: RmaNumber,
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// What will come.
    pub lines: Vec<LineQuantity>,
    /// The last day on which it may come; a receipt of a later day is refused.
    #[serde(default)]
    pub expires_on: Option<Date>,
}

egress! {
    ReturnAuthorization = "return-authorization";
    ReturnExpected = "return-expected";
}

fn yes() -> bool {
    true
}

shape! {
    ReturnRequest {
        "return_request_id": value::<ReturnRequestId>, "po_number": value::<PoNumber>,
        "lines": each::<ReturnRequestLine>,
    } may { "document_id": value::<DocumentId>, "reason": value::<String> }
    ReturnRequestLine { "line": value::<u32>, "quantity": value::<Quantity> } may {
        "sku": value::<Sku>,
    }
    ReturnReceipt {
        "rma_number": value::<RmaNumber>, "receipt_id": value::<ReceiptId>,
        "warehouse_id": value::<WarehouseId>, "lines": each::<ReturnReceiptLine>,
    } may { "document_id": value::<DocumentId>, "final": value::<bool> }
    ReturnReceiptLine {
        "line": value::<u32>, "quantity": value::<Quantity>, "disposition": value::<Disposition>,
    } may { "sku": value::<Sku> }
}
