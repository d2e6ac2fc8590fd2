//! What becomes of shipments.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::events;
use crate::{
    decimal::Quantity,
    document::{Address, DeliveryStatus, LineQuantity},
    ids::{
        ConfirmationId, CustomerId, OrderId, PartnerName, PoNumber, ShipmentId, Sku, WarehouseId,
    },
    reason::Reason,
};

/// A warehouse is asked to ship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentRequested {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// The `sequence` of the `inventory.reserved` that caused it.
    pub reservation: u64,
    /// Where it goes.
    pub ship_to: Address,
    /// When it should leave.
    pub requested_ship_date: Option<Date>,
    /// What to ship.
    pub lines: Vec<LineQuantity>,
}

/// Goods left a warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentDispatched {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// The warehouse's confirmation.
    pub confirmation_id: ConfirmationId,
    /// When they left.
    pub shipped_at: Timestamp,
    /// Who carries them.
    pub carrier: Option<String>,
    /// The carrier's number.
    pub tracking_number: Option<String>,
    /// Where it goes.
    pub ship_to: Address,
    /// What left.
    pub lines: Vec<LineQuantity>,
    /// Whether the warehouse will ship nothing more of it.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// What of it had been taken back before it left, and an operator accepted all the same.
    #[serde(default)]
    pub reinstated: Vec<LineQuantity>,
}

/// A warehouse will not ship all it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentShort {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// The warehouse's confirmation.
    pub confirmation_id: ConfirmationId,
    /// What will not come.
    pub lines: Vec<ShortLine>,
}

/// A line that a warehouse does not ship in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShortLine {
    /// The order line.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// How much, in stock units.
    pub quantity: Quantity,
    /// Why, in the warehouse's words.
    pub reason: Option<String>,
    /// Whether its final confirmation shipped nothing of the line: then it is not asked for it again.
    pub nothing_shipped: bool,
}

/// A shipment arrived, or did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentDelivered {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// The carrier's number.
    pub tracking_number: Option<String>,
    /// What became of it.
    pub status: DeliveryStatus,
    /// When.
    pub at: Timestamp,
}

/// Units of a shipment will not be shipped, before they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentCancelled {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// What is not shipped.
    pub lines: Vec<LineQuantity>,
    /// Why.
    pub reason: Reason,
}

/// Units of a shipment left with another shipment of the same warehouse, which sent more than it
/// was asked for: they will not leave with this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentCovered {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// The shipment that they left with.
    pub covered_by: ShipmentId,
    /// Which units.
    pub lines: Vec<LineQuantity>,
}

/// A confirmation was not accepted; stock and bill stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentRefused {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// The order; none where the shipment is not known.
    pub order_id: Option<OrderId>,
    /// Who confirmed.
    pub partner: PartnerName,
    /// The warehouse's confirmation.
    pub confirmation_id: ConfirmationId,
    /// Why it was refused.
    pub code: Reason,
    /// What it claimed.
    pub lines: Vec<LineQuantity>,
}

events! {
    ShipmentRequested: "shipment", "requested", shipment_id, order;
    ShipmentDispatched: "shipment", "dispatched", shipment_id, order;
    ShipmentShort: "shipment", "short", shipment_id, order;
    ShipmentDelivered: "shipment", "delivered", shipment_id, order;
    ShipmentCancelled: "shipment", "cancelled", shipment_id, order;
    ShipmentCovered: "shipment", "covered", shipment_id, order;
    ShipmentRefused: "shipment", "refused", shipment_id, maybe_order;
}
