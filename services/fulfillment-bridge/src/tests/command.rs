//! Commands: an operator acts in a warehouse's place (F7).

use contracts::{
    command::{CancelShipment, ConfirmShipment},
    document::{CommandResult, CommandStatus, ShipCancel, ShipNotice},
    event::{ShipmentCancelled, ShipmentDispatched},
};
use mesh::{command::Audit, row};
use serde_json::json;

use super::*;

fn confirm_shipment(id: &str, confirmation: &str, lines: Value) -> ConfirmShipment {
    let command = json!({"command_id": id, "operator": "me", "reason": "by telephone",
        "shipment_id": east(), "confirmation_id": confirmation,
        "shipped_at": "2026-03-03T15:00:00Z", "carrier": "UPS", "tracking_number": "1Z",
        "lines": lines, "final": true});
    serde_json::from_value(command).unwrap()
}

fn result(outcome: &Outcome) -> CommandResult {
    let results = outcome.outgoing.iter().filter(|it| it.subject.contains("command-result"));
    let results: Vec<_> = results.map(|it| serde_json::from_slice(&it.payload).unwrap()).collect();
    assert_eq!(results.len(), 1, "{:?}", outcome.subjects());
    results.into_iter().next().unwrap()
}

fn cancel_shipment(id: &str) -> CancelShipment {
    let command = json!({"command_id": id, "operator": "me", "reason": "fire",
        "shipment_id": east()});
    serde_json::from_value(command).unwrap()
}

/// The result of a command, in memory.
fn result_in(decided: &Decided) -> CommandResult {
    decided.to_operator().remove(0)
}

async fn run(bench: &mut Bench, command: &ConfirmShipment) -> Outcome {
    bench.command("fulfillment-bridge", "confirm-shipment", command).await
}

async fn cancel(bench: &mut Bench, id: &str) -> Outcome {
    bench.command("fulfillment-bridge", "cancel-shipment", &cancel_shipment(id)).await
}

#[tokio::test]
async fn f7_an_operators_confirmation_is_the_same_in_effect_and_carried_out_once() {
    let mut bench = ten_asked().await;
    let command = confirm_shipment("c-1", "T-1", widgets("9"));
    let done = run(&mut bench, &command).await;
    assert_eq!(result(&done).status, CommandStatus::Done);
    assert_eq!(done.events::<ShipmentDispatched>().len(), 1);
    assert_eq!(done.documents::<ShipNotice>(&name("acme")).len(), 1);
    assert_eq!(acks(&done).len(), 1);
    let again = run(&mut bench, &command).await;
    assert_eq!(again.subjects(), ["egress.operator.command-result.v1"]);
    let sent = bench.document(&name("threepl"), &confirm("T-1", widgets("9"), true)).await;
    assert_eq!(acks(&sent), acks(&done));
    assert_eq!(figures(&bench).await, ["10", "9", "1", "0"]);
}

#[test]
fn f7_what_was_shipped_after_the_cancel_follows_when_an_operator_accepts_it() {
    let mut scenario = ten_requested();
    scenario.event(&recalled(&[("EAST", 1, "WIDGET-1", "10")]));
    let threepl = name("threepl");
    scenario.document(&threepl, &confirm("T-1", widgets("10"), true));
    let done = scenario.command(&confirm_shipment("c-1", "T-1", widgets("10")));
    let event = &done.events::<ShipmentDispatched>()[0];
    assert_eq!(event.lines[0].quantity.to_string(), "10");
    assert_eq!(event.reinstated, event.lines, "all of it had been taken back");
    assert_eq!(totals(&scenario), ["20", "10", "0", "10"]);
    let resent = scenario.document(&threepl, &confirm("T-1", widgets("10"), true));
    assert_eq!(acks(&resent).len(), 1);
}

/// Units that were still wanted are not put back, nor those never asked for, nor any twice.
#[test]
fn f7_only_what_was_taken_back_counts_as_wanted_again() {
    let mut scenario = ten_requested();
    scenario.event(&recalled(&[("EAST", 1, "WIDGET-1", "4")]));
    let again = |outcome: &Decided| {
        let event = outcome.events::<ShipmentDispatched>().into_iter().next().unwrap();
        event.reinstated.iter().map(|line| line.quantity.to_string()).collect::<Vec<_>>()
    };
    let mut command = confirm_shipment("c-1", "T-1", widgets("9"));
    command.is_final = false;
    assert_eq!(again(&scenario.command(&command)), ["3"]);
    let more = scenario.command(&confirm_shipment("c-2", "T-2", widgets("5")));
    assert_eq!(again(&more), ["1"]);
    let over = scenario.command(&confirm_shipment("c-3", "T-3", widgets("5")));
    assert!(again(&over).is_empty());
}

#[test]
fn f7_an_item_that_was_not_asked_for_may_be_accepted_on_a_line_that_was_ordered() {
    let mut scenario = ten_requested();
    let lines = json!([{"line": 1, "sku": "WIDGET-9", "quantity": "10"}]);
    let done = scenario.command(&confirm_shipment("c-1", "T-1", lines));
    assert_eq!(done.events::<ShipmentDispatched>()[0].lines[0].sku.as_str(), "WIDGET-9");
    assert_eq!(totals(&scenario), ["20", "10", "10", "0"]);
    let lines = json!([{"line": 9, "sku": "WIDGET-1", "quantity": "1"}]);
    let refused = scenario.command(&confirm_shipment("c-2", "T-2", lines));
    assert_eq!(result_in(&refused).reasons[0].code.as_ref(), "unknown_line");
}

#[test]
fn f7_a_command_that_cannot_be_carried_out_says_why() {
    let mut scenario = ten_requested();
    scenario.command(&confirm_shipment("c-1", "T-1", widgets("9")));
    let other = scenario.command(&confirm_shipment("c-2", "T-1", widgets("8")));
    assert_eq!(result_in(&other).reasons[0].code.as_ref(), "conflicting_confirmation");
    let mut unknown = confirm_shipment("c-3", "T-3", widgets("1"));
    unknown.shipment_id = shipment_id(order_id(), &"EAST".parse().unwrap(), 99);
    let unknown = scenario.command(&unknown);
    assert_eq!(result_in(&unknown).reasons[0].code.as_ref(), "unknown_shipment");
    let late = scenario.command(&cancel_shipment("c-4"));
    assert_eq!(result_in(&late).reasons[0].code.as_ref(), "already_dispatched");
}

#[tokio::test]
async fn f7_an_operator_takes_back_what_is_open() {
    let mut bench = ten_asked().await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("4"), false)).await;
    let done = cancel(&mut bench, "c-1").await;
    assert_eq!(result(&done).status, CommandStatus::Done);
    let cancelled = &done.events::<ShipmentCancelled>()[0];
    assert_eq!(cancelled.lines[0].quantity.to_string(), "6");
    assert_eq!(cancelled.reason.as_ref(), "cancelled_by_operator");
    assert_eq!(done.documents::<ShipCancel>(&name("threepl")).len(), 1);
    assert_eq!(figures(&bench).await, ["10", "4", "0", "6"]);
}

/// The audit of a command, in one line.
async fn audited(bench: &Bench, command_id: &str) -> String {
    let rows: Vec<Audit> =
        row::find(bench.database(), "command_id", [command_id.to_owned()]).await.unwrap();
    let [kept] = rows.as_slice() else { panic!("{command_id}: {rows:?}") };
    assert_eq!(kept.body["shipment_id"], east().to_string(), "the whole command is kept");
    let why: Vec<String> = kept.result.reasons.iter().map(|it| it.code.to_string()).collect();
    let Audit { verb, operator, reason, carried_out_at, .. } = kept;
    let (status, why) = (kept.result.status, why.join(" "));
    format!("{verb} by {operator}, {reason}, {carried_out_at}: {status} {why}")
}

/// Done or refused, a command that comes again ships or takes back nothing more.
#[tokio::test]
async fn f7_a_command_is_kept_with_who_why_when_and_what_came_of_it_and_has_effect_once() {
    let mut bench = ten_asked().await;
    let confirms = |id: &str, confirmation: &str, quantity: &str| {
        let mut command = confirm_shipment(id, confirmation, widgets(quantity));
        command.is_final = false;
        serde_json::to_value(command).unwrap()
    };
    let cancels = |id: &str| json!({"command_id": id, "operator": "me", "reason": "fire", "shipment_id": east()});
    let cases = [
        ("confirm-shipment", confirms("c-1", "T-1", "4"), "by telephone", "done ", "0"),
        (
            "confirm-shipment",
            confirms("c-2", "T-1", "5"),
            "by telephone",
            "refused conflicting_confirmation",
            "0",
        ),
        ("cancel-shipment", cancels("c-3"), "fire", "done ", "6"),
        ("cancel-shipment", cancels("c-4"), "fire", "refused already_dispatched", "6"),
    ];
    for (minute, (verb, body, reason, became, cancelled)) in cases.iter().enumerate() {
        let id = body["command_id"].as_str().unwrap();
        let at = |hour| format!("2026-03-05T{hour}:{minute:02}:00Z");
        bench.at(at(13).parse().unwrap());
        let first = bench.command("fulfillment-bridge", verb, body).await;
        let wanted = format!("{verb} by me, {reason}, {}: {became}", at(13));
        assert_eq!(audited(&bench, id).await, wanted);
        let stands = figures(&bench).await;
        assert_eq!(stands, ["10", "4", "0", cancelled]);
        bench.at(at(14).parse().unwrap());
        let again = bench.command("fulfillment-bridge", verb, body).await;
        assert_eq!(again.subjects(), ["egress.operator.command-result.v1"], "{id} again");
        assert_eq!(result(&again), result(&first));
        let mut other = body.clone();
        other["reason"] = "something else".into();
        let other = bench.command("fulfillment-bridge", verb, &other).await;
        assert_eq!(result(&other).reasons[0].code.as_ref(), "conflicting_command");
        assert_eq!(figures(&bench).await, stands, "{id} again");
        assert_eq!(audited(&bench, id).await, wanted);
    }
}
