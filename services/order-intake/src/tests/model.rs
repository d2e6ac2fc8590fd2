//! Rules O5 and O6 against a reference that is written in the plainest words: after every one of ten
//! thousand random steps through the engine and a database, what is kept of every order and of every
//! customer is what the reference comes to, no order has passed above a limit, and nobody who fits
//! waits.

mod cash;
mod goods;
mod reference;
mod said;
mod script;

use std::collections::BTreeMap;

use contracts::document::{Customer, PriceList};
use mesh::row;
use serde_json::json;
use testkit::Bench;

use self::{
    reference::State,
    said::said,
    script::{CUSTOMERS, ITEMS, Script},
};
use super::{address, document, name, partner, shop, shop::id};
use crate::{
    OrderIntake,
    domain::{
        change::{self, Change},
        credit::Credit,
        order::Order as Standing,
    },
};

type Intake = Bench;

/// Prices of a currency without cents are a hundred times those of one with.
fn factor(digits: u32) -> i64 {
    if digits == 0 { 100 } else { 1 }
}

fn whole(quantity: contracts::Quantity) -> i64 {
    quantity.scaled() / 1_000_000
}

async fn opened() -> Intake {
    let mut bench = Bench::new(OrderIntake).await;
    let mut acme = partner("acme", json!(["buyer"]));
    acme.customers = CUSTOMERS.iter().map(|(id, ..)| id.parse().unwrap()).collect();
    bench.partner(acme).await;
    bench.partner(partner("erp", json!(["erp"]))).await;
    let erp = name("erp");
    for (customer, (_, currency, list, digits)) in CUSTOMERS.iter().enumerate() {
        let record: Customer = document(cash::record(customer, Some(20_000), false));
        bench.document(&erp, &record).await;
        let prices: PriceList = document(cash::prices(list, currency, *digits, 100));
        bench.document(&erp, &prices).await;
    }
    for (sku, ..) in ITEMS {
        let mut item = super::item();
        item.sku = sku.parse().unwrap();
        bench.document(&erp, &item).await;
    }
    bench
}

async fn rows<R: row::Row>(bench: &Intake) -> Vec<R> {
    row::fetch(bench.database(), &row::select::<R>()).await.unwrap()
}

/// Every figure that is kept is the reference's, and nobody who fits waits.
async fn agrees(bench: &Intake, script: &Script, told: &str) {
    let books = &script.books;
    let kept: BTreeMap<String, Credit> = rows::<Credit>(bench)
        .await
        .into_iter()
        .map(|credit| (credit.customer_id.to_string(), credit))
        .collect();
    for (customer, (id, ..)) in CUSTOMERS.iter().enumerate() {
        let waiting = books.waiting(customer);
        let figures = kept.get(*id).map_or((0, 0, 0), |it| (it.on_order, it.owed, it.waiting));
        let (on_order, owed) = books.figures(customer);
        let wanted = (on_order.into(), owed.into(), waiting.len() as u64);
        assert_eq!(figures, wanted, "{id}: {told}");
        for order in waiting {
            let room = books.room(customer);
            assert!(room < Some(books.value(order)), "{id} has {room:?}, it fits: {told}");
        }
    }
    for row in rows::<Standing>(bench).await {
        let number = said::number(&row.po_number);
        let part = books.orders.get(&number).map_or(0, |order| books.part(order));
        let kept = row.taken().map_or(0, |taken| taken.exposure);
        assert_eq!(kept, part, "{}: {told}", row.po_number);
    }
}

async fn many_steps(seeds: std::ops::Range<u64>, steps: usize) {
    for seed in seeds {
        let mut bench = opened().await;
        let mut script = Script::new(seed);
        for step in 0..steps {
            let (what, next) = script.next(&mut bench);
            if next.messages.is_empty() {
                continue;
            }
            let told = format!("seed {seed}, step {step}, {what}: {:?}", next.told);
            for told in next.told {
                script.books.hear(told);
            }
            let outcome = bench.deliver(next.messages).await;
            assert_eq!(outcome.tally.dead, 0, "{told}");
            for said in said(&outcome) {
                script.books.learn(&said, step, what, &told);
                script.listen(&mut bench, &said);
            }
            let changes = rows::<Change>(&bench).await;
            let pending = changes.iter().filter(|it| it.state != change::State::Answered);
            let ids: Vec<_> = pending.map(|it| it.order_id).collect();
            let is_pending = |order: &&usize| ids.contains(&id(&format!("PO-{order}")));
            script.pending = script.books.orders.keys().filter(is_pending).copied().collect();
            agrees(&bench, &script, &told).await;
        }
        let open = |it: &reference::Order| it.state == State::Open;
        assert!(script.books.orders.values().any(open), "seed {seed}: nothing happens");
    }
}

/// O5, O6, M1: with the next three, ten thousand steps; on PostgreSQL as many as other laws.
#[tokio::test]
async fn o5_random_steps_add_up_as_in_the_plainest_words() {
    many_steps(0..testkit::cases(20).into(), 125).await;
}

#[tokio::test]
async fn o5_other_random_steps_add_up_as_in_the_plainest_words() {
    many_steps(100..100 + u64::from(testkit::cases(20)), 125).await;
}

#[tokio::test]
async fn o5_more_random_steps_add_up_as_in_the_plainest_words() {
    many_steps(200..200 + u64::from(testkit::cases(20)), 125).await;
}

#[tokio::test]
async fn o5_still_more_random_steps_add_up_as_in_the_plainest_words() {
    many_steps(300..300 + u64::from(testkit::cases(20)), 125).await;
}
