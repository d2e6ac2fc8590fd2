//! Rule D3: a document costs by its own lines.

use contracts::event::{ChangedLine, OrderChangeRequested, OrderChanged};
use mesh::{Context, DateLimits};
use sea_orm::TransactionTrait;

use super::*;
use crate::store;

/// An order of so many lines of one widget each; `quantity` of the first.
fn long(lines: usize, quantity: &str) -> OrderBody {
    let mut all = vec![("WIDGET-1", "1"); lines];
    all[0].1 = quantity;
    body("PO-1", &all)
}

/// The number of rows that a batch of one message writes.
async fn written<M: Clone + Send + Sync + 'static>(bench: &Bench, message: &M) -> usize {
    let tx = bench.database().begin().await.unwrap();
    let mut keys = Keys::default();
    add_keys(message.clone(), &mut keys);
    let mut work = store::load(&tx, keys).await.unwrap();
    let partners = mesh::partners(&tx).await.unwrap();
    let (now, dates) = (bench.now(), DateLimits::default());
    let context = Context { now, dates, inbound: None, partners: &partners, last_chance: true };
    mesh::decide(&service(), message.clone(), &mut work, &context).unwrap();
    format!("{work:?}").matches("state: Changed").count()
}

/// The first line is wanted in another quantity.
fn asks(from: &str, to: &str) -> OrderChangeRequested {
    OrderChangeRequested {
        order_id: id("PO-1"),
        partner: name("acme"),
        po_number: PoNumber::new("PO-1").unwrap(),
        change_number: Some(1),
        lines: vec![ChangedLine { line: 1, sku: sku("WIDGET-1"), from: q(from), to: q(to) }],
        reason: Reason::CancelledByBuyer,
    }
}

fn stands(order: OrderBody, grown: &[(u32, &str, &str)]) -> OrderChanged {
    let order_id = id("PO-1");
    OrderChanged { order_id, order, cancelled: Vec::new(), grown: lines(grown) }
}

/// The rows that less, more and a new line of an order write, with `there` units of stock.
async fn writes(lines: usize, there: &str) -> [usize; 4] {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", there).await;
    accept(&mut bench, long(lines, "5")).await;
    let asked = written(&bench, &asks("5", "2")).await;
    let more = stands(long(lines, "7"), &[(1, "WIDGET-1", "2")]);
    let more = written(&bench, &more).await;
    let mut order = long(lines, "5");
    let mut new = order.lines[0].clone();
    new.line = 5_000;
    order.lines.push(new);
    let new = written(&bench, &stands(order, &[(5_000, "WIDGET-1", "5")])).await;
    bench.event(&asks("5", "2")).await;
    let less = written(&bench, &stands(long(lines, "1"), &[])).await;
    [asked, more, new, less]
}

#[tokio::test]
async fn d3_a_one_line_change_writes_as_many_rows_at_10_lines_as_at_1000() {
    for there in ["2000", "1"] {
        let few = writes(10, there).await;
        assert_eq!(few, writes(1_000, there).await);
        assert!(few.iter().all(|rows| (1..20).contains(rows)), "{few:?}");
    }
}
