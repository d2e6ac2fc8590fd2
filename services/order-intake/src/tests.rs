//! The rules through the engine and a real database, by theme.

mod audit;
mod change;
mod command;
mod credit;
mod master;
mod memory;
mod model;
mod once;
mod optional;
mod peers;
mod price;
mod progress;
mod questions;
mod refuse;
mod release;
mod replicas;
pub mod shop;
mod wait;
mod wide;

use contracts::{
    PartnerName, Reason,
    document::{Customer, Item, Order, OrderAck, PriceList},
    partner::Partner,
};
use serde_json::{Value, json};
use testkit::Bench;

use self::memory::{Heard, Memory};
use crate::OrderIntake;

fn name(text: &str) -> PartnerName {
    PartnerName::new(text).unwrap()
}

fn document<D: contracts::Ingress>(body: Value) -> D {
    contracts::document::read(body.to_string().as_bytes()).unwrap()
}

fn partner(name: &str, roles: Value) -> Partner {
    let record = json!({"partner": name, "roles": roles, "default_customer": "C-100"});
    serde_json::from_value(record).unwrap()
}

fn address() -> Value {
    json!({"name": "Acme", "line1": "1 Main St", "city": "New York", "region": "NY",
        "postal_code": "10001", "country": "US"})
}

fn customer() -> Customer {
    document(json!({"customer_id": "C-100", "name": "Acme Stores", "status": "active",
        "currency": "USD", "price_list": "WHOLESALE", "default_ship_to": address()}))
}

fn item() -> Item {
    document(json!({"sku": "WIDGET-1", "description": "Widget", "status": "active",
        "stock_uom": "EA", "whole_units": true, "uoms": [{"uom": "CS", "per_stock_uom": "12"}],
        "tax_category": "standard", "unit_cost": "4.10", "substitutes": [], "codes": []}))
}

fn prices() -> PriceList {
    document(json!({"price_list": "WHOLESALE", "currency": "USD", "valid_from": "2026-01-01",
        "valid_to": null, "tolerance_percent": "1", "prices": [
            {"sku": "WIDGET-1", "uom": "EA", "unit_price": "9.99", "min_quantity": "1"},
            {"sku": "WIDGET-1", "uom": "EA", "unit_price": "8.99", "min_quantity": "100"}]}))
}

async fn bench() -> Bench {
    let mut bench = Bench::new(OrderIntake).await;
    bench.partner(partner("acme", json!(["buyer"]))).await;
    bench.partner(partner("shop", json!(["buyer"]))).await;
    bench.partner(partner("erp", json!(["erp"]))).await;
    let erp = name("erp");
    bench.document(&erp, &customer()).await;
    bench.document(&erp, &item()).await;
    bench.document(&erp, &prices()).await;
    bench
}

fn order(lines: Value) -> Order {
    document(json!({"po_number": "PO-1", "lines": lines}))
}

fn memory() -> Memory {
    Memory::open()
}

fn ack(outcome: &impl Heard) -> OrderAck {
    let acks = outcome.documents::<OrderAck>(&name("acme"));
    assert_eq!(acks.len(), 1, "{outcome:?}");
    acks.into_iter().next().unwrap()
}

fn codes(ack: &OrderAck) -> Vec<Reason> {
    ack.reasons.iter().map(|reason| reason.code).collect()
}

#[tokio::test]
async fn however_many_start_together_its_schema_is_made_once() {
    testkit::a_schema_is_made_once(OrderIntake).await;
}
