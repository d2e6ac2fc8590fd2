//! I5: charges are billed in shares, and exactly when everything has left.

use contracts::{
    document::Invoice,
    event::{InvoicePosted, InvoiceWaiting},
};
use serde_json::json;

use super::{
    scene::{Said, Scene},
    shop::{Shop, body, changed, invoice, line, name, order_id, settings},
};
use crate::domain::charge::Billed;

fn charged(outcome: &impl Said) -> Vec<String> {
    let invoices = outcome.documents::<Invoice>(&name("acme"));
    invoices.iter().map(|invoice| invoice.charge_total.to_string()).collect()
}

#[test]
fn i5_each_invoice_bears_its_share_and_the_last_the_remainder() {
    let mut shop = Scene::open();
    let charges = json!([{"code": "freight", "amount": "10.00"}]);
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "3", "1")], "charges": charges}));
    let mut shares = Vec::new();
    for n in 1..=3 {
        shares.extend(charged(&shop.ship(n, &[(1, "WIDGET-1", "1")])));
    }
    assert_eq!(shares, ["3.33", "3.34", "3.33"]);
}

#[test]
fn i5_charges_are_taxed_in_their_category() {
    let mut shop = Scene::open();
    let charges = json!([{"code": "freight", "amount": "12.00"}]);
    shop.accept(json!({"lines": [line(1, "BREAD", "4", "1")], "charges": charges}));
    let invoice = invoice(&shop.ship(1, &[(1, "BREAD", "4")]));
    assert_eq!(invoice.charges[0].tax_category.as_str(), "standard");
    assert_eq!(invoice.charges[0].tax_percent.to_string(), "8.875");
    assert_eq!(invoice.tax_total.to_string(), "1.07");
    assert_eq!(invoice.total.to_string(), "17.07");
}

/// The category of charges is the seller's to set.
#[test]
fn i5_charges_are_taxed_in_the_category_that_is_configured() {
    let mut config = settings();
    config.charge_tax_category = "freight".parse().unwrap();
    let mut shop = Scene::with(config, "USD");
    let charges = json!([{"code": "freight", "amount": "12.00"}]);
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "4", "1")], "charges": charges}));
    let waits = shop.ship(1, &[(1, "WIDGET-1", "4")]);
    assert!(waits.events::<InvoiceWaiting>()[0].message.contains("`freight`"));
    let posted = shop.rate("US", Some("NY"), "freight", "2.5", "2026-01-01");
    let invoice = invoice(&posted);
    assert_eq!(invoice.charges[0].tax_category.as_str(), "freight");
    assert_eq!(invoice.charges[0].tax_percent.to_string(), "2.5");
    // 0.30 on the freight, and 8.875 % of 4.00.
    assert_eq!(invoice.tax_total.to_string(), "0.66");
}

#[test]
fn i5_a_base_of_zero_bills_all_charges_on_the_first_invoice() {
    let mut shop = Scene::open();
    let charges = json!([{"code": "freight", "amount": "7.50"}]);
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "2", "0")], "charges": charges}));
    assert_eq!(charged(&shop.ship(1, &[(1, "WIDGET-1", "1")])), ["7.50"]);
    assert_eq!(charged(&shop.ship(2, &[(1, "WIDGET-1", "1")])), ["0.00"]);
}

#[test]
fn i5_cancelled_units_bear_no_share() {
    let mut shop = Scene::open();
    let charges = json!([{"code": "freight", "amount": "10.00"}]);
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "10", "1")], "charges": charges}));
    assert_eq!(charged(&shop.ship(1, &[(1, "WIDGET-1", "5")])), ["5.00"]);
    shop.cancel(1, "WIDGET-1", "3");
    assert_eq!(charged(&shop.ship(2, &[(1, "WIDGET-1", "2")])), ["5.00"]);
}

#[tokio::test]
async fn i5_a_changed_order_has_another_base() {
    let mut shop = Shop::open().await;
    let charges = json!([{"code": "freight", "amount": "10.00"}]);
    let order = json!({"lines": [line(1, "WIDGET-1", "10", "1")], "charges": charges});
    shop.accept(order).await;
    shop.ship(1, &[(1, "WIDGET-1", "5")]).await;
    let lines = json!([line(1, "WIDGET-1", "5", "1"), line(2, "BREAD", "5", "3")]);
    let order = body("USD", json!({"lines": lines, "charges": charges}));
    shop.bench.event(&changed(order, &[])).await;
    // 8 of 20 is less than what the first invoice bears already.
    assert_eq!(charged(&shop.ship(2, &[(2, "BREAD", "1")]).await), ["0.00"]);
    assert_eq!(charged(&shop.ship(3, &[(2, "BREAD", "4")]).await), ["5.00"]);
}

#[test]
fn i5_units_that_came_back_before_they_were_billed_do_not_keep_charges_back() {
    let mut shop = Scene::without_rates(settings(), "USD");
    let charges = json!([{"code": "freight", "amount": "10.00"}]);
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "10", "1")], "charges": charges}));
    shop.ship(1, &[(1, "WIDGET-1", "10")]);
    shop.take_back(&[(1, "WIDGET-1", "4", "0")]);
    let posted = shop.rate("US", None, "standard", "5", "2026-01-01");
    assert_eq!(charged(&posted), ["10.00"]);
    assert_eq!(posted.events::<InvoicePosted>()[0].invoice.net_total.to_string(), "6.00");
}

#[tokio::test]
async fn i5_what_a_later_cancel_leaves_unbilled_lapses_and_is_reported() {
    let mut shop = Shop::open().await;
    let charges = json!([{"code": "freight", "amount": "10.00"}]);
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "10", "1")], "charges": charges})).await;
    shop.ship(1, &[(1, "WIDGET-1", "4")]).await;
    shop.cancel(1, "WIDGET-1", "5").await;
    assert_eq!(lapsed(&shop).await, 0);
    shop.cancel(1, "WIDGET-1", "1").await;
    assert_eq!(lapsed(&shop).await, 600);
}

async fn lapsed(shop: &Shop) -> i64 {
    let charges = mesh::row::find::<Billed, _>(shop.bench.database(), "order_id", [order_id()]);
    charges.await.unwrap().first().map_or(0, |charge| charge.lapsed)
}
