//! More than before, and lines that are new (O7).

use contracts::{
    Reason,
    document::{ChangeStatus, CustomerStatus},
    event::{OrderChangeRequested, OrderChanged},
};
use serde_json::json;

use super::{super::shop::limited, *};

fn grown(outcome: &impl Heard) -> Vec<(u32, String)> {
    let events = outcome.events::<OrderChanged>().into_iter();
    let lines = events.flat_map(|event| event.grown);
    lines.map(|line| (line.line, line.quantity.to_string())).collect()
}

#[test]
fn o7_more_is_priced_and_taken_at_once() {
    let mut shop = Stall::with_ten();
    let done = shop.change(&total(1, "15"));
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "15".to_owned()));
    assert_eq!(done.events::<OrderChangeRequested>().len(), 1);
    assert_eq!(grown(&done), [(1, "5".to_owned())]);
    assert_eq!(done.events::<OrderChanged>()[0].order.total.to_string(), "150.00");
    assert_eq!(shop.figures().0, texts(["15", "0", "0", "0"]));
    assert_eq!(shop.exposure(), "150.00");
}

#[test]
fn o7_a_new_line_number_adds_a_line() {
    let mut shop = Stall::with_ten();
    let lines = json!([{"line": 7, "sku": "WIDGET-1", "quantity": "2", "unit_price": "10.00"}]);
    let done = shop.change(&change(1, lines));
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "2".to_owned()));
    assert_eq!(grown(&done), [(7, "2".to_owned())]);
    let order = &done.events::<OrderChanged>()[0].order;
    assert_eq!((order.lines.len(), order.total.to_string()), (2, "120.00".to_owned()));
    assert_eq!(shop.lines().len(), 2);
    // It is a line like any other from now on.
    let begun = shop.change(&change(2, json!([{"line": 7, "quantity": "1"}])));
    assert_eq!(asked(&begun), [(7, "2".to_owned(), "1".to_owned())]);
}

#[test]
fn o7_more_than_the_limit_allows_is_refused_and_the_rest_applied() {
    let mut shop = Stall::open();
    shop.order("PO-1", "8");
    let lines = json!([{"line": 1, "quantity": "12"},
        {"line": 2, "sku": "WIDGET-1", "quantity": "2"}]);
    let done = shop.change(&change(1, lines));
    let told = answer(&done);
    assert_eq!(told.status, ChangeStatus::PartiallyApplied);
    assert_eq!(reasons(&told), [(Some(1), Reason::CreditLimit)]);
    let totals: Vec<_> = told.lines.iter().map(|it| (it.status, it.quantity.to_string())).collect();
    let wanted = [(ChangeStatus::Rejected, "8"), (ChangeStatus::Applied, "2")];
    assert_eq!(totals, wanted.map(|(status, quantity)| (status, quantity.to_owned())));
    assert_eq!(shop.exposure(), "100.00");
    let again = answer(&shop.change(&total(2, "12")));
    assert_eq!((again.status, reasons(&again)), (ChangeStatus::Rejected, reasons(&told)));
}

/// O5: what one line gives up another may use: it is looked at when that is settled.
#[test]
fn o7_what_a_change_gives_up_makes_room_for_what_it_adds() {
    let mut shop = Stall::open();
    shop.order("PO-1", "10");
    let lines = json!([{"line": 1, "quantity": "6"},
        {"line": 2, "sku": "WIDGET-1", "quantity": "4"}]);
    let begun = shop.change(&change(1, lines));
    assert_eq!(asked(&begun).len(), 2);
    assert!(answers(&begun).is_empty());
    let done = shop.event(&released("4"));
    assert_eq!(answer(&done).status, ChangeStatus::Applied);
    assert_eq!(grown(&done), [(2, "4".to_owned())]);
    assert_eq!(shop.exposure(), "100.00");
}

/// Fewer units become free than was hoped: the additions do not fit, and each answer has its own
/// cause.
#[tokio::test]
async fn o7_what_was_shipped_meanwhile_makes_no_room() {
    let mut shop = Shop::open().await;
    shop.order("PO-1", "10").await;
    let lines = json!([{"line": 1, "quantity": "6"},
        {"line": 2, "sku": "WIDGET-1", "quantity": "4"}]);
    shop.change(&change(1, lines)).await;
    let done = shop.bench.event(&left("T-1", "10", "0")).await;
    let told = answer(&done);
    assert_eq!(told.status, ChangeStatus::Rejected);
    let wanted = [(Some(1), Reason::AlreadyShipped), (Some(2), Reason::CreditLimit)];
    assert_eq!(reasons(&told), wanted);
    let cause = &done.outgoing.iter().find(|it| it.subject.contains("order-change-ack")).unwrap();
    assert!(!cause.headers[contracts::header::CAUSATION].is_empty());
}

#[test]
fn o7_a_customer_that_is_blocked_gets_no_more() {
    let mut shop = Stall::with_ten();
    let mut record = limited(None);
    record.status = CustomerStatus::Blocked;
    shop.document(&name("erp"), &record);
    let told = answer(&shop.change(&total(1, "11")));
    assert_eq!(reasons(&told), [(Some(1), Reason::BlockedCustomer)]);
    let less = shop.change(&total(2, "9"));
    assert_eq!(asked(&less), [(1, "10".to_owned(), "9".to_owned())]);
}

#[test]
fn o4_more_at_a_price_outside_the_tolerance_is_refused() {
    let mut shop = Stall::with_ten();
    let lines = json!([{"line": 1, "quantity": "12", "unit_price": "8.00"},
        {"line": 2, "sku": "WIDGET-1", "quantity": "1", "unit_price": "8.00"}]);
    let told = answer(&shop.change(&change(1, lines)));
    let wanted = [(Some(1), Reason::PriceMismatch), (Some(2), Reason::PriceMismatch)];
    assert_eq!((told.status, reasons(&told)), (ChangeStatus::Rejected, wanted.to_vec()));
}

/// F5: more than was ordered has left already; the buyer orders it now: nothing more is served.
#[test]
fn o7_what_left_above_the_order_counts_towards_a_growth() {
    let mut shop = Stall::with_ten();
    shop.event(&left("T-1", "12", "0"));
    let done = shop.change(&total(1, "13"));
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "13".to_owned()));
    assert_eq!(grown(&done), [(1, "1".to_owned())]);
}
