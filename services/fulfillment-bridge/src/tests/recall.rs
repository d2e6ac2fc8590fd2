//! Who was first: the warehouse, or the recall (contract, change and cancel).

use contracts::{
    Reason,
    document::ShipCancel,
    event::{ChangedLine, OrderChangeRequested, ShipmentCancelled},
};

use super::*;

#[tokio::test]
async fn what_has_not_left_is_taken_back_and_what_left_stands() {
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
async fn a_recall_that_comes_too_late_takes_nothing_back() {
    let mut bench = ten_asked().await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("10"), true)).await;
    let late = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "10")])).await;
    assert!(late.outgoing.is_empty());
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
        })
        .await;
    let unwanted = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "9")])).await;
    assert_eq!(reason(&unwanted), Reason::CancelledByBuyer);
}
