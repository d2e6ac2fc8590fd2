//! Confirmations that are not taken (F2).

use contracts::{
    Reason,
    document::Rejection,
    event::{ShipmentDispatched, ShipmentRefused},
};
use serde_json::json;

use super::*;

fn refusal(outcome: &impl Sent, partner: &str) -> (Vec<ShipmentRefused>, Rejection) {
    let rejections = outcome.all_documents::<Rejection>(partner);
    assert_eq!(rejections.len(), 1, "{outcome:?}");
    (outcome.all_events(), rejections.into_iter().next().unwrap())
}

#[tokio::test]
async fn f2_an_unknown_shipment_waits_and_is_then_refused() {
    let mut bench = mesh_of_partners().await;
    let threepl = name("threepl");
    let waits = bench.document(&threepl, &confirm("T-1", widgets("1"), true)).await;
    assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
    let (events, rejection) = refusal(&after_waiting(&mut bench).await, "threepl");
    assert_eq!(rejection.reasons[0].code, Reason::UnknownShipment);
    assert_eq!((events[0].code, events[0].order_id), (Reason::UnknownShipment, None));
}

#[tokio::test]
async fn m5_a_confirmation_that_overtakes_its_shipment_is_taken_when_that_comes() {
    let mut bench = mesh_of_partners().await;
    bench.event(&accepted()).await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("10"), true)).await;
    let came = bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])).await;
    assert_eq!(acks(&came).len(), 1, "{:?}", came.subjects());
}

/// Otherwise the rest of a unit that cannot be parted would be waited for, for ever.
#[tokio::test]
async fn f2_a_fraction_of_what_comes_in_whole_units_is_refused_whoever_says_it() {
    let mut bench = ten_asked().await;
    let item = |whole: bool| {
        let item: contracts::document::Item = document(json!({"sku": "WIDGET-1",
            "description": "Widget", "status": "active", "stock_uom": "EA", "whole_units": whole,
            "uoms": [], "tax_category": "standard", "unit_cost": "1", "substitutes": [],
            "codes": []}));
        contracts::event::ItemUpdated { sku: item.sku.clone(), item }
    };
    bench.event(&item(true)).await;
    let parted = bench.document(&name("threepl"), &confirm("T-1", widgets("2.5"), false)).await;
    let (events, rejection) = refusal(&parted, "threepl");
    assert_eq!(rejection.reasons[0].code, Reason::FractionOfWholeUnit);
    assert_eq!(rejection.reasons[0].path, "lines[0].quantity");
    assert_eq!(events.len(), 1);
    let command = json!({"command_id": "C-1", "operator": "ann", "reason": "by telephone",
        "shipment_id": east(), "confirmation_id": "T-2", "shipped_at": "2026-03-03T15:00:00Z",
        "lines": widgets("2.5"), "final": false});
    let told = bench.command("fulfillment-bridge", "confirm-shipment", &command).await;
    assert!(told.events::<ShipmentDispatched>().is_empty(), "{:?}", told.subjects());
    assert_eq!(told.outgoing.len(), 1);
    bench.document(&name("threepl"), &confirm("T-3", widgets("3.0"), false)).await;
    assert_eq!(figures(&bench).await[1], "3");
    bench.event(&item(false)).await;
    bench.document(&name("threepl"), &confirm("T-4", widgets("0.5"), false)).await;
    assert_eq!(figures(&bench).await[1], "3.5");
}

/// F2, M10: a foreign shipment is answered like one that does not exist, and as late.
#[tokio::test]
async fn f2_a_foreign_shipment_is_answered_like_one_that_does_not_exist() {
    let mut bench = ten_asked().await;
    let waits = bench.document(&name("other"), &confirm("T-1", widgets("10"), true)).await;
    assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
    let foreign = after_waiting(&mut bench).await;
    let (events, rejection) = refusal(&foreign, "other");
    assert_eq!(rejection.reasons[0].code, Reason::UnknownShipment);
    assert_eq!(events[0].code, Reason::ForeignWarehouse);
    assert_eq!(events[0].order_id, Some(order_id()));
    let said = |outcome: &Outcome| {
        let document = outcome.outgoing.iter().find(|it| it.subject.contains("rejection")).unwrap();
        let names: Vec<_> = document.headers.keys().cloned().collect();
        (names, document.headers.get(contracts::header::CAUSATION).cloned().unwrap())
    };
    let nowhere = shipment_id(order_id(), &"NORTH".parse().unwrap(), 1);
    let unknown = ShipConfirm { shipment_id: nowhere, ..confirm("T-1", widgets("10"), true) };
    bench.document(&name("other"), &unknown).await;
    let unknown = after_waiting(&mut bench).await;
    let (one, other) = (said(&foreign), said(&unknown));
    assert_eq!(one.0, other.0, "no header tells them apart");
    assert!(one.1.starts_with("INGRESS_OTHER:") && other.1.starts_with("INGRESS_OTHER:"));
    assert_eq!(figures(&bench).await, ["10", "0", "0", "0"]);
}

#[tokio::test]
async fn f2_a_warehouse_that_the_operator_took_from_its_partner_does_not_speak() {
    let mut bench = ten_asked().await;
    bench.partner(partner("threepl", "warehouse", json!(["WEST"]))).await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("10"), true)).await;
    let (_, rejection) = refusal(&after_waiting(&mut bench).await, "threepl");
    assert_eq!(rejection.reasons[0].code, Reason::UnknownShipment);
}

#[test]
fn f2_every_line_that_is_not_on_the_shipment_is_told() {
    let mut scenario = ten_requested();
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1"},
        {"line": 1, "sku": "WIDGET-2", "quantity": "1"},
        {"line": 7, "sku": "WIDGET-1", "quantity": "1"}]);
    let refused = scenario.document(&name("threepl"), &confirm("T-1", lines, false));
    let (events, rejection) = refusal(&refused, "threepl");
    let paths: Vec<_> = rejection.reasons.iter().map(|reason| reason.path.as_str()).collect();
    assert_eq!(paths, ["lines[1]", "lines[2]"]);
    assert_eq!((events[0].code, events[0].lines.len()), (Reason::NotOnShipment, 3));
    assert_eq!(totals(&scenario), ["10", "0", "0", "0"]);
}

#[test]
fn f2_goods_that_left_after_the_cancel_are_neither_stock_nor_bill() {
    let mut scenario = ten_requested();
    scenario.event(&recalled(&[("EAST", 1, "WIDGET-1", "10")]));
    let threepl = name("threepl");
    let late = scenario.document(&threepl, &confirm("T-1", widgets("10"), true));
    let (events, rejection) = refusal(&late, "threepl");
    assert_eq!(rejection.reasons[0].code, Reason::ShippedAfterCancel);
    assert_eq!(events[0].code, Reason::ShippedAfterCancel);
    assert!(late.events::<ShipmentDispatched>().is_empty());
    let nothing = scenario.document(&threepl, &confirm("T-2", json!([]), true));
    let (events, _) = refusal(&nothing, "threepl");
    assert_eq!(events[0].code, Reason::ShipmentCancelled);
    assert_eq!(totals(&scenario), ["10", "0", "0", "10"]);
}

#[test]
fn f2_of_a_shipment_taken_back_in_part_the_rest_may_leave() {
    let mut scenario = ten_requested();
    scenario.event(&recalled(&[("EAST", 1, "WIDGET-1", "4")]));
    let threepl = name("threepl");
    let all = scenario.document(&threepl, &confirm("T-1", widgets("10"), true));
    assert_eq!(refusal(&all, "threepl").0[0].code, Reason::ShippedAfterCancel);
    let rest = scenario.document(&threepl, &confirm("T-2", widgets("6"), true));
    assert_eq!(acks(&rest).len(), 1);
    assert_eq!(totals(&scenario), ["10", "6", "0", "4"]);
}

#[test]
fn f2_the_same_refused_confirmation_again_is_answered_and_not_announced() {
    let mut scenario = ten_requested();
    let lines = json!([{"line": 9, "sku": "WIDGET-1", "quantity": "1"}]);
    let wrong = confirm("T-1", lines, false);
    let first = refusal(&scenario.document(&name("threepl"), &wrong), "threepl");
    let again = refusal(&scenario.document(&name("threepl"), &wrong), "threepl");
    assert_eq!((first.0.len(), again.0.len()), (1, 0));
    assert_eq!(first.1, again.1);
}

#[test]
fn a_quantity_that_no_column_holds_is_refused() {
    let mut scenario = ten_requested();
    let huge = confirm("T-1", widgets("999999999999"), false);
    let (events, _) = refusal(&scenario.document(&name("threepl"), &huge), "threepl");
    assert_eq!(events[0].code, Reason::InvalidValue);
}
