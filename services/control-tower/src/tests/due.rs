//! Late orders and shipments that are found in the database, each told once.

use contracts::event::{
    ExceptionKind, ExceptionRaised, ExceptionResolved, InventoryBackordered, InventoryReserved,
    OrderAccepted, ShipmentDispatched, ShipmentRequested,
};
use jiff::{Span, ToSpan};
use mesh::Inbound;
use testkit::Bench;

use super::{
    bench,
    late::{TEN, dated, kinds},
    order_id,
    samples::*,
};

/// Lets time pass. Returns the exceptions that are raised in it.
async fn pass(bench: &mut Bench, span: Span) -> Vec<ExceptionRaised> {
    bench.at(bench.now().checked_add(span).unwrap());
    bench.tick().await.events()
}

/// An order of ten widgets, all of them asked of EAST.
async fn asked() -> Bench {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(0)).await;
    bench.event(&reserved::<InventoryReserved>(&TEN)).await;
    bench.event(&shipped::<ShipmentRequested>(1, &TEN)).await;
    bench
}

#[tokio::test]
async fn f6_a_warehouse_that_does_not_answer_is_told_of_after_a_day_and_until_it_does() {
    let mut bench = asked().await;
    assert!(pass(&mut bench, 23.hours()).await.is_empty());
    let late = pass(&mut bench, 1.hour()).await;
    assert_eq!(kinds(&late), [ExceptionKind::ShipmentLate]);
    assert_eq!((late[0].order_id, &late[0].reference), (Some(order_id()), &shipment(1)));
    let told = "EAST has not said what became of 10 × WIDGET-1 for PO-1 of acme, \
        asked for at 2026-03-02T12:00:00Z";
    assert_eq!(late[0].message, told);
    assert!(pass(&mut bench, 1.hour()).await.is_empty(), "it is told once");
    let left = bench.event(&shipped::<ShipmentDispatched>(1, &TEN)).await;
    let settled = left.events::<ExceptionResolved>();
    assert_eq!((settled.len(), settled[0].case_id), (1, late[0].case_id));
}

#[tokio::test]
async fn f6_what_a_warehouse_has_not_accounted_for_is_told_at_its_latest() {
    let mut bench = asked().await;
    pass(&mut bench, 20.hours()).await;
    bench.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 9)])).await;
    let late = pass(&mut bench, 4.hours()).await;
    assert_eq!(kinds(&late), [ExceptionKind::ShipmentLate], "a part does not put it off");
    assert!(late[0].message.contains("1 × WIDGET-1 for PO-1"), "{}", late[0].message);
    let more = bench.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 1)])).await;
    assert_eq!(more.events::<ExceptionResolved>().len(), 1);
}

/// While the control tower works off the events of an outage, the next may settle a case.
#[tokio::test]
async fn f6_old_events_that_are_worked_off_make_nobody_late() {
    let mut bench = bench().await;
    let old: Vec<Inbound> = vec![
        bench.numbered(&order::<OrderAccepted>(0)),
        bench.numbered(&shipped::<ShipmentRequested>(1, &TEN)),
    ];
    bench.at(bench.now().checked_add(72.hours()).unwrap());
    bench.deliver(old).await;
    assert!(pass(&mut bench, 1.second()).await.is_empty());
    let late = pass(&mut bench, 10.seconds()).await;
    assert_eq!(late.len(), 2, "{late:?}");
}

#[tokio::test]
async fn an_order_is_late_when_its_ship_date_is_over_until_all_has_left() {
    let mut bench = bench().await;
    bench.event(&dated("2026-03-04")).await;
    bench.event(&quantities::<InventoryBackordered>(&TEN)).await;
    bench.at("2026-03-04T23:59:59Z".parse().unwrap());
    assert!(pass(&mut bench, 0.seconds()).await.is_empty());
    let late = pass(&mut bench, 1.second()).await;
    assert_eq!(kinds(&late), [ExceptionKind::OrderLate]);
    let told = "PO-1 of acme should have left on 2026-03-04; 10 × WIDGET-1 are to leave";
    assert_eq!(late[0].message, told);
    let part = bench.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 9)])).await;
    assert!(part.events::<ExceptionResolved>().is_empty());
    let rest = bench.event(&shipped::<ShipmentDispatched>(2, &[(1, "WIDGET-1", 1)])).await;
    assert_eq!(rest.events::<ExceptionResolved>()[0].case_id, late[0].case_id);
}
