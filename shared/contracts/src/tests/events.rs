//! Events on the wire: id, sequence and time first, and no field is a stranger to a newer reader.

use serde_json::{Value, json};

use crate::{
    Event,
    event::{self, ExceptionRaised, JournalPosted, OrderAccepted, PaymentReceived},
};

const ORDER: &str = "b0c9d1f2-2b0c-5b6e-8a57-3f0f2a3d4c5b";

fn round_trip<E: Event + PartialEq + std::fmt::Debug>(data: Value) -> (E, String) {
    let read: E = serde_json::from_value(data).unwrap();
    let at = "2026-03-02T10:00:00Z".parse().unwrap();
    let json = event::to_json(&read, 7, at).unwrap();
    let again = event::from_json::<E>(&json).unwrap();
    assert_eq!((again.sequence, again.occurred_at), (7, at));
    assert_eq!(again.data, read);
    (read, String::from_utf8(json).unwrap())
}

fn accepted() -> Value {
    json!({"order_id": ORDER, "order": {"partner": "acme", "po_number": "PO-1",
        "customer_id": "C-100", "channel": "edi", "currency": "USD", "order_date": "2026-03-02",
        "requested_ship_date": null, "cancel_after": null, "ship_complete": false,
        "allow_backorder": true, "allow_substitutes": false, "priority": 5,
        "ship_to": {"name": "A", "line1": "1", "city": "NY", "postal_code": "1", "country": "US"},
        "terms": {"net_days": 30}, "tax_exempt": false, "over_ship_tolerance_percent": "0",
        "lines": [{"line": 1, "sku": "W", "quantity": "24", "uom": "CS", "ordered_quantity": "2",
            "unit_price": "9.99", "price_base_quantity": "12", "discount_percent": "0"}],
        "charges": [{"code": "freight", "amount": "12.00"}],
        "net_total": "19.98", "total": "31.98"}})
}

#[test]
fn an_event_begins_with_its_id_its_sequence_and_its_time() {
    let (event, json) = round_trip::<OrderAccepted>(accepted());
    let head =
        format!(r#"{{"order_id":"{ORDER}","sequence":7,"occurred_at":"2026-03-02T10:00:00Z","#);
    assert!(json.starts_with(&head), "{json}");
    assert!(json.contains(r#""amount":"12.00""#), "an amount lost its digits: {json}");
    assert_eq!(event.id(), ORDER);
    assert_eq!(event.order().unwrap().to_string(), ORDER);
}

#[test]
fn an_event_may_have_fields_that_its_reader_does_not_know() {
    let mut newer = accepted();
    newer["added_later"] = json!(1);
    newer["order"]["added_later"] = json!(1);
    round_trip::<OrderAccepted>(newer);
}

#[test]
fn the_id_comes_first_wherever_the_type_has_it() {
    let (_, json) = round_trip::<PaymentReceived>(json!({"bank": "chase", "payment_id": "CHK-1",
        "customer_id": null, "currency": "USD", "amount": "1.00", "received_on": "2026-03-02",
        "payment": "chase/CHK-1"}));
    assert!(json.starts_with(r#"{"payment":"chase/CHK-1","sequence":7,"#), "{json}");
    let (journal, _) = round_trip::<JournalPosted>(json!({"entry_id": ORDER, "date": "2026-03-02",
        "currency": "USD", "source": "invoice/INV-1",
        "lines": [{"account": "receivable", "debit": "1.00", "credit": "0.00"}]}));
    assert_eq!(journal.order(), None);
    let (case, _) = round_trip::<ExceptionRaised>(json!({"case_id": ORDER, "kind": "dead_letter",
        "order_id": null, "reference": "r", "message": "m", "queue": "integration"}));
    assert_eq!(case.order(), None);
}

#[test]
fn the_same_work_has_the_same_id() {
    let id = event::event_id("order", ORDER, 1);
    assert_eq!(id, event::event_id("order", ORDER, 1));
    assert_ne!(id, event::event_id("order", ORDER, 2));
    assert_ne!(event::document_id("a", "bc", "d"), event::document_id("ab", "c", "d"));
}
