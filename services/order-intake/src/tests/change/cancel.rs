//! Nothing more is wanted (O8).

use contracts::{
    Reason,
    document::{ChangeStatus, OrderAck, OrderAckStatus},
    event::{OrderCancelled, OrderChangeRequested, OrderChanged, OrderCompleted},
};
use serde_json::json;

use super::{
    super::shop::{BILL, Bill, invoice},
    *,
};

fn ack(outcome: &impl Heard) -> OrderAck {
    outcome.documents(&name("acme")).into_iter().next().unwrap()
}

fn bill(quantity: &str, net: &str) -> contracts::event::InvoicePosted {
    invoice(&Bill { quantity, net, total: net, ..BILL })
}

#[test]
fn o8_a_cancel_is_a_change_to_nothing_and_acknowledged_twice() {
    let mut shop = Stall::with_ten();
    let begun = shop.cancel();
    assert_eq!(asked(&begun), [(1, "10".to_owned(), "0".to_owned())]);
    assert_eq!(begun.events::<OrderChangeRequested>()[0].change_number, None);
    let done = shop.event(&released("10"));
    let cancelled = &done.events::<OrderCancelled>()[0];
    assert_eq!((cancelled.whole, cancelled.reason), (true, Reason::CancelledByBuyer));
    assert_eq!(cancelled.lines[0].quantity.to_string(), "10");
    let told = answer(&done);
    assert_eq!((said(&told), told.change_number), ((ChangeStatus::Applied, "0".to_owned()), None));
    let now = ack(&done);
    assert_eq!(now.status, OrderAckStatus::Cancelled);
    assert_eq!(now.lines[0].status, OrderAckStatus::Cancelled);
    assert_eq!(shop.figures(), (texts(["10", "10", "0", "0"]), "cancelled".to_owned()));
    assert_eq!(shop.exposure(), "0.00");
}

#[tokio::test]
async fn o8_a_second_cancel_gets_the_present_state() {
    let mut shop = Shop::with_ten().await;
    shop.cancel().await;
    assert!(shop.cancel().await.outgoing.is_empty(), "it is answered with the first");
    let done = shop.bench.event(&released("10")).await;
    let told = answers(&done);
    assert_eq!((told.len(), &told[0]), (2, &told[1]));
    let again = shop.cancel().await;
    assert_eq!(answer(&again), told[0]);
    assert_eq!(again.outgoing.len(), 1, "{:?}", again.subjects());
    assert_eq!(shop.order("PO-1", "10").await.status, OrderAckStatus::Cancelled);
}

/// O10: what left before is billed, and the order is then complete.
#[test]
fn o8_a_short_close_is_completed_when_what_left_is_billed() {
    let mut shop = Stall::with_ten();
    shop.event(&left("T-1", "4", "0"));
    shop.cancel();
    let done = shop.event(&released("6"));
    let told = answer(&done);
    assert_eq!(said(&told), (ChangeStatus::Applied, "4".to_owned()));
    assert!(done.events::<OrderCancelled>()[0].whole, "nothing of it is left to serve");
    let now = ack(&done);
    assert_eq!(now.status, OrderAckStatus::Cancelled);
    assert_eq!(now.lines[0].status, OrderAckStatus::Accepted);
    assert_eq!(shop.exposure(), "40.00");
    let late = answer(&shop.change(&total(1, "12")));
    assert_eq!(reasons(&late), [(None, Reason::OrderClosed)]);
    let billed = shop.event(&bill("4", "40.00"));
    assert_eq!(billed.events::<OrderCompleted>().len(), 1);
    assert_eq!(shop.figures(), (texts(["10", "6", "4", "4"]), "completed".to_owned()));
}

/// A warehouse was first with some of it, whichever of the two is heard of first.
#[test]
fn o8_a_cancel_that_races_a_dispatch_takes_what_it_gets() {
    for dispatch_first in [true, false] {
        let mut shop = Stall::with_ten();
        shop.cancel();
        let (gone, free) = (left("T-1", "7", "0"), released("3"));
        let done = if dispatch_first {
            shop.event(&gone);
            shop.event(&free)
        } else {
            shop.event(&free);
            shop.event(&gone)
        };
        let told = answer(&done);
        assert_eq!(said(&told), (ChangeStatus::PartiallyApplied, "7".to_owned()));
        assert_eq!(reasons(&told), [(Some(1), Reason::AlreadyShipped)]);
        assert_eq!(shop.figures().0, texts(["10", "3", "7", "0"]));
    }
}

#[test]
fn o8_a_cancel_that_comes_too_late_is_refused() {
    let mut shop = Stall::with_ten();
    shop.cancel();
    let done = shop.event(&left("T-1", "10", "0"));
    let told = answer(&done);
    assert_eq!(said(&told), (ChangeStatus::Rejected, "10".to_owned()));
    assert_eq!(reasons(&told), [(Some(1), Reason::AlreadyShipped)]);
    assert!(done.events::<OrderCancelled>().is_empty());
    let again = answer(&shop.cancel());
    assert_eq!(
        (again.status, reasons(&again)),
        (ChangeStatus::Rejected, vec![(None, Reason::AlreadyShipped)])
    );
    shop.event(&bill("10", "100.00"));
    let closed = answer(&shop.cancel());
    assert_eq!(reasons(&closed), [(None, Reason::OrderClosed)]);
}

#[test]
fn o8_a_cancel_waits_for_the_change_before_it() {
    let mut shop = Stall::with_ten();
    shop.change(&total(1, "8"));
    assert!(shop.cancel().is_silent());
    shop.change(&total(2, "20"));
    let begun = shop.event(&released("2"));
    let asked: Vec<_> = asked(&begun).into_iter().map(|it| (it.1, it.2)).collect();
    assert_eq!(asked, [("8".to_owned(), "0".to_owned())]);
    let done = shop.event(&released("8"));
    let told = answers(&done);
    assert_eq!((told[0].change_number, told[0].status), (None, ChangeStatus::Applied));
    // What came after the cancel finds the order closed.
    assert_eq!(
        (told[1].change_number, reasons(&told[1])),
        (Some(2), vec![(None, Reason::OrderClosed)])
    );
    assert_eq!(shop.figures().0, texts(["8", "8", "0", "0"]));
}

/// F2: the warehouse shipped all the same, and an operator accepted it: it is on the order again,
/// billed, and the order completed.
#[test]
fn o8_goods_that_left_after_the_cancel_are_billed_when_an_operator_accepts_them() {
    let mut shop = Stall::with_ten();
    shop.cancel();
    shop.event(&released("10"));
    let late = shop.event(&left("T-1", "10", "10"));
    let changed = &late.events::<OrderChanged>()[0];
    assert!(changed.cancelled.is_empty() && changed.grown.is_empty());
    assert_eq!(changed.order.lines[0].quantity.to_string(), "10");
    let now = ack(&late);
    assert_eq!(
        (now.status, now.reasons[0].code),
        (OrderAckStatus::Accepted, Reason::ShippedAfterCancel)
    );
    assert_eq!(shop.figures(), (texts(["10", "0", "10", "0"]), "accepted".to_owned()));
    assert_eq!(shop.exposure(), "100.00");
    let billed = shop.event(&bill("10", "100.00"));
    assert_eq!(billed.events::<OrderCompleted>().len(), 1);
}

/// The same after a change, and before the change is settled.
#[test]
fn o7_goods_that_left_after_a_change_are_on_the_order_again() {
    let mut shop = Stall::with_ten();
    shop.change(&total(1, "4"));
    shop.event(&released("6"));
    shop.event(&left("T-1", "10", "6"));
    assert_eq!(shop.figures().0, texts(["10", "0", "10", "0"]));
    let mut shop = Stall::with_ten();
    shop.change(&total(1, "4"));
    shop.event(&left("T-1", "10", "6"));
    assert!(shop.lines()[0].ordered >= "4".parse().unwrap());
    shop.event(&released("6"));
    assert_eq!(shop.figures().0, texts(["10", "0", "10", "0"]));
    let mut shop = Stall::with_ten();
    shop.cancel();
    shop.event(&left("T-1", "4", "4"));
    let done = shop.event(&released("10"));
    assert_eq!(done.events::<OrderCancelled>()[0].lines[0].quantity.to_string(), "6");
    assert_eq!(shop.figures().0, texts(["10", "6", "4", "0"]));
}

/// Only what is above the order is put back on it: what left late may be what was still wanted.
#[test]
fn f5_late_goods_are_first_what_is_still_open() {
    let mut shop = Stall::with_ten();
    shop.change(&total(1, "8"));
    shop.event(&released("2"));
    let late = shop.event(&left("T-1", "2", "2"));
    assert!(late.events::<OrderChanged>().is_empty());
    assert_eq!(shop.figures().0, texts(["8", "0", "2", "0"]));
}

#[tokio::test]
async fn o8_an_operator_may_cancel() {
    let mut shop = Shop::with_ten().await;
    let command = json!({"command_id": "c-1", "order_id": id("PO-1")});
    let (begun, result) = shop.command("cancel-order", command.clone()).await;
    assert_eq!(result["status"], "done", "{result}");
    assert_eq!(begun.events::<OrderChangeRequested>()[0].reason, Reason::CancelledByOperator);
    let done = shop.bench.event(&released("10")).await;
    assert_eq!(done.events::<OrderCancelled>()[0].reason, Reason::CancelledByOperator);
    assert!(answers(&done).is_empty(), "nobody asked for a change");
    let now = ack(&done);
    assert_eq!(
        (now.status, now.reasons[0].code),
        (OrderAckStatus::Cancelled, Reason::CancelledByOperator)
    );
    let (again, _) = shop.command("cancel-order", command).await;
    assert_eq!(again.outgoing.len(), 1);
    let other = json!({"command_id": "c-2", "order_id": id("PO-1")});
    let (_, result) = shop.command("cancel-order", other).await;
    assert_eq!(result["reasons"][0]["code"], "order_closed");
    let closed = answer(&shop.cancel().await);
    assert_eq!(reasons(&closed), [(None, Reason::OrderClosed)]);
}
