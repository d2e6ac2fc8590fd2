//! Returns: requests, authorisations and receipts.

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

/// A buyer's request to return goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnRequest {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The buyer's id for the request.
    pub return_request_id: ReturnRequestId,
    /// The purchase order under which the goods came.
    pub po_number: PoNumber,
    /// The buyer's reason, as free text.
    #[serde(default)]
    pub reason: Option<String>,
    /// The items and quantities to return.
    pub lines: Vec<ReturnRequestLine>,
}

ingress!(ReturnRequest, |it| it.return_request_id.to_string());

/// A line of a return request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnRequestLine {
    /// The number of the order line.
    pub line: u32,
    /// The item shipped on the line; none, whichever was shipped.
    #[serde(default)]
    pub sku: Option<Sku>,
    /// The quantity in stock units.
    pub quantity: Quantity,
}

closed_set! {
    /// The disposition of returned goods.
    Disposition {
        /// Put back into stock and credited.
        Restock,
        /// Thrown away and credited.
        Scrap,
        /// Sent back to the customer and not credited.
        ReturnToCustomer,
    }
}

/// A warehouse's receipt of returned goods; a return may have several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnReceipt {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The return authorisation's number (RMA).
    pub rma_number: RmaNumber,
    /// The warehouse's id for this receipt.
    pub receipt_id: ReceiptId,
    /// The warehouse that received the goods.
    pub warehouse_id: WarehouseId,
    /// The items and quantities that came in.
    pub lines: Vec<ReturnReceiptLine>,
    /// True, the default, if nothing more will come.
    #[serde(rename = "final", default = "yes")]
    pub is_final: bool,
}

ingress!(ReturnReceipt, |it| it.receipt_id.to_string());

/// A line of a return receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnReceiptLine {
    /// The number of the order line.
    pub line: u32,
    /// The item that came in; none, the item of the line.
    #[serde(default)]
    pub sku: Option<Sku>,
    /// The quantity in stock units.
    pub quantity: Quantity,
    /// The disposition of the goods.
    pub disposition: Disposition,
}

closed_set! {
    /// The decision on a return request.
    ReturnDecision {
        /// The goods may come back.
        Authorized,
        /// The goods may not come back.
        Rejected,
    }
}

/// The answer to a return request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnAuthorization {
    /// The buyer's id for the return request.
    pub return_request_id: ReturnRequestId,
    /// The authorisation's number, to write on the parcel; none where rejected.
    pub rma_number: Option<RmaNumber>,
    /// The decision on the request.
    pub status: ReturnDecision,
    /// Every reason for a rejection; empty if authorised.
    pub reasons: Vec<ReasonLine>,
    /// The items and quantities that may come back.
    pub lines: Vec<LineQuantity>,
    /// The last day on which the goods may come in; none where rejected.
    pub expires_on: Option<Date>,
}

/// Tells a warehouse which goods will come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReturnExpected {
    /// The return authorisation's number (RMA).
    pub rma_number: RmaNumber,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The items and quantities to expect.
    pub lines: Vec<LineQuantity>,
    /// The last day on which the goods may come in; a receipt of a later day is refused.
    #[serde(default)]
    pub expires_on: Option<Date>,
}

egress! {
    ReturnAuthorization = "return-authorization",
        refused if |it| it.status == ReturnDecision::Rejected;
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
