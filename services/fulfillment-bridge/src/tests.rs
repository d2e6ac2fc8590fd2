//! Rules F1–F5 and F7 through the engine and a real database.

mod adapter;
mod command;
mod confirm;
mod dates;
mod delivery;
mod figures;
mod laws;
mod notice;
mod peers;
mod postgres;
mod recall;
mod refuse;
mod request;
mod samples;
mod size;

use contracts::{
    OrderId, PartnerName, PoNumber, ShipmentId,
    document::{Delivery, ShipConfirm, ShipConfirmAck},
    event::{
        InventoryRecalled, InventoryReserved, OrderAccepted, ReservedLine, ShipmentRequested,
        WarehouseUpdated,
    },
    partner::Partner,
    question::{FulfillmentBooks, FulfillmentLine, ShipmentStatus},
};
use jiff::ToSpan;
use mesh::Asker;
use serde_json::{Value, json};
use testkit::{Bench, Outcome};

use crate::{FulfillmentBridge, domain::shipment::shipment_id};

fn name(text: &str) -> PartnerName {
    PartnerName::new(text).unwrap()
}

fn document<D: contracts::Ingress>(body: Value) -> D {
    contracts::document::read(body.to_string().as_bytes()).unwrap()
}

fn partner(name: &str, role: &str, warehouses: Value) -> Partner {
    let record = json!({"partner": name, "roles": [role], "warehouses": warehouses});
    serde_json::from_value(record).unwrap()
}

fn address() -> Value {
    json!({"name": "Acme", "line1": "1 Main St", "city": "New York", "region": "NY",
        "postal_code": "10001", "country": "US"})
}

fn order_id() -> OrderId {
    OrderId::of(&name("acme"), &PoNumber::new("PO-1").unwrap())
}

/// The first shipment from EAST.
fn east() -> ShipmentId {
    shipment_id(order_id(), &"EAST".parse().unwrap(), 1)
}

fn warehouse(id: &str, status: &str) -> WarehouseUpdated {
    let warehouse = json!({"warehouse_id": id, "name": id, "priority": 1, "status": status,
        "partner": "threepl", "regions": ["US-NY"], "address": address()});
    let warehouse: contracts::document::Warehouse = document(warehouse);
    WarehouseUpdated { warehouse_id: warehouse.warehouse_id.clone(), warehouse }
}

/// Ten WIDGET-1 on line 1 and four WIDGET-2 on line 2, ten percent more are accepted.
fn accepted() -> OrderAccepted {
    let line = |line: u32, sku: &str, quantity: &str| {
        json!({"line": line, "sku": sku, "quantity": quantity, "uom": "EA",
            "ordered_quantity": quantity, "unit_price": "1", "price_base_quantity": "1",
            "discount_percent": "0"})
    };
    let order = json!({"partner": "acme", "po_number": "PO-1", "customer_id": "C-100",
        "channel": "portal", "currency": "USD", "order_date": "2026-03-02",
        "requested_ship_date": null, "cancel_after": null, "ship_complete": false,
        "allow_backorder": true, "allow_substitutes": false, "priority": 5, "ship_to": address(),
        "terms": {"net_days": 30}, "tax_exempt": false, "over_ship_tolerance_percent": "10",
        "lines": [line(1, "WIDGET-1", "10"), line(2, "WIDGET-2", "4")], "charges": [],
        "net_total": "14.00", "total": "14.00"});
    OrderAccepted { order_id: order_id(), order: serde_json::from_value(order).unwrap() }
}

/// What stands for stock set aside: warehouse, line, item, quantity.
type Goods<'a> = (&'a str, u32, &'a str, &'a str);

fn goods(lines: &[Goods<'_>]) -> Vec<ReservedLine> {
    let line = |(warehouse, line, sku, quantity): &Goods<'_>| ReservedLine {
        line: *line,
        sku: sku.parse().unwrap(),
        ordered_sku: sku.parse().unwrap(),
        warehouse_id: warehouse.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
    };
    lines.iter().map(line).collect()
}

fn reserved(lines: &[Goods<'_>]) -> InventoryReserved {
    InventoryReserved {
        order_id: order_id(),
        partner: name("acme"),
        po_number: PoNumber::new("PO-1").unwrap(),
        customer_id: "C-100".parse().unwrap(),
        ship_to: serde_json::from_value(address()).unwrap(),
        requested_ship_date: None,
        lines: goods(lines),
        why: "in stock".to_owned(),
    }
}

fn recalled(lines: &[Goods<'_>]) -> InventoryRecalled {
    InventoryRecalled { order_id: order_id(), lines: goods(lines) }
}

fn confirm(id: &str, lines: Value, is_final: bool) -> ShipConfirm {
    document(json!({"shipment_id": east(), "confirmation_id": id,
        "shipped_at": "2026-03-03T15:00:00Z", "carrier": "UPS", "tracking_number": "1Z",
        "lines": lines, "final": is_final}))
}

fn widgets(quantity: &str) -> Value {
    json!([{"line": 1, "sku": "WIDGET-1", "quantity": quantity}])
}

fn delivery(status: &str, at: &str) -> Delivery {
    document(json!({"shipment_id": east(), "status": status, "at": at}))
}

/// As it is built in.
fn bridge() -> FulfillmentBridge {
    configured("")
}

/// With a configuration file of this text.
fn configured(text: &str) -> FulfillmentBridge {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ordermesh.toml");
    std::fs::write(&file, text).unwrap();
    let defaults = crate::config::DEFAULTS;
    FulfillmentBridge::new(mesh::config::load("fulfillment-bridge", defaults, Some(&file)).unwrap())
}

/// Everything known but the order.
async fn mesh_of_partners() -> Bench {
    let mut bench = Bench::new(bridge()).await;
    know_partners(&mut bench).await;
    bench
}

/// Everybody is known; it is noon, two days after what is confirmed here left.
async fn know_partners(bench: &mut Bench) {
    bench.at("2026-03-05T12:00:00Z".parse().unwrap());
    bench.partner(partner("acme", "buyer", json!([]))).await;
    bench.partner(partner("shop", "buyer", json!([]))).await;
    bench.partner(partner("threepl", "warehouse", json!(["EAST", "WEST"]))).await;
    bench.partner(partner("other", "warehouse", json!(["EAST"]))).await;
    bench.partner(partner("ups", "carrier", json!([]))).await;
    bench.event(&warehouse("EAST", "open")).await;
    bench.event(&warehouse("WEST", "open")).await;
}

/// The order is known, and `lines` of it are asked for.
async fn asked(lines: &[Goods<'_>]) -> Bench {
    let mut bench = mesh_of_partners().await;
    bench.event(&accepted()).await;
    let asked = bench.event(&reserved(lines)).await;
    assert!(!asked.events::<ShipmentRequested>().is_empty(), "{:?}", asked.subjects());
    bench
}

/// Ten WIDGET-1 are asked of EAST.
async fn ten_asked() -> Bench {
    asked(&[("EAST", 1, "WIDGET-1", "10")]).await
}

fn acks(outcome: &Outcome) -> Vec<ShipConfirmAck> {
    outcome.documents(&name("threepl"))
}

async fn books(bench: &Bench) -> Vec<FulfillmentLine> {
    let request = json!({"limit": 100});
    let answer = bench.ask(Asker::Operator, "fulfillment-bridge-books", &request).await.unwrap();
    serde_json::from_value::<FulfillmentBooks>(answer).unwrap().lines
}

/// Requested, dispatched, short and cancelled of order line 1.
async fn figures(bench: &Bench) -> [String; 4] {
    let lines = books(bench).await;
    let line = lines.iter().find(|line| line.line == 1).unwrap();
    [line.requested, line.dispatched, line.short, line.cancelled].map(|it| it.to_string())
}

async fn status(bench: &Bench) -> ShipmentStatus {
    let request = json!({"po_number": "PO-1"});
    let answer = bench.ask(Asker::Operator, "shipment-status", &request).await.unwrap();
    serde_json::from_value(answer).unwrap()
}

/// What a document that waited is told when its patience is over.
async fn after_patience(bench: &mut Bench) -> Outcome {
    bench.at(bench.now() + 11.seconds());
    bench.tick().await
}

#[tokio::test]
async fn however_many_start_together_its_schema_is_made_once() {
    testkit::a_schema_is_made_once(FulfillmentBridge::configured(None).unwrap()).await;
}
