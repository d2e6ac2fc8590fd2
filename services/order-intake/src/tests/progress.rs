//! Declined remainders and completion (A3, O10).

use contracts::{
    OrderId, PoNumber,
    document::{LineQuantity, OrderAckStatus},
    event::{InventoryDeclined, OrderCancelled},
};
use serde_json::json;

use super::{ack, bench, name, order};

#[tokio::test]
async fn a3_what_may_not_wait_is_cancelled_and_acknowledged() {
    let mut bench = bench().await;
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]);
    bench.document(&name("acme"), &order(lines)).await;
    let (partner, po_number) = (name("acme"), PoNumber::new("PO-1").unwrap());
    let order_id = OrderId::of(&partner, &po_number);
    let declined = |quantity: &str| InventoryDeclined {
        order_id,
        partner: partner.clone(),
        po_number: po_number.clone(),
        lines: vec![LineQuantity {
            line: 1,
            sku: "WIDGET-1".parse().unwrap(),
            quantity: quantity.parse().unwrap(),
        }],
        why: "nothing left".to_owned(),
    };
    let part = bench.event(&declined("4")).await;
    assert!(!part.events::<OrderCancelled>()[0].whole);
    let rest = bench.event(&declined("6")).await;
    assert!(rest.events::<OrderCancelled>()[0].whole);
    assert_eq!(ack(&rest).status, OrderAckStatus::Cancelled);
}
