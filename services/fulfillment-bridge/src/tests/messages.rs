//! The partners and messages of the tests.

use contracts::{
    OrderId, PartnerName, PoNumber, ShipmentId,
    document::{Delivery, ShipConfirm},
    event::{InventoryRecalled, InventoryReserved, OrderAccepted, ReservedLine, WarehouseUpdated},
    partner::Partner,
};
use serde_json::{Value, json};

use crate::domain::shipment::shipment_id;

pub fn name(text: &str) -> PartnerName {
    PartnerName::new(text).unwrap()
}

pub fn document<D: contracts::Ingress>(body: Value) -> D {
    contracts::document::read(body.to_string().as_bytes()).unwrap()
}

pub fn partner(name: &str, role: &str, warehouses: Value) -> Partner {
    let record = json!({"partner": name, "roles": [role], "warehouses": warehouses});
    serde_json::from_value(record).unwrap()
}

pub fn address() -> Value {
    json!({"name": "Acme", "line1": "1 Main St", "city": "New York", "region": "NY",
        "postal_code": "10001", "country": "US"})
}

pub fn order_id() -> OrderId {
    OrderId::of(&name("acme"), &PoNumber::new("PO-1").unwrap())
}

/// The first shipment from EAST.
pub fn east() -> ShipmentId {
    shipment_id(order_id(), &"EAST".parse().unwrap(), 1)
}

pub fn warehouse(id: &str, status: &str) -> WarehouseUpdated {
    let warehouse = json!({"warehouse_id": id, "name": id, "priority": 1, "status": status,
        "partner": "threepl", "regions": ["US-NY"], "address": address()});
    let warehouse: contracts::document::Warehouse = document(warehouse);
    WarehouseUpdated { warehouse_id: warehouse.warehouse_id.clone(), warehouse }
}

/// Ten WIDGET-1 on line 1 and four WIDGET-2 on line 2, ten percent more are accepted.
pub fn accepted() -> OrderAccepted {
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
pub type Goods<'a> = (&'a str, u32, &'a str, &'a str);

pub fn goods(lines: &[Goods<'_>]) -> Vec<ReservedLine> {
    let line = |(warehouse, line, sku, quantity): &Goods<'_>| ReservedLine {
        line: *line,
        sku: sku.parse().unwrap(),
        ordered_sku: sku.parse().unwrap(),
        warehouse_id: warehouse.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
    };
    lines.iter().map(line).collect()
}

pub fn reserved(lines: &[Goods<'_>]) -> InventoryReserved {
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

pub fn recalled(lines: &[Goods<'_>]) -> InventoryRecalled {
    InventoryRecalled { order_id: order_id(), lines: goods(lines) }
}

pub fn confirm(id: &str, lines: Value, is_final: bool) -> ShipConfirm {
    document(json!({"shipment_id": east(), "confirmation_id": id,
        "shipped_at": "2026-03-03T15:00:00Z", "carrier": "UPS", "tracking_number": "1Z",
        "lines": lines, "final": is_final}))
}

pub fn widgets(quantity: &str) -> Value {
    json!([{"line": 1, "sku": "WIDGET-1", "quantity": quantity}])
}

pub fn delivery(status: &str, at: &str) -> Delivery {
    document(json!({"shipment_id": east(), "status": status, "at": at}))
}

pub fn partners() -> [Partner; 5] {
    [
        partner("acme", "buyer", json!([])),
        partner("shop", "buyer", json!([])),
        partner("threepl", "warehouse", json!(["EAST", "WEST"])),
        partner("other", "warehouse", json!(["EAST"])),
        partner("ups", "carrier", json!([])),
    ]
}
