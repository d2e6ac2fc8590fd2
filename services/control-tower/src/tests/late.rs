//! Orders and shipments that are late, by the configured times.

use contracts::event::{
    ExceptionKind, ExceptionRaised, ExceptionResolved, InventoryBackordered, InventoryReserved,
    OrderAccepted, OrderChanged, OrderHeld, ShipmentCancelled, ShipmentCovered, ShipmentDispatched,
    ShipmentRefused, ShipmentRequested, ShipmentShort,
};
use jiff::{Span, ToSpan};
use serde_json::{Value, json};
use testkit::Scenario;

use super::{order_id, samples::*, scenario};
use crate::{
    ControlTower,
    domain::case::{Case, State},
    handlers::open_overdue::Overdue,
};

pub(super) const TEN: [(u32, &str, u32); 1] = [(1, "WIDGET-1", 10)];

/// Lets time pass. Returns the exceptions that are raised in it.
pub(super) fn pass(tower: &mut Scenario<ControlTower>, span: Span) -> Vec<ExceptionRaised> {
    tower.now = tower.now.checked_add(span).unwrap();
    let now = tower.now;
    let is_due = |case: &&Case| case.state == State::Pending && case.opens_at <= now;
    let mut due: Vec<Case> = tower.work.cases.iter().filter(is_due).cloned().collect();
    due.sort_by_key(|case| case.opens_at);
    due.iter().flat_map(|case| tower.due(Overdue::of(case)).events()).collect()
}

pub(super) fn kinds(raised: &[ExceptionRaised]) -> Vec<ExceptionKind> {
    raised.iter().map(|raised| raised.kind).collect()
}

/// An order of ten widgets, all of them asked of EAST.
fn asked() -> Scenario<ControlTower> {
    let mut tower = scenario();
    tower.event(&order::<OrderAccepted>(0)).outputs();
    tower.event(&reserved::<InventoryReserved>(&TEN)).outputs();
    tower.event(&shipped::<ShipmentRequested>(1, &TEN)).outputs();
    tower
}

pub(super) fn dated(day: &str) -> OrderAccepted {
    let mut accepted = order::<OrderAccepted>(0);
    accepted.order.requested_ship_date = Some(day.parse().unwrap());
    accepted
}

#[test]
fn f6_a_warehouse_that_answers_in_time_for_all_of_it_is_no_exception() {
    let mut tower = asked();
    tower.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 4)])).outputs();
    let told = tower.event(&short::<ShipmentShort>(1, 1, "WIDGET-1", 3));
    assert_eq!(kinds(&told.events()), [ExceptionKind::ShipmentShort]);
    tower.event(&taken_back::<ShipmentCancelled>(1, 2)).outputs();
    tower.event(&taken_back::<ShipmentCovered>(1, 1)).outputs();
    let late = pass(&mut tower, 25.hours());
    assert!(late.is_empty(), "{late:?}");
}

/// Goods that are to leave next week are not late tomorrow.
#[test]
fn f6_a_warehouse_has_its_time_from_the_ship_date_on() {
    let mut tower = scenario();
    tower.event(&dated("2026-03-10")).outputs();
    let mut requested = shipped::<ShipmentRequested>(1, &TEN);
    requested.requested_ship_date = Some("2026-03-10".parse().unwrap());
    tower.event(&requested).outputs();
    tower.now = "2026-03-10T23:59:59Z".parse().unwrap();
    assert!(pass(&mut tower, 0.seconds()).is_empty());
    let late = pass(&mut tower, 1.second());
    assert_eq!(kinds(&late), [ExceptionKind::OrderLate, ExceptionKind::ShipmentLate]);
}

#[test]
fn an_order_with_another_ship_date_is_late_on_that() {
    let mut tower = scenario();
    tower.event(&dated("2026-03-04")).outputs();
    let mut changed = order::<OrderChanged>(0);
    changed.order.requested_ship_date = Some("2026-03-05".parse().unwrap());
    tower.event(&changed).outputs();
    tower.now = "2026-03-05T00:00:00Z".parse().unwrap();
    assert!(pass(&mut tower, 0.seconds()).is_empty());
    assert_eq!(pass(&mut tower, 24.hours()).len(), 1);
    changed.order.requested_ship_date = Some("2026-03-20".parse().unwrap());
    let later = tower.event(&changed);
    assert_eq!(later.events::<ExceptionResolved>().len(), 1);
    assert_eq!(kinds(&pass(&mut tower, 360.hours())), [ExceptionKind::OrderLate]);
}

#[test]
fn an_order_that_stands_still_is_late_until_something_happens() {
    let mut tower = scenario();
    tower.event(&order::<OrderAccepted>(0)).outputs();
    assert!(pass(&mut tower, 47.hours()).is_empty());
    tower.event(&reserved::<InventoryReserved>(&TEN)).outputs();
    assert!(pass(&mut tower, 47.hours()).is_empty(), "something happened");
    let late = pass(&mut tower, 1.hour());
    assert_eq!(kinds(&late), [ExceptionKind::OrderLate]);
    let told = "nothing has happened to PO-1 of acme since 2026-03-04T11:00:00Z; \
        10 × WIDGET-1 are to leave";
    assert_eq!(late[0].message, told);
    // The exception is an event of the order, but nothing happened to the order.
    tower.event(&late[0]).outputs();
    let asked = tower.event(&shipped::<ShipmentRequested>(1, &TEN));
    assert_eq!(asked.events::<ExceptionResolved>().len(), 1);
    assert_eq!(kinds(&pass(&mut tower, 24.hours())), [ExceptionKind::ShipmentLate]);
    assert_eq!(kinds(&pass(&mut tower, 24.hours())), [ExceptionKind::OrderLate]);
}

#[test]
fn an_order_that_only_waits_for_stock_or_for_a_decision_is_not_late() {
    let mut tower = scenario();
    tower.event(&order::<OrderHeld>(0)).outputs();
    assert!(pass(&mut tower, 100.hours()).is_empty());
    tower.event(&order::<OrderAccepted>(0)).outputs();
    tower.event(&quantities::<InventoryBackordered>(&TEN)).outputs();
    assert!(pass(&mut tower, 49.hours()).is_empty());
    assert!(pass(&mut tower, 49.hours()).is_empty());
    tower.event(&reserved::<InventoryReserved>(&TEN)).outputs();
    assert_eq!(kinds(&pass(&mut tower, 49.hours())), [ExceptionKind::OrderLate]);
}

/// F2: a confirmation that is taken accounts for the shipment, even if nothing is there.
#[test]
fn f2_a_refused_confirmation_needs_nobody_when_another_says_that_the_rest_is_short() {
    let mut tower = asked();
    tower.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 9)])).outputs();
    let refused: ShipmentRefused = of_shipment(1, json!({"code": "not_on_shipment"}));
    let raised = tower.event(&refused).events::<ExceptionRaised>();
    assert_eq!(kinds(&raised), [ExceptionKind::ShipmentRefused]);
    let taken = tower.event(&short::<ShipmentShort>(1, 1, "WIDGET-1", 1));
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
