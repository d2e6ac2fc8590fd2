//! The bills of orders that change or are cancelled (O7, O8, I1, I5).

use std::fmt::Debug;

use contracts::{
    Quantity,
    event::{CreditMemoPosted, InvoicePosted, InvoiceReduced, JournalPosted, OrderChanged},
};
use serde_json::{Value, json};
use testkit::Outcome;

use super::{
    scene::{Said, Scene, Told},
    shop::{Shop, body, changed, dispatch, invoice, line, units},
};

/// Ten widgets at 1.00, and freight of 10.00.
async fn ten() -> Shop {
    let mut shop = Shop::open().await;
    shop.accept(ordered("10")).await;
    shop
}

fn ordered(quantity: &str) -> Value {
    let charges = json!([{"code": "freight", "amount": "10.00"}]);
    json!({"lines": [line(1, "WIDGET-1", quantity, "1")], "charges": charges})
}

fn changed_to(quantity: &str, cancelled: &[(u32, &str, &str)]) -> OrderChanged {
    changed(body("USD", ordered(quantity)), cancelled)
}

/// Ten widgets at 1.00, and freight of 10.00, in memory.
fn ten_in_memory() -> Scene {
    let mut shop = Scene::open();
    shop.accept(ordered("10"));
    shop
}

async fn change(shop: &mut Shop, quantity: &str, cancelled: &[(u32, &str, &str)]) -> Outcome {
    shop.bench.event(&changed_to(quantity, cancelled)).await
}

/// Quantity, net and charges.
fn billed(outcome: &(impl Said + Debug)) -> [String; 3] {
    let invoice = invoice(outcome);
    let quantity: Quantity = invoice.lines.iter().map(|line| line.quantity).sum();
    [quantity.to_string(), invoice.net_total.to_string(), invoice.charge_total.to_string()]
}

#[test]
fn o7_a_smaller_order_bears_its_charges_in_full_when_it_has_left() {
    let mut shop = ten_in_memory();
    shop.event(&changed_to("8", &[]));
    assert_eq!(billed(&shop.ship(1, &[(1, "WIDGET-1", "4")])), ["4", "4.00", "5.00"]);
    assert_eq!(billed(&shop.ship(2, &[(1, "WIDGET-1", "4")])), ["4", "4.00", "5.00"]);
}

#[test]
fn o7_a_change_says_all_that_is_cancelled() {
    let mut shop = ten_in_memory();
    shop.cancel(1, "WIDGET-1", "4");
    // Eight are ordered, three of them are cancelled: five are wanted.
    shop.event(&changed_to("8", &[(1, "WIDGET-1", "3")]));
    let sent = shop.ship(1, &[(1, "WIDGET-1", "6")]);
    assert_eq!(billed(&sent), ["5", "5.00", "10.00"]);
}

#[test]
fn o8_a_short_close_bills_what_left_and_its_share_of_the_charges() {
    let mut shop = ten_in_memory();
    assert_eq!(billed(&shop.ship(1, &[(1, "WIDGET-1", "4")])), ["4", "4.00", "4.00"]);
    let closed = shop.cancel(1, "WIDGET-1", "6");
    assert!(closed.events::<InvoicePosted>().is_empty());
}

/// F2, O8: what left after the cancel and was accepted is billed when order-intake has put it back
/// on the order, whichever of the two is heard of first.
#[tokio::test]
async fn o8_goods_that_left_after_the_cancel_are_billed_when_they_are_on_the_order_again() {
    for dispatch_first in [true, false] {
        let mut shop = ten().await;
        shop.cancel(1, "WIDGET-1", "10").await;
        let mut event = dispatch(1, &[(1, "WIDGET-1", "10")]);
        event.reinstated = vec![units(1, "WIDGET-1", "10")];
        let posted = if dispatch_first {
            let waits = shop.bench.event(&event).await;
            assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
            change(&mut shop, "10", &[]).await
        } else {
            change(&mut shop, "10", &[]).await;
            shop.bench.event(&event).await
        };
        assert_eq!(billed(&posted), ["10", "10.00", "10.00"]);
    }
}

/// The same after a change to nothing, and together with goods that were still wanted.
#[tokio::test]
async fn o7_goods_that_left_after_a_change_are_billed_with_what_left_with_them() {
    let mut shop = ten().await;
    change(&mut shop, "4", &[]).await;
    let mut event = dispatch(1, &[(1, "WIDGET-1", "10")]);
    event.reinstated = vec![units(1, "WIDGET-1", "6")];
    assert_eq!(shop.bench.event(&event).await.tally.parked, 1);
    assert_eq!(billed(&change(&mut shop, "10", &[]).await), ["10", "10.00", "10.00"]);
}

/// F5: more left than was ordered, and was left out of its invoice; the buyer orders it afterwards.
#[tokio::test]
async fn o7_what_was_shipped_above_the_order_is_billed_when_it_is_ordered_afterwards() {
    let mut shop = ten().await;
    assert_eq!(billed(&shop.ship(1, &[(1, "WIDGET-1", "12")]).await)[0], "10");
    let posted = change(&mut shop, "12", &[]).await;
    let second = invoice(&posted);
    assert_eq!(
        (second.invoice_number.as_str(), second.confirmation_id.as_str()),
        ("INV-000002", "T-1")
    );
    assert_eq!(billed(&posted), ["2", "2.00", "0.00"]);
    assert!(change(&mut shop, "12", &[]).await.events::<InvoicePosted>().is_empty());
    // The books know both by the warehouse's confirmation, under which their cost was booked.
    let line = &super::books::books(&shop.bench, 10).await.lines[0];
    let costs = line.dispatches.iter().map(|it| format!("{} {}", it.confirmation_id, it.cost));
    let mut costs: Vec<_> = costs.collect();
    costs.sort();
    assert_eq!(costs, ["T-1 40.00", "T-1 8.00"]);
    // All of it may come back: each invoice is credited for what it billed.
    let back = shop.take_back(&[(1, "WIDGET-1", "12", "0")]).await;
    assert_eq!(back.events::<CreditMemoPosted>().len(), 2);
}

/// I11: what was shipped above the order, came back, and is ordered afterwards is not billed for
/// having been there: neither where its dispatch has an invoice, nor where it has none.
#[tokio::test]
async fn i11_what_was_above_the_order_and_is_back_is_not_billed_when_it_is_ordered_afterwards() {
    for at_once in [true, false] {
        let mut shop = ten().await;
        if at_once {
            shop.ship(1, &[(1, "WIDGET-1", "12")]).await;
        } else {
            shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
            shop.ship(2, &[(1, "WIDGET-1", "2")]).await;
        }
        let back = shop.take_back(&[(1, "WIDGET-1", "11", "0")]).await;
        assert_eq!(back.events::<CreditMemoPosted>().len(), 1);
        let later = change(&mut shop, "12", &[]).await;
        let reduced = &later.events::<InvoiceReduced>()[0];
        assert_eq!(reduced.lines[0].quantity.to_string(), "2");
        assert!(later.events::<InvoicePosted>().is_empty());
        let line = &super::books::books(&shop.bench, 10).await.lines[0];
        let figures =
            [line.granted, line.billed, line.returned_unbilled, line.credited, line.waiting];
        assert_eq!(figures.map(|it| it.to_string()), ["12", "10", "2", "9", "0"]);
        assert!(change(&mut shop, "12", &[]).await.outgoing.is_empty());
    }
}

/// A dispatch had an invoice for its bread, and widgets of which nothing was ordered any more: all
/// of those are billed when they are ordered afterwards.
#[tokio::test]
async fn o7_a_line_that_was_all_above_the_order_is_billed_when_it_is_ordered_afterwards() {
    let mut shop = Shop::open().await;
    let lines = |widgets| json!([line(1, "WIDGET-1", widgets, "1"), line(2, "BREAD", "3", "2")]);
    shop.accept(json!({"lines": lines("5")})).await;
    shop.ship(1, &[(1, "WIDGET-1", "5")]).await;
    let sent = shop.ship(2, &[(1, "WIDGET-1", "2"), (2, "BREAD", "3")]).await;
    assert_eq!(billed(&sent), ["3", "6.00", "0.00"]);
    let grown = changed(body("USD", json!({"lines": lines("7")})), &[]);
    let posted = shop.bench.event(&grown).await;
    assert_eq!(billed(&posted), ["2", "2.00", "0.00"]);
    let line = &super::books::books(&shop.bench, 10).await.lines[0];
    assert_eq!([line.granted, line.billed, line.waiting].map(|it| it.to_string()), ["7", "7", "0"]);
    // All of it comes back at what it cost: seven widgets at 4, three loaves at 1.50.
    let back = shop.take_back(&[(1, "WIDGET-1", "7", "0"), (2, "BREAD", "3", "0")]).await;
    assert_eq!(back.events::<CreditMemoPosted>().len(), 3);
    let cost =
        back.events::<JournalPosted>().into_iter().find(|it| it.source.starts_with("return/"));
    assert_eq!(cost.unwrap().lines[0].debit.to_string(), "32.50");
}

/// The cost of what is back is taken off what left first, and its price off what was billed: the
/// two may be different dispatches, and what is ordered afterwards is billed all the same.
#[test]
fn o7_what_is_ordered_afterwards_is_billed_though_the_cost_of_some_of_it_is_reversed() {
    let mut shop = Scene::open();
    let lines = |widgets| json!([line(1, "WIDGET-1", widgets, "1"), line(2, "BREAD", "3", "2")]);
    shop.accept(json!({"lines": lines("5")}));
    shop.ship(1, &[(1, "WIDGET-1", "5")]);
    let mut told_late = dispatch(2, &[(1, "WIDGET-1", "5"), (2, "BREAD", "3")]);
    told_late.shipped_at = "2026-03-02T15:00:00Z".parse().unwrap();
    assert_eq!(billed(&shop.event(&told_late)), ["3", "6.00", "0.00"]);
    let cost = |back: &Told| {
        let entries = back.events::<JournalPosted>();
        let cost = entries.into_iter().find(|it| it.source.starts_with("return/"));
        cost.unwrap().lines[0].debit.to_string()
    };
    assert_eq!(cost(&shop.take_back(&[(1, "WIDGET-1", "3", "0")])), "12.00");
    let grown = changed(body("USD", json!({"lines": lines("10")})), &[]);
    // Three of the five that were above the order are back.
    assert_eq!(billed(&shop.event(&grown)), ["2", "2.00", "0.00"]);
    let back = shop.take_back(&[(1, "WIDGET-1", "7", "0")]);
    assert_eq!(back.events::<CreditMemoPosted>().len(), 2);
    assert_eq!(cost(&back), "28.00");
}
