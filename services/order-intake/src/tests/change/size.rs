//! Rule D3: how large an order gets, and that a document costs by its own lines.

use std::any::TypeId;

use contracts::{
    Reason,
    document::{ChangeStatus, Order, OrderAck, OrderAckStatus, OrderChange},
    event::OrderChanged,
};
use mesh::{Context, DateLimits, Load as _, Received, Service as _};
use sea_orm::TransactionTrait;
use serde_json::{Value, json};

use super::*;
use crate::{OrderIntake, domain::tally::count, store::Keys};

/// An order of so many lines of one widget each.
fn long(lines: u32) -> Order {
    let line = |line: u32| json!({"line": line, "sku": "WIDGET-1", "quantity": "1"});
    let lines: Vec<Value> = (1..=lines).map(line).collect();
    document(json!({"po_number": "PO-1", "lines": lines}))
}

async fn with_lines(lines: u32) -> Shop {
    let mut shop = Shop::at("10.00", None).await;
    let taken = shop.bench.document(&name("acme"), &long(lines)).await;
    let acks: Vec<OrderAck> = taken.documents(&name("acme"));
    assert_eq!(acks[0].status, OrderAckStatus::Accepted);
    shop
}

fn added(lines: impl IntoIterator<Item = u32>) -> Value {
    let line = |line: u32| json!({"line": line, "sku": "WIDGET-1", "quantity": "1"});
    lines.into_iter().map(line).collect()
}

fn refused(answer: &OrderChangeAck) -> Vec<u32> {
    assert!(answer.reasons.iter().all(|it| it.code == Reason::TooManyLines), "{answer:?}");
    answer.reasons.iter().filter_map(|reason| reason.line).collect()
}

#[tokio::test]
async fn d3_new_lines_are_taken_in_their_order_until_there_are_a_thousand() {
    let mut shop = with_lines(998).await;
    // Their order is the document's, not that of their numbers.
    let done = shop.change(&change(1, added([3005, 3001, 3004, 3003, 3002]))).await;
    let told = answer(&done);
    assert_eq!(told.status, ChangeStatus::PartiallyApplied);
    assert_eq!(refused(&told), [3004, 3003, 3002]);
    let order = &done.events::<OrderChanged>()[0].order;
    assert_eq!((order.lines.len(), order.total.to_string()), (1_000, "10000.00".to_owned()));
    assert_eq!(shop.exposure().await, "10000.00");
    // Cancelled lines count.
    shop.change(&total(2, "0")).await;
    shop.bench.event(&released("1")).await;
    let told = answer(&shop.change(&change(3, added([4000]))).await);
    assert_eq!((told.status, refused(&told)), (ChangeStatus::Rejected, vec![4000]));
    // More of a line that is there is no line more.
    let told = answer(&shop.change(&change(4, json!([{"line": 2, "quantity": "2"}]))).await);
    assert_eq!(told.status, ChangeStatus::Applied);
}

#[tokio::test]
async fn d3_what_is_refused_for_another_reason_takes_no_place() {
    let mut shop = with_lines(999).await;
    let mut lines = added([2001, 2002, 2003]);
    lines[0]["quantity"] = "0".into();
    let told = answer(&shop.change(&change(1, lines)).await);
    let wanted = [(Some(2001), Reason::QuantityNotPositive), (Some(2003), Reason::TooManyLines)];
    assert_eq!(reasons(&told), wanted);
    assert_eq!(told.status, ChangeStatus::PartiallyApplied);
}

#[tokio::test]
async fn d3_a_held_order_has_at_most_a_thousand_lines_too() {
    let mut shop = Shop::open().await;
    let held = shop.bench.document(&name("acme"), &long(998)).await;
    assert_eq!(held.documents::<OrderAck>(&name("acme"))[0].status, OrderAckStatus::Held);
    let told = answer(&shop.change(&change(1, added(2001..=2005))).await);
    assert_eq!(told.status, ChangeStatus::PartiallyApplied);
    assert_eq!(refused(&told), [2003, 2004, 2005]);
    let told = answer(&shop.change(&change(2, added([2003]))).await);
    assert_eq!(refused(&told), [2003]);
}

/// Rows that a batch of one message loads, and writes.
async fn touched<M: Clone + Send + Sync + 'static>(shop: &Shop, message: M) -> (usize, usize) {
    let tx = shop.bench.database().begin().await.unwrap();
    let of_type = TypeId::of::<M>();
    let handler = OrderIntake::HANDLERS.iter().find(|it| it.message_type() == of_type).unwrap();
    let mut keys = Keys::default();
    handler.keys(&(Box::new(message.clone()) as Box<_>), &mut keys);
    let mut work = OrderIntake.load(&tx, keys).await.unwrap();
    let loaded = format!("{work:?}").matches("state: Loaded").count();
    let partners = mesh::partners(&tx).await.unwrap();
    let (now, dates) = (shop.bench.now(), DateLimits::default());
    let context = Context { now, dates, inbound: None, partners: &partners, last_chance: true };
    let decided = mesh::decide(&OrderIntake, message, &mut work, &context);
    assert!(decided.is_ok(), "{decided:?}");
    let changed = format!("{work:?}").matches("state: Changed").count();
    (loaded, changed)
}

fn asks(change: OrderChange) -> Received<OrderChange> {
    Received { partner: name("acme"), document: change }
}

/// The rows that each kind of document about one line touches, of an accepted order.
async fn touches(lines: u32) -> Vec<(usize, usize)> {
    let mut shop = with_lines(lines).await;
    let gone = super::super::shop::dispatched("PO-1", "1");
    let mut all = vec![
        touched(&shop, asks(total(1, "5"))).await,
        touched(&shop, asks(total(1, "0"))).await,
        touched(&shop, declined("1")).await,
        touched(&shop, gone).await,
    ];
    // Changes that are over cost nothing either, whatever they named.
    let every: Vec<Value> =
        (1..=lines).map(|line| json!({"line": line, "quantity": "2"})).collect();
    let told = answer(&shop.change(&change(1, every.into())).await);
    assert_eq!(told.status, ChangeStatus::Applied);
    all.push(touched(&shop, asks(total(2, "5"))).await);
    shop.change(&total(2, "0")).await;
    all.push(touched(&shop, released("2")).await);
    all
}

/// The rows that more of a line touches, of a held order.
async fn touches_held(lines: u32) -> Vec<(usize, usize)> {
    let mut shop = Shop::at("10.00", Some("1.00")).await;
    let held = shop.bench.document(&name("acme"), &long(lines)).await;
    assert_eq!(held.documents::<OrderAck>(&name("acme"))[0].status, OrderAckStatus::Held);
    vec![touched(&shop, asks(total(1, "5"))).await, touched(&shop, asks(total(1, "0"))).await]
}

#[tokio::test]
async fn d3_a_one_line_document_touches_as_many_rows_at_10_lines_as_at_1000() {
    let all = touches(10).await;
    assert_eq!(all, touches(1_000).await);
    let held = touches_held(10).await;
    assert_eq!(held, touches_held(1_000).await);
    let (few, many) = (with_lines(10).await, with_lines(999).await);
    let added = asks(change(1, added([5000])));
    let new = touched(&few, added.clone()).await;
    assert_eq!(new, touched(&many, added).await);
    let some = |(loaded, written): &(usize, usize)| *loaded > 2 && *written > 1;
    assert!(all.iter().chain(&held).chain([&new]).all(some), "{all:?} {held:?} {new:?}");
}

/// The number of times that lines are looked at while all of an order's lines change.
async fn looked_at(lines: u32) -> [u64; 3] {
    let mut shop = with_lines(lines).await;
    let every = |quantity: &str| -> Value {
        (1..=lines).map(|line| json!({"line": line, "quantity": quantity})).collect()
    };
    count::taken();
    let told = answer(&shop.change(&change(1, every("2"))).await);
    assert_eq!(told.status, ChangeStatus::Applied);
    let doubled = count::taken();
    shop.change(&change(2, every("1"))).await;
    let free: InventoryReleased = serde_json::from_value(json!({"order_id": id("PO-1"),
        "lines": (1..=lines).map(|line| json!({"line": line, "sku": "WIDGET-1", "quantity": "1"}))
            .collect::<Vec<_>>()}))
    .unwrap();
    let told = answer(&shop.bench.event(&free).await);
    assert_eq!(told.status, ChangeStatus::Applied);
    let halved = count::taken();
    let before = count::taken();
    assert_eq!(before, 0);
    let more: Vec<u32> = (1..=(1_000 - lines)).map(|line| 5_000 + line).collect();
    let told = answer(&shop.change(&change(3, added(more.iter().copied()))).await);
    assert_eq!(told.status, ChangeStatus::Applied);
    assert_eq!(shop.taken("PO-1").await.lines().len(), 1_000);
    [doubled, halved, count::taken() / u64::try_from(more.len()).unwrap()]
}

#[tokio::test]
async fn d3_a_change_of_every_line_costs_twice_as_much_for_twice_as_many() {
    let (few, many) = (looked_at(250).await, looked_at(500).await);
    assert!(few[0] > 0 && many[0] <= 2 * few[0], "{few:?} {many:?}");
    assert!(few[1] > 0 && many[1] <= 2 * few[1], "{few:?} {many:?}");
    assert!((1..=8).contains(&many[2]), "{few:?} {many:?}");
}
