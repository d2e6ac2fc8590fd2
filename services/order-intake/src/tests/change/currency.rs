//! Growth is priced in the order's currency, or refused (O7).

use contracts::{
    Reason,
    document::{ChangeStatus, Customer, PriceList},
    event::OrderChanged,
};
use serde_json::json;

use super::{
    super::{
        customer,
        shop::{held_for, priced},
    },
    *,
};

/// The customer pays in euros from now on, by a list of its own.
async fn becomes_european(shop: &mut Shop) {
    let mut list: PriceList = priced("25.00");
    (list.price_list, list.currency) = ("EURO".parse().unwrap(), "EUR".parse().unwrap());
    shop.bench.document(&name("erp"), &list).await;
    let mut record: Customer = customer();
    (record.price_list, record.currency) = ("EURO".parse().unwrap(), "EUR".parse().unwrap());
    shop.bench.document(&name("erp"), &record).await;
}

/// The customer's list says euros, the customer still dollars.
async fn list_in_euros(shop: &mut Shop) {
    let mut list: PriceList = priced("25.00");
    list.currency = "EUR".parse().unwrap();
    shop.bench.document(&name("erp"), &list).await;
}

fn less_and_more(number: u32) -> OrderChange {
    change(
        number,
        json!([{"line": 1, "quantity": "8"}, {"line": 2, "sku": "WIDGET-1", "quantity": "3"}]),
    )
}

#[tokio::test]
async fn o7_a_customer_of_another_currency_by_now_gets_no_more() {
    let mut shop = Shop::with_ten().await;
    becomes_european(&mut shop).await;
    let told = answer(&shop.change(&total(1, "15")).await);
    assert_eq!((told.status, reasons(&told)), {
        (ChangeStatus::Rejected, vec![(Some(1), Reason::WrongCurrency)])
    });
    // Reductions apply, at the price of before.
    shop.change(&less_and_more(2)).await;
    let done = shop.bench.event(&released("2")).await;
    let told = answer(&done);
    assert_eq!(told.status, ChangeStatus::PartiallyApplied);
    assert_eq!(reasons(&told), [(Some(2), Reason::WrongCurrency)]);
    let order = &done.events::<OrderChanged>()[0].order;
    assert_eq!((order.currency.as_str(), order.total.to_string()), ("USD", "80.00".to_owned()));
}

/// The currency is looked at when the change is taken, too.
#[tokio::test]
async fn o7_a_currency_that_changes_while_a_change_is_under_way_refuses_its_growth() {
    let mut shop = Shop::with_ten().await;
    shop.change(&less_and_more(1)).await;
    becomes_european(&mut shop).await;
    let mut told = answers(&shop.bench.event(&released("2")).await);
    told.extend(answers(&shop.bench.tick().await));
    assert_eq!(told.len(), 1);
    assert_eq!(reasons(&told[0]), [(Some(2), Reason::WrongCurrency)]);
}

#[tokio::test]
async fn o7_growth_without_a_price_in_the_orders_currency_is_refused() {
    let mut shop = Shop::with_ten().await;
    list_in_euros(&mut shop).await;
    assert_eq!(shop.change(&less_and_more(1)).await.tally.parked, 1, "a list may be on its way");
    shop.bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    assert_eq!(asked(&shop.bench.tick().await), [(1, "10".to_owned(), "8".to_owned())]);
    let told = answer(&shop.bench.event(&released("2")).await);
    assert_eq!(told.status, ChangeStatus::PartiallyApplied);
    assert_eq!(reasons(&told), [(Some(2), Reason::NoPrice)]);
}

#[tokio::test]
async fn o7_growth_of_a_held_order_without_a_price_is_refused() {
    let mut shop = Shop::open().await;
    assert_eq!(held_for(&shop.order("PO-1", "12").await), [Reason::CreditLimit]);
    list_in_euros(&mut shop).await;
    shop.change(&less_and_more(1)).await;
    shop.bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let told = answer(&shop.bench.tick().await);
    assert_eq!(told.status, ChangeStatus::PartiallyApplied);
    assert_eq!(reasons(&told), [(Some(2), Reason::NoPrice)]);
}

/// O4: an operator cannot bill a list of another currency either.
#[tokio::test]
async fn o7_a_price_hold_is_never_released_at_a_price_of_another_currency() {
    let mut shop = Shop::at("10.00", None).await;
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10", "unit_price": "7.00"}]);
    let held = shop.bench.document(&name("acme"), &super::super::order(lines)).await;
    assert_eq!(held_for(&super::super::ack(&held)), [Reason::PriceMismatch]);
    becomes_european(&mut shop).await;
    let order = json!({"command_id": "K-1", "order_id": id("PO-1"), "price": "list"});
    let (_, result) = shop.command("release-order", order).await;
    assert_eq!(result["status"], "refused", "{result}");
    assert_eq!(result["reasons"][0]["code"], "no_price", "{result}");
}
