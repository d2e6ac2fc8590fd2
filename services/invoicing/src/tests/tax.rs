//! I3: tax by place, category and day; and what waits for a rate.

use contracts::{
    Reason,
    document::{DocumentAck, Rejection},
    event::{InvoicePosted, InvoiceWaiting, JournalPosted},
};
use serde_json::json;

use super::{
    scene::{Said as _, Scene},
    shop::{Shop, address, booked, dispatch, invoice, line, name, settings},
};

#[tokio::test]
async fn i3_the_most_specific_rate_of_the_day_counts() {
    let mut shop = Shop::open().await;
    shop.rate("US", Some("NY"), "standard", "9", "2026-03-04").await;
    shop.accept(json!({})).await;
    let mut of = async |n: u32, region: &str, at: &str| {
        let mut event = dispatch(n, &[(1, "WIDGET-1", "1")]);
        event.ship_to = serde_json::from_value(address(region)).unwrap();
        event.shipped_at = at.parse().unwrap();
        let sent = shop.bench.event(&event).await;
        invoice(&sent).lines[0].tax_percent.to_string()
    };
    assert_eq!(of(1, "NY", "2026-03-04T05:59:00Z").await, "8.875");
    assert_eq!(of(2, "NY", "2026-03-04T06:01:00Z").await, "9");
    assert_eq!(of(3, "NJ", "2026-03-04T06:01:00Z").await, "5");
}

#[test]
fn i3_one_subtotal_per_category_and_rate_rounded_once() {
    let mut shop = Scene::open();
    let lines = json!([
        line(1, "WIDGET-1", "1", "0.90"),
        line(2, "WIDGET-1", "1", "0.90"),
        line(3, "BREAD", "1", "2"),
    ]);
    shop.accept(json!({"lines": lines}));
    let sent = shop.ship(1, &[(1, "WIDGET-1", "1"), (2, "WIDGET-1", "1"), (3, "BREAD", "1")]);
    let subtotals: Vec<_> = invoice(&sent)
        .tax_subtotals
        .iter()
        .map(|it| format!("{} {} {}", it.tax_category, it.taxable_amount, it.tax_amount))
        .collect();
    // Rounded line by line it would be 0.08 + 0.08.
    assert_eq!(subtotals, ["food 2.00 0.00", "standard 1.80 0.16"]);
}

#[test]
fn i3_an_exempt_customer_pays_no_tax_and_needs_no_rate() {
    let mut shop = Scene::without_rates(settings(), "USD");
    let charges = json!([{"code": "freight", "amount": "12.00"}]);
    shop.accept(json!({"tax_exempt": true, "charges": charges}));
    let invoice = invoice(&shop.ship(1, &[(1, "WIDGET-1", "10")]));
    assert_eq!(invoice.tax_total.to_string(), "0.00");
    assert_eq!(invoice.tax_subtotals.len(), 1);
    let subtotal = &invoice.tax_subtotals[0];
    assert_eq!(subtotal.tax_category.as_str(), "exempt");
    assert_eq!(subtotal.taxable_amount.to_string(), "111.90");
    assert!(subtotal.exemption_reason.is_some());
}

#[tokio::test]
async fn i3_without_a_rate_the_invoice_waits_and_is_posted_when_one_comes() {
    let mut shop = Shop::without_rates(settings(), "USD").await;
    shop.accept(json!({})).await;
    let waits = shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let said = waits.events::<InvoiceWaiting>();
    assert_eq!(said.len(), 1);
    assert!(said[0].invoice.ends_with("/T-1"), "{}", said[0].invoice);
    assert!(waits.events::<InvoicePosted>().is_empty());
    // I8: the cost is booked all the same.
    assert_eq!(booked(&waits)[0].1, "cost_of_goods");
    let other = shop.rate("US", Some("NJ"), "standard", "6", "2026-01-01").await;
    assert_eq!(other.documents::<DocumentAck>(&name("erp")).len(), 1);
    assert!(other.events::<InvoicePosted>().is_empty());
    let late = shop.rate("US", Some("NY"), "standard", "8", "2026-03-04").await;
    assert!(late.events::<InvoicePosted>().is_empty());
    let posted = shop.rate("US", None, "standard", "5", "2026-01-01").await;
    assert_eq!(invoice(&posted).tax_total.to_string(), "5.00");
    assert_eq!(posted.events::<JournalPosted>().len(), 1);
    let again = shop.rate("US", None, "standard", "5", "2026-01-01").await;
    assert!(again.events::<InvoicePosted>().is_empty());
}

#[tokio::test]
async fn i3_all_that_waits_is_posted_in_bounded_steps() {
    let mut shop = Shop::without_rates(settings(), "USD").await;
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "600", "1")]})).await;
    let mut batch = Vec::new();
    for n in 1..=600 {
        batch.push(shop.bench.numbered(&dispatch(n, &[(1, "WIDGET-1", "1")])));
    }
    let waits = shop.bench.deliver(batch).await;
    assert_eq!(waits.events::<InvoiceWaiting>().len(), 600);
    let posted = shop.rate("US", Some("NY"), "standard", "10", "2026-01-01").await;
    let mut numbers: Vec<_> =
        posted.events::<InvoicePosted>().iter().map(|it| it.invoice_number.to_string()).collect();
    numbers.sort();
    let wanted: Vec<_> = (1..=600).map(|n| format!("INV-{n:06}")).collect();
    assert_eq!(numbers, wanted);
}

#[tokio::test]
async fn i3_a_rate_that_is_sent_again_replaces_what_was_said_of_that_day() {
    let mut shop = Shop::open().await;
    shop.rate("US", Some("NY"), "standard", "9.5", "2026-01-01").await;
    shop.accept(json!({})).await;
    let invoice = invoice(&shop.ship(1, &[(1, "WIDGET-1", "1")]).await);
    assert_eq!(invoice.lines[0].tax_percent.to_string(), "9.5");
}

/// A country that ISO 3166-1 does not have would be a rate that no dispatch ever finds.
#[tokio::test]
async fn i3_a_rate_of_a_country_that_there_is_not_is_refused() {
    let mut shop = Shop::without_rates(settings(), "USD").await;
    for country in ["USA", "us", "UK", ""] {
        let rate = json!({"country": country, "region": "NY", "tax_category": "standard",
            "rate_percent": "8.875", "valid_from": "2026-01-01", "code": "S"});
        let payload = serde_json::to_vec(&rate).unwrap();
        let refused = shop.bench.payload(&name("erp"), "tax-rate", payload).await;
        let rejections = refused.documents::<Rejection>(&name("erp"));
        assert_eq!(rejections.len(), 1, "{:?}", refused.subjects());
        let reason = &rejections[0].reasons[0];
        assert_eq!((reason.code, reason.path.as_str()), (Reason::InvalidValue, "country"));
    }
    let taken = shop.rate("US", Some("NY"), "standard", "8.875", "2026-01-01").await;
    assert_eq!(taken.documents::<DocumentAck>(&name("erp")).len(), 1);
}

/// Without a code a rate is standard, or zero.
#[tokio::test]
async fn i3_a_rate_may_leave_out_its_code() {
    let mut shop = Shop::without_rates(settings(), "USD").await;
    for (category, percent) in [("standard", "8.875"), ("food", "0")] {
        let rate = json!({"country": "US", "tax_category": category, "rate_percent": percent,
            "valid_from": "2026-01-01"});
        let payload = serde_json::to_vec(&rate).unwrap();
        shop.bench.payload(&name("erp"), "tax-rate", payload).await;
    }
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "1", "1"), line(2, "BREAD", "1", "1")]}))
        .await;
    let sent = shop.ship(1, &[(1, "WIDGET-1", "1"), (2, "BREAD", "1")]).await;
    let codes = invoice(&sent).tax_subtotals.into_iter().map(|it| it.code.unwrap().to_string());
    assert_eq!(codes.collect::<Vec<_>>(), ["Z", "S"]);
}

/// The owner of a document has judged its day; from when on a rate counts is free.
#[test]
fn d1_a_dispatch_is_billed_of_the_day_that_its_owner_took() {
    use jiff::ToSpan as _;
    let mut shop = Scene::without_rates(settings(), "USD");
    shop.rate("US", None, "standard", "5", "1999-01-01");
    let far = shop.rate("US", None, "standard", "6", "2999-01-01");
    assert_eq!(far.documents::<DocumentAck>(&name("erp")).len(), 1);
    shop.accept(json!({}));
    for (n, days) in [(1, 500), (2, -500)] {
        let mut event = dispatch(n, &[(1, "WIDGET-1", "1")]);
        event.shipped_at = shop.now() + (days * 24).hours();
        let billed = invoice(&shop.event(&event));
        let zone = jiff::tz::TimeZone::get("America/Chicago").unwrap();
        assert_eq!(billed.issue_date, event.shipped_at.to_zoned(zone).date());
    }
}
