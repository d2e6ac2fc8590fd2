//! Events as they are kept.

use contracts::OrderId;
use jiff::Timestamp;

use super::facts::Facts;

/// An event of the mesh.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The `ce-id` of the event.
    pub id: String,
    pub aggregate: String,
    pub aggregate_id: String,
    /// The number among the events of its aggregate.
    pub sequence: u64,
    /// Aggregate and name, such as `order.accepted`.
    pub event: String,
    /// The order of the event; none where it has none, or several.
    pub order_id: Option<OrderId>,
    pub occurred_at: Timestamp,
    pub recorded_at: Timestamp,
    /// The `ce-id` of an event, or a document's stream and sequence; may be empty.
    pub cause: String,
    /// The publisher; empty where the headers do not tell.
    pub service: String,
    /// One line of text for the timeline.
    pub summary: String,
    /// The data of the event, as it came.
    pub payload: String,
}

/// An order of an event that is about several.
#[derive(Debug, Clone)]
pub struct EventOrder {
    pub order_id: OrderId,
    pub event_id: String,
}

/// A number by which people know an order, such as an invoice's or a parcel's.
#[derive(Debug, Clone)]
pub struct OrderName {
    pub name: String,
    pub order_id: OrderId,
}

mesh::row!(OrderName in "order_names" by (name: String, order_id: OrderId) { name, order_id });
mesh::row!(Record in "events" by (id: String) {
    id, aggregate, aggregate_id, sequence, event, order_id, occurred_at, recorded_at, cause,
    service, summary, payload
});
mesh::row!(EventOrder in "event_orders" by (order_id: OrderId, event_id: String) {
    order_id, event_id
});

/// An event with its facts.
#[derive(Debug)]
pub struct ObservedEvent {
    pub record: Record,
    pub facts: Facts,
}
