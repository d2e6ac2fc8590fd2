//! An event as it is kept.

use contracts::{OrderId, header};
use jiff::Timestamp;
use mesh::{Inbound, Origin};

use super::facts::Facts;

/// One event of the mesh.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its `ce-id`.
    pub id: String,
    /// The kind of aggregate.
    pub aggregate: String,
    /// The aggregate's id.
    pub aggregate_id: String,
    /// Its place among the events of its aggregate.
    pub sequence: u64,
    /// What happened: `order.accepted`.
    pub event: String,
    /// The one order that it is about; none where there is none, or several.
    pub order_id: Option<OrderId>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was recorded here.
    pub recorded_at: Timestamp,
    /// What caused it: an event's `ce-id`, or a document's stream and sequence; may be empty.
    pub cause: String,
    /// Who said it; empty where its headers do not say.
    pub service: String,
    /// The same in words.
    pub summary: String,
    /// Its data, as it came.
    pub payload: String,
}

/// That an event is about an order, where it is about several.
#[derive(Debug, Clone)]
pub struct EventOrder {
    /// The order.
    pub order_id: OrderId,
    /// The event.
    pub event_id: String,
}

/// A number by which people know an order, such as an invoice's or a parcel's.
#[derive(Debug, Clone)]
pub struct OrderName {
    /// The number.
    pub name: String,
    /// The order.
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

impl Record {
    /// The record of an event and what it says; `None` for what is no event.
    #[must_use]
    pub fn of(inbound: &Inbound, facts: &Facts, occurred_at: Timestamp) -> Option<Self> {
        let Origin::Event { aggregate, event, id, sequence } = &inbound.origin else {
            return None;
        };
        let header = |name: &str| inbound.headers.get(name).cloned().unwrap_or_default();
        let source = header(header::CE_SOURCE);
        Some(Self {
            id: inbound.id.clone(),
            aggregate: aggregate.clone(),
            aggregate_id: id.clone(),
            sequence: *sequence,
            event: format!("{aggregate}.{event}"),
            order_id: facts.only_order(),
            occurred_at,
            recorded_at: occurred_at,
            cause: header(header::CAUSATION),
            service: source.strip_prefix("/ordermesh/").unwrap_or(&source).to_owned(),
            summary: facts.summary.clone(),
            payload: String::from_utf8_lossy(&inbound.payload).into_owned(),
        })
    }
}
