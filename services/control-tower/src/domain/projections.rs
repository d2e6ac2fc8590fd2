//! The projections of all events. A projection that its file does not list does not compile; an event
//! without one is shown by its name.
#![deny(dead_code, reason = "a projection has to be listed")]

mod exception;
mod inventory;
mod invoice;
mod order;
mod payment;
mod period;
mod returns;
mod shipment;

use contracts::OrderId;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

pub use invoice::dispatch;

use super::{facts::Facts, projection::Projection};

/// Every projection, file by file.
const PROJECTIONS: [&[&dyn Projection]; 8] = [
    order::PROJECTIONS,
    inventory::PROJECTIONS,
    shipment::PROJECTIONS,
    invoice::PROJECTIONS,
    payment::PROJECTIONS,
    period::PROJECTIONS,
    returns::PROJECTIONS,
    exception::PROJECTIONS,
];

/// The time of an event, and its facts.
///
/// # Errors
/// When it cannot be read.
pub fn project(
    aggregate: &str,
    name: &str,
    payload: &[u8],
) -> Result<(Timestamp, Facts), serde_json::Error> {
    let mut all = PROJECTIONS.into_iter().flatten();
    match all.find(|projection| projection.event() == (aggregate, name)) {
        Some(projection) => projection.project(payload),
        None => project_any(aggregate, name, payload),
    }
}

/// The fields that any event may have.
#[derive(Deserialize)]
struct AnyEvent {
    occurred_at: Timestamp,
    #[serde(default)]
    order_id: Value,
}

/// The projection of an event of whichever kind: its name, and its order.
fn project_any(
    aggregate: &str,
    name: &str,
    payload: &[u8],
) -> Result<(Timestamp, Facts), serde_json::Error> {
    let AnyEvent { occurred_at, order_id } = serde_json::from_slice(payload)?;
    let order = order_id.as_str().and_then(|id| id.parse::<OrderId>().ok());
    let summary = format!("{aggregate} {name}").replace('-', " ");
    let facts = Facts { orders: order.into_iter().collect(), summary, ..Facts::default() };
    Ok((occurred_at, facts))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use contracts::catalogue;

    use super::*;

    /// Events that their names say enough of.
    const SHOWN_BY_NAME: [(&str, &str); 6] = [
        ("customer", "updated"),
        ("item", "updated"),
        ("partner", "updated"),
        ("company", "updated"),
        ("warehouse", "updated"),
        ("document", "translated"),
    ];

    #[test]
    fn every_event_is_projected_once_or_shown_by_its_name() {
        let projected = PROJECTIONS.into_iter().flatten().map(|projection| projection.event());
        let listed: Vec<_> = projected.chain(SHOWN_BY_NAME).collect();
        let once: BTreeSet<_> = listed.iter().copied().collect();
        assert_eq!(listed.len(), once.len());
        let all = catalogue::events().into_iter().map(|event| (event.aggregate, event.name));
        assert_eq!(once, all.collect());
    }

    #[test]
    fn an_event_without_a_projection_is_shown_by_its_name() {
        let payload = br#"{"pallet_id":"P-1","sequence":1,"occurred_at":"2026-03-02T12:00:00Z"}"#;
        let (at, facts) = project("pallet", "lost-track", payload).unwrap();
        assert_eq!(at.to_string(), "2026-03-02T12:00:00Z");
        assert_eq!(facts.summary, "pallet lost track");
        assert!(facts.orders.is_empty());
    }

    #[test]
    fn an_event_without_a_projection_belongs_to_the_order_that_it_names() {
        let order_id = OrderId::of(&"acme".parse().unwrap(), &"PO-1".parse().unwrap());
        let payload = serde_json::json!({"pallet_id": "P-1", "sequence": 1,
            "occurred_at": "2026-03-02T12:00:00Z", "order_id": order_id});
        let (_, facts) = project("pallet", "packed", payload.to_string().as_bytes()).unwrap();
        assert_eq!(facts.orders, [order_id]);
        let payload = payload.to_string().replace(&order_id.to_string(), "no order");
        let (_, facts) = project("pallet", "packed", payload.as_bytes()).unwrap();
        assert!(facts.orders.is_empty());
    }
}
