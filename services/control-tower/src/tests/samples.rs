//! Events of one order, as other services publish them.

use contracts::Event;
use serde_json::{Value, json};

use super::order_id;

/// A shipment id; the two shipments of the order differ in it.
pub fn shipment(number: u8) -> String {
    format!("00000000-0000-5000-8000-00000000000{number}")
}

fn event<E: Event>(data: Value) -> E {
    serde_json::from_value(data).unwrap()
}

/// An event with its own data and the fields that all events of the order share.
fn of_order<E: Event>(data: Value) -> E {
    let common = json!({"order_id": order_id(), "partner": "acme", "po_number": "PO-1",
        "customer_id": "C-100", "ship_to": address(), "requested_ship_date": null, "why": "asked"});
    let mut all = common.as_object().unwrap().clone();
    all.extend(data.as_object().unwrap().clone());
    event(Value::Object(all))
}

fn address() -> Value {
    json!({"name": "Acme", "line1": "1 Main St", "line2": null, "city": "New York",
        "region": "NY", "postal_code": "10001", "country": "US"})
}

/// The order: ten widgets and, where `gadgets` is more than 0, so many gadgets.
pub fn body(gadgets: u32) -> Value {
    let line = |line: u32, sku: &str, quantity: u32| {
        json!({"line": line, "sku": sku, "quantity": quantity.to_string(), "uom": "EA",
            "ordered_quantity": quantity.to_string(), "unit_price": "9.99",
            "price_base_quantity": "1", "discount_percent": "0"})
    };
    let mut lines = vec![line(1, "WIDGET-1", 10)];
    lines.extend((gadgets > 0).then(|| line(2, "GADGET", gadgets)));
    json!({"partner": "acme", "po_number": "PO-1", "customer_id": "C-100", "channel": "portal",
        "currency": "USD", "order_date": "2026-03-02", "requested_ship_date": null,
        "cancel_after": null, "ship_complete": false, "allow_backorder": true,
        "allow_substitutes": false, "priority": 5, "ship_to": address(),
        "terms": {"net_days": 30, "discount_percent": "0", "discount_days": 0},
        "tax_exempt": false, "over_ship_tolerance_percent": "0", "lines": lines, "charges": [],
        "net_total": "149.85", "total": "149.85"})
}

fn lines(lines: &[(u32, &str, u32)]) -> Value {
    let line = |(line, sku, quantity): &(u32, &str, u32)| json!({"line": line, "sku": sku, "quantity": quantity.to_string()});
    lines.iter().map(line).collect()
}

/// An event of order-intake that carries the order.
pub fn order<E: Event>(gadgets: u32) -> E {
    event(json!({"order_id": order_id(), "order": body(gadgets), "released_by": null,
        "reasons": [{"code": "credit_limit", "line": null, "message": "150.00 above the limit"}]}))
}

/// Any other event of the order that names quantities only.
pub fn quantities<E: Event>(of: &[(u32, &str, u32)]) -> E {
    of_order(json!({"lines": lines(of), "whole": false, "reason": "out_of_stock"}))
}

pub fn completed<E: Event>() -> E {
    of_order(json!({}))
}

pub fn reserved<E: Event>(of: &[(u32, &str, u32)]) -> E {
    let line = |(line, sku, quantity): &(u32, &str, u32)| {
        json!({"line": line, "sku": sku, "ordered_sku": sku, "warehouse_id": "EAST",
            "quantity": quantity.to_string()})
    };
    of_order(json!({"lines": of.iter().map(line).collect::<Value>()}))
}

/// Promised units that a warehouse does not have.
pub fn lost<E: Event>(of: &[(u32, &str, u32)]) -> E {
    of_order(json!({"warehouse_id": "EAST", "lines": lines(of)}))
}

/// An event of a shipment.
pub fn shipped<E: Event>(number: u8, of: &[(u32, &str, u32)]) -> E {
    of_order(json!({"shipment_id": shipment(number), "warehouse_id": "EAST", "reservation": 1,
        "confirmation_id": format!("T-{number}"), "shipped_at": "2026-03-03T15:00:00Z",
        "carrier": "UPS", "tracking_number": "1Z", "lines": lines(of), "final": true}))
}

/// Units that a warehouse will not ship.
pub fn short<E: Event>(number: u8, line: u32, sku: &str, quantity: u32) -> E {
    let line = json!({"line": line, "sku": sku, "quantity": quantity.to_string(),
        "reason": "damaged", "nothing_shipped": false});
    of_order(json!({"shipment_id": shipment(number), "warehouse_id": "EAST",
        "confirmation_id": format!("T-{number}"), "lines": [line]}))
}

/// The bill of a shipment.
pub fn invoiced<E: Event>(number: u8, of: &[(u32, &str, u32)]) -> E {
    let line = |(line, sku, quantity): &(u32, &str, u32)| {
        json!({"line": line, "sku": sku, "quantity": quantity.to_string(), "uom": "EA",
            "unit_price": "9.99", "price_base_quantity": "1", "discount_percent": "0",
            "net_amount": "9.99", "tax_category": "standard", "tax_percent": "0"})
    };
    let invoice = format!("INV-{number}");
    of_order(json!({"invoice_number": invoice, "invoice": {"invoice_number": invoice,
        "order_id": order_id(), "po_number": "PO-1", "shipment_id": shipment(number),
        "confirmation_id": format!("T-{number}"), "customer_id": "C-100", "currency": "USD",
        "issue_date": "2026-03-03", "due_date": "2026-04-02", "discount_date": null,
        "discount_percent": "0", "lines": of.iter().map(line).collect::<Value>(), "charges": [],
        "tax_subtotals": [], "net_total": "9.99", "charge_total": "0", "tax_total": "0",
        "total": "9.99"}}))
}

/// A dispatch that has no tax rate yet.
pub fn unbilled<E: Event>(number: u8) -> E {
    of_order(json!({"invoice": format!("{}/T-{number}", shipment(number)),
        "reason": "no_tax_rate", "message": "no tax rate for US-NY"}))
}

/// Units that came back before they were billed.
pub fn reduced<E: Event>(number: u8, of: &[(u32, &str, u32)]) -> E {
    of_order(json!({"invoice": format!("{}/T-{number}", shipment(number)), "lines": lines(of)}))
}

pub fn settled<E: Event>(number: u8) -> E {
    of_order(json!({"invoice_number": format!("INV-{number}"), "currency": "USD", "total": "9.99",
        "open_amount": "9.99"}))
}

/// An event of a payment; `applied` are orders with an invoice each.
pub fn payment<E: Event>(applied: &[Value], unapplied: &str, reason: &str) -> E {
    let line = |(place, order_id): (usize, &Value)| {
        json!({"invoice_number": format!("INV-{}", place + 1), "order_id": order_id,
            "amount": "9.99", "discount": "0"})
    };
    let applied: Value = applied.iter().enumerate().map(line).collect();
    event(json!({"payment": "bank/CHK-1", "bank": "bank", "payment_id": "CHK-1",
        "customer_id": "C-100", "currency": "USD", "amount": "19.98", "applied": applied,
        "unapplied_amount": unapplied, "reason": reason, "received_on": "2026-03-20",
        "reversal_id": "NSF-1", "undone": applied}))
}

/// A receipt against an authorisation that is refused.
pub fn refused_receipt<E: Event>(code: &str) -> E {
    of_order(json!({"rma_number": "RMA-000001", "receipt_id": "RC-1", "code": code,
        "partner": "threepl"}))
}

/// A return that is refused, or may take place.
pub fn return_request<E: Event>() -> E {
    of_order(json!({"rma_number": "RMA-000001", "return_request_id": "RR-1",
        "return_request": "acme/RR-1", "lines": lines(&[(1, "WIDGET-1", 2)]), "reason": "damaged",
        "warehouse_id": "EAST", "expires_on": "2026-04-20", "reasons": [{"code":
            "over_return", "line": 1, "message": "1 of WIDGET-1 can come back"}]}))
}

pub fn returned<E: Event>(line: u32, sku: &str, quantity: u32) -> E {
    let line = json!({"line": line, "sku": sku, "restocked": quantity.to_string(),
        "scrapped": "0", "returned_to_customer": "1"});
    of_order(json!({"rma_number": "RMA-000001", "return_request_id": "RR-1", "reason": "damaged",
        "warehouse_id": "EAST", "completed_on": "2026-03-20", "lines": [line]}))
}
