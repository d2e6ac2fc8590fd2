//! What a decision brings from the database is bounded, however many want the same item.

use mesh::{Inbound, OldService};
use sea_orm::TransactionTrait;

use super::*;
use crate::{
    domain::{Message, Set},
    store,
};

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

async fn loaded(bench: &Bench, message: &Message) -> Set {
    let tx = bench.database().begin().await.unwrap();
    let set = store::load(&tx, &[message]).await.unwrap();
    tx.rollback().await.unwrap();
    set
}

fn read_back(inbound: &Inbound) -> Message {
    service().decode(inbound).unwrap().unwrap()
}

/// M9: a dispatch, a new order and a report of the hot item bring few rows; a step of giving it
/// out brings a page.
#[tokio::test]
async fn m9_a_hot_item_brings_a_bounded_number_of_rows() {
    let mut bench = crowd().await;
    let rows = |set: &Set| (set.orders.iter().count(), set.lines.iter().count());

    let new = body("PO-new", &[("WIDGET-1", "1")]);
    let new = bench.numbered(&OrderAccepted { order_id: id("PO-new"), order: new });
    assert_eq!(rows(&loaded(&bench, &read_back(&new)).await), (0, 0));

    let left = dispatch("PO-7", "EAST", "T-1", &[(1, "WIDGET-1", "1")]);
    let left = bench.numbered(&left);
    let set = loaded(&bench, &read_back(&left)).await;
    assert_eq!(rows(&set), (1, 2), "its own order alone");
    assert_eq!(set.queues.iter().count(), 1, "and not the order's other items");

    let payload = serde_json::to_vec(&adjustment("EAST", "R-2", "WIDGET-1", "-3")).unwrap();
    let less = bench.inbound(contracts::subject::ingress(&name("erp"), "stock"), payload);
    let set = loaded(&bench, &read_back(&less)).await;
    assert!(rows(&set).0 <= 256, "{}: those that may give way, by the page", rows(&set).0);

    let payload = serde_json::to_vec(&adjustment("EAST", "R-3", "WIDGET-1", "500")).unwrap();
    let more = bench.inbound(contracts::subject::ingress(&name("erp"), "stock"), payload);
    let set = loaded(&bench, &read_back(&more)).await;
    assert_eq!(rows(&set), (0, 0), "nobody loses by more");

    let sql = "UPDATE queues SET freed = TRUE WHERE sku = 'WIDGET-1'";
    sea_orm::ConnectionTrait::execute_unprepared(bench.database(), sql).await.unwrap();
    let tx = bench.database().begin().await.unwrap();
    let due = store::due(&tx, 256).await.unwrap();
    tx.rollback().await.unwrap();
    let set = loaded(&bench, &due[0]).await;
    assert!(rows(&set).0 <= 256, "{}", rows(&set).0);
    assert_eq!(set.queues.iter().count(), 1, "other items of those who wait stay free for others");
    assert_eq!(set.stock.iter().count(), 1);
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
