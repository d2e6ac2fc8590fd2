//! What another system's changes and cancels come to, and ours: the cases are named in
//! `tests/peers.rs`.

use contracts::{document::ChangeStatus, event::OrderChanged};
use rust_decimal::Decimal;
use testkit::peers::{Compared, text};

use super::*;

/// The order's total with the peer's tax of 10 %.
fn taxed(total: contracts::Amount) -> Decimal {
    total.get() * Decimal::new(11, 1)
}

/// B13: ten at 10.00, four of them shipped, amended to six and then to three.
pub async fn amended_twice(case: &Value) -> Compared {
    let peer = &case["observed"]["fulfillment"];
    let mut shop = Shop::with_ten().await;
    shop.bench.event(&left("T-1", "4", "0")).await;
    shop.change(&total(1, "6")).await;
    let done = shop.bench.event(&released("4")).await;
    let six = taxed(done.events::<OrderChanged>()[0].order.total);
    let below = answer(&shop.change(&total(2, "3")).await);
    assert_eq!(reasons(&below), [(Some(1), Reason::AlreadyShipped)]);
    assert_eq!(said(&below), (ChangeStatus::Rejected, "6".to_owned()));
    let three = taxed(shop.taken("PO-1").await.body.total);
    Compared::differs("an order is never changed to less than has left (O7)")
        .figure("amended to 6", six, &peer["amend_to_6"]["total"])
        .but("amended to 3", three, "66.00", &peer["amend_to_3"]["total"])
}

/// A01: other quantities, and another price of one line.
pub async fn another_price(case: &Value) -> Compared {
    let mut shop = Shop::at("10.00", None).await;
    let (before, after) = (&case["input"]["before"], &case["input"]["after"]);
    let mut list = super::super::shop::priced("10.00");
    list.tolerance_percent = "50".parse().unwrap();
    shop.bench.document(&name("erp"), &list).await;
    let lines: Vec<Value> = [0, 1]
        .map(|place| {
            json!({"line": place + 1, "sku": "WIDGET-1", "quantity": text(&before[place][0]),
                "unit_price": text(&before[place][1])})
        })
        .into();
    let order = document(json!({"po_number": "PO-1", "lines": lines}));
    let taken = shop.bench.document::<contracts::document::Order>(&name("acme"), &order).await;
    let first = super::super::ack(&taken).total.unwrap();
    let lines = [0, 1].map(|place| {
        json!({"line": place + 1, "quantity": text(&after[place][0]),
            "unit_price": text(&after[place][1])})
    });
    let done = shop.change(&change(1, json!(lines))).await;
    assert_eq!(reasons(&answer(&done)), [(Some(1), Reason::InvalidValue)]);
    let second = done.events::<OrderChanged>()[0].order.total;
    Compared::differs("a price stands once it was accepted (O4): less is not bought at another one")
        .figure("before", first, &case["expected"]["total_before"])
        .but("after", second, "60.00", &case["expected"]["total_after"])
}

/// U02: a line of units is amended in kilograms.
pub async fn another_unit(case: &Value) -> Compared {
    let amend = &case["input"]["amend"];
    let mut shop = Shop::with_ten().await;
    let lines = json!([{"line": 1, "uom": "KG", "quantity": text(&amend["qty_kg"]),
        "unit_price": text(&amend["price_per_kg"])}]);
    let told = answer(&shop.change(&change(1, lines)).await);
    assert_eq!(reasons(&told), [(Some(1), Reason::InvalidValue)]);
    let line = shop.taken("PO-1").await.line(1).unwrap().clone();
    let expected = &case["expected"];
    Compared::differs("a change is of quantities in the ordered unit: the line's unit stands (O7)")
        .but("units", line.quantity, "10", &expected["qty_unit"])
        .but("price of each", line.unit_price, "10", &expected["unit_price"])
}

/// S13, S15: nothing of it has left.
pub async fn cancelled(case: &Value, end: &Value) -> Compared {
    let mut shop = Shop::at("10.00", None).await;
    let ordered = text(&case["input"]["ordered"]);
    shop.order("PO-1", &ordered).await;
    shop.cancel().await;
    shop.bench.event(&released(&ordered)).await;
    let (figures, state) = shop.figures().await;
    assert_eq!(figures, texts([&ordered, &ordered, "0", "0"]));
    Compared::differs("what is cancelled is closed (O8): there is no exception to be ignored first")
        .but("state in the end", state, "cancelled", &end["state"])
}

/// B3: the peer refuses; here nothing of an order that nobody has shipped yet remains.
pub async fn cancelled_under_way(case: &Value) -> Compared {
    let mut shop = Shop::with_ten().await;
    shop.cancel().await;
    shop.bench.event(&released("10")).await;
    let (figures, state) = shop.figures().await;
    assert_eq!(figures, texts(["10", "10", "0", "0"]));
    Compared::differs("an order that is worked on may be cancelled: who was first is decided (O8)")
        .but("what comes of it", state, "cancelled", &case["observed"])
}
