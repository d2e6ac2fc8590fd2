//! The rows of deliveries.

use contracts::WarehouseId;
use jiff::Timestamp;

/// A document for a warehouse.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub warehouse_id: WarehouseId,
    /// The `ce-id`: the same document has the same one however often it is sent.
    pub id: String,
    pub position: u64,
    /// The document's name in subjects.
    pub document: String,
    pub content_type: String,
    /// The path in the warehouse's folder; `None` for a webhook.
    pub file: Option<String>,
    pub body: Vec<u8>,
    /// The time of the decision.
    pub written_at: Timestamp,
    pub attempts: u64,
    /// The reason that the last attempt failed.
    pub last_error: Option<String>,
    pub delivered_at: Option<Timestamp>,
}

/// A number that is counted up: a position in a queue, a control number.
#[derive(Debug, Clone)]
pub struct Counter {
    pub name: String,
    /// The last number that was used.
    pub last: u64,
}

/// The replica that delivers to a warehouse.
#[derive(Debug, Clone)]
pub struct Lease {
    pub warehouse_id: WarehouseId,
    pub holder: String,
    /// The end of the lease, unless it is renewed.
    pub held_until: Timestamp,
}

/// An interchange that came as a file.
#[derive(Debug, Clone)]
pub struct ArrivedInterchange {
    pub warehouse_id: WarehouseId,
    /// The sender and its control number.
    pub number: String,
    /// Derived from the text.
    pub digest: String,
    /// The id of the delivery that answers it.
    pub answer: String,
    pub received_at: Timestamp,
}

mesh::row!(Delivery in "deliveries" by (warehouse_id: WarehouseId, id: String) {
    warehouse_id, id, position, document, content_type, file, body, written_at, attempts,
    last_error, delivered_at
});
mesh::row!(Counter in "delivery_counters" by (name: String) { name, last });
mesh::row!(Lease in "delivery_leases" by (warehouse_id: WarehouseId) {
    warehouse_id, holder, held_until
});
mesh::row!(ArrivedInterchange in "arrived_interchanges" by (
    warehouse_id: WarehouseId, number: String
) { warehouse_id, number, digest, answer, received_at });
