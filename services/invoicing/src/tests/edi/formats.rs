//! The formats of a bill, each document for itself, and the fallback when one cannot be written.

use std::collections::BTreeSet;

use contracts::{
    document::{CreditMemo, Invoice},
    event::InvoicePosted,
};
use edi::x12::read;
use mesh::row;
use serde_json::{Value, json};
use testkit::Outcome;

use super::{
    super::shop::{body, changed, invoice, line, name, order_id, settings},
    Desk, has, sent,
};
use crate::edi::rows::{FormatFallback, Unsayable};

const TEN: &[(u32, &str, &str)] = &[(1, "WIDGET-1", "10")];

async fn shipped(formats: Value) -> Outcome {
    let mut desk = Desk::open(formats).await;
    desk.shop.accept(json!({})).await;
    desk.shop.ship(1, TEN).await
}

fn count(outcome: &Outcome) -> [usize; 3] {
    ["invoice", "ubl", "x12"].map(|document| sent(outcome, document).len())
}

async fn fallbacks(desk: &Desk) -> Vec<(String, String, Unsayable)> {
    let rows: Vec<FormatFallback> =
        row::find(desk.shop.bench.database(), "partner", [name("acme")]).await.unwrap();
    rows.into_iter().map(|row| (row.number, row.format, row.reason)).collect()
}

#[tokio::test]
async fn i12_a_bill_is_said_in_the_formats_that_the_partners_record_asks_for() {
    assert_eq!(count(&shipped(json!(["json"])).await), [1, 0, 0]);
    assert_eq!(count(&shipped(json!([])).await), [1, 0, 0]);
    assert_eq!(count(&shipped(json!(["ubl"])).await), [0, 1, 0]);
    assert_eq!(count(&shipped(json!(["x12"])).await), [0, 0, 1]);
    let all = shipped(json!(["json", "x12", "ubl"])).await;
    assert_eq!(count(&all), [1, 1, 1]);
    let types = all.outgoing.iter().filter(|it| it.subject.starts_with("egress.acme."));
    let types: Vec<_> = types.map(|it| it.headers.0.get("ce-datacontenttype").cloned()).collect();
    let types: Vec<_> = types.iter().map(Option::as_deref).collect();
    assert_eq!(types, [None, Some("application/edi-x12"), Some("application/xml")]);
    assert_eq!(all.events::<InvoicePosted>().len(), 1);
}

/// One that was sent under the cause of another would be lost, or be part of it.
fn separate(outcome: &Outcome, documents: usize) {
    let ubl = sent(outcome, "ubl");
    assert_eq!(ubl.len(), documents, "{:?}", outcome.subjects());
    for document in &ubl {
        assert_eq!(document.matches("<?xml ").count(), 1);
        quick_xml_is_content(document);
    }
    let of = |it: &&mesh::Outgoing| it.subject.starts_with("egress.acme.");
    let ids = outcome.outgoing.iter().filter(of).map(|it| it.headers.0["ce-id"].clone());
    let ids: Vec<String> = ids.collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

fn quick_xml_is_content(document: &str) {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Bill {
        #[serde(rename = "ID")]
        id: String,
    }
    let bill: Bill = quick_xml::de::from_str(document).unwrap();
    assert!(!bill.id.is_empty());
}

#[tokio::test]
async fn i12_credit_memos_of_one_return_are_documents_of_their_own() {
    let mut desk = Desk::open(json!(["ubl", "x12"])).await;
    desk.shop.accept(json!({})).await;
    desk.shop.ship(1, &[(1, "WIDGET-1", "4")]).await;
    desk.shop.ship(2, &[(1, "WIDGET-1", "6")]).await;
    let credited = desk.shop.take_back(&[(1, "WIDGET-1", "9", "0")]).await;
    separate(&credited, 2);
    let ubl = sent(&credited, "ubl");
    has(&ubl[0], "<cac:InvoiceDocumentReference><cbc:ID>INV-000001</cbc:ID>");
    has(&ubl[1], "<cac:InvoiceDocumentReference><cbc:ID>INV-000002</cbc:ID>");
    for (interchange, number) in sent(&credited, "x12").iter().zip(["300000003", "300000004"]) {
        let read = read(interchange.as_bytes()).unwrap();
        assert_eq!((read.len(), read[0].header.control.as_str()), (1, number));
    }
}

#[tokio::test]
async fn i12_what_waited_for_a_rate_is_said_in_every_format_too() {
    let mut desk = Desk { shop: super::Shop::without_rates(settings(), "USD").await };
    desk.partner(json!(["ubl", "x12"])).await;
    desk.customer(json!({})).await;
    desk.shop.accept(json!({})).await;
    desk.shop.ship(1, &[(1, "WIDGET-1", "4")]).await;
    desk.shop.ship(2, &[(1, "WIDGET-1", "6")]).await;
    let billed = desk.rate("standard", "5", "S", None).await;
    separate(&billed, 2);
    assert_eq!(count(&billed), [0, 2, 2]);
}

#[tokio::test]
async fn i12_units_billed_after_a_change_are_said_in_every_format_too() {
    let mut desk = Desk::open(json!(["json", "ubl", "x12"])).await;
    desk.shop.accept(json!({})).await;
    desk.shop.ship(1, &[(1, "WIDGET-1", "12")]).await;
    let grown = body("USD", json!({"lines": [line(1, "WIDGET-1", "12", "9.99")]}));
    let billed = desk.shop.bench.event(&changed(grown, &[])).await;
    separate(&billed, 1);
    assert_eq!(invoice(&billed).lines[0].quantity.to_string(), "2");
    has(&sent(&billed, "ubl")[0], "<cbc:InvoicedQuantity unitCode=\"EA\">2</cbc:InvoicedQuantity>");
    has(&sent(&billed, "x12")[0], "IT1*1*2*EA*9.99**VP*WIDGET-1~");
}

#[tokio::test]
async fn i12_an_order_and_its_dispatch_in_one_batch_are_said_in_every_format() {
    let mut desk = Desk::open(json!(["ubl", "x12"])).await;
    let order = body("USD", json!({}));
    let accepted = contracts::event::OrderAccepted { order_id: order_id(), order };
    let shop = &mut desk.shop.bench;
    let batch =
        vec![shop.numbered(&accepted), shop.numbered(&super::super::shop::dispatch(1, TEN))];
    let outcome = desk.shop.bench.deliver(batch).await;
    assert_eq!(count(&outcome), [0, 1, 1]);
}

/// Nobody goes without an invoice, and operations see it.
#[tokio::test]
async fn i12_without_the_customers_record_the_bill_is_json_and_that_is_counted() {
    let mut desk = Desk { shop: super::Shop::open().await };
    desk.partner(json!(["ubl", "x12"])).await;
    desk.shop.accept(json!({})).await;
    let billed = desk.shop.ship(1, &[(1, "WIDGET-1", "4")]).await;
    assert_eq!(count(&billed), [1, 0, 0]);
    let of = |format: &str| ("INV-000001".to_owned(), format.to_owned(), Unsayable::Customer);
    assert_eq!(fallbacks(&desk).await, [of("ubl"), of("x12")]);
    // The number was not used up, and the next bill is said as it should be.
    desk.customer(json!({})).await;
    let billed = desk.shop.ship(2, &[(1, "WIDGET-1", "6")]).await;
    assert_eq!(count(&billed), [0, 1, 1]);
    has(&sent(&billed, "x12")[0], "*300000001*0*P*");
}

#[tokio::test]
async fn i12_what_a_format_can_not_say_is_said_in_json() {
    // A thousandth of a dinar: both formats hold two decimals at most.
    let mut desk = Desk::with(settings(), "KWD", json!(["ubl", "x12"])).await;
    desk.shop.accept(json!({"lines": [line(1, "BREAD", "3", "2.511")]})).await;
    let billed = desk.shop.ship(1, &[(1, "BREAD", "3")]).await;
    assert_eq!(count(&billed), [1, 0, 0]);
    assert_eq!(fallbacks(&desk).await[0].2, Unsayable::Decimals);

    // An item that is outside the scope of tax stands on no bill with others.
    let mut desk = Desk::open(json!(["ubl", "x12"])).await;
    desk.item("OUTSIDE", "outside", json!({})).await;
    desk.rate("outside", "0", "O", None).await;
    let lines = json!([line(1, "WIDGET-1", "3", "1"), line(2, "OUTSIDE", "3", "1")]);
    desk.shop.accept(json!({"lines": lines})).await;
    let billed = desk.shop.ship(1, &[(1, "WIDGET-1", "3"), (2, "OUTSIDE", "3")]).await;
    assert_eq!(count(&billed), [1, 0, 1]);
    let wanted = [("INV-000001".to_owned(), "ubl".to_owned(), Unsayable::Tax)];
    assert_eq!(fallbacks(&desk).await, wanted);
}

#[tokio::test]
async fn i12_each_thing_that_is_missing_has_its_name() {
    let cases = [
        (json!({"tax_id": " "}), json!({}), json!({}), "standard", Unsayable::TaxNumber),
        (json!({"name": ""}), json!({}), json!({}), "standard", Unsayable::Name),
        (json!({}), json!({"name": " "}), json!({}), "standard", Unsayable::Name),
        (json!({}), json!({}), json!({"description": " "}), "standard", Unsayable::Item),
        (json!({}), json!({}), json!({}), "intra", Unsayable::TaxNumber),
        (json!({"tax_id": "DE1"}), json!({}), json!({}), "intra", Unsayable::TaxNumber),
        (json!({}), json!({}), json!({}), "reverse", Unsayable::TaxNumber),
    ];
    for (seller, customer, item, category, reason) in cases {
        let mut desk = Desk::open(json!(["ubl"])).await;
        desk.rate("intra", "0", "K", None).await;
        desk.rate("reverse", "0", "AE", None).await;
        desk.seller(seller).await;
        desk.customer(customer).await;
        desk.item("WIDGET-1", category, item).await;
        desk.shop.accept(json!({})).await;
        assert_eq!(count(&desk.shop.ship(1, TEN).await), [1, 0, 0], "{reason:?}");
        let told = fallbacks(&desk).await;
        assert_eq!(told.iter().map(|it| it.2).collect::<Vec<_>>(), [reason]);
    }
}

#[tokio::test]
async fn i12_a_partner_without_an_x12_address_is_told_in_json() {
    let mut desk = Desk::open(json!([])).await;
    let record = json!({"partner": "acme", "roles": ["buyer"],
        "formats": {"invoice": ["x12"], "credit-memo": ["x12"]}});
    desk.shop.bench.partner(serde_json::from_value(record).unwrap()).await;
    desk.shop.accept(json!({})).await;
    assert_eq!(count(&desk.shop.ship(1, TEN).await), [1, 0, 0]);
    assert_eq!(fallbacks(&desk).await[0].2, Unsayable::Address);
}

/// Each document by its own wish.
#[tokio::test]
async fn i12_invoices_and_credit_memos_may_differ_in_format() {
    let mut desk = Desk::open(json!([])).await;
    let record =
        json!({"partner": "acme", "roles": ["buyer"], "formats": {"credit-memo": ["ubl"]}});
    desk.shop.bench.partner(serde_json::from_value(record).unwrap()).await;
    desk.shop.accept(json!({})).await;
    assert_eq!(count(&desk.shop.ship(1, TEN).await), [1, 0, 0]);
    let credited = desk.shop.take_back(&[(1, "WIDGET-1", "1", "0")]).await;
    assert_eq!(credited.documents::<CreditMemo>(&name("acme")), []);
    assert_eq!(credited.documents::<Invoice>(&name("acme")), []);
    has(&sent(&credited, "ubl")[0], "<CreditNote ");
}
