//! Rule D3: a document costs by its own lines.

use contracts::event::OrderBody;
use mesh::{Context, DateLimits, Load};
use sea_orm::TransactionTrait;

use super::*;
use crate::store::Keys;

/// An order of so many lines of one widget each, and `quantity` of the first.
fn long(lines: u32, quantity: &str) -> OrderBody {
    let mut order = accepted().order;
    let line = order.lines[0].clone();
    order.lines = (1..=lines)
        .map(|number| {
            let quantity = if number == 1 { quantity } else { "1" };
            contracts::event::OrderedLine {
                line: number,
                quantity: quantity.parse().unwrap(),
                ..line.clone()
            }
        })
        .collect();
    order
}

/// Counts the rows that a batch of one message writes.
async fn written(bench: &Bench, order: OrderBody) -> usize {
    let tx = bench.database().begin().await.unwrap();
    let mut keys = Keys::default();
    keys.orders.insert(order_id());
    let mut work = bridge().load(&tx, keys).await.unwrap();
    let partners = mesh::partners(&tx).await.unwrap();
    let (now, dates) = (bench.now(), DateLimits::default());
    let context = Context { now, dates, inbound: None, partners: &partners, last_chance: true };
    let message = OrderAccepted { order_id: order_id(), order };
    mesh::decide(&bridge(), message, &mut work, &context).unwrap();
    format!("{work:?}").matches("state: Changed").count()
}

/// The rows that more of a line and a new line write.
async fn writes(lines: u32) -> [usize; 2] {
    let mut bench = mesh_of_partners().await;
    bench.event(&OrderAccepted { order_id: order_id(), order: long(lines, "5") }).await;
    let mut new = long(lines, "5");
    let line = new.lines[0].clone();
    new.lines.push(contracts::event::OrderedLine { line: 5_000, ..line });
    [written(&bench, long(lines, "7")).await, written(&bench, new).await]
}

#[tokio::test]
async fn d3_a_one_line_change_writes_as_many_rows_at_10_lines_as_at_1000() {
    let few = writes(10).await;
    // The order and the line.
    assert_eq!((few, writes(1_000).await), ([2, 2], [2, 2]));
}
