//! Shipments: what a warehouse is asked, what it answers, and what the buyer hears of it.

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

/// What a warehouse shipped of a shipment; there may be several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShipConfirm {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The warehouse's id of this confirmation, unique within the shipment.
    pub confirmation_id: ConfirmationId,
    /// When the goods left.
    pub shipped_at: Timestamp,
    /// Who carries them.
    #[serde(default)]
    pub carrier: Option<String>,
    /// The carrier's number.
    #[serde(default)]
    pub tracking_number: Option<String>,
    /// What left and what did not.
    pub lines: Vec<ShipConfirmLine>,
    /// Whether nothing more will come: the rest is short. So it is where nothing is said.
    #[serde(rename = "final", default = "yes")]
    pub is_final: bool,
}

ingress!(ShipConfirm, |it| it.confirmation_id.to_string());

/// A line of a confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShipConfirmLine {
    /// The order line.
    pub line: u32,
    /// The item shipped.
    pub sku: Sku,
    /// How much left, in stock units; may be 0.
    pub quantity: Quantity,
    /// How much will not, in stock units.
    #[serde(default)]
    pub short_quantity: Option<Quantity>,
    /// Why not, in the warehouse's words.
    #[serde(default)]
    pub short_reason: Option<String>,
}

closed_set! {
    /// What became of a shipment on its way.
    DeliveryStatus {
        /// It arrived.
        Delivered,
        /// It did not.
        Failed,
    }
}

/// What became of a shipment on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The carrier's number.
    #[serde(default)]
    pub tracking_number: Option<String>,
    /// What became of it.
    pub status: DeliveryStatus,
    /// When.
    pub at: Timestamp,
}

ingress!(Delivery, |it| it.shipment_id.to_string());

/// Asks a warehouse to ship; always the same for one shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipOrder {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The warehouse asked.
    pub warehouse_id: WarehouseId,
    /// Where it goes.
    pub ship_to: Address,
    /// When it should leave.
    pub requested_ship_date: Option<Date>,
    /// What to ship.
    pub lines: Vec<LineQuantity>,
}

/// What a confirmation was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipConfirmAck {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The confirmation.
    pub confirmation_id: ConfirmationId,
    /// What was taken as shipped.
    pub lines: Vec<LineQuantity>,
}

/// Takes back what a warehouse was asked to ship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipCancel {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The order.
    pub order_id: OrderId,
    /// What not to ship.
    pub lines: Vec<LineQuantity>,
    /// Why.
    pub reason: Reason,
}

/// Tells the buyer what is on its way; one per dispatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipNotice {
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The order.
    pub order_id: OrderId,
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The warehouse's confirmation.
    pub confirmation_id: ConfirmationId,
    /// When the goods left.
    pub shipped_at: Timestamp,
    /// Who carries them.
    pub carrier: Option<String>,
    /// The carrier's number.
    pub tracking_number: Option<String>,
    /// What is on its way.
    pub lines: Vec<LineQuantity>,
}

/// Tells the buyer what has to wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BackorderNotice {
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The order.
    pub order_id: OrderId,
    /// What waits.
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
