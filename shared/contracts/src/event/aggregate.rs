//! The aggregates that events are about, and the services that own them.

/// Every aggregate, with the services that publish its events.
const AGGREGATES: &[(&str, &[&str])] = &[
    ("order", &["order-intake"]),
    ("customer", &["order-intake"]),
    ("item", &["order-intake"]),
    ("partner", &["order-intake"]),
    ("company", &["order-intake"]),
    ("document", &["order-intake"]),
    ("inventory", &["allocation"]),
    ("stock", &["allocation"]),
    ("warehouse", &["allocation"]),
    ("shipment", &["fulfillment-bridge"]),
    ("invoice", &["invoicing"]),
    ("credit-memo", &["invoicing"]),
    ("journal", &["invoicing", "payment-apply"]),
    ("period", &["invoicing", "payment-apply"]),
    ("payment", &["payment-apply"]),
    ("receivable", &["payment-apply"]),
    ("return", &["returns"]),
    ("exception", &["control-tower"]),
];

/// Returns the services that publish an aggregate's events; none for an unknown aggregate.
#[must_use]
pub fn owners_of(aggregate: &str) -> &'static [&'static str] {
    AGGREGATES.iter().find(|(name, _)| *name == aggregate).map_or(&[], |(_, owners)| owners)
}

/// Returns the aggregates whose events a service publishes.
#[must_use]
pub fn owned_by(service: &str) -> Vec<&'static str> {
    let owned = AGGREGATES.iter().filter(|(_, owners)| owners.contains(&service));
    owned.map(|(aggregate, _)| *aggregate).collect()
}
