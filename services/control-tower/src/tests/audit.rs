//! Decisions in a trace: the reasons of a rejection, the next command of a held order, and the
//! decisions of operators.

use contracts::{
    Reason, ReasonLine,
    event::{OrderAccepted, OrderHeld, OrderRejected, OrderReleased},
};
use mesh::Asker;
use serde_json::{Value, json};
use testkit::Bench;

use super::{asker, bench, order_status, samples::*};
use crate::Trace;

pub(super) async fn traced(bench: &Bench) -> Vec<String> {
    let trace = bench.ask(Asker::Operator, "trace", &json!({"order": "PO-1"})).await.unwrap();
    let trace: Trace = serde_json::from_value(trace).unwrap();
    let told = |entry: crate::TraceEntry| format!("{}: {}", entry.event, entry.summary);
    trace.entries.into_iter().map(told).collect()
}

#[tokio::test]
async fn a_rejection_tells_every_reason_that_the_buyer_got() {
    let mut bench = bench().await;
    let mut rejected: OrderRejected = completed_with(json!({"reasons": []}));
    rejected.reasons = vec![
        ReasonLine::new(Reason::UnknownCustomer, "there is no customer `C-9`"),
        ReasonLine::at(2, Reason::UnknownItem, "there is no item `GIZMO`"),
    ];
    bench.event(&rejected).await;
    let told = "rejected: unknown_customer: there is no customer `C-9`; \
        unknown_item line 2: there is no item `GIZMO`";
    assert_eq!(traced(&bench).await, [format!("rejected: {told}")]);
    let own = order_status(&bench, asker("acme", json!(["buyer"]))).await;
    assert_eq!(own.timeline[0].text, told);
}

#[tokio::test]
async fn a_held_order_tells_the_operator_the_next_command_until_it_goes_on() {
    let mut bench = bench().await;
    let held = "held: credit_limit: 150.00 above the limit";
    bench.event(&order::<OrderHeld>(0)).await;
    let next = "ordermesh release-order PO-1";
    assert_eq!(traced(&bench).await, [format!("held: {held}; next: {next}")]);
    let mut for_price = order::<OrderHeld>(0);
    let text = "9.99 is not the list price 10.99";
    for_price.reasons = vec![ReasonLine::at(1, Reason::PriceMismatch, text)];
    bench.event(&for_price).await;
    let told = format!("held: price_mismatch line 1: {text}");
    assert_eq!(
        traced(&bench).await,
        [format!("held: {held}"), format!("held: {told}; next: {next} --price list (or order)")]
    );
    let own = order_status(&bench, asker("acme", json!(["buyer"]))).await;
    assert_eq!(own.timeline[1].text, told, "the command is the operator's");
    bench.event(&order::<OrderReleased>(0)).await;
    assert_eq!(traced(&bench).await[1], format!("held: {told}"));
}

/// O1: two orders have the number of a possible duplicate, so the command says whose is meant.
#[tokio::test]
async fn o1_the_next_command_of_a_possible_duplicate_says_whose_order_it_is() {
    let mut bench = bench().await;
    let mut held = order::<OrderHeld>(0);
    let text = "another partner has ordered under PO-1";
    held.reasons = vec![ReasonLine::new(Reason::PossibleDuplicate, text)];
    bench.event(&held).await;
    let next = "; next: ordermesh release-order PO-1 --buyer acme";
    let told = traced(&bench).await.remove(0);
    assert!(told.ends_with(next), "{told}");
    held.reasons.push(ReasonLine::at(1, Reason::NoPrice, "there is no price"));
    bench.event(&held).await;
    let told = traced(&bench).await.remove(1);
    assert!(told.ends_with(&format!("{next} --price order")), "{told}");
}

/// O1: the order that was there first shares its number from then on.
#[tokio::test]
async fn o1_a_held_order_whose_number_another_buyer_used_too_says_whose_it_is() {
    let mut bench = bench().await;
    bench.event(&order::<OrderHeld>(0)).await;
    let mut other = order::<OrderAccepted>(0);
    other.order.partner = "portal".parse().unwrap();
    other.order_id = contracts::OrderId::of(&other.order.partner, &other.order.po_number);
    bench.event(&other).await;
    let request = json!({"order": super::order_id()});
    let trace = bench.ask(Asker::Operator, "trace", &request).await.unwrap();
    let told = trace["entries"][0]["summary"].as_str().unwrap();
    assert!(told.ends_with("; next: ordermesh release-order PO-1 --buyer acme"), "{told}");
}

/// The largest answer stays one that a person can read.
#[tokio::test]
async fn of_very_many_reasons_the_first_are_told_and_the_rest_is_counted() {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(0)).await;
    let mut rejected: OrderRejected = completed_with(json!({"reasons": []}));
    rejected.reasons =
        (1..=50).map(|line| ReasonLine::at(line, Reason::UnknownItem, "no")).collect();
    bench.event(&rejected).await;
    let told = traced(&bench).await.remove(1);
    assert!(told.contains("line 20: no and 30 more"), "{told}");
}

fn completed_with(more: Value) -> OrderRejected {
    let mut all = serde_json::to_value(completed::<contracts::event::OrderCompleted>()).unwrap();
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(all).unwrap()
}
