//! Shipments that a warehouse was asked for.

use contracts::{OrderId, ShipmentId, WarehouseId, document::LineQuantity};
use jiff::Timestamp;
use mesh::{Json, checked::beyond};

/// A shipment that its warehouse has not accounted for. The row is gone when it has.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingShipment {
    pub shipment_id: ShipmentId,
    pub order_id: OrderId,
    pub warehouse_id: WarehouseId,
    pub asked_at: Timestamp,
    /// Units that neither left, nor are short, nor were taken back.
    pub open: Json<Vec<LineQuantity>>,
}

mesh::row!(PendingShipment in "pending_shipments" by (shipment_id: ShipmentId) {
    shipment_id, order_id, warehouse_id, asked_at, open
});

impl PendingShipment {
    /// Takes units that the warehouse accounts for off those that are open. It may account for more
    /// than it was asked for.
    pub fn account_for(&mut self, lines: &[LineQuantity]) {
        for line in lines {
            let same = |open: &&mut LineQuantity| open.line == line.line && open.sku == line.sku;
            if let Some(open) = self.open.0.iter_mut().find(same) {
                open.quantity = beyond(open.quantity, line.quantity);
            }
        }
        self.open.0.retain(|open| !open.quantity.is_zero());
    }
}
