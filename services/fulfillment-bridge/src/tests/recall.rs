//! Who was first: the warehouse, or the recall (contract, change and cancel).

use contracts::{
    Reason,
    document::ShipCancel,
    event::{ChangedLine, OrderChangeRequested, ShipmentCancelled, ShipmentDispatched},
};

use super::*;

#[tokio::test]
async fn o8_what_has_not_left_is_taken_back_and_what_left_stands() {
    let mut bench = ten_asked().await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("4"), false)).await;
    let done = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "10")])).await;
    let cancelled = &done.events::<ShipmentCancelled>()[0];
    assert_eq!(cancelled.lines[0].quantity.to_string(), "6");
    let told = &done.documents::<ShipCancel>(&name("threepl"))[0];
    assert_eq!((&told.lines, told.reason), (&cancelled.lines, Reason::OutOfStock));
    assert_eq!(figures(&bench).await, ["10", "4", "0", "6"]);
}

#[tokio::test]
async fn o8_a_recall_that_comes_too_late_takes_nothing_back() {
    let mut bench = ten_asked().await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("10"), true)).await;
    let late = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "10")])).await;
    assert!(late.outgoing.is_empty());
}

/// O8: the recall was first: the warehouse may not ship what it was told not to, but the rest.
#[tokio::test]
async fn o8_a_recall_that_comes_first_stands() {
    let mut bench = ten_asked().await;
    bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "6")])).await;
    let late = bench.document(&name("threepl"), &confirm("T-1", widgets("10"), true)).await;
    assert!(late.events::<ShipmentDispatched>().is_empty());
    let rest = bench.document(&name("threepl"), &confirm("T-2", widgets("4"), true)).await;
    assert_eq!(rest.events::<ShipmentDispatched>().len(), 1);
    assert_eq!(figures(&bench).await, ["10", "4", "0", "6"]);
}

/// M1: the same recall again takes nothing more.
#[tokio::test]
async fn m1_a_recall_counts_what_is_open_only() {
    let mut bench = ten_asked().await;
    let first = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "10")])).await;
    assert_eq!(first.events::<ShipmentCancelled>().len(), 1);
    assert!(bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "10")])).await.outgoing.is_empty());
}

#[tokio::test]
async fn the_newest_reservation_gives_first() {
    let mut bench = ten_asked().await;
    bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "3")])).await;
    let done = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "5")])).await;
    let cancelled = done.events::<ShipmentCancelled>();
    let quantities: Vec<_> = cancelled.iter().map(|it| it.lines[0].quantity.to_string()).collect();
    assert_eq!(quantities, ["3", "2"]);
    assert_eq!(cancelled[1].shipment_id, east());
    assert_eq!(done.documents::<ShipCancel>(&name("threepl")).len(), 2);
}

#[tokio::test]
async fn the_warehouse_is_told_why() {
    let mut bench = ten_asked().await;
    let reason = |outcome: &Outcome| outcome.events::<ShipmentCancelled>()[0].reason;
    let short = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "1")])).await;
    assert_eq!(reason(&short), Reason::OutOfStock);
    bench.event(&warehouse("EAST", "closed")).await;
    let closed = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "1")])).await;
    assert_eq!(reason(&closed), Reason::WarehouseClosed);
    let change = ChangedLine {
        line: 1,
        sku: "WIDGET-1".parse().unwrap(),
        from: "10".parse().unwrap(),
        to: "0".parse().unwrap(),
    };
    bench
        .event(&OrderChangeRequested {
            order_id: order_id(),
            partner: name("acme"),
            po_number: PoNumber::new("PO-1").unwrap(),
            change_number: None,
            lines: vec![change],
            reason: Reason::CancelAfterPassed,
        })
        .await;
    let unwanted = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "8")])).await;
    assert_eq!(reason(&unwanted), Reason::CancelAfterPassed);
}

/// F5: another warehouse has sent what this one was asked for.
#[tokio::test]
async fn f5_a_warehouse_that_is_not_needed_any_more_is_told_why() {
    let mut bench = asked(&[("EAST", 1, "WIDGET-1", "6"), ("WEST", 1, "WIDGET-1", "4")]).await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("8"), true)).await;
    let done = bench.event(&recalled(&[("WEST", 1, "WIDGET-1", "2")])).await;
    assert_eq!(done.events::<ShipmentCancelled>()[0].reason, Reason::AlreadyDispatched);
}
