//! A small distributor: one customer, one item, one warehouse, and the partners around it.

use serde_json::{Value, json};

use crate::{mesh::Mesh, partner::Partner};

/// The partners of a running mesh.
pub struct Shop {
    /// The ERP, which sends master data.
    pub erp: Partner,
    /// The buyer of customer C-100.
    pub acme: Partner,
    /// The partner that speaks for EAST.
    pub threepl: Partner,
    /// The bank, which reports payments.
    pub bank: Partner,
}

impl Shop {
    /// Opens the shop with 1,000 widgets in EAST.
    pub async fn open(mesh: &Mesh) -> Self {
        mesh.add_partner("acme", &["--role", "buyer", "--customer", "C-100"]);
        mesh.add_partner("threepl", &["--role", "warehouse", "--warehouse", "EAST"]);
        mesh.add_partner("bank", &["--role", "bank"]);
        let mut erp = mesh.connect("erp").await;
        for (document, body) in master_data() {
            erp.send(document, &body).await;
            erp.answer("document-ack", |ack| ack["document"] == document).await;
        }
        let (acme, bank) = (mesh.connect("acme").await, mesh.connect("bank").await);
        let mut threepl = mesh.connect("threepl").await;
        let stock = json!({"warehouse_id": "EAST", "kind": "snapshot", "sequence": 1,
            "as_of": days_ago(2), "lines": [{"sku": "WIDGET-1", "on_hand": "1000"}]});
        threepl.send("stock", &stock).await;
        threepl.answer("document-ack", |ack| ack["document"] == "stock").await;
        Self { erp, acme, threepl, bank }
    }
}

/// Returns the time this many days ago, for documents whose date counts (rule D1).
pub fn days_ago(days: i64) -> jiff::Timestamp {
    jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days)
}

/// Sends the master data that all trades need.
pub fn master_data() -> Vec<(&'static str, Value)> {
    let company = json!({"name": "Midwest Supply", "tax_id": "36-1", "currency": "USD",
        "time_zone": "America/Chicago", "address": address("IL")});
    let item = json!({"sku": "WIDGET-1", "description": "Widget", "status": "active",
        "stock_uom": "EA", "whole_units": true, "uoms": [], "tax_category": "standard",
        "unit_cost": "4.10", "substitutes": [], "codes": []});
    let prices = json!({"price_list": "WHOLESALE", "currency": "USD", "valid_from": "2026-01-01",
        "valid_to": null, "tolerance_percent": "0", "prices": [{"sku": "WIDGET-1", "uom": "EA",
        "unit_price": "9.99", "min_quantity": "1"}]});
    let warehouse = json!({"warehouse_id": "EAST", "name": "East", "priority": 1,
        "status": "open", "partner": "threepl", "regions": ["US-NY"], "address": address("NY")});
    let rate = json!({"country": "US", "region": "NY", "tax_category": "standard",
        "rate_percent": "8.875", "valid_from": "2026-01-01", "code": "S",
        "exemption_reason": null});
    vec![
        ("company", company),
        ("customer", customer("C-100")),
        ("item", item),
        ("price-list", prices),
        ("tax-rate", rate),
        ("warehouse", warehouse),
    ]
}

/// Creates a customer in New York without a credit limit.
pub fn customer(customer_id: &str) -> Value {
    json!({"customer_id": customer_id, "name": "Acme Stores", "status": "active",
        "currency": "USD", "terms": {"net_days": 30}, "price_list": "WHOLESALE",
        "default_ship_to": address("NY")})
}

fn address(region: &str) -> Value {
    json!({"name": "Acme", "line1": "1 Main Street", "line2": null, "city": "Springfield",
        "region": region, "postal_code": "10001", "country": "US"})
}

/// Creates an order of one line.
pub fn order(po_number: &str, quantity: &str) -> Value {
    json!({"po_number": po_number,
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]})
}
