//! Orders, their lines and their dispatches: everything that may ever come back.

use contracts::{
    ConfirmationId, CustomerId, OrderId, PartnerName, PoNumber, Quantity, ShipmentId, Sku,
    WarehouseId,
};
use jiff::Timestamp;
use mesh::Key;

/// An order and its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub order_id: OrderId,
    pub partner: PartnerName,
    pub po_number: PoNumber,
    pub customer_id: CustomerId,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub order_id: OrderId,
    pub line: u32,
    /// The quantity ordered, less what was cancelled.
    pub ordered: Quantity,
}

/// Units of an order line that left together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    pub shipment_id: ShipmentId,
    pub confirmation_id: ConfirmationId,
    /// The line of the order.
    pub line: u32,
    pub sku: Sku,
    pub order_id: OrderId,
    pub warehouse_id: WarehouseId,
    pub quantity: Quantity,
    pub shipped_at: Timestamp,
}

mesh::row!(Order in "orders" by (order_id: OrderId) {
    order_id, partner, po_number, customer_id
});
mesh::row!(Line in "order_lines" by (order_id: OrderId, line: u32) { order_id, line, ordered });
mesh::row!(Dispatch in "dispatches" by (
    shipment_id: ShipmentId, confirmation_id: ConfirmationId, line: u32, sku: Sku
) { shipment_id, confirmation_id, line, sku, order_id, warehouse_id, quantity, shipped_at });

/// Returns the key that requests wait for if they ask for more than was shipped so far.
#[must_use]
pub fn dispatch_of(order_id: OrderId) -> Key {
    Key::new("order-dispatch", order_id)
}
