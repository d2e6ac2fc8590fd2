//! The rows that a decision loads are bounded, however many want the same item.

use mesh::{Inbound, Received};
use sea_orm::TransactionTrait;

use super::*;
use crate::{store, unit_of_work::UnitOfWork};

const BUYERS: usize = 1_600;
const SERVED: u32 = 900;

/// Some have got the hot item and many wait for it; each wants another item of its own as well.
async fn crowd() -> Bench {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", &SERVED.to_string()).await;
    let own = |n: usize| format!("OWN-{}", n % 400);
    let items: Vec<_> = (0..400).map(|n| item(&own(n), json!([]))).collect();
    let items = items.iter().map(|item| bench.numbered(item)).collect();
    bench.deliver(items).await;
    for chunk in (0..BUYERS).collect::<Vec<_>>().chunks(256) {
        let batch: Vec<Inbound> = chunk
            .iter()
            .map(|n| {
                let order = body(&format!("PO-{n}"), &[("WIDGET-1", "1"), (&own(*n), "1")]);
                let order_id = OrderId::of(&order.partner, &order.po_number);
                bench.numbered(&OrderAccepted { order_id, order })
            })
            .collect();
        bench.deliver(batch).await;
    }
    bench
}

async fn loaded<M: Send + Sync + 'static>(bench: &Bench, message: M) -> UnitOfWork {
    let tx = bench.database().begin().await.unwrap();
    let mut keys = Keys::default();
    add_keys(message, &mut keys);
    let work = store::load(&tx, keys).await.unwrap();
    tx.rollback().await.unwrap();
    work
}

fn report(adjustment: Stock) -> Received<Stock> {
    Received { partner: name("erp"), document: adjustment }
}

/// M9: a dispatch, a new order and a report of the hot item bring few rows; a step of giving it
/// out brings a page.
#[tokio::test]
async fn m9_a_hot_item_brings_a_bounded_number_of_rows() {
    let bench = crowd().await;
    let rows = |work: &UnitOfWork| (work.orders.found().count(), work.lines.found().count());

    let order = body("PO-new", &[("WIDGET-1", "1")]);
    let new = OrderAccepted { order_id: id("PO-new"), order };
    assert_eq!(rows(&loaded(&bench, new).await), (0, 0));

    let left = dispatch("PO-7", "EAST", "T-1", &[(1, "WIDGET-1", "1")]);
    let work = loaded(&bench, left).await;
    assert_eq!(rows(&work), (1, 2), "its own order alone");
    assert_eq!(work.queues.found().count(), 1, "and not the order's other items");

    let less = report(adjustment("EAST", "R-2", "WIDGET-1", "-3"));
    let work = loaded(&bench, less).await;
    assert!(rows(&work).0 <= 256, "{}: those that may give way, by the page", rows(&work).0);

    let more = report(adjustment("EAST", "R-3", "WIDGET-1", "500"));
    let work = loaded(&bench, more).await;
    assert_eq!(rows(&work), (0, 0), "nobody loses by more");

    let sql = "UPDATE queues SET freed = TRUE WHERE sku = 'WIDGET-1'";
    sea_orm::ConnectionTrait::execute_unprepared(bench.database(), sql).await.unwrap();
    let tx = bench.database().begin().await.unwrap();
    let due = store::due::freed(&tx, 256).await.unwrap();
    tx.rollback().await.unwrap();
    let work = loaded(&bench, due[0].clone()).await;
    assert!(rows(&work).0 <= 256, "{}", rows(&work).0);
    let queues = work.queues.found().count();
    assert_eq!(queues, 1, "other items of those who wait stay free for others");
    assert_eq!(work.stock.found().count(), 1);
}

/// A6: what comes in is given out to the last one, in as many steps as it takes.
#[tokio::test]
async fn a6_hundreds_who_wait_for_a_hot_item_are_all_served() {
    let mut bench = crowd().await;
    let came = receive(&mut bench, "EAST", "R-2", "WIDGET-1", "650").await;
    assert_eq!(reserved(&came).len(), 650);
    let all = (SERVED + 650).to_string();
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await, (all.clone(), all));
}
