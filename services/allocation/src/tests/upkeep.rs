//! Rule A1 looked at again and again, and rule M9: what is not needed any more goes.

use jiff::SignedDuration;
use mesh::row::Row;
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::*;
use crate::{
    domain::{
        order::Handled,
        report::{Adjustment, Transfer},
        reservation::Entry,
        stock::Movement,
    },
    store::Audit,
};

/// Adds everything up once, and says how many differences there are.
async fn differences(bench: &Bench) -> i64 {
    let tx = bench.database().begin().await.unwrap();
    let mut audit = Audit::default();
    while !audit.step(&tx).await.unwrap() {}
    tx.rollback().await.unwrap();
    audit.differences()
}

async fn break_it(bench: &Bench, sql: &str) {
    bench.database().execute_unprepared(sql).await.unwrap();
}

async fn rows<R: Row>(bench: &Bench) -> Vec<R> {
    row::fetch(bench.database(), &row::select::<R>()).await.unwrap()
}

#[tokio::test]
async fn a1_what_does_not_add_up_is_found_whichever_book_is_wrong() {
    let wrongs = [
        "UPDATE stock SET reserved = reserved - 1000000",
        "UPDATE reservations SET quantity = quantity + 1",
        "DELETE FROM ledger WHERE number = 1 AND order_id = (SELECT MIN(order_id) FROM ledger)",
        "UPDATE lines SET reserved = 0 WHERE order_id = (SELECT MIN(order_id) FROM lines)",
        "DELETE FROM reservations WHERE order_id = (SELECT MIN(order_id) FROM reservations)",
    ];
    for wrong in wrongs {
        let mut bench = bench().await;
        receive(&mut bench, "EAST", "R-1", "WIDGET-1", "700").await;
        let orders: Vec<_> = (0..300)
            .map(|n| body(&format!("PO-{n}"), &[("WIDGET-1", "2")]))
            .map(|order| OrderAccepted {
                order_id: OrderId::of(&order.partner, &order.po_number),
                order,
            })
            .collect();
        let batch = orders.iter().map(|order| bench.numbered(order)).collect();
        bench.deliver(batch).await;
        bench.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "1")])).await;
        assert_eq!(differences(&bench).await, 0);
        break_it(&bench, wrong).await;
        assert!(differences(&bench).await > 0, "{wrong}");
    }
}

async fn days_later(bench: &mut Bench, days: i64) {
    for _ in 0..2 {
        bench.at(bench.now() + SignedDuration::from_hours(12 * days));
        bench.tick().await;
    }
}

/// M9, A7: movements go after forty days; a count from before the last of them is not taken, one
/// from after it is.
#[tokio::test]
async fn m9_old_movements_are_folded_and_no_count_is_added_up_without_them() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    receive(&mut bench, "EAST", "R-2", "WIDGET-1", "2").await;
    days_later(&mut bench, 38).await;
    assert_eq!(rows::<Movement>(&bench).await.len(), 2);
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "1"}]);
    let late = count("EAST", 1, "2026-03-02T11:00:00Z", lines.clone());
    bench.document(&name("threepl"), &late).await;
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "8", "they are still known");
    days_later(&mut bench, 4).await;
    assert!(rows::<Movement>(&bench).await.is_empty());
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "8");
    let late = count("EAST", 2, "2026-03-02T11:00:00Z", lines.clone());
    let refused = bench.document(&name("threepl"), &late).await;
    let refused = refused.documents::<document::Rejection>(&name("threepl"));
    let reason = &refused[0].reasons[0];
    assert_eq!((reason.code, reason.path.as_str()), (Reason::StaleSnapshot, "lines[0].sku"));
    let after = count("EAST", 2, "2026-03-02T13:00:00Z", lines);
    bench.document(&name("threepl"), &after).await;
    assert_eq!(there(&bench, "EAST", "WIDGET-1").await.0, "1");
}

/// M9, A1: the ledger of a closed order becomes one row; that of an open one stays as it is.
#[tokio::test]
async fn m9_the_ledger_of_a_closed_order_becomes_one_row_that_adds_up_to_the_same() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "20").await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "10")])).await;
    accept(&mut bench, body("PO-2", &[("WIDGET-1", "10")])).await;
    for (confirmation, quantity) in [("T-1", "4"), ("T-2", "6")] {
        bench.event(&dispatch("PO-1", "EAST", confirmation, &[(1, "WIDGET-1", quantity)])).await;
    }
    bench.event(&dispatch("PO-2", "EAST", "T-3", &[(1, "WIDGET-1", "1")])).await;
    days_later(&mut bench, 88).await;
    assert_eq!(rows::<Entry>(&bench).await.len(), 5);
    days_later(&mut bench, 4).await;
    let entries = rows::<Entry>(&bench).await;
    let of = |po: &str| entries.iter().filter(|it| it.order_id == id(po)).collect::<Vec<_>>();
    assert_eq!((of("PO-1").len(), of("PO-2").len()), (1, 2));
    let one = of("PO-1")[0];
    assert!(one.folded && one.change.is_zero() && one.number == 3, "{one:?}");
    assert!(one.cause.contains("3 entries") && one.cause.contains("10 reserved"), "{one:?}");
    assert_eq!(differences(&bench).await, 0);
    // What leaves all the same is entered behind it.
    bench.event(&dispatch("PO-2", "EAST", "T-4", &[(1, "WIDGET-1", "9")])).await;
    assert_eq!(differences(&bench).await, 0);
}

/// M9: what was done once is forgotten when no stream can bring it again.
#[tokio::test]
async fn m9_what_cannot_come_again_is_forgotten() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "20").await;
    for (id, received) in [("X-1", true), ("X-2", false)] {
        let transfer: Stock = read(json!({"warehouse_id": "EAST", "kind": "transfer",
            "transfer_id": id, "to_warehouse_id": "WEST", "occurred_at": "2026-03-02T11:00:00Z",
            "lines": [{"sku": "WIDGET-1", "quantity": "1"}], "received": received}));
        bench.document(&name("threepl"), &transfer).await;
    }
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "5")])).await;
    bench.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "5")])).await;
    days_later(&mut bench, 38).await;
    assert_eq!(rows::<Handled>(&bench).await.len(), 1);
    days_later(&mut bench, 4).await;
    assert!(rows::<Handled>(&bench).await.is_empty());
    assert_eq!(rows::<Adjustment>(&bench).await.len(), 1);
    days_later(&mut bench, 400).await;
    assert!(rows::<Adjustment>(&bench).await.is_empty());
    let left: Vec<_> =
        rows::<Transfer>(&bench).await.into_iter().map(|it| it.transfer_id).collect();
    assert_eq!(left, ["X-2".parse().unwrap()], "what is on its way is not forgotten");
}
