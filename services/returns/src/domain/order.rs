//! What was ordered, by whom, and what of it left: all that may ever come back.

use contracts::{
    ConfirmationId, CustomerId, OrderId, PartnerName, PoNumber, Quantity, ShipmentId, Sku,
    WarehouseId,
};
use jiff::Timestamp;
use mesh::Key;

/// Whose an order is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which one.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
}

/// What is wanted of an order line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Of which order.
    pub order_id: OrderId,
    /// The buyer's line number.
    pub line: u32,
    /// How much, without what was cancelled.
    pub ordered: Quantity,
}

/// Units of an order line that left together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// In which shipment.
    pub shipment_id: ShipmentId,
    /// By which confirmation.
    pub confirmation_id: ConfirmationId,
    /// For which line of the order.
    pub line: u32,
    /// What left.
    pub sku: Sku,
    /// For which order.
    pub order_id: OrderId,
    /// From where.
    pub warehouse_id: WarehouseId,
    /// How much.
    pub quantity: Quantity,
    /// When.
    pub shipped_at: Timestamp,
}

mesh::row!(Order in "orders" by (order_id: OrderId) {
    order_id, partner, po_number, customer_id
});
mesh::row!(Line in "order_lines" by (order_id: OrderId, line: u32) { order_id, line, ordered });
mesh::row!(Dispatch in "dispatches" by (
    shipment_id: ShipmentId, confirmation_id: ConfirmationId, line: u32, sku: Sku
) { shipment_id, confirmation_id, line, sku, order_id, warehouse_id, quantity, shipped_at });

/// What those wait for who ask to return more than has left so far.
#[must_use]
pub fn dispatch_of(order_id: OrderId) -> Key {
    Key::new("order-dispatch", order_id)
}
