//! Rule O4: list prices, tolerance, units.

use contracts::{
    PoNumber, Reason,
    document::{Order, OrderAckStatus},
    event::OrderAccepted,
};
use serde_json::json;

use super::{ack, bench, codes, document, memory, memory::Heard, name, order, prices};

#[test]
fn o4_a_price_outside_the_tolerance_is_held_with_both_prices() {
    let mut bench = memory();
    let line = |price: &str| json!([{"line": 1, "sku": "WIDGET-1", "quantity": "100", "unit_price": price}]);
    let held = bench.document(&name("acme"), &order(line("9.99")));
    let ack = ack(&held);
    assert_eq!((ack.status, codes(&ack)), (OrderAckStatus::Held, vec![Reason::PriceMismatch]));
    assert!(ack.reasons[0].message.contains("9.99") && ack.reasons[0].message.contains("8.99"));
    let mut within = order(line("9.05"));
    within.po_number = PoNumber::new("PO-2").unwrap();
    let taken = bench.document(&name("acme"), &within).events::<OrderAccepted>();
    assert_eq!(taken[0].order.lines[0].unit_price.to_string(), "9.05");
}

#[test]
fn o4_a_discount_of_the_partners_own_is_compared_too() {
    let mut bench = memory();
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1", "discount_percent": "50"}]);
    let held = bench.document(&name("acme"), &order(lines));
    assert_eq!(codes(&ack(&held)), [Reason::PriceMismatch]);
}

#[test]
fn o4_a_case_is_priced_by_its_stock_units() {
    let mut bench = memory();
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10", "uom": "CS"}]);
    let taken = bench.document(&name("acme"), &order(lines));
    let accepted = &taken.events::<OrderAccepted>()[0].order;
    assert_eq!(accepted.lines[0].quantity.to_string(), "120");
    assert_eq!(accepted.net_total.to_string(), "1078.80");
    assert_eq!(ack(&taken).lines[0].unit_price.unwrap().to_string(), "107.88");
}

#[test]
fn o4_a_price_in_the_ordered_unit_comes_first() {
    let mut bench = memory();
    let mut list = prices();
    let per_case =
        json!({"sku": "WIDGET-1", "uom": "CS", "unit_price": "100.00", "min_quantity": "2"});
    list.prices.push(serde_json::from_value(per_case).unwrap());
    bench.document(&name("erp"), &list);
    // One case does not reach the price of cases: it is priced by its stock units.
    for (po, cases, total) in [("PO-1", "1", "119.88"), ("PO-2", "2", "200.00")] {
        let order: Order = document(json!({"po_number": po,
            "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": cases, "uom": "CS"}]}));
        let told = ack(&bench.document(&name("acme"), &order));
        assert_eq!(told.total.unwrap().to_string(), total);
    }
}

#[tokio::test]
async fn o4_the_list_of_the_order_date_counts() {
    let mut bench = bench().await;
    let mut dearer = prices();
    dearer.valid_from = "2026-03-01".parse().unwrap();
    dearer.prices[0].unit_price = "11.00".parse().unwrap();
    bench.document(&name("erp"), &dearer).await;
    let days = [
        ("PO-1", "2026-02-28", "9.99"),
        ("PO-2", "2026-03-01", "11"),
        ("PO-3", "2026-03-02", "11"),
    ];
    for (po, day, price) in days {
        let order: Order = document(json!({"po_number": po, "order_date": day,
            "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]}));
        let told = ack(&bench.document(&name("acme"), &order).await);
        assert_eq!(told.lines[0].unit_price.unwrap().to_string(), price, "{day}");
    }
    // Before the first list there is no price: it is waited for, then the order is held.
    let order: Order = document(json!({"po_number": "PO-4", "order_date": "2025-12-31",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1", "unit_price": "9.99"}]}));
    assert!(bench.document(&name("acme"), &order).await.outgoing.is_empty());
    bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    assert_eq!(codes(&ack(&bench.tick().await)), [Reason::NoPrice]);
}

/// A list with a last day holds to the end of that; a list without one is there again after it.
#[tokio::test]
async fn o4_a_list_that_has_ended_counts_no_more() {
    let mut bench = bench().await;
    let list = |from: &str, to: &str, price: &str| {
        let mut list = prices();
        list.valid_from = from.parse().unwrap();
        list.valid_to = Some(to.parse().unwrap());
        list.prices.truncate(1);
        list.prices[0].unit_price = price.parse().unwrap();
        list
    };
    // Before the open list there is one that ends long before it.
    bench.document(&name("erp"), &list("2025-06-01", "2025-11-30", "7.00")).await;
    bench.document(&name("erp"), &list("2026-02-01", "2026-02-07", "8.00")).await;
    let days = [
        ("2025-11-30", Some("7")),
        ("2025-12-01", None),
        ("2026-01-31", Some("9.99")),
        ("2026-02-01", Some("8")),
        ("2026-02-07", Some("8")),
        ("2026-02-08", Some("9.99")),
    ];
    for (day, price) in days {
        let order: Order = document(json!({"po_number": day, "order_date": day,
            "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]}));
        let told = bench.document(&name("acme"), &order).await;
        let told = if price.is_some() {
            ack(&told)
        } else {
            // Such a list may be on its way.
            assert!(told.outgoing.is_empty(), "{day}");
            bench.at(bench.now() + jiff::SignedDuration::from_secs(11));
            ack(&bench.tick().await)
        };
        let ours = told.lines[0].unit_price.map(|price| price.to_string());
        assert_eq!(ours.as_deref(), price, "{day}");
        assert_eq!(codes(&told), Vec::from_iter(price.is_none().then_some(Reason::NoPrice)));
    }
}

/// 1 % of 9.99 is 0.0999: 9.8901 to 10.0899 is the partner's to choose, and is what is billed.
#[test]
fn o4_the_tolerance_is_for_either_side() {
    let mut bench = memory();
    let offers = [("9.89", false), ("9.8901", true), ("10.0899", true), ("10.09", false)];
    for (number, (price, agreed)) in offers.into_iter().enumerate() {
        let order: Order = document(json!({"po_number": format!("PO-{number}"),
            "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1", "unit_price": price}]}));
        let taken = bench.document(&name("acme"), &order);
        let status = if agreed { OrderAckStatus::Accepted } else { OrderAckStatus::Held };
        assert_eq!(ack(&taken).status, status, "{price}");
        assert_eq!(ack(&taken).lines[0].unit_price.unwrap().to_string(), price);
    }
}
