//! Shipments: orders to warehouses, their confirmations, and notices to buyers.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    Address, LineQuantity, egress, ingress,
    shape::{each, shape, value},
};
use crate::{
    closed::closed_set,
    decimal::Quantity,
    ids::{ConfirmationId, DocumentId, OrderId, PoNumber, ShipmentId, Sku, WarehouseId},
    reason::Reason,
};

/// A warehouse's confirmation of what it shipped; a shipment may have several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShipConfirm {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The warehouse's id for this confirmation, unique within the shipment.
    pub confirmation_id: ConfirmationId,
    /// The time at which the goods left.
    pub shipped_at: Timestamp,
    /// The carrier's name, such as `UPS`.
    #[serde(default)]
    pub carrier: Option<String>,
    /// The carrier's tracking number; none where there is none.
    #[serde(default)]
    pub tracking_number: Option<String>,
    /// The shipped and the missing quantities, line by line.
    pub lines: Vec<ShipConfirmLine>,
    /// True, the default, if nothing more will be shipped; the rest is then short.
    #[serde(rename = "final", default = "yes")]
    pub is_final: bool,
}

ingress!(ShipConfirm, |it| it.confirmation_id.to_string());

/// A line of a shipping confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShipConfirmLine {
    /// The number of the order line.
    pub line: u32,
    /// The stock keeping unit that was shipped.
    pub sku: Sku,
    /// The quantity that left, in stock units; may be 0.
    pub quantity: Quantity,
    /// The quantity that will not be shipped, in stock units.
    #[serde(default)]
    pub short_quantity: Option<Quantity>,
    /// The warehouse's reason for the shortage, as free text.
    #[serde(default)]
    pub short_reason: Option<String>,
}

closed_set! {
    /// The outcome of a delivery.
    DeliveryStatus {
        /// The goods arrived.
        Delivered,
        /// The goods did not arrive.
        Failed,
    }
}

/// A carrier's report on a shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The carrier's tracking number; none where there is none.
    #[serde(default)]
    pub tracking_number: Option<String>,
    /// The outcome of the delivery.
    pub status: DeliveryStatus,
    /// The time at which the goods arrived or the delivery failed.
    pub at: Timestamp,
}

ingress!(Delivery, |it| it.shipment_id.to_string());

/// Asks a warehouse to ship; a repeated request is identical.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipOrder {
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The warehouse that is asked.
    pub warehouse_id: WarehouseId,
    /// The address that the goods are shipped to.
    pub ship_to: Address,
    /// The day on which the goods should leave, if the buyer named one.
    pub requested_ship_date: Option<Date>,
    /// The items and quantities to ship.
    pub lines: Vec<LineQuantity>,
}

/// Acknowledges a shipping confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipConfirmAck {
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The warehouse's id for the confirmation.
    pub confirmation_id: ConfirmationId,
    /// The items and quantities that were recorded as shipped.
    pub lines: Vec<LineQuantity>,
}

/// Asks a warehouse not to ship what it has not dispatched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipCancel {
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The items and quantities not to ship.
    pub lines: Vec<LineQuantity>,
    /// The reason for the cancellation, as a code for programs.
    pub reason: Reason,
}

/// Tells the buyer which goods are on their way; one notice per dispatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipNotice {
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The warehouse's id for its confirmation.
    pub confirmation_id: ConfirmationId,
    /// The time at which the goods left.
    pub shipped_at: Timestamp,
    /// The carrier's name, such as `UPS`.
    pub carrier: Option<String>,
    /// The carrier's tracking number; none where there is none.
    pub tracking_number: Option<String>,
    /// The items and quantities that are on their way.
    pub lines: Vec<LineQuantity>,
}

/// Tells the buyer which goods have to wait for stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BackorderNotice {
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The items and quantities that wait.
    pub lines: Vec<LineQuantity>,
}

egress! {
    ShipOrder = "ship-order";
    ShipConfirmAck = "ship-confirm-ack";
    ShipCancel = "ship-cancel";
    ShipNotice = "ship-notice";
    BackorderNotice = "backorder-notice";
}

fn yes() -> bool {
    true
}

shape! {
    ShipConfirm {
        "shipment_id": value::<ShipmentId>, "confirmation_id": value::<ConfirmationId>,
        "shipped_at": value::<Timestamp>, "lines": each::<ShipConfirmLine>,
    } may {
        "document_id": value::<DocumentId>, "carrier": value::<String>,
        "tracking_number": value::<String>, "final": value::<bool>,
    }
    ShipConfirmLine {
        "line": value::<u32>, "sku": value::<Sku>, "quantity": value::<Quantity>,
    } may { "short_quantity": value::<Quantity>, "short_reason": value::<String> }
    Delivery {
        "shipment_id": value::<ShipmentId>, "status": value::<DeliveryStatus>,
        "at": value::<Timestamp>,
    } may { "document_id": value::<DocumentId>, "tracking_number": value::<String> }
}
