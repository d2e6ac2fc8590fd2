//! Records that are on their way are waited for (M5).

use contracts::{
    Reason,
    document::{Order, OrderAck, OrderAckStatus},
};
use serde_json::json;
use testkit::Bench;

use super::{ack, bench, codes, customer, document, item, name, order, partner, prices};
use crate::OrderIntake;

#[tokio::test]
async fn o4_a_customer_and_its_first_order_may_come_in_one_batch() {
    let mut bench = bench().await;
    let mut shop = partner("shop", json!(["buyer"]));
    shop.default_customer = Some("C-200".parse().unwrap());
    bench.partner(shop).await;
    let mut list = prices();
    list.price_list = "RETAIL".parse().unwrap();
    list.prices.truncate(1);
    bench.document(&name("erp"), &list).await;
    let mut record = customer();
    record.customer_id = "C-200".parse().unwrap();
    record.price_list = list.price_list;
    let order = order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]));
    let batch = [
        ("ingress.erp.customer.v1", serde_json::to_vec(&record).unwrap()),
        ("ingress.shop.order.v1", serde_json::to_vec(&order).unwrap()),
    ];
    let batch = batch.map(|(subject, payload)| bench.inbound(subject.to_owned(), payload));
    let taken = bench.deliver(batch.into()).await;
    let acks = taken.documents::<OrderAck>(&name("shop"));
    assert_eq!(acks.first().map(|ack| ack.status), Some(OrderAckStatus::Accepted), "{acks:?}");
}

#[tokio::test]
async fn m5_an_order_waits_ten_seconds_for_an_item_on_its_way() {
    let mut bench = Bench::new(OrderIntake).await;
    bench.partner(partner("acme", json!(["buyer"]))).await;
    bench.partner(partner("erp", json!(["erp"]))).await;
    let erp = name("erp");
    bench.document(&erp, &customer()).await;
    bench.document(&erp, &prices()).await;
    let order = order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]));
    let waits = bench.document(&name("acme"), &order).await;
    assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
    let came = bench.document(&erp, &item()).await;
    assert_eq!(ack(&came).status, OrderAckStatus::Accepted);
}

#[tokio::test]
async fn m5_an_unknown_item_or_customer_is_refused_after_ten_seconds() {
    let item = json!({"po_number": "PO-1",
        "lines": [{"line": 1, "sku": "NOPE", "quantity": "1"}]});
    let customer = json!({"po_number": "PO-1", "customer_id": "C-900",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]});
    for (order, reason) in [(item, Reason::UnknownItem), (customer, Reason::UnknownCustomer)] {
        let mut bench = bench().await;
        let mut acme = partner("acme", json!(["buyer"]));
        acme.customers = vec!["C-900".parse().unwrap()];
        bench.partner(acme).await;
        let order: Order = document(order);
        assert!(bench.document(&name("acme"), &order).await.outgoing.is_empty());
        bench.at("2026-03-02T12:00:09Z".parse().unwrap());
        assert!(bench.tick().await.outgoing.is_empty());
        bench.at("2026-03-02T12:00:11Z".parse().unwrap());
        assert_eq!(codes(&ack(&bench.tick().await)), [reason]);
    }
}
