//! Events of shipments, from the request to the delivery.

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
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The customer that is invoiced.
    pub customer_id: CustomerId,
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The `sequence` of the `inventory.reserved` that caused it.
    pub reservation: u64,
    /// The address that the goods are shipped to.
    pub ship_to: Address,
    /// The day on which the goods should leave, if the buyer named one.
    pub requested_ship_date: Option<Date>,
    /// The items and quantities to ship.
    pub lines: Vec<LineQuantity>,
}

/// Goods of a shipment left a warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentDispatched {
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The customer that is invoiced.
    pub customer_id: CustomerId,
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The warehouse's id for its confirmation.
    pub confirmation_id: ConfirmationId,
    /// The time at which the goods left.
    pub shipped_at: Timestamp,
    /// The carrier's name, where the warehouse gave it.
    pub carrier: Option<String>,
    /// The carrier's tracking number; none where there is none.
    pub tracking_number: Option<String>,
    /// The address that the goods are shipped to.
    pub ship_to: Address,
    /// The items and quantities that left.
    pub lines: Vec<LineQuantity>,
    /// True if the warehouse will ship nothing more of it.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// The quantities that had been cancelled before they left and that an operator accepted all
    /// the same.
    #[serde(default)]
    pub reinstated: Vec<LineQuantity>,
}

/// A warehouse will not ship everything that it was asked to ship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentShort {
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The warehouse's id for its confirmation.
    pub confirmation_id: ConfirmationId,
    /// The quantities that will not be shipped.
    pub lines: Vec<ShortLine>,
}

/// A line that a warehouse does not ship in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShortLine {
    /// The number of the order line.
    pub line: u32,
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity in stock units.
    pub quantity: Quantity,
    /// The warehouse's reason, as free text.
    pub reason: Option<String>,
    /// True if the final confirmation shipped nothing of the line, so that this warehouse is not
    /// asked for it again.
    pub nothing_shipped: bool,
}

/// A shipment arrived, or did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentDelivered {
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The carrier's tracking number; none where there is none.
    pub tracking_number: Option<String>,
    /// The outcome of the delivery.
    pub status: DeliveryStatus,
    /// The time at which the goods arrived or the delivery failed.
    pub at: Timestamp,
}

/// Units of a shipment were cancelled before they left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentCancelled {
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The items and quantities that will not be shipped.
    pub lines: Vec<LineQuantity>,
    /// The reason for the cancellation.
    pub reason: Reason,
}

/// Units of a shipment left with another shipment of the same warehouse, which sent more than it
/// was asked for, and will not leave with this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentCovered {
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The shipment with which they left.
    pub covered_by: ShipmentId,
    /// The items and quantities that left with it.
    pub lines: Vec<LineQuantity>,
}

/// A warehouse's confirmation was not accepted; stock and invoices stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShipmentRefused {
    /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The order's id; none where the shipment is unknown.
    pub order_id: Option<OrderId>,
    /// The partner that sent the confirmation.
    pub partner: PartnerName,
    /// The warehouse's id for its confirmation.
    pub confirmation_id: ConfirmationId,
    /// The reason for the refusal.
    pub code: Reason,
    /// The items and quantities that it claimed.
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
