//! Rules R1–R5, over rows in memory or through the engine and a database.

mod knobs;
mod laws;
mod left_out;
mod memory;
mod origin;
mod peers;
mod receive;
mod replicas;
mod request;
mod windows;

use contracts::{
    Egress, OrderId, PartnerName, Quantity, Reason, RmaNumber, Sku,
    document::{Rejection, ReturnAuthorization, ReturnReceipt, ReturnRequest},
    event::{CompanyUpdated, OrderAccepted, ShipmentDispatched, WarehouseUpdated},
    ids::derived,
    partner::Partner,
    question::ReturnsBooks,
};
use jiff::ToSpan;
use mesh::Asker;
use serde_json::{Value, json};
use testkit::{Bench, Decided, Outcome};

use crate::{
    Returns,
    config::{self, Config},
};

fn name(text: &str) -> PartnerName {
    PartnerName::new(text).unwrap()
}

fn number(text: &str) -> RmaNumber {
    text.parse().unwrap()
}

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn sku(text: &str) -> Sku {
    text.parse().unwrap()
}

fn knobs() -> Config {
    mesh::config::load("returns", config::DEFAULTS, None).unwrap()
}

fn address() -> Value {
    json!({"name": "Acme", "line1": "1 Main St", "city": "New York", "region": "NY",
        "postal_code": "10001", "country": "US"})
}

fn order_of(partner: &str, po_number: &str) -> OrderId {
    OrderId::of(&name(partner), &po_number.parse().unwrap())
}

/// Order PO-1 of acme: ten of WIDGET-1 on line 1, five of WIDGET-2 on line 2.
fn accepted() -> OrderAccepted {
    let line = |line, sku, quantity| {
        json!({"line": line, "sku": sku, "quantity": quantity, "uom": "EA",
            "ordered_quantity": quantity, "unit_price": "9.99", "price_base_quantity": "1",
            "discount_percent": "0"})
    };
    let body = json!({"partner": "acme", "po_number": "PO-1", "customer_id": "C-100",
        "channel": "portal", "currency": "USD", "order_date": "2026-03-01",
        "requested_ship_date": null, "cancel_after": null, "ship_complete": false,
        "allow_backorder": true, "allow_substitutes": false, "priority": 5, "ship_to": address(),
        "terms": {"net_days": 30}, "tax_exempt": false, "over_ship_tolerance_percent": "0",
        "lines": [line(1, "WIDGET-1", "10"), line(2, "WIDGET-2", "5")], "charges": [],
        "net_total": "149.85", "total": "149.85"});
    let order = serde_json::from_value(body).unwrap();
    OrderAccepted { order_id: order_of("acme", "PO-1"), order }
}

/// A dispatch of PO-1 from a warehouse, as its own shipment.
fn dispatched(
    shipment: &str,
    warehouse: &str,
    shipped_at: &str,
    lines: Value,
) -> ShipmentDispatched {
    serde_json::from_value(json!({"shipment_id": derived(&["shipment", shipment]),
        "order_id": order_of("acme", "PO-1"), "partner": "acme", "po_number": "PO-1",
        "customer_id": "C-100", "warehouse_id": warehouse, "confirmation_id": "T-1",
        "shipped_at": shipped_at, "carrier": null, "tracking_number": null,
        "ship_to": address(), "lines": lines, "final": true}))
    .unwrap()
}

fn warehouse(id: &str, partner: &str) -> WarehouseUpdated {
    serde_json::from_value(json!({"warehouse_id": id, "warehouse": {"warehouse_id": id,
        "name": id, "priority": 1, "status": "open", "partner": partner, "regions": [],
        "address": address()}}))
    .unwrap()
}

fn company() -> CompanyUpdated {
    serde_json::from_value(json!({"company": "seller", "record": {"name": "Midwest Supply",
        "tax_id": "1", "currency": "USD", "time_zone": "America/Chicago", "address": address()}}))
    .unwrap()
}

fn request(id: &str, lines: Value) -> ReturnRequest {
    serde_json::from_value(json!({"return_request_id": id, "po_number": "PO-1",
        "reason": "damaged", "lines": lines}))
    .unwrap()
}

fn one(quantity: &str) -> Value {
    json!([{"line": 1, "sku": "WIDGET-1", "quantity": quantity}])
}

fn receipt(id: &str, quantity: &str, disposition: &str, last: bool) -> ReturnReceipt {
    serde_json::from_value(json!({"rma_number": "RMA-000001", "receipt_id": id,
        "warehouse_id": "EAST", "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity,
        "disposition": disposition}], "final": last}))
    .unwrap()
}

/// Master data is known and PO-1 is accepted; nothing has left. It is noon of 2026-03-02.
async fn ordered() -> Bench {
    ordered_with(knobs()).await
}

/// Buyers, the partners of both warehouses, and an ERP.
fn partners() -> [Partner; 6] {
    [
        json!({"partner": "acme", "roles": ["buyer"], "default_customer": "C-100"}),
        json!({"partner": "portal", "roles": ["buyer"], "default_customer": "C-100"}),
        json!({"partner": "rival", "roles": ["buyer"], "default_customer": "C-200"}),
        json!({"partner": "threepl", "roles": ["warehouse"], "warehouses": ["EAST"]}),
        json!({"partner": "fourpl", "roles": ["warehouse"], "warehouses": ["WEST", "EAST"]}),
        json!({"partner": "ledger", "roles": ["erp"]}),
    ]
    .map(|record| serde_json::from_value(record).unwrap())
}

async fn ordered_with(config: Config) -> Bench {
    let mut bench = Bench::new(Returns::new(config)).await;
    for record in partners() {
        bench.partner(record).await;
    }
    bench.event(&company()).await;
    bench.event(&warehouse("EAST", "threepl")).await;
    bench.event(&warehouse("WEST", "fourpl")).await;
    bench.event(&accepted()).await;
    bench
}

/// The dispatch of all of PO-1 from EAST on 2026-03-02.
fn all_dispatched() -> ShipmentDispatched {
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"},
        {"line": 2, "sku": "WIDGET-2", "quantity": "5"}]);
    dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", lines)
}

/// All of PO-1 left from EAST on 2026-03-02.
async fn shipped() -> Bench {
    shipped_with(knobs()).await
}

async fn shipped_with(config: Config) -> Bench {
    let mut bench = ordered_with(config).await;
    bench.event(&all_dispatched()).await;
    bench
}

/// Four of line 1 may come back to EAST until 2026-04-01.
async fn authorized() -> Bench {
    let mut bench = shipped().await;
    bench.document(&name("acme"), &request("RR-1", one("4"))).await;
    bench
}

/// The documents of an outcome, from a bench or in memory.
trait Sent {
    fn sent<D: Egress>(&self, partner: &str) -> Vec<D>;
}

impl Sent for Outcome {
    fn sent<D: Egress>(&self, partner: &str) -> Vec<D> {
        self.documents(&name(partner))
    }
}

impl Sent for Decided {
    fn sent<D: Egress>(&self, partner: &str) -> Vec<D> {
        self.documents(&name(partner))
    }
}

fn answer(outcome: &impl Sent) -> ReturnAuthorization {
    let answers = outcome.sent::<ReturnAuthorization>("acme");
    assert_eq!(answers.len(), 1, "{answers:?}");
    answers.into_iter().next().unwrap()
}

fn codes(answer: &ReturnAuthorization) -> Vec<Reason> {
    answer.reasons.iter().map(|reason| reason.code).collect()
}

/// Returns the reasons for which a partner's documents were refused.
fn refused(outcome: &impl Sent, partner: &str) -> Vec<Reason> {
    let rejections = outcome.sent::<Rejection>(partner);
    rejections.into_iter().flat_map(|one| one.reasons).map(|reason| reason.code).collect()
}

/// Lets the waiting messages reach their deadline.
async fn in_vain(bench: &mut Bench) -> Outcome {
    bench.at(bench.now() + 11.seconds());
    bench.tick().await
}

async fn books(bench: &Bench, after: Option<String>, limit: u32) -> ReturnsBooks {
    let request = json!({"after": after, "limit": limit});
    let page = bench.ask(Asker::Operator, "returns-books", &request).await.unwrap();
    serde_json::from_value(page).unwrap()
}

#[tokio::test]
async fn however_many_start_together_its_schema_is_made_once() {
    testkit::a_schema_is_made_once(Returns::new(knobs())).await;
}
