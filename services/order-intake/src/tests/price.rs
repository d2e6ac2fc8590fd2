//! Rule O4: list prices, tolerance, units.

use contracts::{PoNumber, Reason, document::OrderAckStatus, event::OrderAccepted};
use serde_json::json;

use super::{ack, bench, codes, name, order};

#[tokio::test]
async fn o4_a_price_outside_the_tolerance_is_held_with_both_prices() {
    let mut bench = bench().await;
    let line = |price: &str| json!([{"line": 1, "sku": "WIDGET-1", "quantity": "100", "unit_price": price}]);
    let held = bench.document(&name("acme"), &order(line("9.99"))).await;
    let ack = ack(&held);
    assert_eq!((ack.status, codes(&ack)), (OrderAckStatus::Held, vec![Reason::PriceMismatch]));
    assert!(ack.reasons[0].message.contains("9.99") && ack.reasons[0].message.contains("8.99"));
    let mut within = order(line("9.05"));
    within.po_number = PoNumber::new("PO-2").unwrap();
    let taken = bench.document(&name("acme"), &within).await.events::<OrderAccepted>();
    assert_eq!(taken[0].order.lines[0].unit_price.to_string(), "9.05");
}

#[tokio::test]
async fn o4_a_discount_of_the_partners_own_is_compared_too() {
    let mut bench = bench().await;
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1", "discount_percent": "50"}]);
    let held = bench.document(&name("acme"), &order(lines)).await;
    assert_eq!(codes(&ack(&held)), [Reason::PriceMismatch]);
}

#[tokio::test]
async fn o4_a_case_is_priced_by_its_stock_units() {
    let mut bench = bench().await;
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10", "uom": "CS"}]);
    let taken = bench.document(&name("acme"), &order(lines)).await;
    let accepted = &taken.events::<OrderAccepted>()[0].order;
    assert_eq!(accepted.lines[0].quantity.to_string(), "120");
    assert_eq!(accepted.net_total.to_string(), "1078.80");
    assert_eq!(ack(&taken).lines[0].unit_price.unwrap().to_string(), "107.88");
}
