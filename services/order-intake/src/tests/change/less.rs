//! Changes to less than before (O7).

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

#[test]
fn o7_less_takes_place_when_what_is_not_wanted_is_free() {
    let mut shop = Stall::with_ten();
    let begun = shop.change(&total(1, "8"));
    assert_eq!(asked(&begun), [(1, "10".to_owned(), "8".to_owned())]);
    let event = &begun.events::<OrderChangeRequested>()[0];
    assert_eq!((event.change_number, event.reason), (Some(1), Reason::CancelledByBuyer));
    assert!(answers(&begun).is_empty());
    let part = shop.event(&released("1"));
    assert!(part.is_silent(), "{part:?}");
    let done = shop.event(&released("1"));
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "8".to_owned()));
    let changed = &done.events::<OrderChanged>()[0];
    assert_eq!(changed.order.lines[0].quantity.to_string(), "8");
    assert_eq!(changed.order.total.to_string(), "80.00");
    assert!(changed.cancelled.is_empty() && changed.grown.is_empty());
    assert_eq!(shop.figures(), (texts(["8", "0", "0", "0"]), "accepted".to_owned()));
    assert_eq!(shop.exposure(), "80.00");
}

/// The answer to a resend of the order is its present state (O1).
#[test]
fn o7_the_order_sent_again_is_answered_with_what_it_has_become() {
    let mut shop = Stall::with_ten();
    shop.change(&total(1, "8"));
    shop.event(&released("2"));
    let now = shop.order("PO-1", "10");
    assert_eq!(now.lines[0].quantity.to_string(), "8");
    assert_eq!(now.total.unwrap().to_string(), "80.00");
}

#[test]
fn o7_below_what_is_dispatched_is_refused() {
    let mut shop = Stall::with_ten();
    shop.event(&left("T-1", "6", "0"));
    let refused = answer(&shop.change(&total(1, "5")));
    assert_eq!(reasons(&refused), [(Some(1), Reason::AlreadyShipped)]);
    assert_eq!(said(&refused), (ChangeStatus::Rejected, "10".to_owned()));
    // It may be sent again with another content: nothing was done under its number.
    let begun = shop.change(&total(1, "6"));
    assert_eq!(asked(&begun), [(1, "10".to_owned(), "6".to_owned())]);
    let done = answer(&shop.event(&released("4")));
    assert_eq!(said(&done), (ChangeStatus::Applied, "6".to_owned()));
}

/// O7, O8: a warehouse was first with some of it, whichever is heard of first.
#[test]
fn o7_what_left_before_it_could_be_taken_back_stays_on_the_order() {
    for dispatch_first in [true, false] {
        let mut shop = Stall::with_ten();
        shop.change(&total(1, "4"));
        let (gone, free) = (left("T-1", "7", "0"), released("3"));
        let done = if dispatch_first {
            assert!(shop.event(&gone).is_silent());
            shop.event(&free)
        } else {
            assert!(shop.event(&free).is_silent());
            shop.event(&gone)
        };
        let told = answer(&done);
        assert_eq!(said(&told), (ChangeStatus::PartiallyApplied, "7".to_owned()));
        assert_eq!(reasons(&told), [(Some(1), Reason::AlreadyShipped)]);
        assert_eq!(shop.figures().0, texts(["7", "0", "7", "0"]));
    }
}

#[test]
fn o7_all_of_it_left_first_nothing_changes() {
    let mut shop = Stall::with_ten();
    shop.change(&total(1, "4"));
    let done = shop.event(&left("T-1", "10", "0"));
    let told = answer(&done);
    assert_eq!(said(&told), (ChangeStatus::Rejected, "10".to_owned()));
    assert!(done.events::<OrderChanged>().is_empty());
    shop.event(&invoice(&Bill { quantity: "10", net: "100.00", total: "100.00", ..BILL }));
    assert_eq!(shop.figures().1, "completed");
}

/// Units that allocation declines meanwhile are not wanted either: nothing is waited for in vain.
#[test]
fn o7_what_is_declined_meanwhile_settles_it_too() {
    let mut shop = Stall::with_ten();
    shop.change(&total(1, "8"));
    let done = shop.event(&declined("3"));
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "8".to_owned()));
    let changed = &done.events::<OrderChanged>()[0];
    assert_eq!(changed.cancelled[0].quantity.to_string(), "1");
    assert_eq!(shop.figures().0, texts(["8", "1", "0", "0"]));
    assert_eq!(shop.exposure(), "70.00");
}

/// Units that were declined before come off the total first.
#[test]
fn o7_what_was_declined_before_is_not_taken_off_twice() {
    let mut shop = Stall::with_ten();
    shop.event(&declined("4"));
    let done = shop.change(&total(1, "7"));
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "7".to_owned()));
    assert_eq!(shop.figures().0, texts(["7", "1", "0", "0"]));
    shop.change(&total(2, "5"));
    let done = shop.event(&released("1"));
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "5".to_owned()));
    assert_eq!(shop.figures().0, texts(["5", "0", "0", "0"]));
}

#[test]
fn o7_every_line_to_nothing_cancels_the_order() {
    let mut shop = Stall::with_ten();
    shop.change(&total(1, "0"));
    let done = shop.event(&released("10"));
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "0".to_owned()));
    let cancelled = &done.events::<OrderCancelled>()[0];
    assert!(cancelled.whole && cancelled.lines.is_empty());
    let acks = done.documents::<OrderAck>(&name("acme"));
    assert_eq!(acks[0].status, contracts::document::OrderAckStatus::Cancelled);
    assert_eq!(shop.figures(), (texts(["0", "0", "0", "0"]), "cancelled".to_owned()));
    assert_eq!(shop.exposure(), "0.00");
    let late = answer(&shop.change(&total(2, "5")));
    assert_eq!(reasons(&late), [(None, Reason::OrderClosed)]);
}

/// O10: the rest was taken off, what left is billed.
#[test]
fn o7_an_order_changed_to_what_has_left_is_completed_when_that_is_billed() {
    let mut shop = Stall::with_ten();
    shop.event(&left("T-1", "6", "0"));
    shop.event(&invoice(&Bill { quantity: "6", net: "60.00", total: "60.00", ..BILL }));
    shop.change(&total(1, "6"));
    let done = shop.event(&released("4"));
    assert_eq!(answer(&done).status, ChangeStatus::Applied);
    assert_eq!(done.events::<OrderCompleted>().len(), 1);
}

#[test]
fn o4_a_reduced_quantity_keeps_its_price() {
    let mut bench = super::super::memory();
    let order = super::super::order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "120"}]));
    bench.document(&name("acme"), &order);
    let mut shop = Stall::over(bench);
    shop.change(&total(1, "50"));
    let done = shop.event(&released("70"));
    let line = &done.events::<OrderChanged>()[0].order.lines[0];
    assert_eq!(
        (line.quantity.to_string(), line.unit_price.to_string()),
        ("50".into(), "8.99".into())
    );
    let other = json!([{"line": 1, "quantity": "40", "unit_price": "9.99"}]);
    let refused = answer(&shop.change(&change(2, other)));
    assert_eq!(reasons(&refused), [(Some(1), Reason::InvalidValue)]);
}

/// The ordered unit is the buyer's; the mesh speaks in stock units.
#[test]
fn o7_a_total_is_in_the_ordered_unit() {
    let mut bench = super::super::memory();
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10", "uom": "CS"}]);
    bench.document(&name("acme"), &super::super::order(lines));
    let mut shop = Stall::over(bench);
    let begun = shop.change(&total(1, "8"));
    assert_eq!(asked(&begun), [(1, "120".to_owned(), "96".to_owned())]);
    shop.event(&released("12"));
    let done = shop.event(&left("T-1", "108", "0"));
    assert_eq!(said(&answer(&done)), (ChangeStatus::PartiallyApplied, "9".to_owned()));
}
