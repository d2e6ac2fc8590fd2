//! The requests to warehouses (F1).

use contracts::{
    Reason,
    document::ShipOrder,
    event::ShipmentRequested,
    question::{ShipmentState, ShipmentStatus},
};
use mesh::{Asker, Inbound};
use serde_json::json;
use testkit::Bench;

use super::{
    notice::{buyer, json_notices, x12},
    *,
};

#[tokio::test]
async fn f1_each_warehouse_of_a_reservation_is_asked_once() {
    let mut bench = mesh_of_partners().await;
    bench.event(&accepted()).await;
    let lines =
        [("EAST", 1, "WIDGET-1", "6"), ("WEST", 1, "WIDGET-1", "4"), ("EAST", 2, "WIDGET-2", "4")];
    let asked = bench.event(&reserved(&lines)).await;
    let subjects: Vec<_> =
        asked.subjects().iter().map(|it| it.split('.').nth(2).unwrap()).collect();
    assert_eq!(subjects, ["requested", "ship-order", "requested", "ship-order"]);
    let requested = asked.events::<ShipmentRequested>();
    assert_eq!(requested[0].shipment_id, east());
    assert_eq!(requested[0].reservation, 1);
    let orders = asked.documents::<ShipOrder>(&name("threepl"));
    assert_eq!(orders[0].lines, requested[0].lines);
    assert_eq!((orders[0].lines.len(), orders[1].lines.len()), (2, 1));
    assert_eq!(figures(&bench).await, ["10", "0", "0", "0"]);
}

#[tokio::test]
async fn f1_the_same_reservation_again_asks_nobody() {
    let mut bench = mesh_of_partners().await;
    bench.event(&accepted()).await;
    let first = bench.numbered(&reserved(&[("EAST", 1, "WIDGET-1", "10")]));
    assert_eq!(bench.deliver(vec![first.clone()]).await.outgoing.len(), 2);
    assert!(bench.deliver(vec![first]).await.outgoing.is_empty());
    let next = bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "3")])).await;
    assert_ne!(next.events::<ShipmentRequested>()[0].shipment_id, east());
}

#[tokio::test]
async fn f1_a_reservation_waits_for_order_warehouse_and_partner_in_any_order() {
    let mut bench = Bench::new(bridge()).await;
    let waits = bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])).await;
    assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
    assert!(bench.event(&warehouse("EAST", "open")).await.outgoing.is_empty());
    assert!(bench.event(&accepted()).await.outgoing.is_empty());
    let came = bench.partner(partner("threepl", "warehouse", json!(["EAST"]))).await;
    assert_eq!(came.documents::<ShipOrder>(&name("threepl")).len(), 1);
}

/// The order, its reservation, and a confirmation of the shipment that the reservation makes.
fn batch_of_an_order(bench: &mut Bench) -> Vec<Inbound> {
    let body = serde_json::to_vec(&confirm("T-1", widgets("10"), true)).unwrap();
    let subject = contracts::subject::ingress(&name("threepl"), "ship-confirm");
    vec![
        bench.numbered(&accepted()),
        bench.numbered(&reserved(&[("EAST", 1, "WIDGET-1", "10")])),
        bench.inbound(subject, body),
    ]
}

#[tokio::test]
async fn a_batch_with_the_reservation_and_its_confirmation_is_decided_whole() {
    let mut bench = mesh_of_partners().await;
    let batch = batch_of_an_order(&mut bench);
    let done = bench.deliver(batch).await;
    assert_eq!(acks(&done).len(), 1, "{:?}", done.subjects());
    assert_eq!(figures(&bench).await, ["10", "10", "0", "0"]);
}

#[tokio::test]
async fn a_buyer_is_notified_in_x12_of_a_shipment_that_its_batch_makes() {
    let mut bench = mesh_of_partners().await;
    bench.partner(buyer(json!({"ship-notice": ["x12"]}), true)).await;
    let batch = batch_of_an_order(&mut bench);
    let done = bench.deliver(batch).await;
    assert_eq!((json_notices(&done).len(), x12(&done).len()), (0, 1));
}

#[tokio::test]
async fn a_batch_with_the_reservation_its_recall_and_a_delivery_is_decided_whole() {
    let mut bench = mesh_of_partners().await;
    let mut batch = batch_of_an_order(&mut bench);
    let arrived = serde_json::to_vec(&delivery("delivered", "2026-03-05T10:00:00Z")).unwrap();
    let subject = contracts::subject::ingress(&name("ups"), "delivery");
    batch.insert(2, bench.numbered(&recalled(&[("EAST", 1, "WIDGET-1", "4")])));
    batch.push(bench.inbound(subject, arrived));
    let cancelled = bench.deliver(batch).await;
    assert_eq!(cancelled.tally.dead, 0, "{:?}", cancelled.subjects());
    assert_eq!(figures(&bench).await, ["10", "0", "0", "4"]);
}

#[tokio::test]
async fn a_buyer_sees_the_shipments_of_its_own_orders_alone() {
    let mut bench = ten_asked().await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("4"), false)).await;
    let ask = async |record: Partner| {
        let request = json!({"po_number": "PO-1"});
        bench.ask(Asker::Partner(Box::new(record)), "shipment-status", &request).await
    };
    let answer = ask(partner("acme", "buyer", json!([]))).await.unwrap();
    let status: ShipmentStatus = serde_json::from_value(answer).unwrap();
    assert_eq!(status.shipments[0].status, ShipmentState::PartiallyDispatched);
    assert_eq!(status.shipments[0].dispatches[0].lines[0].quantity.to_string(), "4");
    let foreign = ask(partner("shop", "buyer", json!([]))).await.unwrap_err();
    assert_eq!((foreign.code, foreign.message.as_str()), (404, "there is no order PO PO-1"));
    let other = Asker::Partner(Box::new(partner("shop", "buyer", json!([]))));
    let unknown = bench.ask(other, "shipment-status", &json!({"po_number": "PO-2"})).await;
    let unknown = unknown.unwrap_err();
    assert_eq!((unknown.code, unknown.message.as_str()), (404, "there is no order PO PO-2"));
    assert!(ask(partner("erp", "erp", json!([]))).await.is_ok());
    let refused = ask(partner("threepl", "warehouse", json!(["EAST"]))).await.unwrap_err();
    assert_eq!((refused.code, refused.message), (403, Reason::NotAllowed.to_string()));
}

#[tokio::test]
async fn the_books_are_for_the_operator_page_by_page() {
    let bench = ten_asked().await;
    let ask = async |asker, after: Option<String>| {
        let request = json!({"after": after, "limit": 1});
        bench.ask(asker, "fulfillment-bridge-books", &request).await
    };
    let buyer = Asker::Partner(Box::new(partner("acme", "buyer", json!([]))));
    assert_eq!(ask(buyer, None).await.unwrap_err().code, 404);
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = ask(Asker::Operator, after).await.unwrap();
        let page: FulfillmentBooks = serde_json::from_value(page).unwrap();
        seen.extend(page.lines.iter().map(|line| (line.line, line.requested.to_string())));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, [(1, "10".to_owned()), (2, "0".to_owned())]);
}
