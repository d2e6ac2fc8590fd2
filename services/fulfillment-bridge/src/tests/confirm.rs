//! Confirmations of warehouses (F3, F4, F5).

use contracts::{
    Reason,
    document::{Rejection, ShipCancel, ShipNotice},
    event::{ShipmentCovered, ShipmentDispatched, ShipmentShort},
};
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_confirmation_is_announced_then_noticed_then_acknowledged() {
    let mut bench = ten_asked().await;
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "9", "short_quantity": "1",
        "short_reason": "damaged"}]);
    let done = bench.document(&name("threepl"), &confirm("T-1", lines, true)).await;
    let shipment = east();
    assert_eq!(
        done.subjects(),
        [
            format!("events.shipment.dispatched.v1.{shipment}"),
            "egress.acme.ship-notice.v1".to_owned(),
            format!("events.shipment.short.v1.{shipment}"),
            "egress.threepl.ship-confirm-ack.v1".to_owned(),
        ]
    );
    let short = &done.events::<ShipmentShort>()[0].lines[0];
    assert_eq!(
        (short.quantity.to_string(), short.reason.as_deref()),
        ("1".into(), Some("damaged"))
    );
    assert!(!short.nothing_shipped);
    let notice = &done.documents::<ShipNotice>(&name("acme"))[0];
    assert_eq!(notice.lines, done.events::<ShipmentDispatched>()[0].lines);
    assert_eq!(figures(&bench).await, ["10", "9", "1", "0"]);
}

#[tokio::test]
async fn f3_the_same_confirmation_again_gets_the_same_answer_and_nothing_else() {
    let mut bench = ten_asked().await;
    let threepl = name("threepl");
    let first = bench.document(&threepl, &confirm("T-1", widgets("10"), true)).await;
    let mut resent =
        confirm("T-1", json!([{"line": 1, "sku": "WIDGET-1", "quantity": 10.0}]), true);
    resent.document_id = Some("again".parse().unwrap());
    let second = bench.document(&threepl, &resent).await;
    assert_eq!(second.subjects(), ["egress.threepl.ship-confirm-ack.v1"]);
    assert_eq!(acks(&second), acks(&first));
    assert_eq!(figures(&bench).await, ["10", "10", "0", "0"]);
}

#[tokio::test]
async fn f3_other_content_under_a_confirmation_id_is_refused() {
    let mut bench = ten_asked().await;
    let threepl = name("threepl");
    bench.document(&threepl, &confirm("T-1", widgets("4"), false)).await;
    let other = bench.document(&threepl, &confirm("T-1", widgets("5"), false)).await;
    let rejection = &other.documents::<Rejection>(&threepl)[0];
    assert_eq!(rejection.reasons[0].code, Reason::ConflictingConfirmation);
    assert_eq!((rejection.key.as_deref(), other.outgoing.len()), (Some("T-1"), 1));
    assert_eq!(figures(&bench).await, ["10", "4", "0", "0"]);
}

#[test]
fn f3_several_confirmations_add_up() {
    let mut scenario = ten_requested();
    let threepl = name("threepl");
    let part = scenario.document(&threepl, &confirm("T-1", widgets("4"), false));
    assert!(part.events::<ShipmentShort>().is_empty());
    let rest = scenario.document(&threepl, &confirm("T-2", widgets("6"), true));
    assert!(rest.events::<ShipmentShort>().is_empty());
    assert!(rest.events::<ShipmentDispatched>()[0].is_final);
    assert_eq!(totals(&scenario), ["10", "10", "0", "0"]);
}

#[test]
fn f4_what_a_final_confirmation_does_not_mention_is_short() {
    let lines = [("EAST", 1, "WIDGET-1", "10"), ("EAST", 2, "WIDGET-2", "4")];
    let mut scenario = requested(&lines);
    let done = scenario.document(&name("threepl"), &confirm("T-1", widgets("7"), true));
    let short = &done.events::<ShipmentShort>()[0].lines;
    let short: Vec<_> =
        short.iter().map(|it| (it.line, it.quantity.to_string(), it.nothing_shipped)).collect();
    assert_eq!(short, [(1, "3".to_owned(), false), (2, "4".to_owned(), true)]);
}

#[test]
fn f4_a_line_of_which_an_earlier_confirmation_shipped_is_not_one_of_which_nothing_left() {
    let mut scenario = ten_requested();
    let threepl = name("threepl");
    scenario.document(&threepl, &confirm("T-1", widgets("4"), false));
    let last = scenario.document(&threepl, &confirm("T-2", widgets("0"), true));
    assert!(last.events::<ShipmentDispatched>().is_empty());
    let short = &last.events::<ShipmentShort>()[0].lines[0];
    assert_eq!((short.quantity.to_string(), short.nothing_shipped), ("6".to_owned(), false));
    assert_eq!(acks(&last)[0].lines[0].quantity.to_string(), "0");
}

#[test]
fn f4_a_declared_short_leaves_the_rest_open() {
    let mut scenario = ten_requested();
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "2", "short_quantity": "3"}]);
    let done = scenario.document(&name("threepl"), &confirm("T-1", lines, false));
    assert_eq!(done.events::<ShipmentShort>()[0].lines[0].quantity.to_string(), "3");
    assert_eq!(totals(&scenario), ["10", "2", "3", "0"]);
}

#[test]
fn f4_what_is_sourced_again_is_asked_again_and_the_books_still_add_up() {
    let mut scenario = ten_requested();
    scenario.document(&name("threepl"), &confirm("T-1", widgets("7"), true));
    scenario.event(&reserved(&[("WEST", 1, "WIDGET-1", "3")]));
    assert_eq!(totals(&scenario), ["13", "7", "3", "0"]);
}

/// F5: units above the request count as requested when they leave, so that an open request
/// elsewhere stays visible.
#[tokio::test]
async fn f5_what_leaves_above_the_request_is_dispatched_and_hides_no_open_request() {
    let mut bench = asked(&[("EAST", 1, "WIDGET-1", "6"), ("WEST", 1, "WIDGET-1", "3")]).await;
    let done = bench.document(&name("threepl"), &confirm("T-1", widgets("7"), true)).await;
    assert_eq!(done.events::<ShipmentDispatched>()[0].lines[0].quantity.to_string(), "7");
    assert!(done.events::<ShipmentShort>().is_empty());
    assert_eq!(figures(&bench).await, ["10", "7", "0", "0"]);
    let status = status(&bench).await;
    assert_eq!(status.shipments[0].lines[0].requested.to_string(), "6");
}

/// F5: to allocation a warehouse's reservation of a line is one, whichever shipment asked for it.
#[tokio::test]
async fn f5_a_surplus_consumes_what_the_same_warehouse_was_asked_for_elsewhere() {
    let mut bench = asked(&[("EAST", 1, "WIDGET-1", "6")]).await;
    bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "3")])).await;
    let threepl = name("threepl");
    let surplus = bench.document(&threepl, &confirm("T-1", widgets("7"), true)).await;
    assert_eq!(figures(&bench).await, ["9", "7", "0", "0"]);
    let second = shipment_id(order_id(), &"EAST".parse().unwrap(), 2);
    // The warehouse is told not to send again what it has sent.
    let covered = &surplus.events::<ShipmentCovered>()[0];
    assert_eq!((covered.shipment_id, covered.covered_by), (second, east()));
    let told = &surplus.documents::<ShipCancel>(&threepl)[0];
    assert_eq!((told.shipment_id, told.reason), (second, Reason::AlreadyDispatched));
    assert_eq!(told.lines[0].quantity.to_string(), "1");
    let rest = ShipConfirm { shipment_id: second, ..confirm("T-1", widgets("2"), true) };
    let done = bench.document(&threepl, &rest).await;
    assert!(done.events::<ShipmentShort>().is_empty(), "{:?}", done.subjects());
    assert_eq!(figures(&bench).await, ["9", "9", "0", "0"]);
}

/// Each shipment that is covered has a document of its own.
#[tokio::test]
async fn f5_a_surplus_may_cover_several_shipments() {
    let mut bench = asked(&[("EAST", 1, "WIDGET-1", "6")]).await;
    for _ in 0..2 {
        bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "2")])).await;
    }
    let surplus = bench.document(&name("threepl"), &confirm("T-1", widgets("9"), true)).await;
    let told = surplus.documents::<ShipCancel>(&name("threepl"));
    let quantities: Vec<_> = told.iter().map(|it| it.lines[0].quantity.to_string()).collect();
    assert_eq!(quantities, ["2", "1"]);
    let documents = surplus.outgoing.iter().filter(|it| it.subject.contains("ship-cancel"));
    let ids: std::collections::BTreeSet<_> = documents.map(|it| it.id.clone()).collect();
    assert_eq!(ids.len(), 2);
}

#[test]
fn f5_what_leaves_above_the_tolerance_is_recorded() {
    let mut scenario = ten_requested();
    let over =
        |scenario: &Scenario<FulfillmentBridge>| totals_of(scenario).over_shipped.to_string();
    let threepl = name("threepl");
    scenario.document(&threepl, &confirm("T-1", widgets("11"), true));
    assert_eq!(over(&scenario), "0");
    let late = scenario.document(&threepl, &confirm("T-2", widgets("2.5"), false));
    assert_eq!(late.events::<ShipmentDispatched>()[0].lines[0].quantity.to_string(), "2.5");
    assert_eq!(over(&scenario), "2.5");
    assert_eq!(totals(&scenario), ["13.5", "13.5", "0", "0"]);
}

#[test]
fn f5_a_unit_found_after_the_final_confirmation_left_all_the_same() {
    let mut scenario = ten_requested();
    let threepl = name("threepl");
    scenario.document(&threepl, &confirm("T-1", widgets("9"), true));
    let found = scenario.document(&threepl, &confirm("T-2", widgets("1"), true));
    assert_eq!(found.events::<ShipmentDispatched>().len(), 1);
    assert!(found.events::<ShipmentShort>().is_empty());
    assert_eq!(totals(&scenario), ["11", "10", "1", "0"]);
}
