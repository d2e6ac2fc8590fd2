//! Fields that may be left out, of every document that is taken here: left out and `null` are the
//! same, and a required one is refused (contract, required and default).

use contracts::{
    PartnerName, Reason, ReasonPath,
    document::{OrderAck, OrderAckStatus, Rejection},
    event::{CompanyUpdated, OrderAccepted},
};
use serde_json::{Value, json};
use testkit::Outcome;

use super::{address, bench, name};

/// A document with every field, and the paths of those that may be left out.
fn documents() -> Vec<(&'static str, Value, Vec<&'static str>, Vec<&'static str>)> {
    let order = json!({"po_number": "PO-1", "customer_id": "C-100", "channel": "edi",
        "currency": "USD", "order_date": "2026-03-02", "requested_ship_date": "2026-03-09",
        "cancel_after": "2026-04-02", "ship_complete": false, "allow_backorder": true,
        "allow_substitutes": false, "priority": 5, "ship_to": address(),
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "10", "uom": "EA",
            "unit_price": "9.99", "discount_percent": "0"}],
        "charges": [{"code": "freight", "amount": "0.00"}], "total": "99.90"});
    let change = json!({"po_number": "PO-0", "change_number": 1, "lines": [{"line": 1,
        "sku": "WIDGET-1", "quantity": "1", "uom": "EA", "unit_price": "9.99",
        "discount_percent": "0"}]});
    let customer = json!({"customer_id": "C-200", "name": "Acme", "status": "active",
        "currency": "USD", "credit_limit": "25000.00",
        "terms": {"net_days": 30, "discount_percent": "2", "discount_days": 10},
        "tax_exempt": false, "tax_id": "T-1", "price_list": "WHOLESALE",
        "over_ship_tolerance_percent": "0", "bill_to": address(), "default_ship_to": address()});
    let item = json!({"sku": "WIDGET-9", "description": "Widget", "status": "active",
        "stock_uom": "EA", "whole_units": true, "uoms": [{"uom": "CS", "per_stock_uom": "12"}],
        "tax_category": "standard", "unit_cost": "4.10", "substitutes": ["WIDGET-1"],
        "codes": [{"qualifier": "UP", "code": "012345678905"}]});
    let list = json!({"price_list": "RETAIL", "currency": "USD", "valid_from": "2026-01-01",
        "valid_to": "2027-01-01", "tolerance_percent": "1", "prices": [{"sku": "WIDGET-1",
            "uom": "EA", "unit_price": "9.99", "min_quantity": "1"}]});
    let company = json!({"name": "Midwest Supply", "tax_id": "T-1", "currency": "USD",
        "time_zone": "America/Chicago", "address": address()});
    vec![
        (
            "order",
            order,
            vec![
                "customer_id",
                "channel",
                "currency",
                "order_date",
                "requested_ship_date",
                "cancel_after",
                "ship_complete",
                "allow_backorder",
                "allow_substitutes",
                "priority",
                "ship_to",
                "lines[0].uom",
                "lines[0].unit_price",
                "lines[0].discount_percent",
                "charges",
                "total",
                "ship_to.line2",
            ],
            vec!["po_number", "lines", "lines[0].line", "lines[0].sku", "lines[0].quantity"],
        ),
        (
            "order-change",
            change,
            vec![
                "lines[0].sku",
                "lines[0].uom",
                "lines[0].unit_price",
                "lines[0].discount_percent",
            ],
            vec!["po_number", "change_number", "lines", "lines[0].line", "lines[0].quantity"],
        ),
        (
            "customer",
            customer,
            vec![
                "credit_limit",
                "terms",
                "terms.discount_percent",
                "terms.discount_days",
                "tax_exempt",
                "tax_id",
                "over_ship_tolerance_percent",
                "bill_to",
                "default_ship_to",
                "bill_to.line2",
                "bill_to.region",
            ],
            vec!["customer_id", "name", "status", "currency", "price_list"],
        ),
        (
            "item",
            item,
            vec!["whole_units", "uoms", "substitutes", "codes"],
            vec!["sku", "description", "status", "stock_uom", "tax_category", "unit_cost"],
        ),
        (
            "price-list",
            list,
            vec!["valid_to", "tolerance_percent", "prices[0].min_quantity"],
            vec!["price_list", "currency", "valid_from", "prices", "prices[0].sku"],
        ),
        (
            "company",
            company,
            vec!["tax_id"],
            vec!["name", "currency", "time_zone", "address", "address.city"],
        ),
    ]
}

/// Leaves a field out, or says `null` in its place.
fn without(document: &Value, path: &str, null: bool) -> Value {
    let mut document = document.clone();
    let pointer = format!("/{}", path.replace("[0]", "/0").replace('.', "/"));
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if null {
        parent.insert(field.to_owned(), Value::Null)
    } else {
        parent.remove(field)
    };
    document
}

fn rejected(outcome: &Outcome, sender: &PartnerName) -> Vec<ReasonPath> {
    let rejections: Vec<Rejection> = outcome.documents(sender);
    rejections.into_iter().flat_map(|it| it.reasons).collect()
}

async fn sent(document: &str, body: &Value) -> (Outcome, PartnerName) {
    let mut bench = bench().await;
    let sender = name(if document.starts_with("order") { "acme" } else { "erp" });
    let first = json!({"po_number": "PO-0",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1", "unit_price": "9.99"}]});
    bench.payload(&name("acme"), "order", first.to_string().into_bytes()).await;
    let outcome = bench.payload(&sender, document, body.to_string().into_bytes()).await;
    (outcome, sender)
}

#[tokio::test]
async fn o2_what_may_be_left_out_may_be_null_and_is_taken() {
    for (document, whole, optional, _) in documents() {
        for path in optional {
            for null in [false, true] {
                let body = without(&whole, path, null);
                let (outcome, sender) = sent(document, &body).await;
                let why = rejected(&outcome, &sender);
                assert!(why.is_empty(), "{document} without {path}, null: {null}: {why:?}");
                assert!(!outcome.outgoing.is_empty(), "{document} without {path}");
                let acks: Vec<OrderAck> = outcome.documents(&sender);
                let taken = acks.iter().all(|ack| ack.status == OrderAckStatus::Accepted);
                assert!(taken, "{document} without {path}, null: {null}: {acks:?}");
            }
        }
    }
}

#[tokio::test]
async fn o2_a_required_field_that_is_null_is_invalid() {
    for (document, whole, _, required) in documents() {
        for path in required {
            for (null, code) in [(false, Reason::MissingField), (true, Reason::InvalidValue)] {
                let (outcome, sender) = sent(document, &without(&whole, path, null)).await;
                let told: Vec<_> =
                    rejected(&outcome, &sender).into_iter().map(|it| (it.code, it.path)).collect();
                assert_eq!(told, [(code, path.to_owned())], "{document} {path}");
            }
        }
    }
}

/// D1: `order_date` is free, and `cancel_after` counts by the company's day alone.
#[tokio::test]
async fn d1_an_order_date_is_free() {
    for day in ["2020-01-01", "2026-03-02", "2032-12-31"] {
        let body = json!({"po_number": "PO-1", "order_date": day, "cancel_after": "2036-01-01",
            "requested_ship_date": "2036-01-01",
            "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1", "unit_price": "9.99"}]});
        let (outcome, sender) = sent("order", &body).await;
        assert_eq!(rejected(&outcome, &sender), []);
        let acks: Vec<OrderAck> = outcome.documents(&sender);
        assert!(
            acks.iter().all(|ack| ack.reasons.iter().all(|it| it.code == Reason::NoPrice)),
            "{day}: {acks:?}"
        );
    }
}

#[tokio::test]
async fn o2_defaults_are_filled_in() {
    let body = json!({"po_number": "PO-1",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]});
    let (outcome, _) = sent("order", &body).await;
    let order = &outcome.events::<OrderAccepted>()[0].order;
    assert_eq!(order.terms.net_days, 30);
    assert!(!order.tax_exempt && order.over_ship_tolerance_percent.get().is_zero());
    assert_eq!(order.lines[0].uom.as_str(), "EA");
    let company = without(&documents().pop().unwrap().1, "tax_id", false);
    let (outcome, _) = sent("company", &company).await;
    assert_eq!(outcome.events::<CompanyUpdated>()[0].record.tax_id, None);
}
