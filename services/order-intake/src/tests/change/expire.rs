//! The last day on which anything is wanted (O9).

use contracts::{
    Reason,
    document::{OrderAck, OrderAckStatus},
    event::{OrderCancelled, OrderChangeRequested},
};
use serde_json::json;

use super::*;

/// Ten widgets until the 3rd of March, for a seller in Chicago.
async fn until_the_third(limit: Option<&str>) -> Shop {
    let mut shop = Shop::at("10.00", limit).await;
    let company: contracts::document::Company = document(json!({"name": "Midwest Supply",
        "tax_id": "1", "currency": "USD", "time_zone": "America/Chicago",
        "address": super::super::address()}));
    shop.bench.document(&name("erp"), &company).await;
    let order: contracts::document::Order = document(json!({"po_number": "PO-1",
        "cancel_after": "2026-03-03",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]}));
    shop.bench.document(&name("acme"), &order).await;
    shop
}

async fn at(shop: &mut Shop, now: &str) -> Outcome {
    shop.bench.at(now.parse().unwrap());
    shop.bench.tick().await
}

/// The 4th begins at 06:00 UTC in Chicago.
const BEFORE: &str = "2026-03-04T05:59:59Z";
const AFTER: &str = "2026-03-04T06:00:00Z";

#[tokio::test]
async fn o9_after_its_last_day_the_open_remainder_is_cancelled_by_itself_and_acknowledged() {
    let mut shop = until_the_third(None).await;
    shop.bench.event(&left("T-1", "4", "0")).await;
    assert!(at(&mut shop, BEFORE).await.outgoing.is_empty(), "the day is not over in Chicago");
    let begun = at(&mut shop, AFTER).await;
    assert_eq!(asked(&begun), [(1, "10".to_owned(), "0".to_owned())]);
    assert_eq!(begun.events::<OrderChangeRequested>()[0].reason, Reason::CancelAfterPassed);
    assert!(shop.bench.tick().await.outgoing.is_empty(), "it is asked for once");
    let done = shop.bench.event(&released("6")).await;
    assert_eq!(done.events::<OrderCancelled>()[0].reason, Reason::CancelAfterPassed);
    let acks = done.documents::<OrderAck>(&name("acme"));
    assert_eq!(
        (acks[0].status, acks[0].reasons[0].code),
        (OrderAckStatus::Cancelled, Reason::CancelAfterPassed)
    );
    assert!(answers(&done).is_empty());
    assert_eq!(shop.figures().await.0, texts(["10", "6", "4", "0"]));
}

#[tokio::test]
async fn o9_a_held_order_is_cancelled_too() {
    let mut shop = until_the_third(Some("50.00")).await;
    let done = at(&mut shop, AFTER).await;
    assert!(done.events::<OrderCancelled>()[0].whole);
    assert_eq!(shop.figures().await.1, "cancelled");
}

#[tokio::test]
async fn o9_an_order_that_has_left_or_is_cancelled_stays_as_it_is() {
    let mut shop = until_the_third(None).await;
    shop.bench.event(&left("T-1", "10", "0")).await;
    assert!(at(&mut shop, AFTER).await.outgoing.is_empty());
    let mut shop = until_the_third(None).await;
    shop.cancel().await;
    assert!(at(&mut shop, AFTER).await.outgoing.is_empty(), "the cancel is under way");
    let done = shop.bench.event(&released("10")).await;
    assert_eq!(done.events::<OrderCancelled>()[0].reason, Reason::CancelledByBuyer);
}

/// A change that is under way comes first.
#[tokio::test]
async fn o9_what_a_change_leaves_is_cancelled_after_it() {
    let mut shop = until_the_third(None).await;
    shop.change(&total(1, "8")).await;
    assert!(at(&mut shop, AFTER).await.outgoing.is_empty());
    let done = shop.bench.event(&released("2")).await;
    let asked: Vec<_> = asked(&done).into_iter().map(|it| (it.1, it.2)).collect();
    assert_eq!(asked, [("8".to_owned(), "0".to_owned())]);
}
