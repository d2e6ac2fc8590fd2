//! Reading a partner's document: what is wrong with it, and where.

use serde_json::{Value, json};

use crate::{
    Kind, Reason,
    document::{self, Channel, Order, Payment, Rejection, Stock, Unreadable},
};

fn refused(payload: impl AsRef<[u8]>) -> (Reason, String) {
    let faults = document::read::<Order>(payload.as_ref()).unwrap_err();
    let Unreadable { code, path, .. } = faults.first().clone();
    (code, path)
}

fn small_order() -> Value {
    json!({"po_number": "PO-1", "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]})
}

/// The small order with `value` at `pointer`.
fn with(pointer: &str, field: &str, value: Value) -> String {
    let mut order = small_order();
    order.pointer_mut(pointer).unwrap()[field] = value;
    order.to_string()
}

#[test]
fn an_order_needs_a_number_and_lines_alone() {
    let order: Order = document::read(small_order().to_string().as_bytes()).unwrap();
    assert_eq!(order.channel, Channel::Portal);
    assert!(order.allow_backorder && !order.ship_complete && !order.allow_substitutes);
    assert_eq!(order.priority, 5);
    assert!(order.charges.is_empty() && order.lines[0].discount_percent.is_zero());
    assert!(order.customer_id.is_none() && order.currency.is_none() && order.order_date.is_none());
    assert!(order.lines[0].uom.is_none() && order.lines[0].unit_price.is_none());
}

#[test]
fn a_misspelt_field_is_named_with_its_path() {
    assert_eq!(refused(with("", "po", json!(1))), (Reason::UnknownField, "po".into()));
    assert_eq!(
        refused(with("/lines/0", "qty", json!("1"))),
        (Reason::UnknownField, "lines[0].qty".into())
    );
    let instead = r#"{"po_number":"P","lines":[{"line":1,"qty":"1","sku":"W"}]}"#;
    assert_eq!(refused(instead), (Reason::UnknownField, "lines[0].qty".into()));
}

#[test]
fn a_missing_field_is_named_with_its_path() {
    assert_eq!(refused(r#"{"lines":[]}"#), (Reason::MissingField, "po_number".into()));
    let line = r#"{"po_number":"P","lines":[{"line":1,"sku":"W"}]}"#;
    assert_eq!(refused(line), (Reason::MissingField, "lines[0].quantity".into()));
}

#[test]
fn a_value_of_another_type_or_range_is_named_with_its_path() {
    let cases = [
        (with("/lines/0", "quantity", json!("ten")), "lines[0].quantity"),
        (with("/lines/0", "quantity", json!(null)), "lines[0].quantity"),
        (with("/lines/0", "unit_price", json!("-1")), "lines[0].unit_price"),
        (with("/lines/0", "sku", json!("")), "lines[0].sku"),
        (with("/lines/0", "line", json!(-1)), "lines[0].line"),
        (with("", "priority", json!(0)), "priority"),
        (with("", "order_date", json!("2026-02-30")), "order_date"),
        (with("", "channel", json!("fax")), "channel"),
        (with("", "lines", json!({})), "lines"),
        (with("", "document_id", json!("x".repeat(65))), "document_id"),
    ];
    for (payload, path) in cases {
        assert_eq!(refused(&payload), (Reason::InvalidValue, path.into()), "{payload}");
    }
    let mut order = small_order();
    order["currency"] = json!("JPY");
    order["charges"] = json!([{"code": "freight", "amount": "1.5"}]);
    assert_eq!(refused(order.to_string()), (Reason::InvalidValue, "charges[0].amount".into()));
}

#[test]
fn a_field_that_is_given_twice_is_refused() {
    let twice = r#"{"po_number":"P","lines":[{"line":1,"sku":"W","quantity":"1","quantity":"9"}]}"#;
    assert_eq!(refused(twice), (Reason::InvalidValue, "lines[0].quantity".into()));
    let unknown = r#"{"po_number":"P","lines":[],"total":null,"total":null,"colour":1}"#;
    let faults = document::read::<Order>(unknown.as_bytes()).unwrap_err();
    let paths: Vec<&str> = faults.all().iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["total", "colour"]);
}

#[test]
fn a_countrys_code_is_one_of_iso_3166() {
    let mut order = small_order();
    order["ship_to"] = json!({"name": "A", "line1": "1 Main St", "city": "C", "postal_code": "1"});
    for code in ["USA", "us", "ZZ", ""] {
        order["ship_to"]["country"] = json!(code);
        let at = (Reason::InvalidValue, "ship_to.country".into());
        assert_eq!(refused(order.to_string()), at, "{code}");
    }
    order["ship_to"]["country"] = json!("US");
    document::read::<Order>(order.to_string().as_bytes()).unwrap();
}

#[test]
fn a_quantity_that_is_not_above_zero_is_for_the_business_to_refuse() {
    for quantity in ["-5", "0"] {
        let order = with("/lines/0", "quantity", json!(quantity));
        assert!(document::read::<Order>(order.as_bytes()).is_ok());
    }
}

#[test]
fn what_is_not_one_json_object_is_not_json() {
    let twice = format!("{0}{0}", small_order());
    let cases: [&[u8]; 8] = [
        b"",
        b"{",
        b"order",
        b"[]",
        b"null",
        b"\"order\"",
        br#"{"po_number":"\xff"}"#,
        twice.as_bytes(),
    ];
    for payload in cases {
        assert_eq!(refused(payload).0, Reason::NotJson, "{}", String::from_utf8_lossy(payload));
    }
    assert_eq!(refused(b"{\"po_number\":\"\xff\"}").0, Reason::NotJson);
}

#[test]
fn more_than_a_mebibyte_is_too_large() {
    let just = |bytes: usize| {
        let order = small_order().to_string();
        format!("{order}{}", " ".repeat(bytes - order.len()))
    };
    assert!(document::read::<Order>(just(document::MAX_BYTES).as_bytes()).is_ok());
    assert_eq!(refused(just(document::MAX_BYTES + 1)).0, Reason::TooLarge);
}

#[test]
fn a_stock_document_is_read_by_its_kind() {
    let read = |json: Value| document::read::<Stock>(json.to_string().as_bytes());
    let missing = read(json!({"warehouse_id": "EAST"})).unwrap_err();
    assert_eq!(
        (missing.first().code, missing.first().path.as_str()),
        (Reason::MissingField, "kind")
    );
    let other = read(json!({"kind": "count"})).unwrap_err();
    assert_eq!((other.first().code, other.first().path.as_str()), (Reason::InvalidValue, "kind"));
    let line = json!({"warehouse_id": "EAST", "kind": "adjustment", "adjustment_id": "R-9",
        "reason": "receipt", "lines": [{"sku": "W", "qty": "-2"}]});
    let unknown = read(line).unwrap_err();
    assert_eq!(
        (unknown.first().code, unknown.first().path.as_str()),
        (Reason::UnknownField, "lines[0].qty")
    );
}

#[test]
fn a_payment_has_no_negative_or_too_precise_amounts() {
    let read = |amount: &str, discount: &str| {
        let json = json!({"payment_id": "C", "customer_id": null, "currency": "USD",
            "amount": amount, "received_on": "2026-03-20", "method": "check",
            "remittance": [{"invoice_number": "I", "amount": "1", "discount": discount,
                "deduction": "0"}]});
        document::read::<Payment>(json.to_string().as_bytes())
            .map_err(|error| error.first().path.clone())
    };
    assert!(read("1.00", "0.10").is_ok());
    assert_eq!(read("-1.00", "0").unwrap_err(), "amount");
    assert_eq!(read("1.001", "0").unwrap_err(), "amount");
    assert_eq!(read("1", "-0.01").unwrap_err(), "remittance[0].discount");
}

#[test]
fn a_rejection_echoes_what_can_be_read_of_an_unreadable_document() {
    let payload = br#"{"document_id":"D-7","po_number":"PO-9","lines":7,"x":[{}]}"#;
    let rejection = Rejection::of_payload("order", payload, vec![]);
    assert_eq!(rejection.document_id.unwrap().as_str(), "D-7");
    assert_eq!(rejection.key.unwrap(), "PO-9");
    assert_eq!(document::peek("no-such-document", payload).1, None);
    assert_eq!(document::peek("order", b"{"), (None, None));
    assert_eq!(document::peek("order", br#"{"document_id":7,"po_number":["x"]}"#), (None, None));
}

#[test]
fn the_same_order_written_differently_has_the_same_fingerprint() {
    let fingerprint =
        |json: &str| document::fingerprint(&document::read::<Order>(json.as_bytes()).unwrap());
    let one = fingerprint(
        r#"{"document_id":"A","po_number":"P","lines":[{"line":1,"sku":"W","quantity":10}],
            "charges":[{"code":"freight","amount":"12.00"}]}"#,
    );
    let same = fingerprint(
        r#"{"charges":[{"amount":12,"code":"freight"}],"document_id":"B","channel":"portal",
            "lines":[{"quantity":"10.0","line":1,"sku":"W","uom":null}],"po_number":"P"}"#,
    );
    let other = fingerprint(
        r#"{"po_number":"P","lines":[{"line":1,"sku":"W","quantity":11}],
            "charges":[{"code":"freight","amount":"12.00"}]}"#,
    );
    assert_eq!(one, same);
    assert_ne!(one, other);
}

#[test]
fn every_document_is_named_as_in_its_subject() {
    use strum::IntoEnumIterator;
    for kind in Kind::iter() {
        assert_eq!(kind.name(), kind.to_string());
        assert_eq!(kind.name().parse(), Ok(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), json!(kind.name()));
        assert!(!kind.roles().is_empty());
    }
    for reason in Reason::iter() {
        assert_eq!(serde_json::to_value(reason).unwrap(), json!(reason.as_ref()));
    }
}
