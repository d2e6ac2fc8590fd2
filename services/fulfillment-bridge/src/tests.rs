//! Rules F1–F5 and F7: in memory where `decide` alone matters, else through the engine and a real
//! database.

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
    Egress, Event, OrderId, PartnerName, PoNumber, ShipmentId,
    document::{Delivery, ShipConfirm, ShipConfirmAck},
    event::{
        InventoryRecalled, InventoryReserved, OrderAccepted, ReservedLine, ShipmentRequested,
        WarehouseUpdated,
    },
    partner::Partner,
    question::{FulfillmentBooks, FulfillmentLine, ShipmentStatus},
};
use jiff::{Timestamp, ToSpan};
use mesh::Asker;
use serde_json::{Value, json};
use testkit::{Bench, Decided, Outcome, Scenario};

use crate::{
    FulfillmentBridge,
    domain::{order::Line, shipment::shipment_id},
};

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

/// Reserved stock: warehouse, line, item, quantity.
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

/// The service with the built-in configuration.
fn bridge() -> FulfillmentBridge {
    configured("")
}

/// The service with a configuration file of this text.
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

fn partners() -> [Partner; 5] {
    [
        partner("acme", "buyer", json!([])),
        partner("shop", "buyer", json!([])),
        partner("threepl", "warehouse", json!(["EAST", "WEST"])),
        partner("other", "warehouse", json!(["EAST"])),
        partner("ups", "carrier", json!([])),
    ]
}

/// Noon, two days after the confirmed goods left.
fn noon() -> Timestamp {
    "2026-03-05T12:00:00Z".parse().unwrap()
}

/// Everything known but the order, in memory.
fn scenario_of_partners() -> Scenario<FulfillmentBridge> {
    let mut scenario = Scenario::new(bridge());
    scenario.now = noon();
    partners().into_iter().for_each(|record| scenario.partner(record));
    scenario.event(&warehouse("EAST", "open"));
    scenario.event(&warehouse("WEST", "open"));
    scenario
}

/// Everybody is known; it is [`noon`].
async fn know_partners(bench: &mut Bench) {
    bench.at(noon());
    for record in partners() {
        bench.partner(record).await;
    }
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

/// The order is known, and `lines` of it are asked for, in memory.
fn requested(lines: &[Goods<'_>]) -> Scenario<FulfillmentBridge> {
    let mut scenario = scenario_of_partners();
    scenario.event(&accepted());
    let asked = scenario.event(&reserved(lines));
    assert!(!asked.events::<ShipmentRequested>().is_empty(), "{asked:?}");
    scenario
}

/// Ten WIDGET-1 are asked of EAST, in memory.
fn ten_requested() -> Scenario<FulfillmentBridge> {
    requested(&[("EAST", 1, "WIDGET-1", "10")])
}

/// The events and documents that a message leads to, with a database or without.
trait Sent: std::fmt::Debug {
    fn all_events<E: Event>(&self) -> Vec<E>;
    fn all_documents<D: Egress>(&self, partner: &str) -> Vec<D>;
}

impl Sent for Outcome {
    fn all_events<E: Event>(&self) -> Vec<E> {
        self.events()
    }
    fn all_documents<D: Egress>(&self, partner: &str) -> Vec<D> {
        self.documents(&name(partner))
    }
}

impl Sent for Decided {
    fn all_events<E: Event>(&self) -> Vec<E> {
        self.events()
    }
    fn all_documents<D: Egress>(&self, partner: &str) -> Vec<D> {
        self.documents(&name(partner))
    }
}

fn acks(outcome: &impl Sent) -> Vec<ShipConfirmAck> {
    outcome.all_documents("threepl")
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

/// The totals of order line 1, in memory.
fn totals_of(scenario: &Scenario<FulfillmentBridge>) -> &Line {
    scenario.work.order_lines.get(&(order_id(), 1)).unwrap()
}

/// Requested, dispatched, short and cancelled of order line 1, in memory.
fn totals(scenario: &Scenario<FulfillmentBridge>) -> [String; 4] {
    let line = totals_of(scenario);
    [line.requested, line.dispatched, line.short, line.cancelled].map(|it| it.to_string())
}

async fn status(bench: &Bench) -> ShipmentStatus {
    let request = json!({"po_number": "PO-1"});
    let answer = bench.ask(Asker::Operator, "shipment-status", &request).await.unwrap();
    serde_json::from_value(answer).unwrap()
}

/// Decides the documents that have waited as long as they may.
async fn after_waiting(bench: &mut Bench) -> Outcome {
    bench.at(bench.now() + 11.seconds());
    bench.tick().await
}

#[tokio::test]
async fn however_many_start_together_its_schema_is_made_once() {
    testkit::a_schema_is_made_once(FulfillmentBridge::configured(None).unwrap()).await;
}
