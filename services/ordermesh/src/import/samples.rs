//! One right document of each kind, all fields given. Where a document has several errors, a field
//! that was told of is replaced by the one from here so that the next error is found.

use serde_json::{Value, json};

use super::sort::Sort;

/// A right document; of stock the kind that `value` says, none where it says none.
pub(super) fn sample(sort: Sort, value: &Value) -> Option<Value> {
    Some(match sort {
        Sort::Company => json!({"document_id": "D", "name": "N", "tax_id": "T", "currency": "USD",
            "time_zone": "UTC", "address": address()}),
        Sort::Warehouses => json!({"document_id": "D", "warehouse_id": "W", "name": "N",
            "priority": 1, "status": "open", "partner": "p", "regions": ["US-NY"],
            "address": address()}),
        Sort::Items => json!({"document_id": "D", "sku": "S", "description": "N",
            "status": "active", "stock_uom": "EA", "whole_units": true, "tax_category": "standard",
            "uoms": [{"uom": "CS", "per_stock_uom": "12"}], "unit_cost": "1",
            "substitutes": ["S"], "codes": [{"qualifier": "UP", "code": "1"}]}),
        Sort::Prices => json!({"document_id": "D", "price_list": "P", "currency": "USD",
            "valid_from": "2026-01-01", "valid_to": "2026-12-31", "tolerance_percent": "0",
            "prices": [{"sku": "S", "uom": "EA", "unit_price": "1", "min_quantity": "1"}]}),
        Sort::Customers => json!({"document_id": "D", "customer_id": "C", "name": "N",
            "status": "active", "currency": "USD", "credit_limit": "1", "tax_exempt": false,
            "terms": {"net_days": 30, "discount_percent": "2", "discount_days": 10},
            "tax_id": "T", "price_list": "P", "over_ship_tolerance_percent": "0",
            "bill_to": address(), "default_ship_to": address()}),
        Sort::Taxes => json!({"document_id": "D", "country": "US", "region": "NY",
            "tax_category": "standard", "rate_percent": "1", "valid_from": "2026-01-01",
            "code": "S", "exemption_reason": "R"}),
        Sort::Stock => return stock(value.get("kind")?.as_str()?),
    })
}

fn stock(kind: &str) -> Option<Value> {
    let at = "2026-01-01T00:00:00Z";
    match kind {
        "snapshot" => Some(json!({"document_id": "D", "warehouse_id": "W", "kind": kind,
            "sequence": 1, "as_of": at, "lines": [{"sku": "S", "on_hand": "1"}]})),
        "adjustment" => Some(json!({"document_id": "D", "warehouse_id": "W", "kind": kind,
            "adjustment_id": "A", "reason": "receipt", "occurred_at": at,
            "lines": [{"sku": "S", "quantity": "1"}]})),
        "transfer" => Some(json!({"document_id": "D", "warehouse_id": "W", "kind": kind,
            "transfer_id": "T", "to_warehouse_id": "V", "occurred_at": at, "received": false,
            "lines": [{"sku": "S", "quantity": "1"}]})),
        _ => None,
    }
}

fn address() -> Value {
    json!({"name": "N", "line1": "L", "line2": "M", "city": "C", "region": "NY",
        "postal_code": "1", "country": "US"})
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::import::document::Document;

    #[test]
    fn every_sample_is_a_right_document_with_all_fields() {
        for sort in Sort::iter() {
            for kind in ["snapshot", "adjustment", "transfer"] {
                let sample = sample(sort, &json!({"kind": kind})).unwrap();
                let read = Document::read(sort, sample.to_string().as_bytes()).unwrap();
                assert_eq!(serde_json::from_slice::<Value>(&read.payload()).unwrap(), sample);
            }
        }
    }
}
