//! Confirmations that came as files.

use contracts::{WarehouseId, document::ShipConfirm};
use jiff::Timestamp;
use mesh::Json;

/// A confirmation that came as a file and is not decided yet.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Derived from the interchange and the confirmation's place in it.
    pub id: String,
    pub warehouse_id: WarehouseId,
    /// The name of the file.
    pub file: String,
    pub body: Json<ShipConfirm>,
    pub received_at: Timestamp,
    /// The time of the next decision.
    pub due_at: Timestamp,
}

mesh::row!(Arrival in "arrivals" by (id: String) {
    id, warehouse_id, file, body, received_at, due_at
});
