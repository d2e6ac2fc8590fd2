//! I9, I11: returned goods are credited, to the cent.

use contracts::{
    document::CreditMemo,
    event::{CreditMemoPosted, InvoicePosted, InvoiceReduced, JournalPosted, ReturnCompleted},
};
use mesh::row;
use serde_json::json;

use super::{
    scene::{Said as _, Scene},
    shop::{Shop, back, booked, invoice, line, memo, name, order_id, settings},
};
use crate::domain::{dispatch::Waiting, order::Line};

#[test]
fn i9_a_return_is_credited_at_the_invoices_price_discount_and_rate() {
    let mut shop = Scene::open();
    let mut discounted = line(1, "WIDGET-1", "10", "10");
    discounted["discount_percent"] = json!("5");
    let charges = json!([{"code": "freight", "amount": "12.00"}]);
    shop.accept(json!({"lines": [discounted], "charges": charges}));
    let billed = invoice(&shop.ship(1, &[(1, "WIDGET-1", "10")]));
    // A rate of later is not the invoice's.
    shop.rate("US", Some("NY"), "standard", "20", "2026-03-01");
    let credited = shop.take_back(&[(1, "WIDGET-1", "2", "1")]);
    let memo = memo(&credited);
    assert_eq!(memo.credit_memo_number.as_str(), "CM-000001");
    assert_eq!(memo.invoice_number, billed.invoice_number);
    assert_eq!((memo.due_date, memo.discount_date), (billed.due_date, billed.discount_date));
    assert_eq!(memo.lines[0].quantity.to_string(), "3");
    assert_eq!(memo.net_total.to_string(), "28.50");
    assert_eq!(memo.tax_total.to_string(), "2.53");
    assert_eq!(memo.charge_total.to_string(), "0.00");
    assert_eq!(memo.total.to_string(), "31.03");
    assert_eq!(credited.events::<CreditMemoPosted>()[0].credit_memo, memo);
    // Revenue and tax are reversed, and the cost of the two that are on the shelf again.
    let booked: Vec<_> = booked(&credited)
        .into_iter()
        .map(|(_, account, debit, credit)| (account, debit, credit))
        .collect();
    let wanted = [
        ("revenue", "28.50", "0.00"),
        ("tax", "2.53", "0.00"),
        ("receivable", "0.00", "31.03"),
        ("inventory", "8.00", "0.00"),
        ("cost_of_goods", "0.00", "8.00"),
    ];
    assert_eq!(booked, wanted.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
}

#[test]
fn i9_the_last_credit_takes_the_rounding_remainder_of_net_and_tax() {
    let mut shop = Scene::open();
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "3", "3.335")]}));
    let billed = invoice(&shop.ship(1, &[(1, "WIDGET-1", "3")]));
    assert_eq!(
        (billed.net_total.to_string(), billed.tax_total.to_string()),
        ("10.01".into(), "0.89".into())
    );
    let mut given = Vec::new();
    for _ in 0..3 {
        let memo = memo(&shop.take_back(&[(1, "WIDGET-1", "1", "0")]));
        given.push((memo.net_total.to_string(), memo.tax_total.to_string()));
    }
    let wanted = [("3.34", "0.30"), ("3.34", "0.30"), ("3.33", "0.29")];
    assert_eq!(given, wanted.map(|(net, tax)| (net.to_owned(), tax.to_owned())));
}

#[test]
fn i9_units_go_against_the_oldest_invoices_of_the_line_first() {
    let mut shop = Scene::open();
    shop.accept(json!({}));
    shop.ship(1, &[(1, "WIDGET-1", "4")]);
    shop.ship(2, &[(1, "WIDGET-1", "6")]);
    let credited = shop.take_back(&[(1, "WIDGET-1", "5", "0")]);
    let memos = credited.documents::<CreditMemo>(&name("acme"));
    let of: Vec<_> = memos
        .iter()
        .map(|memo| (memo.invoice_number.to_string(), memo.lines[0].quantity.to_string()))
        .collect();
    let wanted = [("INV-000001", "4"), ("INV-000002", "1")];
    assert_eq!(of, wanted.map(|(number, quantity)| (number.to_owned(), quantity.to_owned())));
}

#[test]
fn i9_the_item_that_came_back_is_credited_before_its_substitute() {
    let mut shop = Scene::open();
    shop.accept(json!({}));
    shop.ship(1, &[(1, "WIDGET-1", "4")]);
    shop.ship(2, &[(1, "BREAD", "6")]);
    let memo = memo(&shop.take_back(&[(1, "BREAD", "2", "0")]));
    assert_eq!(
        (memo.lines[0].sku.as_str(), memo.tax_total.to_string()),
        ("BREAD", "0.00".to_owned())
    );
}

#[test]
fn i9_a_restocking_fee_is_an_allowance_in_the_same_category() {
    let mut config = settings();
    config.restocking_fee_percent = "15".parse().unwrap();
    let mut shop = Scene::with(config, "USD");
    shop.accept(json!({}));
    shop.ship(1, &[(1, "WIDGET-1", "10")]);
    let credited = shop.take_back(&[(1, "WIDGET-1", "0", "10")]);
    let memo = memo(&credited);
    assert_eq!(memo.allowances[0].code, "restocking_fee");
    assert_eq!(memo.allowances[0].amount.to_string(), "14.99");
    assert_eq!(memo.allowances[0].tax_category.as_str(), "standard");
    assert_eq!(memo.tax_subtotals[0].taxable_amount.to_string(), "84.91");
    assert_eq!(memo.tax_total.to_string(), "7.54");
    assert_eq!(memo.total.to_string(), "92.45");
    let last = booked(&credited).pop().unwrap();
    assert_eq!((last.1.as_str(), last.3.as_str()), ("restocking_fees", "14.99"));
}

#[tokio::test]
async fn i9_the_same_return_again_credits_nothing_more() {
    let mut shop = Shop::open().await;
    shop.accept(json!({})).await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let event = back(7, &[(1, "WIDGET-1", "2", "0")]);
    assert_eq!(shop.bench.event(&event).await.events::<CreditMemoPosted>().len(), 1);
    assert!(shop.bench.event(&event).await.outgoing.is_empty());
}

#[tokio::test]
async fn a_return_waits_for_the_dispatch_of_what_came_back() {
    let mut shop = Shop::open().await;
    let early = shop.take_back(&[(1, "WIDGET-1", "6", "0")]).await;
    assert_eq!((early.outgoing.len(), early.tally.parked), (0, 1));
    assert!(shop.accept(json!({})).await.outgoing.is_empty());
    let first = shop.ship(1, &[(1, "WIDGET-1", "4")]).await;
    assert!(first.events::<CreditMemoPosted>().is_empty());
    let second = shop.ship(2, &[(1, "WIDGET-1", "6")]).await;
    assert_eq!(second.events::<CreditMemoPosted>().len(), 2);
}

#[test]
fn i11_units_returned_before_they_were_billed_are_not_billed_and_not_credited() {
    let mut shop = Scene::without_rates(settings(), "USD");
    shop.accept(json!({}));
    shop.ship(1, &[(1, "WIDGET-1", "10")]);
    let returned = shop.take_back(&[(1, "WIDGET-1", "3", "1")]);
    assert!(returned.events::<CreditMemoPosted>().is_empty());
    let reduced = &returned.events::<InvoiceReduced>()[0];
    assert_eq!(
        (reduced.lines[0].quantity.to_string().as_str(), reduced.nothing_left),
        ("4", false)
    );
    // The cost of the three that are on the shelf again is reversed all the same.
    assert_eq!(booked(&returned)[0].2, "12.00");
    let posted = shop.rate("US", None, "standard", "5", "2026-01-01");
    assert_eq!(invoice(&posted).lines[0].quantity.to_string(), "6");
}

#[tokio::test]
async fn i11_what_came_back_whole_is_never_billed() {
    let mut shop = Shop::without_rates(settings(), "USD").await;
    shop.accept(json!({})).await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let back = shop.take_back(&[(1, "WIDGET-1", "10", "0")]).await;
    assert!(back.events::<InvoiceReduced>()[0].nothing_left);
    let waiting = row::find::<Waiting, _>(shop.bench.database(), "order_id", [order_id()]);
    assert!(waiting.await.unwrap().is_empty());
    let rate = shop.rate("US", None, "standard", "5", "2026-01-01").await;
    assert!(rate.events::<InvoicePosted>().is_empty());
    assert!(rate.events::<JournalPosted>().is_empty());
}

/// A return of line 1: restocked, scrapped, sent back to the customer.
fn with_some_sent_back(n: u32, restocked: &str, scrapped: &str, sent: &str) -> ReturnCompleted {
    let mut event = back(n, &[(1, "WIDGET-1", restocked, scrapped)]);
    event.lines[0].returned_to_customer = sent.parse().unwrap();
    event
}

/// They are the customer's as before: no credit, no cost, and in I1 they count as out.
#[tokio::test]
async fn r4_units_that_go_back_to_the_customer_earn_nothing_and_do_not_count_as_returned() {
    let mut shop = Shop::open().await;
    shop.accept(json!({})).await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let credited = shop.bench.event(&with_some_sent_back(1, "2", "1", "5")).await;
    let memo = memo(&credited);
    assert_eq!((memo.lines[0].quantity.to_string().as_str(), memo.lines.len()), ("3", 1));
    assert_eq!(memo.net_total.to_string(), "29.97");
    let row = async |shop: &Shop| {
        let lines = row::find::<Line, _>(shop.bench.database(), "order_id", [order_id()]);
        let line = lines.await.unwrap().remove(0);
        [line.dispatched, line.returned, line.billed, line.credited].map(|it| it.to_string())
    };
    assert_eq!(row(&shop).await, ["10", "3", "10", "3"]);
    let nothing = shop.bench.event(&with_some_sent_back(2, "0", "0", "7")).await;
    assert!(nothing.outgoing.is_empty(), "{:?}", nothing.subjects());
    assert_eq!(row(&shop).await, ["10", "3", "10", "3"]);
    // All seven that are out may still come back for good, and are credited.
    let rest = shop.bench.event(&with_some_sent_back(3, "7", "0", "0")).await;
    assert_eq!(super::shop::memo(&rest).lines[0].quantity.to_string(), "7");
    assert_eq!(row(&shop).await, ["10", "10", "10", "10"]);
}

/// R4 and I11: sent back to the customer before they were billed, they are billed all the same.
#[test]
fn r4_units_that_went_back_to_the_customer_before_they_were_billed_are_billed() {
    let mut shop = Scene::without_rates(settings(), "USD");
    shop.accept(json!({}));
    shop.ship(1, &[(1, "WIDGET-1", "10")]);
    let returned = shop.event(&with_some_sent_back(1, "0", "0", "4"));
    assert!(returned.is_silent(), "{returned:?}");
    let returned = shop.event(&with_some_sent_back(2, "1", "0", "4"));
    assert_eq!(returned.events::<InvoiceReduced>()[0].lines[0].quantity.to_string(), "1");
    let posted = shop.rate("US", None, "standard", "5", "2026-01-01");
    assert_eq!(invoice(&posted).lines[0].quantity.to_string(), "9");
}
