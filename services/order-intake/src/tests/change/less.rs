//! Less than before (O7).

use contracts::{
    Reason,
    document::{ChangeStatus, OrderAck},
    event::{OrderCancelled, OrderChangeRequested, OrderChanged, OrderCompleted},
};
use serde_json::json;

use super::{
    super::shop::{BILL, Bill, invoice},
    *,
};

#[tokio::test]
async fn o7_less_takes_place_when_what_is_not_wanted_is_free() {
    let mut shop = Shop::with_ten().await;
    let begun = shop.change(&total(1, "8")).await;
    assert_eq!(asked(&begun), [(1, "10".to_owned(), "8".to_owned())]);
    let event = &begun.events::<OrderChangeRequested>()[0];
    assert_eq!((event.change_number, event.reason), (Some(1), Reason::CancelledByBuyer));
    assert!(answers(&begun).is_empty());
    let part = shop.bench.event(&released("1")).await;
    assert!(part.outgoing.is_empty(), "{:?}", part.subjects());
    let done = shop.bench.event(&released("1")).await;
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "8".to_owned()));
    let changed = &done.events::<OrderChanged>()[0];
    assert_eq!(changed.order.lines[0].quantity.to_string(), "8");
    assert_eq!(changed.order.total.to_string(), "80.00");
    assert!(changed.cancelled.is_empty() && changed.grown.is_empty());
    assert_eq!(shop.figures().await, (texts(["8", "0", "0", "0"]), "accepted".to_owned()));
    assert_eq!(shop.exposure().await, "80.00");
}

/// The answer to a resend of the order is its present state (O1).
#[tokio::test]
async fn o7_the_order_sent_again_is_answered_with_what_it_has_become() {
    let mut shop = Shop::with_ten().await;
    shop.change(&total(1, "8")).await;
    shop.bench.event(&released("2")).await;
    let now = shop.order("PO-1", "10").await;
    assert_eq!(now.lines[0].quantity.to_string(), "8");
    assert_eq!(now.total.unwrap().to_string(), "80.00");
}

#[tokio::test]
async fn o7_below_what_is_dispatched_is_refused() {
    let mut shop = Shop::with_ten().await;
    shop.bench.event(&left("T-1", "6", "0")).await;
    let refused = answer(&shop.change(&total(1, "5")).await);
    assert_eq!(reasons(&refused), [(Some(1), Reason::AlreadyShipped)]);
    assert_eq!(said(&refused), (ChangeStatus::Rejected, "10".to_owned()));
    // It may be sent again with another content: nothing was done under its number.
    let begun = shop.change(&total(1, "6")).await;
    assert_eq!(asked(&begun), [(1, "10".to_owned(), "6".to_owned())]);
    let done = answer(&shop.bench.event(&released("4")).await);
    assert_eq!(said(&done), (ChangeStatus::Applied, "6".to_owned()));
}

/// O7, O8: a warehouse was first with some of it, whichever is heard of first.
#[tokio::test]
async fn o7_what_left_before_it_could_be_taken_back_stays_on_the_order() {
    for dispatch_first in [true, false] {
        let mut shop = Shop::with_ten().await;
        shop.change(&total(1, "4")).await;
        let (gone, free) = (left("T-1", "7", "0"), released("3"));
        let done = if dispatch_first {
            assert!(shop.bench.event(&gone).await.outgoing.is_empty());
            shop.bench.event(&free).await
        } else {
            assert!(shop.bench.event(&free).await.outgoing.is_empty());
            shop.bench.event(&gone).await
        };
        let told = answer(&done);
        assert_eq!(said(&told), (ChangeStatus::PartiallyApplied, "7".to_owned()));
        assert_eq!(reasons(&told), [(Some(1), Reason::AlreadyShipped)]);
        assert_eq!(shop.figures().await.0, texts(["7", "0", "7", "0"]));
    }
}

#[tokio::test]
async fn o7_all_of_it_left_first_nothing_changes() {
    let mut shop = Shop::with_ten().await;
    shop.change(&total(1, "4")).await;
    let done = shop.bench.event(&left("T-1", "10", "0")).await;
    let told = answer(&done);
    assert_eq!(said(&told), (ChangeStatus::Rejected, "10".to_owned()));
    assert!(done.events::<OrderChanged>().is_empty());
    shop.bench
        .event(&invoice(&Bill { quantity: "10", net: "100.00", total: "100.00", ..BILL }))
        .await;
    assert_eq!(shop.figures().await.1, "completed");
}

/// What allocation declines meanwhile is not wanted either: nothing is waited for in vain.
#[tokio::test]
async fn o7_what_is_declined_meanwhile_settles_it_too() {
    let mut shop = Shop::with_ten().await;
    shop.change(&total(1, "8")).await;
    let done = shop.bench.event(&declined("3")).await;
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "8".to_owned()));
    let changed = &done.events::<OrderChanged>()[0];
    assert_eq!(changed.cancelled[0].quantity.to_string(), "1");
    assert_eq!(shop.figures().await.0, texts(["8", "1", "0", "0"]));
    assert_eq!(shop.exposure().await, "70.00");
}

/// Units that were declined before come off the total first.
#[tokio::test]
async fn o7_what_was_declined_before_is_not_taken_off_twice() {
    let mut shop = Shop::with_ten().await;
    shop.bench.event(&declined("4")).await;
    let done = shop.change(&total(1, "7")).await;
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "7".to_owned()));
    assert_eq!(shop.figures().await.0, texts(["7", "1", "0", "0"]));
    shop.change(&total(2, "5")).await;
    let done = shop.bench.event(&released("1")).await;
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "5".to_owned()));
    assert_eq!(shop.figures().await.0, texts(["5", "0", "0", "0"]));
}

#[tokio::test]
async fn o7_every_line_to_nothing_cancels_the_order() {
    let mut shop = Shop::with_ten().await;
    shop.change(&total(1, "0")).await;
    let done = shop.bench.event(&released("10")).await;
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "0".to_owned()));
    let cancelled = &done.events::<OrderCancelled>()[0];
    assert!(cancelled.whole && cancelled.lines.is_empty());
    let acks = done.documents::<OrderAck>(&name("acme"));
    assert_eq!(acks[0].status, contracts::document::OrderAckStatus::Cancelled);
    assert_eq!(shop.figures().await, (texts(["0", "0", "0", "0"]), "cancelled".to_owned()));
    assert_eq!(shop.exposure().await, "0.00");
    let late = answer(&shop.change(&total(2, "5")).await);
    assert_eq!(reasons(&late), [(None, Reason::OrderClosed)]);
}

/// O10: the rest was taken off, what left is billed.
#[tokio::test]
async fn o7_an_order_changed_to_what_has_left_is_completed_when_that_is_billed() {
    let mut shop = Shop::with_ten().await;
    shop.bench.event(&left("T-1", "6", "0")).await;
    shop.bench.event(&invoice(&Bill { quantity: "6", net: "60.00", total: "60.00", ..BILL })).await;
    shop.change(&total(1, "6")).await;
    let done = shop.bench.event(&released("4")).await;
    assert_eq!(answer(&done).status, ChangeStatus::Applied);
    assert_eq!(done.events::<OrderCompleted>().len(), 1);
}

#[tokio::test]
async fn o4_a_reduced_quantity_keeps_its_price() {
    let mut bench = super::super::bench().await;
    let order = super::super::order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "120"}]));
    bench.document(&name("acme"), &order).await;
    let mut shop = Shop { bench };
    shop.change(&total(1, "50")).await;
    let done = shop.bench.event(&released("70")).await;
    let line = &done.events::<OrderChanged>()[0].order.lines[0];
    assert_eq!(
        (line.quantity.to_string(), line.unit_price.to_string()),
        ("50".into(), "8.99".into())
    );
    let other = json!([{"line": 1, "quantity": "40", "unit_price": "9.99"}]);
    let refused = answer(&shop.change(&change(2, other)).await);
    assert_eq!(reasons(&refused), [(Some(1), Reason::InvalidValue)]);
}

/// The ordered unit is the buyer's; the mesh speaks in stock units.
#[tokio::test]
async fn o7_a_total_is_in_the_ordered_unit() {
    let mut bench = super::super::bench().await;
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10", "uom": "CS"}]);
    bench.document(&name("acme"), &super::super::order(lines)).await;
    let mut shop = Shop { bench };
    let begun = shop.change(&total(1, "8")).await;
    assert_eq!(asked(&begun), [(1, "120".to_owned(), "96".to_owned())]);
    shop.bench.event(&released("12")).await;
    let done = shop.bench.event(&left("T-1", "108", "0")).await;
    assert_eq!(said(&answer(&done)), (ChangeStatus::PartiallyApplied, "9".to_owned()));
}
