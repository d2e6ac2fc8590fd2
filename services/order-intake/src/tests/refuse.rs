//! Rules O2 and O3: what is refused, all of it at once.

use contracts::{
    Reason,
    document::{Company, CustomerStatus, ItemStatus, Order, OrderAckStatus, Rejection},
    event::{OrderAccepted, OrderRejected},
};
use serde_json::{Value, json};

use super::{
    ack, address, bench, codes, customer, document, item, memory, memory::Heard, name, order,
};

#[test]
fn o2_every_reason_is_told_at_once() {
    let mut bench = memory();
    let wrong =
        document(json!({"po_number": "PO-1", "currency": "EUR", "cancel_after": "2026-03-01",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "0"},
            {"line": 1, "sku": "WIDGET-1", "quantity": "1.5"},
            {"line": 2, "sku": "WIDGET-1", "quantity": "1", "uom": "PAL"}],
        "charges": [{"code": "freight", "amount": "-1"}]}));
    let refused = bench.document::<Order>(&name("acme"), &wrong);
    let ack = ack(&refused);
    assert_eq!(ack.status, OrderAckStatus::Rejected);
    let wanted = [
        Reason::WrongCurrency,
        Reason::CancelAfterPassed,
        Reason::DuplicateLine,
        Reason::NegativeCharge,
        Reason::QuantityNotPositive,
        Reason::FractionOfWholeUnit,
        Reason::UnitNotConvertible,
    ];
    assert_eq!(codes(&ack), wanted);
    assert_eq!(refused.events::<OrderRejected>().len(), 1);
}

#[test]
fn o2_the_unit_the_ship_to_and_the_total_are_judged_with_the_rest() {
    let mut bench = memory();
    let mut nowhere = customer();
    nowhere.default_ship_to = None;
    bench.document(&name("erp"), &nowhere);
    let wrong = document(json!({"po_number": "PO-1", "total": "99.901",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "0", "uom": "PAL"}]}));
    let refused = ack(&bench.document::<Order>(&name("acme"), &wrong));
    let wanted = [
        Reason::NoShipTo,
        Reason::InvalidValue,
        Reason::QuantityNotPositive,
        Reason::UnitNotConvertible,
    ];
    assert_eq!(codes(&refused), wanted);
}

/// An order's lines, of one widget each.
fn lines(number: u32) -> Value {
    let line = |line| json!({"line": line, "sku": "WIDGET-1", "quantity": "1"});
    (1..=number).map(line).collect()
}

#[test]
fn o3_blocked_and_foreign_customers_inactive_items_and_too_few_or_many_lines_are_refused() {
    let mut bench = memory();
    let (mut retired, mut blocked) = (item(), customer());
    (retired.sku, retired.status) = ("OLD-1".parse().unwrap(), ItemStatus::Inactive);
    blocked.customer_id = "C-300".parse().unwrap();
    blocked.status = CustomerStatus::Blocked;
    bench.document(&name("erp"), &retired);
    bench.document(&name("erp"), &blocked);
    let mut foreign = customer();
    foreign.customer_id = "C-200".parse().unwrap();
    bench.document(&name("erp"), &foreign);
    let mut acme = super::partner("acme", json!(["buyer"]));
    acme.customers = vec!["C-100".parse().unwrap(), "C-300".parse().unwrap()];
    bench.partner(acme);
    let old = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1"},
        {"line": 2, "sku": "OLD-1", "quantity": "1"}]);
    let cases = [
        (json!({"lines": old}), Some((Some(2), Reason::InactiveItem))),
        (json!({"lines": lines(1), "customer_id": "C-300"}), Some((None, Reason::BlockedCustomer))),
        (json!({"lines": lines(1), "customer_id": "C-200"}), Some((None, Reason::ForeignCustomer))),
        (json!({"lines": []}), Some((None, Reason::NoLines))),
        (json!({"lines": lines(1_001)}), Some((None, Reason::TooManyLines))),
        (json!({"lines": lines(1_000)}), None),
    ];
    for (mut order, wanted) in cases {
        order["po_number"] = "PO-1".into();
        let order: Order = document(order);
        let told = bench.document(&name("acme"), &order);
        let ack = ack(&told);
        let reasons: Vec<_> = ack.reasons.iter().map(|it| (it.line, it.code)).collect();
        assert_eq!(reasons, Vec::from_iter(wanted), "{ack:?}");
        match wanted {
            Some(_) => assert_eq!(ack.status, OrderAckStatus::Rejected),
            None => assert_eq!(told.events::<OrderAccepted>()[0].order.lines.len(), 1_000),
        }
    }
}

/// The day ends where the company is: the 3rd begins at 06:00 UTC in Chicago.
#[test]
fn o3_the_last_day_is_over_when_it_is_over_in_the_companys_time_zone() {
    let mut bench = memory();
    let company: Company = document(json!({"name": "Midwest Supply", "tax_id": "1",
        "currency": "USD", "time_zone": "America/Chicago", "address": address()}));
    bench.document(&name("erp"), &company);
    let moments = [
        ("PO-1", "2026-03-02T12:00:00Z", OrderAckStatus::Accepted),
        ("PO-2", "2026-03-03T05:59:59Z", OrderAckStatus::Accepted),
        ("PO-3", "2026-03-03T06:00:00Z", OrderAckStatus::Rejected),
    ];
    for (po, now, status) in moments {
        bench.at(now.parse().unwrap());
        let order: Order = document(json!({"po_number": po, "cancel_after": "2026-03-02",
            "lines": lines(1)}));
        let told = ack(&bench.document(&name("acme"), &order));
        assert_eq!(told.status, status, "{now}: {told:?}");
        let passed = status == OrderAckStatus::Rejected;
        assert_eq!(codes(&told), Vec::from_iter(passed.then_some(Reason::CancelAfterPassed)));
    }
}

/// An amount is negative only where a field says so: such a total is refused, not held.
#[test]
fn o3_a_total_below_zero_is_refused() {
    let mut bench = memory();
    let wrong = document(json!({"po_number": "PO-1", "total": "-9.99",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]}));
    let refused = ack(&bench.document::<Order>(&name("acme"), &wrong));
    assert_eq!(refused.status, OrderAckStatus::Rejected);
    assert_eq!(codes(&refused), [Reason::InvalidValue]);
}

/// An accepted order can be read by everybody, with taxes on top.
#[test]
fn o3_a_value_of_too_many_digits_is_refused() {
    let mut bench = memory();
    let lines = |unit_price: Value| {
        json!([{"line": 1, "sku": "WIDGET-1", "quantity": "999999999999",
            "unit_price": unit_price}])
    };
    for price in ["999999999999", "100000", "10000"] {
        let refused = ack(&bench.document(&name("acme"), &order(lines(json!(price)))));
        assert!(codes(&refused).contains(&Reason::InvalidValue), "{price}: {refused:?}");
    }
    let taken = bench.document(&name("acme"), &order(lines(Value::Null)));
    assert_eq!(taken.events::<OrderAccepted>()[0].order.total.to_string(), "8989999999991.01");
}

#[tokio::test]
async fn what_is_nobodys_is_answered() {
    let mut bench = bench().await;
    let acme = name("acme");
    let mut refused = async |document: &str, payload: &[u8]| {
        let outcome = bench.payload(&acme, document, payload.to_vec()).await;
        let rejections = outcome.documents::<Rejection>(&acme);
        assert_eq!(rejections.len(), 1, "{document}: {:?}", outcome.subjects());
        rejections[0].reasons[0].clone()
    };
    assert_eq!(refused("order", b"not json").await.code, Reason::NotJson);
    assert_eq!(refused("invoice", b"{}").await.code, Reason::UnknownDocument);
    assert_eq!(refused("stock", b"{}").await.code, Reason::NotAllowed);
    let misspelt = br#"{"po_number":"P","lines":[{"line":1,"sku":"X","qty":1}]}"#;
    let reason = refused("order", misspelt).await;
    assert_eq!((reason.code, reason.path.as_str()), (Reason::UnknownField, "lines[0].qty"));
}
