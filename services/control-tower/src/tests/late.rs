//! What does not get on in time: the time is what the configuration says, and it is told once.

use contracts::event::{
    ExceptionKind, ExceptionRaised, ExceptionResolved, InventoryBackordered, InventoryReserved,
    OrderAccepted, OrderChanged, OrderHeld, ShipmentCancelled, ShipmentCovered, ShipmentDispatched,
    ShipmentRefused, ShipmentRequested, ShipmentShort,
};
use jiff::{Span, ToSpan};
use mesh::Inbound;
use serde_json::{Value, json};
use testkit::Bench;

use super::{bench, order_id, samples::*};

const TEN: [(u32, &str, u32); 1] = [(1, "WIDGET-1", 10)];

/// Lets time pass; the exceptions that are told of in it.
async fn pass(bench: &mut Bench, span: Span) -> Vec<ExceptionRaised> {
    bench.at(bench.now().checked_add(span).unwrap());
    bench.tick().await.events()
}

fn kinds(raised: &[ExceptionRaised]) -> Vec<ExceptionKind> {
    raised.iter().map(|raised| raised.kind).collect()
}

/// An order of ten widgets, all of them asked of EAST.
async fn asked() -> Bench {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(0)).await;
    bench.event(&reserved::<InventoryReserved>(&TEN)).await;
    bench.event(&shipped::<ShipmentRequested>(1, &TEN)).await;
    bench
}

fn dated(day: &str) -> OrderAccepted {
    let mut accepted = order::<OrderAccepted>(0);
    accepted.order.requested_ship_date = Some(day.parse().unwrap());
    accepted
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
async fn f6_a_warehouse_that_answers_in_time_for_all_of_it_is_no_exception() {
    let mut bench = asked().await;
    bench.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 4)])).await;
    let told = bench.event(&short::<ShipmentShort>(1, 1, "WIDGET-1", 3)).await;
    assert_eq!(kinds(&told.events()), [ExceptionKind::ShipmentShort]);
    bench.event(&taken_back::<ShipmentCancelled>(1, 2)).await;
    bench.event(&taken_back::<ShipmentCovered>(1, 1)).await;
    let late = pass(&mut bench, 25.hours()).await;
    assert!(late.is_empty(), "{late:?}");
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

/// Goods that are to leave next week are not late tomorrow.
#[tokio::test]
async fn f6_a_warehouse_has_its_time_from_the_ship_date_on() {
    let mut bench = bench().await;
    bench.event(&dated("2026-03-10")).await;
    let mut requested = shipped::<ShipmentRequested>(1, &TEN);
    requested.requested_ship_date = Some("2026-03-10".parse().unwrap());
    bench.event(&requested).await;
    bench.at("2026-03-10T23:59:59Z".parse().unwrap());
    assert!(pass(&mut bench, 0.seconds()).await.is_empty());
    let late = pass(&mut bench, 1.second()).await;
    assert_eq!(kinds(&late), [ExceptionKind::OrderLate, ExceptionKind::ShipmentLate]);
}

/// While the control tower works off what happened in an outage, what settles a case may be next.
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

#[tokio::test]
async fn an_order_with_another_ship_date_is_late_on_that() {
    let mut bench = bench().await;
    bench.event(&dated("2026-03-04")).await;
    let mut changed = order::<OrderChanged>(0);
    changed.order.requested_ship_date = Some("2026-03-05".parse().unwrap());
    bench.event(&changed).await;
    bench.at("2026-03-05T00:00:00Z".parse().unwrap());
    assert!(pass(&mut bench, 0.seconds()).await.is_empty());
    assert_eq!(pass(&mut bench, 24.hours()).await.len(), 1);
    changed.order.requested_ship_date = Some("2026-03-20".parse().unwrap());
    let later = bench.event(&changed).await;
    assert_eq!(later.events::<ExceptionResolved>().len(), 1);
    assert_eq!(kinds(&pass(&mut bench, 360.hours()).await), [ExceptionKind::OrderLate]);
}

#[tokio::test]
async fn an_order_that_stands_still_is_late_until_something_happens() {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(0)).await;
    assert!(pass(&mut bench, 47.hours()).await.is_empty());
    bench.event(&reserved::<InventoryReserved>(&TEN)).await;
    assert!(pass(&mut bench, 47.hours()).await.is_empty(), "something happened");
    let late = pass(&mut bench, 1.hour()).await;
    assert_eq!(kinds(&late), [ExceptionKind::OrderLate]);
    let told = "nothing has happened to PO-1 of acme since 2026-03-04T11:00:00Z; \
        10 × WIDGET-1 are to leave";
    assert_eq!(late[0].message, told);
    // That it is late is told as an event of the order, and is nothing that happened to it.
    bench.event(&late[0]).await;
    let asked = bench.event(&shipped::<ShipmentRequested>(1, &TEN)).await;
    assert_eq!(asked.events::<ExceptionResolved>().len(), 1);
    assert_eq!(kinds(&pass(&mut bench, 24.hours()).await), [ExceptionKind::ShipmentLate]);
    assert_eq!(kinds(&pass(&mut bench, 24.hours()).await), [ExceptionKind::OrderLate]);
}

#[tokio::test]
async fn an_order_that_only_waits_for_stock_or_for_a_decision_is_not_late() {
    let mut bench = bench().await;
    bench.event(&order::<OrderHeld>(0)).await;
    assert!(pass(&mut bench, 100.hours()).await.is_empty());
    bench.event(&order::<OrderAccepted>(0)).await;
    bench.event(&quantities::<InventoryBackordered>(&TEN)).await;
    assert!(pass(&mut bench, 49.hours()).await.is_empty());
    assert!(pass(&mut bench, 49.hours()).await.is_empty());
    bench.event(&reserved::<InventoryReserved>(&TEN)).await;
    assert_eq!(kinds(&pass(&mut bench, 49.hours()).await), [ExceptionKind::OrderLate]);
}

/// F2: a confirmation that is taken says what became of the shipment, be it that nothing is there.
#[tokio::test]
async fn f2_a_refused_confirmation_needs_nobody_when_another_says_that_the_rest_is_short() {
    let mut bench = asked().await;
    bench.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 9)])).await;
    let refused: ShipmentRefused = of_shipment(1, json!({"code": "not_on_shipment"}));
    let raised = bench.event(&refused).await.events::<ExceptionRaised>();
    assert_eq!(kinds(&raised), [ExceptionKind::ShipmentRefused]);
    let taken = bench.event(&short::<ShipmentShort>(1, 1, "WIDGET-1", 1)).await;
    let settled = taken.events::<ExceptionResolved>();
    assert!(settled.iter().any(|settled| settled.case_id == raised[0].case_id), "{settled:?}");
}

/// Widgets of a shipment that will not leave with it.
fn taken_back<E: contracts::Event>(number: u8, quantity: u32) -> E {
    let line = json!({"line": 1, "sku": "WIDGET-1", "quantity": quantity.to_string()});
    of_shipment(number, json!({"lines": [line], "reason": "cancelled_by_buyer"}))
}

fn of_shipment<E: contracts::Event>(number: u8, more: Value) -> E {
    let mut all = json!({"shipment_id": shipment(number), "order_id": order_id(),
        "partner": "acme", "po_number": "PO-1", "warehouse_id": "EAST", "confirmation_id": "T-9",
        "covered_by": shipment(9), "lines": []});
    let fields = all.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    serde_json::from_value(all).unwrap()
}
