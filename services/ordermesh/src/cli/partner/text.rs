//! Partners in words.

use std::fmt::Display;

use contracts::{Partner as Record, Role};

use super::Added;
use crate::table::{fields, fitted, table as columns};

/// How a partner connects.
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

/// What a partner of its roles is of no use without.
pub(super) fn lacks(record: &Record) -> Option<String> {
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

/// One partner a row.
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

/// One field a row.
pub(super) fn record(record: &Record) -> String {
    let mut table = fields();
    let some = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let list = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let formats =
        record.formats.iter().map(|(name, formats)| format!("{name}={}", words(formats).join(",")));
    let mut row = |name: &str, text: String| {
        table.add_row([name.to_owned(), text]);
    };
    row("partner", record.partner.to_string());
    row("name", list(record.name.clone()));
    row("status", record.status.to_string());
    row("roles", joined(&record.roles));
    row("customers", list(joined(&record.customers)));
    row("default customer", some(record.default_customer.as_ref().map(ToString::to_string)));
    row("warehouses", list(joined(&record.warehouses)));
    let limit = record.rate_limit_per_second.map(|limit| format!("{limit} documents per second"));
    row("rate limit", limit.unwrap_or_else(|| "the mesh's".to_owned()));
    row("acknowledges within", format!("{} s", record.ack_wait_seconds));
    row("formats", list(formats.collect::<Vec<_>>().join(" ")));
    if let Some(x12) = &record.x12 {
        row("x12 interchange", format!("{}:{}", x12.isa_qualifier, x12.isa_id));
        row("x12 application", x12.gs_id.clone());
        row("x12 version", x12.version.clone());
        let codes = x12.customer_codes.iter().map(|(code, customer)| format!("{code}={customer}"));
        row("x12 customers", list(codes.collect::<Vec<_>>().join(" ")));
    }
    fitted(table)
}

fn joined<T: Display>(listed: &[T]) -> String {
    words(listed).join(", ")
}

fn words<T: Display>(listed: &[T]) -> Vec<String> {
    listed.iter().map(ToString::to_string).collect()
}
