//! Text about partners, for people.

use std::{fmt::Display, path::PathBuf};

use contracts::{Partner as Record, PartnerName, Role};
use serde::Serialize;

use crate::table::{fields, fitted, table as columns};

/// A partner that was added.
#[derive(Debug, Serialize)]
pub(super) struct Added {
    pub partner: PartnerName,
    /// False if the partner already existed.
    pub changed: bool,
    pub seed: PathBuf,
    pub url: String,
    pub inbox_prefix: String,
    pub record: Record,
}

/// Describes how a partner connects.
pub(super) fn added(added: &Added) -> String {
    let Added { partner, seed, url, inbox_prefix, changed, .. } = added;
    let unchanged = if *changed { "" } else { ": nothing changed, it was there with this record" };
    format!(
        "{partner} is served at {url}{unchanged}\n  key             {}\n  inbox prefix    {inbox_prefix}\n  \
         publishes       ingress.{partner}.<document>.v1\n  \
         reads           egress.{partner}.> by the durable `partner` of its stream\n  \
         asks            api.<question>.v1.{partner}",
        seed.display()
    )
}

/// Names what the partner needs before its roles are of any use.
pub(super) fn missing(record: &Record) -> Option<String> {
    let name = &record.partner;
    if record.has_role(Role::Buyer) && record.customers.is_empty() {
        return Some(format!(
            "{name} may order for no customer yet: `ordermesh partner set {name} --customer ID`"
        ));
    }
    (record.has_role(Role::Warehouse) && record.warehouses.is_empty()).then(|| {
        format!("{name} speaks for no warehouse yet: `ordermesh partner set {name} --warehouse ID`")
    })
}

/// Returns a table with one partner per row.
pub(super) fn table(partners: &[Record]) -> String {
    let mut table = columns(["partner", "status", "roles", "customers", "warehouses", "name"]);
    for record in partners {
        table.add_row([
            record.partner.to_string(),
            record.status.to_string(),
            joined(&record.roles),
            joined(&record.customers),
            joined(&record.warehouses),
            record.name.clone(),
        ]);
    }
    fitted(table)
}

/// Returns a table with one field per row.
pub(super) fn record(record: &Record) -> String {
    let mut table = fields();
    for (name, text) in parts(record) {
        table.add_row([name.to_owned(), text]);
    }
    fitted(table)
}

/// Returns the fields of a record under the names that people use, with their values.
pub(super) fn parts(record: &Record) -> Vec<(&'static str, String)> {
    let some = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let list = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let formats =
        record.formats.iter().map(|(name, formats)| format!("{name}={}", words(formats).join(",")));
    let limit = record.rate_limit_per_second.map(|limit| format!("{limit} documents per second"));
    let mut parts = vec![
        ("partner", record.partner.to_string()),
        ("name", list(record.name.clone())),
        ("status", record.status.to_string()),
        ("roles", joined(&record.roles)),
        ("customers", list(joined(&record.customers))),
        ("default customer", some(record.default_customer.as_ref().map(ToString::to_string))),
        ("warehouses", list(joined(&record.warehouses))),
        ("rate limit", limit.unwrap_or_else(|| "the mesh's".to_owned())),
        ("acknowledges within", format!("{} s", record.ack_wait_seconds)),
        ("formats", list(formats.collect::<Vec<_>>().join(" "))),
    ];
    if let Some(x12) = &record.x12 {
        let codes = x12.customer_codes.iter().map(|(code, customer)| format!("{code}={customer}"));
        parts.extend([
            ("x12 interchange", format!("{}:{}", x12.isa_qualifier, x12.isa_id)),
            ("x12 application", x12.gs_id.clone()),
            ("x12 version", x12.version.clone()),
            ("x12 customers", list(codes.collect::<Vec<_>>().join(" "))),
        ]);
    }
    parts
}

fn joined<T: Display>(listed: &[T]) -> String {
    words(listed).join(", ")
}

fn words<T: Display>(listed: &[T]) -> Vec<String> {
    listed.iter().map(ToString::to_string).collect()
}
