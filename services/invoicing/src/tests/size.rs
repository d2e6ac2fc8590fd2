//! Rule D3: a document costs by its own lines.

use contracts::event::OrderChanged;
use mesh::{Context, DateLimits, Load as _};
use sea_orm::TransactionTrait;
use serde_json::{Value, json};

use super::shop::{Shop, body, changed, line, order_id, settings};
use crate::{Invoicing, store::Keys};

/// An order of so many lines of a widget each; `quantity` of the first.
fn long(lines: u32, quantity: &str) -> Value {
    let quantity = |number| if number == 1 { quantity } else { "1" };
    let lines: Vec<Value> =
        (1..=lines).map(|number| line(number, "WIDGET-1", quantity(number), "1")).collect();
    json!({"lines": lines, "charges": [{"code": "freight", "amount": "10.00"}]})
}

/// Rows that a batch of one change writes.
async fn written(shop: &Shop, changed: OrderChanged) -> usize {
    let tx = shop.bench.database().begin().await.unwrap();
    let service = Invoicing::new(settings());
    let keys = Keys { orders: [order_id()].into(), ..Keys::default() };
    let mut work = service.load(&tx, keys).await.unwrap();
    let partners = mesh::partners(&tx).await.unwrap();
    let (now, dates) = (shop.bench.now(), DateLimits::default());
    let context = Context { now, dates, inbound: None, partners: &partners, last_chance: true };
    let decided = mesh::decide(&service, changed, &mut work, &context);
    assert!(decided.is_ok(), "{decided:?}");
    format!("{work:?}").matches("state: Changed").count()
}

/// The rows that a change of one line writes: of an order of which nothing has happened, of one of which
/// another line is cancelled, and of one that has left, more of it than was ordered.
async fn writes(lines: u32) -> [usize; 3] {
    let mut shop = Shop::open().await;
    shop.accept(long(lines, "1")).await;
    let untouched = written(&shop, changed(body("USD", long(lines, "5")), &[])).await;
    shop.cancel(2, "WIDGET-1", "1").await;
    let gone = [(1, "WIDGET-1", "1"), (2, "WIDGET-1", "1")];
    let cancelled = written(&shop, changed(body("USD", long(lines, "1")), &gone)).await;
    let left: Vec<_> = (3..=lines).map(|number| (number, "WIDGET-1", "1")).collect();
    shop.ship(1, &left).await;
    shop.ship(2, &[(1, "WIDGET-1", "3")]).await;
    let standing = changed(body("USD", long(lines, "5")), &[(2, "WIDGET-1", "1")]);
    let grown = written(&shop, standing).await;
    [untouched, cancelled, grown]
}

#[tokio::test]
async fn d3_a_one_line_change_writes_as_many_rows_at_10_lines_as_at_1000() {
    let few = writes(10).await;
    assert_eq!(few, writes(1_000).await);
    assert!(few.iter().all(|rows| (1..20).contains(rows)), "{few:?}");
}
