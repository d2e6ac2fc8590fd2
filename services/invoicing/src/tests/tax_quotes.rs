//! I4: bills that wait for the tax engine, its answers, and the table as the marked fallback.

use contracts::{
    document::Invoice,
    event::{InvoicePosted, InvoiceReduced, InvoiceWaiting, JournalPosted},
};
use jiff::{SignedDuration, ToSpan};
use mesh::{Load as _, row};
use serde_json::{Value, json};
use testkit::Outcome;

use super::{
    books::books,
    shop::{Shop, body, booked, changed, invoice, line, memo, name, order_id, settings},
};
use crate::{
    Invoicing,
    config::Config,
    domain::{
        invoice::Posted,
        tax_quote::{Answer, Ask, Reply, State},
    },
    store::{Keys, due::quoted},
};

/// With an engine to be asked; nobody is there.
pub fn asking() -> Config {
    let mut config = settings();
    config.tax_engine.url = Some("http://127.0.0.1:9/tax".parse().unwrap());
    config
}

async fn shop() -> Shop {
    let mut shop = Shop::with(asking(), "USD").await;
    let charges = json!([{"code": "freight", "amount": "10.00"}]);
    let lines = json!([line(1, "WIDGET-1", "10", "10"), line(2, "BREAD", "4", "5")]);
    shop.accept(json!({"lines": lines, "charges": charges})).await;
    shop
}

pub async fn ask(shop: &Shop) -> Ask {
    let asks: Vec<Ask> = row::find(shop.bench.database(), "order_id", [order_id()]).await.unwrap();
    assert_eq!(asks.len(), 1);
    asks.into_iter().next().unwrap()
}

/// Says to the open question what the engine would have; then the service takes it up.
async fn say(shop: &mut Shop, said: Result<Value, &str>) -> Outcome {
    let ask = ask(shop).await;
    let (answer, failure) = match said {
        Ok(answer) => (Some(serde_json::from_value::<Answer>(answer).unwrap()), None),
        Err(why) => (None, Some(why.to_owned())),
    };
    let reply = Reply {
        shipment_id: ask.shipment_id,
        confirmation_id: ask.confirmation_id,
        round: ask.round,
        order_id: ask.order_id,
        state: if answer.is_some() { State::Answered } else { State::Failed },
        attempts: 1,
        next_at: shop.bench.now(),
        answer: answer.map(mesh::Json),
        failure,
    };
    row::upsert(shop.bench.database(), [&reply]).await.unwrap();
    shop.bench.tick().await
}

fn rates() -> Value {
    json!({"currency": "USD", "rates": [
        {"tax_category": "standard", "rate_percent": "7.5", "code": "S"},
        {"tax_category": "food", "rate_percent": "0", "code": "Z"}]})
}

/// Only marked invoices are: their rows, and what finance is told.
async fn marked(shop: &Shop) -> Vec<Option<String>> {
    let rows: Vec<Posted> =
        row::find(shop.bench.database(), "order_id", [order_id()]).await.unwrap();
    rows.into_iter().map(|invoice| invoice.tax_fallback).collect()
}

#[tokio::test]
async fn i4_a_dispatch_waits_quietly_until_the_engine_says_how_it_is_taxed() {
    let mut shop = shop().await;
    let waits = shop.ship(1, &[(1, "WIDGET-1", "10"), (2, "BREAD", "4")]).await;
    // Its cost is booked, and nobody is told that it waits.
    assert_eq!(booked(&waits)[0].1, "cost_of_goods");
    assert!(waits.events::<InvoiceWaiting>().is_empty());
    assert!(waits.events::<InvoicePosted>().is_empty());
    assert!(shop.bench.tick().await.outgoing.is_empty());
    let line = &books(&shop.bench, 10).await.lines[0];
    assert_eq!((line.granted, line.waiting), ("10".parse().unwrap(), "10".parse().unwrap()));
    let posted = say(&mut shop, Ok(rates())).await;
    let invoice = invoice(&posted);
    let subtotals = invoice.tax_subtotals.iter().map(|it| {
        format!("{} {} {} {}", it.tax_category, it.tax_percent, it.taxable_amount, it.tax_amount)
    });
    let subtotals: Vec<_> = subtotals.collect();
    // 110.00 × 7.5 %: the table's 8.875 % would be 9.76.
    assert_eq!(subtotals, ["food 0 20.00 0.00", "standard 7.5 110.00 8.25"]);
    assert_eq!(posted.events::<InvoicePosted>()[0].tax_fallback, None);
    assert_eq!(posted.events::<JournalPosted>()[0].note, None);
    assert_eq!(marked(&shop).await, [None]);
    assert!(!ask(&shop).await.is_open);
}

#[tokio::test]
async fn i4_the_engine_is_told_all_that_may_bear_on_the_tax() {
    let mut shop = shop().await;
    shop.ship(1, &[(1, "WIDGET-1", "5")]).await;
    let request = serde_json::to_value(&ask(&shop).await.request.0).unwrap();
    assert_eq!(request["currency"], "USD");
    assert_eq!(request["date"], "2026-03-03");
    assert_eq!(request["ship_to"]["postal_code"], "10001");
    assert_eq!(
        request["lines"],
        json!([{"line": 1, "sku": "WIDGET-1",
        "tax_category": "standard", "quantity": "5", "taxable_amount": "50.00"}])
    );
    assert_eq!(
        request["charges"],
        json!([{"code": "freight", "tax_category": "standard",
        "taxable_amount": "4.17"}])
    );
}

#[tokio::test]
async fn i4_a_rate_of_a_line_goes_before_that_of_its_category() {
    let mut shop = shop().await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let mut answer = rates();
    answer["lines"] = json!([{"line": 1, "sku": "WIDGET-1", "rate_percent": "4", "code": "S"}]);
    let invoice = invoice(&say(&mut shop, Ok(answer)).await);
    assert_eq!(invoice.lines[0].tax_percent.to_string(), "4");
    assert_eq!(invoice.charges[0].tax_percent.to_string(), "7.5");
    // Each is credited at what it was billed at.
    let memo = memo(&shop.take_back(&[(1, "WIDGET-1", "10", "0")]).await);
    assert_eq!(memo.tax_total.to_string(), "4.00");
}

#[tokio::test]
async fn i4_where_the_engine_does_not_say_the_table_taxes_and_the_invoice_is_marked() {
    let mut shop = shop().await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let posted = say(&mut shop, Err("no answer within 2000 ms")).await;
    let invoice = invoice(&posted);
    assert_eq!(invoice.lines[0].tax_percent.to_string(), "8.875");
    let why = Some("no answer within 2000 ms".to_owned());
    assert_eq!(posted.events::<InvoicePosted>()[0].tax_fallback, why);
    let note = posted.events::<JournalPosted>()[0].note.clone().unwrap();
    assert_eq!(note, "tax by the built-in table: no answer within 2000 ms");
    assert_eq!(marked(&shop).await, [why]);
    // The buyer has no business with it.
    assert_eq!(invoice.note, None);
}

#[tokio::test]
async fn i4_an_answer_is_taken_up_once_however_often_it_comes() {
    let mut shop = shop().await;
    shop.ship(1, &[(1, "WIDGET-1", "4")]).await;
    let first = say(&mut shop, Ok(rates())).await;
    assert_eq!(first.events::<InvoicePosted>().len(), 1);
    for said in [Ok(rates()), Err("late")] {
        assert!(say(&mut shop, said).await.outgoing.is_empty());
    }
    shop.ship(1, &[(1, "WIDGET-1", "4")]).await;
    assert!(shop.bench.tick().await.outgoing.is_empty());
    assert_eq!(marked(&shop).await, [None]);
}

#[tokio::test]
async fn i4_no_invoice_waits_for_the_engine_longer_than_its_patience() {
    let mut shop = shop().await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let from = shop.bench.now();
    shop.bench.at(from.checked_add(59.seconds()).unwrap());
    assert!(shop.bench.tick().await.outgoing.is_empty());
    shop.bench.at(from.checked_add(60.seconds()).unwrap());
    let posted = shop.bench.tick().await.events::<InvoicePosted>();
    assert_eq!(posted[0].tax_fallback.as_deref(), Some("no answer within 60 seconds"));
}

/// A seller with an engine may have no table at all: the invoice waits for whichever says first.
#[tokio::test]
async fn i4_without_a_rate_for_the_fallback_the_engine_is_asked_again() {
    for by_engine in [true, false] {
        let mut shop = Shop::without_rates(asking(), "USD").await;
        shop.accept(json!({})).await;
        shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
        let waits = say(&mut shop, Err("it answers 500")).await;
        assert_eq!(waits.events::<InvoiceWaiting>().len(), 1);
        let again = ask(&shop).await;
        assert_eq!((again.round, again.is_open), (2, true));
        assert_eq!(again.asked_at.duration_since(shop.bench.now()), SignedDuration::from_secs(30));
        shop.bench.at(again.asked_at);
        let still = say(&mut shop, Err("it answers 503")).await;
        assert!(still.outgoing.is_empty(), "the world is told once: {:?}", still.subjects());
        let posted = if by_engine {
            say(&mut shop, Ok(rates())).await
        } else {
            shop.rate("US", None, "standard", "5", "2026-01-01").await
        };
        let event = &posted.events::<InvoicePosted>()[0];
        let why = (!by_engine).then(|| "it answers 503".to_owned());
        assert_eq!(event.tax_fallback, why);
        let percent = if by_engine { "7.5" } else { "5" };
        assert_eq!(event.invoice.lines[0].tax_percent.to_string(), percent);
        assert!(!ask(&shop).await.is_open);
    }
}

/// M9: an engine that is down for days is asked again and again about what no rate is known for.
#[tokio::test]
async fn i4_however_often_a_question_is_asked_again_one_reply_to_it_is_kept() {
    let mut shop = Shop::without_rates(asking(), "USD").await;
    shop.accept(json!({})).await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    for round in 1..=20 {
        let question = ask(&shop).await;
        assert_eq!(question.round, round);
        shop.bench.at(question.asked_at);
        say(&mut shop, Err("it answers 500")).await;
        let replies: Vec<Reply> =
            row::find(shop.bench.database(), "order_id", [order_id()]).await.unwrap();
        assert!(replies.len() <= 1, "{replies:?}");
    }
    assert_eq!(say(&mut shop, Ok(rates())).await.events::<InvoicePosted>().len(), 1);
}

#[tokio::test]
async fn i4_a_rate_of_the_table_does_not_forestall_the_engine() {
    let mut shop = shop().await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let rate = shop.rate("US", Some("NY"), "standard", "9", "2026-01-02").await;
    assert!(rate.events::<InvoicePosted>().is_empty());
    assert_eq!(say(&mut shop, Ok(rates())).await.events::<InvoicePosted>().len(), 1);
}

#[tokio::test]
async fn i4_exempt_customers_are_billed_without_asking() {
    let mut shop = Shop::without_rates(asking(), "USD").await;
    shop.accept(json!({"tax_exempt": true})).await;
    let posted = shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    assert_eq!(invoice(&posted).tax_total.to_string(), "0.00");
    let asks: Vec<Ask> = row::find(shop.bench.database(), "order_id", [order_id()]).await.unwrap();
    assert!(asks.is_empty());
}

/// I11, before the engine has said anything.
#[tokio::test]
async fn i4_what_comes_back_while_the_engine_is_asked_is_not_billed() {
    let mut shop = shop().await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let back = shop.take_back(&[(1, "WIDGET-1", "3", "1")]).await;
    assert_eq!(back.events::<InvoiceReduced>()[0].lines[0].quantity.to_string(), "4");
    let invoice = invoice(&say(&mut shop, Ok(rates())).await);
    assert_eq!(invoice.lines[0].quantity.to_string(), "6");
    let line = &books(&shop.bench, 10).await.lines[0];
    assert_eq!(
        (line.waiting, line.returned_unbilled),
        ("0".parse().unwrap(), "4".parse().unwrap())
    );
}

#[tokio::test]
async fn i4_what_came_back_whole_is_asked_for_no_more() {
    let mut shop = shop().await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    shop.take_back(&[(1, "WIDGET-1", "10", "0")]).await;
    assert!(!ask(&shop).await.is_open);
    assert!(say(&mut shop, Ok(rates())).await.outgoing.is_empty());
}

/// The bill grew while the engine was asked, by an item of another category: another question.
#[tokio::test]
async fn i4_an_answer_that_lacks_what_was_added_since_is_asked_for_again() {
    let mut shop = shop().await;
    shop.cancel(2, "BREAD", "4").await;
    shop.ship(1, &[(1, "WIDGET-1", "10"), (2, "BREAD", "4")]).await;
    assert_eq!(ask(&shop).await.request.lines.len(), 1);
    let lines = json!([line(1, "WIDGET-1", "10", "10"), line(2, "BREAD", "4", "5")]);
    shop.bench.event(&changed(body("USD", json!({"lines": lines})), &[])).await;
    let mut answer = rates();
    answer["rates"].as_array_mut().unwrap().pop();
    let again = say(&mut shop, Ok(answer)).await;
    assert!(again.outgoing.is_empty(), "{:?}", again.subjects());
    let second = ask(&shop).await;
    assert_eq!((second.round, second.request.lines.len()), (2, 2));
    let posted = say(&mut shop, Ok(rates())).await;
    assert_eq!(invoice(&posted).lines.len(), 2);
    assert_eq!(posted.events::<InvoicePosted>()[0].tax_fallback, None);
}

/// Taking the engine out of the configuration leaves no invoice behind.
#[tokio::test]
async fn i4_what_was_asked_of_an_engine_that_is_gone_is_taxed_by_the_table() {
    for rate in [true, false] {
        engine_is_gone(rate).await;
    }
}

/// With a rate for the table, or without.
async fn engine_is_gone(rate: bool) {
    let mut shop = Shop::without_rates(asking(), "USD").await;
    if rate {
        shop.rate("US", None, "standard", "5", "2026-01-01").await;
    }
    shop.accept(json!({})).await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let ask = ask(&shop).await;
    let key = (ask.order_id, ask.shipment_id, ask.confirmation_id);
    let tx = sea_orm::TransactionTrait::begin(shop.bench.database()).await.unwrap();
    let (service, now) = (Invoicing::new(settings()), shop.bench.now());
    let due = quoted(&tx, &service.config.tax_engine, now, 10).await.unwrap();
    assert_eq!(due, std::slice::from_ref(&key));
    let orders = [order_id()].into();
    let keys = Keys { orders, takes_numbers: true, ..Keys::default() };
    let mut work = service.load(&tx, keys).await.unwrap();
    let partners = mesh::Partners::new();
    let context = mesh::Context {
        now,
        dates: mesh::DateLimits::default(),
        inbound: None,
        partners: &partners,
        last_chance: false,
    };
    let decided = mesh::decide(&service, key, &mut work, &context);
    assert!(decided.is_ok(), "{decided:?}");
    let posted: Vec<_> = work.invoices.found().map(|it| it.tax_fallback.clone()).collect();
    assert_eq!(posted, if rate { vec![None] } else { vec![] });
    // Either way the question is over; without a rate the invoice waits for one, as ever.
    assert!(work.tax_asks.found().all(|ask| !ask.is_open));
    assert_eq!(work.waiting.found().count(), usize::from(!rate));
}

/// An entry says which invoice it is of, whoever taxed it.
#[tokio::test]
async fn i4_a_closed_day_and_a_fallback_are_both_noted() {
    let mut shop = shop().await;
    let close = super::periods::close("c-1", "2026-03-31");
    shop.bench.at("2026-04-01T12:00:00Z".parse().unwrap());
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    shop.bench.command("invoicing", "close-period", &close).await;
    let posted = say(&mut shop, Err("it is down")).await;
    let invoice = &posted.documents::<Invoice>(&name("acme"))[0];
    let closed = "of 2026-03-03: the books are closed through 2026-03-31";
    assert_eq!(invoice.note.as_deref(), Some(closed));
    assert_eq!(invoice.issue_date.to_string(), "2026-04-01");
    let note = posted.events::<JournalPosted>()[0].note.clone().unwrap();
    assert_eq!(note, format!("{closed}; tax by the built-in table: it is down"));
}
