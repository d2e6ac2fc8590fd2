//! Rule O1: one order per partner and PO number.

use contracts::{
    Reason,
    document::OrderAckStatus,
    event::{OrderAccepted, OrderHeld},
};
use serde_json::json;

use super::{ack, bench, codes, name, order};

#[tokio::test]
async fn o1_the_same_order_again_gets_the_same_answer_and_nothing_else() {
    let mut bench = bench().await;
    let first = bench
        .document(&name("acme"), &order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": 10}])))
        .await;
    assert_eq!(ack(&first).status, OrderAckStatus::Accepted);
    assert_eq!(first.events::<OrderAccepted>().len(), 1);
    let mut resent = order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10.0"}]));
    resent.document_id = Some("again".parse().unwrap());
    let second = bench.document(&name("acme"), &resent).await;
    assert_eq!(ack(&second), ack(&first));
    assert!(second.events::<OrderAccepted>().is_empty());
}

#[tokio::test]
async fn o1_other_content_under_a_po_number_leaves_the_order_as_it_stands() {
    let mut bench = bench().await;
    let line = |quantity| order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]));
    bench.document(&name("acme"), &line("10")).await;
    let other = bench.document(&name("acme"), &line("11")).await;
    assert_eq!(codes(&ack(&other)), [Reason::DuplicatePoNumber]);
    assert_eq!(other.outgoing.len(), 1, "{:?}", other.subjects());
    let again = bench.document(&name("acme"), &line("10")).await;
    assert_eq!(ack(&again).status, OrderAckStatus::Accepted);
}

#[tokio::test]
async fn o1_the_same_po_of_a_customer_from_another_partner_is_held() {
    let mut bench = bench().await;
    let order = order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]));
    bench.document(&name("acme"), &order).await;
    let other = bench.document(&name("shop"), &order).await;
    let held = other.events::<OrderHeld>();
    assert_eq!(held[0].reasons[0].code, Reason::PossibleDuplicate);
}
