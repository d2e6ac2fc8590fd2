//! Rule O1: one order per partner and PO number.

use contracts::{
    Reason,
    document::{OrderAck, OrderAckStatus},
    event::{OrderAccepted, OrderHeld},
};
use mesh::row;
use serde_json::json;

use super::{ack, bench, codes, memory, memory::Heard, name, order};
use crate::domain::order::Order as Standing;

#[test]
fn o1_the_same_order_again_gets_the_same_answer_and_nothing_else() {
    let mut bench = memory();
    let first = bench
        .document(&name("acme"), &order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": 10}])));
    assert_eq!(ack(&first).status, OrderAckStatus::Accepted);
    assert_eq!(first.events::<OrderAccepted>().len(), 1);
    let mut resent = order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10.0"}]));
    resent.document_id = Some("again".parse().unwrap());
    let second = bench.document(&name("acme"), &resent);
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
    let first = ack(&bench.document(&name("acme"), &order).await);
    let other = bench.document(&name("shop"), &order).await;
    let held = other.events::<OrderHeld>();
    let told = other.documents::<OrderAck>(&name("shop"));
    assert_eq!((held.len(), told.len(), other.outgoing.len()), (1, 1, 2));
    assert_eq!(
        held[0].reasons.iter().map(|it| it.code).collect::<Vec<_>>(),
        [Reason::PossibleDuplicate]
    );
    assert_eq!((told[0].status, &told[0].reasons), (OrderAckStatus::Held, &held[0].reasons));
    assert_ne!(told[0].order_id, first.order_id);
    // The first stands as it stood, and its buyer hears of nothing.
    let again = bench.document(&name("acme"), &order).await;
    assert_eq!((ack(&again), again.outgoing.len()), (first, 1));
}

/// The database is asked once for a batch: what its first message did, the others see.
#[tokio::test]
async fn o1_copies_of_an_order_in_one_batch_are_one_order() {
    let mut bench = bench().await;
    let batch: Vec<_> = (0..8)
        .map(|copy| {
            let quantity = if copy % 2 == 0 { json!(10) } else { json!("10.0") };
            let mut order = order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]));
            order.document_id = Some(format!("copy-{copy}").parse().unwrap());
            let payload = serde_json::to_vec(&order).unwrap();
            bench.inbound("ingress.acme.order.v1".to_owned(), payload)
        })
        .collect();
    let outcome = bench.deliver(batch).await;
    assert_eq!(outcome.events::<OrderAccepted>().len(), 1);
    let acks = outcome.documents::<OrderAck>(&name("acme"));
    assert_eq!((acks.len(), outcome.outgoing.len()), (8, 9));
    assert!(acks.iter().all(|ack| *ack == acks[0] && ack.status == OrderAckStatus::Accepted));
    let orders: Vec<Standing> =
        row::fetch(bench.database(), &row::select::<Standing>()).await.unwrap();
    assert_eq!(orders.len(), 1);
}
