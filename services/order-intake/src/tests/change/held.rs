//! Orders that are held may change, and are checked again (O7, O6).

use contracts::{
    Reason,
    document::{ChangeStatus, OrderAck, OrderAckStatus},
    event::{OrderCancelled, OrderChangeRequested, OrderHeld, OrderReleased},
};
use serde_json::json;

use super::{super::shop::held_for, *};

fn ack(outcome: &impl Heard) -> OrderAck {
    outcome.documents(&name("acme")).into_iter().next().unwrap()
}

/// A limit of 100.00, and an order of 120.00.
fn over_limit() -> Stall {
    let mut shop = Stall::open();
    assert_eq!(held_for(&shop.order("PO-1", "12")), [Reason::CreditLimit]);
    shop
}

#[test]
fn o7_a_held_order_that_fits_after_a_change_goes_on() {
    let mut shop = over_limit();
    let done = shop.change(&total(1, "10"));
    assert!(done.events::<OrderChangeRequested>().is_empty(), "nobody works on it yet");
    let released = &done.events::<OrderReleased>()[0];
    assert_eq!(released.order.lines[0].quantity.to_string(), "10");
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "10".to_owned()));
    assert_eq!(ack(&done).status, OrderAckStatus::Accepted);
    assert_eq!(shop.figures(), (texts(["10", "0", "0", "0"]), "accepted".to_owned()));
    assert_eq!(shop.exposure(), "100.00");
}

#[test]
fn o7_a_held_order_that_still_does_not_fit_is_held_on() {
    let mut shop = over_limit();
    let done = shop.change(&total(1, "11"));
    assert_eq!(answer(&done).status, ChangeStatus::Applied);
    let held = &done.events::<OrderHeld>()[0];
    assert_eq!(
        (held.order.total.to_string(), held.reasons[0].code),
        ("110.00".into(), Reason::CreditLimit)
    );
    assert_eq!(held_for(&ack(&done)), [Reason::CreditLimit]);
    assert_eq!(shop.exposure(), "0.00");
}

#[test]
fn o7_a_price_that_is_held_stays_so_until_its_line_is_gone() {
    let mut shop = Stall::at_price("10.00", None);
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "5"},
        {"line": 2, "sku": "WIDGET-1", "quantity": "5", "unit_price": "7.00"}]);
    shop.document(&name("acme"), &super::super::order(lines));
    let done = shop.change(&change(1, json!([{"line": 2, "quantity": "4"}])));
    assert_eq!(held_for(&ack(&done)), [Reason::PriceMismatch]);
    let done = shop.change(&change(2, json!([{"line": 2, "quantity": "0"}])));
    assert_eq!(done.events::<OrderReleased>()[0].order.total.to_string(), "50.00");
}

/// More at a price of its own makes an accepted order refuse it, and a held one wait for a word.
#[test]
fn o7_more_of_a_held_order_is_priced_again() {
    let mut shop = over_limit();
    let lines = json!([{"line": 1, "quantity": "8"},
        {"line": 2, "sku": "WIDGET-1", "quantity": "1", "unit_price": "7.00"}]);
    let done = shop.change(&change(1, lines));
    assert_eq!(answer(&done).status, ChangeStatus::Applied);
    assert_eq!(held_for(&ack(&done)), [Reason::PriceMismatch]);
    assert_eq!(shop.lines().len(), 2);
    let refused = json!([{"line": 9, "quantity": "1"}]);
    let told = answer(&shop.change(&change(2, refused)));
    assert_eq!(
        (told.status, reasons(&told)),
        (ChangeStatus::Rejected, vec![(Some(9), Reason::UnknownLine)])
    );
}

#[tokio::test]
async fn o7_the_same_change_of_a_held_order_again_is_answered_again() {
    let mut shop = Shop::open().await;
    assert_eq!(held_for(&shop.order("PO-1", "12").await), [Reason::CreditLimit]);
    let first = answer(&shop.change(&total(1, "10")).await);
    let again = shop.change(&total(1, "10")).await;
    assert_eq!((answer(&again), again.outgoing.len()), (first, 1));
    let other = answer(&shop.change(&total(1, "9")).await);
    assert_eq!(reasons(&other), [(None, Reason::ConflictingChange)]);
}

#[test]
fn o8_a_held_order_is_cancelled_at_once() {
    let mut shop = over_limit();
    let done = shop.cancel();
    assert!(done.events::<OrderChangeRequested>().is_empty());
    let cancelled = &done.events::<OrderCancelled>()[0];
    assert_eq!((cancelled.whole, cancelled.lines[0].quantity.to_string()), (true, "12".to_owned()));
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "0".to_owned()));
    assert_eq!(ack(&done).status, OrderAckStatus::Cancelled);
    assert_eq!(shop.figures(), (texts(["12", "12", "0", "0"]), "cancelled".to_owned()));
    assert_eq!(answer(&shop.cancel()), answer(&done));
    assert_eq!(shop.exposure(), "0.00");
}

#[test]
fn o7_a_held_order_changed_to_nothing_is_cancelled() {
    let mut shop = over_limit();
    let done = shop.change(&total(1, "0"));
    assert!(done.events::<OrderCancelled>()[0].whole);
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "0".to_owned()));
    assert_eq!(shop.figures().1, "cancelled");
}

fn told_total(ack: &OrderAck) -> (String, String) {
    (ack.total.unwrap().to_string(), ack.reasons[0].message.clone())
}

/// Ten at 9.99, and a total of 79.92 that is not ours.
fn other_total() -> Stall {
    let mut shop = Stall::at_price("9.99", None);
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]);
    let mut order = super::super::order(lines);
    order.total = Some("79.92".parse().unwrap());
    let held = shop.document(&name("acme"), &order);
    assert_eq!(held_for(&ack(&held)), [Reason::TotalMismatch]);
    shop
}

#[test]
fn o6_a_total_that_is_ours_after_a_change_holds_no_more() {
    let mut shop = other_total();
    let done = shop.change(&total(1, "9"));
    let still = ack(&done);
    assert_eq!(held_for(&still), [Reason::TotalMismatch]);
    let (total_told, message) = told_total(&still);
    assert_eq!(total_told, "89.91");
    assert!(message.contains("89.91") && !message.contains("99.90"), "{message}");
    let done = shop.change(&total(2, "8"));
    assert_eq!(ack(&done).status, OrderAckStatus::Accepted);
    assert_eq!(ack(&done).total.unwrap().to_string(), "79.92");
    assert_eq!(done.events::<OrderReleased>()[0].order.total.to_string(), "79.92");
}

#[test]
fn o6_a_change_never_raises_a_total_that_is_not_ours() {
    let mut shop = Stall::at_price("9.99", Some("90.00"));
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]);
    let mut order = super::super::order(lines);
    order.total = Some("99.90".parse().unwrap());
    let held = shop.document(&name("acme"), &order);
    assert_eq!(held_for(&ack(&held)), [Reason::CreditLimit]);
    let done = shop.change(&total(1, "8"));
    assert_eq!(ack(&done).status, OrderAckStatus::Accepted);
    let grown = shop.change(&total(2, "9"));
    assert_eq!(answer(&grown).status, ChangeStatus::Applied);
}
