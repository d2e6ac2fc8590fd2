//! The contract's own examples: each is read, written and read again, and its key is what an
//! answer echoes.

use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

use crate::{
    Ingress, Reason,
    document::{self, *},
};

fn check<T: Ingress + JsonSchema + std::fmt::Debug>(key: &str, mut example: Value) {
    example["document_id"] = json!("D-1");
    let schema = jsonschema::validator_for(schema_for!(T).as_value()).unwrap();
    schema.validate(&example).unwrap_or_else(|error| panic!("{}: {error}", T::DOCUMENT));
    let payload = example.to_string();
    let read: T = document::read(payload.as_bytes()).unwrap_or_else(|e| panic!("{payload}: {e}"));
    assert_eq!(read.key(), key);
    assert_eq!(read.document_id().unwrap().as_str(), "D-1");
    let peeked = document::peek(T::DOCUMENT, payload.as_bytes());
    assert_eq!(peeked, (read.document_id().cloned(), Some(read.key())));
    let written = serde_json::to_vec(&read).unwrap();
    assert_eq!(document::read::<T>(&written).unwrap(), read);
    assert_eq!(document::read_body::<T>(&example).unwrap(), read);
    assert_eq!(serde_json::from_value::<T>(example.clone()).unwrap(), read);
    let written: Value = serde_json::from_slice(&written).unwrap();
    schema.validate(&written).unwrap_or_else(|error| panic!("{}: {error}", T::DOCUMENT));
    example["no_such_field"] = json!(1);
    let error = document::read::<T>(example.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.first().path, "no_such_field", "{error}");
    assert!(!schema.is_valid(&example), "the schema knows no other fields either");
    example.as_object_mut().unwrap().shift_remove("no_such_field");
    every_fault_is_told::<T>(&example, &schema);
}

/// Takes each field of the example away, nulls it, spoils it: one fault each, at its own path, and
/// all of them when all are spoilt at once.
fn every_fault_is_told<T: Ingress + std::fmt::Debug>(
    example: &Value,
    schema: &jsonschema::Validator,
) {
    let faults = |document: &Value| match document::read::<T>(document.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.all().iter().map(|it| (it.code, it.path.clone())).collect::<Vec<_>>(),
    };
    let (mut spoilt, mut told) = (example.clone(), Vec::new());
    for (object, field, path) in places(example, "", "").into_iter().filter(|it| it.2 != "kind") {
        let fields = |of: &Value| of.pointer(&object).unwrap().as_object().unwrap().clone();
        let with = |of: &Value, fields: serde_json::Map<String, Value>| {
            let mut changed = of.clone();
            *changed.pointer_mut(&object).unwrap() = fields.into();
            changed
        };
        let mut without = fields(example);
        without.shift_remove(&field);
        let without = with(example, without);
        let may = faults(&without).is_empty();
        assert_eq!(schema.is_valid(&without), may, "{} without {path}", T::DOCUMENT);
        let mut nulled = fields(example);
        nulled.insert(field.clone(), Value::Null);
        let nulled = with(example, nulled);
        if may {
            assert_eq!(
                document::read::<T>(nulled.to_string().as_bytes()),
                document::read(without.to_string().as_bytes())
            );
        } else {
            assert_eq!(faults(&without), [(Reason::MissingField, path.clone())]);
            assert_eq!(faults(&nulled), [(Reason::InvalidValue, path.clone())]);
        }
        let mut bad = fields(example);
        bad.insert(field.clone(), json!([[]]));
        let expected = if example.pointer(&format!("{object}/{field}")).is_some_and(Value::is_array)
        {
            format!("{path}[0]")
        } else {
            path.clone()
        };
        assert_eq!(faults(&with(example, bad)), [(Reason::InvalidValue, expected)]);
        if !example
            .pointer(&format!("{object}/{field}"))
            .is_some_and(|it| it.is_array() || it.is_object())
        {
            spoilt.pointer_mut(&object).unwrap()[&field] = json!([[]]);
            told.push((Reason::InvalidValue, path));
        }
    }
    let mut all = faults(&spoilt);
    all.sort_unstable();
    told.sort_unstable();
    assert_eq!(all, told, "{}", T::DOCUMENT);
}

/// Returns the fields of a document and its parts: the object's pointer, the field, its path.
fn places(value: &Value, pointer: &str, path: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    if let Some(fields) = value.as_object() {
        for (field, value) in fields {
            let dot = if path.is_empty() { "" } else { "." };
            let at = format!("{path}{dot}{field}");
            found.push((pointer.to_owned(), field.clone(), at.clone()));
            found.extend(places(value, &format!("{pointer}/{field}"), &at));
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(places(item, &format!("{pointer}/{index}"), &format!("{path}[{index}]")));
    }
    found
}

fn address() -> Value {
    json!({"name": "Acme", "line1": "1 Main St", "line2": null, "city": "New York",
        "region": "NY", "postal_code": "10001", "country": "US"})
}

#[test]
fn master_data() {
    check::<Company>(
        "Midwest Supply",
        json!({"name": "Midwest Supply", "tax_id": "36-1",
        "currency": "USD", "time_zone": "America/Chicago", "address": address()}),
    );
    check::<Customer>(
        "C-100",
        json!({"customer_id": "C-100", "name": "Acme Stores",
        "status": "active", "currency": "USD", "credit_limit": "25000.00",
        "terms": {"net_days": 30, "discount_percent": "2", "discount_days": 10},
        "tax_exempt": false, "tax_id": null, "price_list": "WHOLESALE",
        "over_ship_tolerance_percent": "0", "bill_to": address(), "default_ship_to": address()}),
    );
    check::<Customer>(
        "C-1",
        json!({"customer_id": "C-1", "name": "Small", "status": "blocked",
        "currency": "USD", "price_list": "WHOLESALE"}),
    );
    check::<Item>(
        "WIDGET-1",
        json!({"sku": "WIDGET-1", "description": "Widget",
        "status": "active", "stock_uom": "EA", "whole_units": true,
        "uoms": [{"uom": "CS", "per_stock_uom": "12"}], "tax_category": "standard",
        "unit_cost": "4.10", "substitutes": ["WIDGET-2"],
        "codes": [{"qualifier": "UP", "code": "012345678905"}]}),
    );
    check::<PriceList>(
        "WHOLESALE",
        json!({"price_list": "WHOLESALE", "currency": "USD",
        "valid_from": "2026-01-01", "valid_to": null, "tolerance_percent": "0",
        "prices": [{"sku": "WIDGET-1", "uom": "EA", "unit_price": "9.99", "min_quantity": "1"}]}),
    );
    check::<Warehouse>(
        "EAST",
        json!({"warehouse_id": "EAST", "name": "East", "priority": 1,
        "status": "open", "partner": "threepl", "regions": ["US-NY", "US-NJ"],
        "address": address()}),
    );
    check::<TaxRate>(
        "US/NY/standard/2026-01-01",
        json!({"country": "US", "region": "NY",
        "tax_category": "standard", "rate_percent": "8.875", "valid_from": "2026-01-01",
        "code": "S", "exemption_reason": null}),
    );
    check::<TaxRate>(
        "DE/standard/2026-01-01",
        json!({"country": "DE", "region": null,
        "tax_category": "standard", "rate_percent": 19, "valid_from": "2026-01-01",
        "code": "S", "exemption_reason": null}),
    );
}

#[test]
fn orders() {
    check::<Order>(
        "PO-1001",
        json!({"po_number": "PO-1001", "customer_id": "C-100",
        "channel": "ecommerce", "currency": "USD", "order_date": "2026-03-02",
        "requested_ship_date": null, "cancel_after": null, "ship_complete": false,
        "allow_backorder": true, "allow_substitutes": false, "priority": 5, "ship_to": address(),
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "10", "uom": "EA",
            "unit_price": "9.99", "discount_percent": "0"}],
        "charges": [{"code": "freight", "amount": "12.00"}], "total": null}),
    );
    check::<OrderChange>(
        "PO-1001/1",
        json!({"po_number": "PO-1001", "change_number": 1,
        "lines": [{"line": 1, "quantity": "8"}, {"line": 2, "quantity": "1", "sku": "W 2.5"}]}),
    );
    check::<OrderCancel>("PO-1001", json!({"po_number": "PO-1001"}));
}

const SHIPMENT: &str = "6f0f7f0e-3c0c-5f0e-9d4e-0d6d3b1f2a11";

#[test]
fn shipments_and_stock() {
    check::<ShipConfirm>(
        "T-778",
        json!({"shipment_id": SHIPMENT, "confirmation_id": "T-778",
        "shipped_at": "2026-03-03T15:00:00Z", "carrier": "UPS", "tracking_number": "1Z",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "9", "short_quantity": "1",
            "short_reason": "damaged"}], "final": true}),
    );
    check::<Delivery>(
        SHIPMENT,
        json!({"shipment_id": SHIPMENT, "status": "delivered",
        "at": "2026-03-04T15:00:00Z"}),
    );
    check::<Stock>(
        "EAST/42",
        json!({"warehouse_id": "EAST", "kind": "snapshot", "sequence": 42,
        "as_of": "2026-03-02T00:00:00Z", "lines": [{"sku": "WIDGET-1", "on_hand": "500"}]}),
    );
    check::<Stock>(
        "R-9",
        json!({"warehouse_id": "EAST", "kind": "adjustment",
        "adjustment_id": "R-9", "reason": "cycle_count",
        "lines": [{"sku": "WIDGET-1", "quantity": "-24"}]}),
    );
    check::<Stock>(
        "X-3",
        json!({"warehouse_id": "EAST", "kind": "transfer", "transfer_id": "X-3",
        "to_warehouse_id": "WEST", "occurred_at": "2026-03-02T00:00:00Z",
        "lines": [{"sku": "WIDGET-1", "quantity": "5"}], "received": false}),
    );
}

#[test]
fn payments_and_returns() {
    check::<Payment>(
        "CHK-5512",
        json!({"payment_id": "CHK-5512", "customer_id": "C-100",
        "currency": "USD", "amount": "180.00", "received_on": "2026-03-20", "method": "check",
        "remittance": [{"invoice_number": "INV-000123", "amount": "100.00", "discount": "2.00",
            "deduction": "0.00", "deduction_reason": null}]}),
    );
    check::<PaymentReversal>(
        "NSF-1",
        json!({"reversal_id": "NSF-1", "payment_id": "CHK-5512",
        "reason": "insufficient_funds"}),
    );
    check::<ReturnRequest>(
        "RR-1",
        json!({"return_request_id": "RR-1", "po_number": "PO-1001",
        "reason": "damaged", "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "2"}]}),
    );
    check::<ReturnReceipt>(
        "RC-1",
        json!({"rma_number": "RMA-000007", "receipt_id": "RC-1",
        "warehouse_id": "EAST", "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "2",
            "disposition": "return_to_customer"}], "final": true}),
    );
}
