//! R1: requests to return goods.

use contracts::{
    Reason,
    document::{ReturnAuthorization, ReturnDecision, ReturnExpected},
    event::{ReturnAuthorized, ReturnRejected},
};
use serde_json::json;
use testkit::Bench;

use super::*;

#[tokio::test]
async fn r1_what_left_may_come_back_and_its_warehouse_expects_it() {
    let mut bench = shipped().await;
    let outcome = bench.document(&name("acme"), &request("RR-1", one("4"))).await;
    let granted = answer(&outcome);
    assert_eq!(granted.status, ReturnDecision::Authorized);
    assert_eq!(granted.rma_number, Some(number("RMA-000001")));
    assert_eq!(granted.expires_on, Some("2026-04-01".parse().unwrap()));
    assert_eq!(outcome.events::<ReturnAuthorized>()[0].lines, granted.lines);
    let expected = outcome.documents::<ReturnExpected>(&name("threepl"));
    assert_eq!(expected[0].lines, granted.lines);
    assert_eq!(expected[0].expires_on, granted.expires_on, "it hears until when");
    assert!(outcome.documents::<ReturnExpected>(&name("fourpl")).is_empty());
}

#[tokio::test]
async fn r1_the_same_request_again_gets_the_same_answer_and_nothing_else() {
    let mut bench = authorized().await;
    let mut again = request("RR-1", one("4.0"));
    again.document_id = Some("again".parse().unwrap());
    let outcome = bench.document(&name("acme"), &again).await;
    assert_eq!(answer(&outcome).rma_number, Some(number("RMA-000001")));
    assert_eq!(outcome.outgoing.len(), 1, "{:?}", outcome.subjects());
}

#[tokio::test]
async fn r1_other_content_under_the_id_of_a_request_is_refused() {
    let mut bench = authorized().await;
    let outcome = bench.document(&name("acme"), &request("RR-1", one("5"))).await;
    assert_eq!(codes(&answer(&outcome)), [Reason::ConflictingReturnRequest]);
    assert_eq!(outcome.outgoing.len(), 1, "{:?}", outcome.subjects());
}

#[test]
fn r1_no_more_is_authorized_than_left_and_numbers_have_no_gaps() {
    let mut scenario = memory::authorized();
    let over = scenario.document(&name("acme"), &request("RR-2", one("7")));
    assert_eq!(codes(&answer(&over)), [Reason::OverReturn]);
    assert_eq!(over.events::<ReturnRejected>()[0].return_request, "acme/RR-2");
    let rest = scenario.document(&name("acme"), &request("RR-3", one("6")));
    assert_eq!(answer(&rest).rma_number, Some(number("RMA-000002")));
    let more = scenario.document(&name("acme"), &request("RR-4", one("0.000001")));
    assert_eq!(codes(&answer(&more)), [Reason::OverReturn]);
}

#[tokio::test]
async fn r1_requests_of_one_batch_share_what_left() {
    let mut bench = shipped().await;
    let mut batch = Vec::new();
    for id in ["RR-1", "RR-2", "RR-3"] {
        let payload = serde_json::to_vec(&request(id, one("4"))).unwrap();
        let subject = contracts::subject::ingress(&name("acme"), "return-request");
        batch.push(bench.inbound(subject, payload));
    }
    let outcome = bench.deliver(batch).await;
    let answers = outcome.documents::<ReturnAuthorization>(&name("acme"));
    let granted = answers.iter().filter(|one| one.status == ReturnDecision::Authorized);
    assert_eq!((answers.len(), granted.count()), (3, 2));
}

#[tokio::test]
async fn r1_a_request_ahead_of_its_dispatch_waits_for_it() {
    let mut bench = ordered().await;
    let early = bench.document(&name("acme"), &request("RR-1", one("4"))).await;
    assert_eq!((early.tally.parked, early.outgoing.len()), (1, 0));
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]);
    let left = dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", lines);
    let outcome = bench.event(&left).await;
    assert_eq!(answer(&outcome).status, ReturnDecision::Authorized);
}

#[tokio::test]
async fn r1_a_request_whose_dispatch_does_not_come_is_rejected() {
    let mut bench = ordered().await;
    bench.document(&name("acme"), &request("RR-1", one("4"))).await;
    let outcome = in_vain(&mut bench).await;
    assert_eq!(codes(&answer(&outcome)), [Reason::OverReturn]);
}

#[tokio::test]
async fn r1_what_was_cancelled_is_not_waited_for() {
    let mut bench = ordered().await;
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "3"}]);
    bench.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", lines)).await;
    let cancelled = json!({"order_id": order_of("acme", "PO-1"), "partner": "acme",
        "po_number": "PO-1", "whole": false, "reason": "out_of_stock",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "7"}]});
    let cancelled: contracts::event::OrderCancelled = serde_json::from_value(cancelled).unwrap();
    bench.event(&cancelled).await;
    let over = bench.document(&name("acme"), &request("RR-1", one("4"))).await;
    assert_eq!(codes(&answer(&over)), [Reason::OverReturn]);
}

/// A change carries the whole order, with what of it is cancelled.
#[test]
fn r1_what_a_change_leaves_cancelled_is_not_waited_for() {
    let mut scenario = memory::ordered();
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "3"}]);
    scenario.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", lines));
    let accepted = accepted();
    let mut order = accepted.order;
    order.lines[0].quantity = quantity("8");
    let cancelled =
        serde_json::from_value(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "5"}]));
    let (order_id, cancelled) = (accepted.order_id, cancelled.unwrap());
    let changed = contracts::event::OrderChanged { order_id, order, cancelled, grown: Vec::new() };
    scenario.event(&changed);
    let over = scenario.document(&name("acme"), &request("RR-1", one("4")));
    assert_eq!(codes(&answer(&over)), [Reason::OverReturn]);
}

#[test]
fn r1_units_away_for_longer_than_the_window_stay_away() {
    let mut scenario = memory::shipped();
    scenario.now = "2026-04-02T04:59:59Z".parse().unwrap();
    let last = scenario.document(&name("acme"), &request("RR-1", one("1")));
    assert_eq!(answer(&last).status, ReturnDecision::Authorized, "30 days later in Chicago");
    scenario.now = "2026-04-02T05:00:00Z".parse().unwrap();
    let late = scenario.document(&name("acme"), &request("RR-2", one("1")));
    assert_eq!(codes(&answer(&late)), [Reason::ReturnWindowPassed]);
    let more = scenario.document(&name("acme"), &request("RR-3", one("11")));
    assert_eq!(codes(&answer(&more)), [Reason::OverReturn]);
}

#[test]
fn r1_returning_old_units_costs_no_right_to_return_newer_ones() {
    let mut scenario = memory::ordered();
    let five = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "5"}]);
    scenario.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", five.clone()));
    scenario.document(&name("acme"), &request("RR-1", one("5")));
    scenario.document(&name("threepl"), &receipt("RC-1", "5", "restock", true));
    scenario.event(&dispatched("S-2", "EAST", "2026-03-20T11:00:00Z", five));
    scenario.now = "2026-04-10T12:00:00Z".parse().unwrap();
    let newer = scenario.document(&name("acme"), &request("RR-2", one("5")));
    assert_eq!(answer(&newer).status, ReturnDecision::Authorized);
}

#[tokio::test]
async fn r1_only_the_buyer_and_others_do_not_learn_that_there_is_an_order() {
    let mut bench = shipped().await;
    for (partner, code) in [("portal", Reason::NotTheBuyer), ("rival", Reason::UnknownOrder)] {
        bench.document(&name(partner), &request("RR-1", one("1"))).await;
        let outcome = in_vain(&mut bench).await;
        let answers = outcome.documents::<ReturnAuthorization>(&name(partner));
        assert_eq!(codes(&answers[0]), [code]);
    }
}

#[tokio::test]
async fn r1_a_request_for_an_order_on_its_way_waits() {
    let mut bench = Bench::new(Returns::new(knobs())).await;
    let acme = json!({"partner": "acme", "roles": ["buyer"], "default_customer": "C-100"});
    bench.partner(serde_json::from_value(acme).unwrap()).await;
    let early = bench.document(&name("acme"), &request("RR-1", one("4"))).await;
    assert_eq!(early.tally.parked, 1);
    bench.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", one("4"))).await;
    let outcome = bench.event(&warehouse("EAST", "threepl")).await;
    assert_eq!(answer(&outcome).status, ReturnDecision::Authorized);
}

#[test]
fn r1_every_reason_is_told_at_once() {
    let mut scenario = memory::shipped();
    let lines = json!([{"line": 1, "quantity": "11"}, {"line": 2, "quantity": "6"},
        {"line": 3, "quantity": "1"}]);
    let outcome = scenario.document(&name("acme"), &request("RR-1", lines));
    let wanted = [Reason::OverReturn, Reason::OverReturn, Reason::UnknownLine];
    assert_eq!(codes(&answer(&outcome)), wanted);
    let lines = json!([{"line": 1, "quantity": "0"}, {"line": 1, "quantity": "1"}]);
    let outcome = scenario.document(&name("acme"), &request("RR-2", lines));
    let wanted = [Reason::QuantityNotPositive, Reason::DuplicateLine];
    assert_eq!(codes(&answer(&outcome)), wanted);
    let outcome = scenario.document(&name("acme"), &request("RR-3", json!([])));
    assert_eq!(codes(&answer(&outcome)), [Reason::NoLines]);
}

#[test]
fn r1_a_line_without_an_item_takes_whatever_was_shipped_on_it() {
    let mut scenario = memory::ordered();
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "6"},
        {"line": 1, "sku": "WIDGET-9", "quantity": "4"}]);
    scenario.event(&dispatched("S-1", "WEST", "2026-03-02T11:00:00Z", lines));
    let lines = json!([{"line": 1, "quantity": "8"}]);
    let outcome = scenario.document(&name("acme"), &request("RR-1", lines));
    let lines = answer(&outcome).lines;
    let got: Vec<_> =
        lines.iter().map(|line| (line.sku.as_str(), line.quantity.to_string())).collect();
    assert_eq!(got, [("WIDGET-1", "6".to_owned()), ("WIDGET-9", "2".to_owned())]);
    assert_eq!(outcome.documents::<ReturnExpected>(&name("fourpl"))[0].lines, lines);
}

/// A rejected request left nothing behind. Corrected, or sent again when more has left, it is
/// judged anew; its exception is raised once for each content and reason.
#[tokio::test]
async fn r1_a_rejected_request_is_judged_afresh() {
    let mut bench = ordered().await;
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "4"}]);
    bench.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", lines.clone())).await;
    let over = request("RR-1", one("5"));
    bench.document(&name("acme"), &over).await;
    let first = in_vain(&mut bench).await;
    assert_eq!(codes(&answer(&first)), [Reason::OverReturn]);
    assert_eq!(first.events::<ReturnRejected>().len(), 1);
    bench.document(&name("acme"), &over).await;
    let again = in_vain(&mut bench).await;
    assert_eq!(answer(&again), answer(&first));
    assert_eq!(again.outgoing.len(), 1, "{:?}", again.subjects());
    bench.event(&dispatched("S-2", "EAST", "2026-03-02T11:30:00Z", lines)).await;
    let more = bench.document(&name("acme"), &over).await;
    assert_eq!(answer(&more).rma_number, Some(number("RMA-000001")));
    bench.document(&name("acme"), &request("RR-2", one("4"))).await;
    in_vain(&mut bench).await;
    let corrected = bench.document(&name("acme"), &request("RR-2", one("3"))).await;
    assert_eq!(answer(&corrected).status, ReturnDecision::Authorized);
}

/// Each part of a line that left in parts has its own window.
#[test]
fn r1_each_dispatch_has_its_own_window() {
    let mut scenario = memory::ordered();
    let five = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "5"}]);
    // This is the evening of the second in Chicago.
    scenario.event(&dispatched("S-1", "EAST", "2026-03-03T05:59:59Z", five.clone()));
    scenario.event(&dispatched("S-2", "EAST", "2026-03-03T06:00:00Z", five));
    scenario.now = "2026-04-02T12:00:00Z".parse().unwrap();
    let all = scenario.document(&name("acme"), &request("RR-1", one("6")));
    assert_eq!(codes(&answer(&all)), [Reason::ReturnWindowPassed]);
    assert!(answer(&all).reasons[0].message.contains("5 of 10"), "{:?}", answer(&all).reasons);
    let newer = scenario.document(&name("acme"), &request("RR-2", one("5")));
    assert_eq!(answer(&newer).status, ReturnDecision::Authorized);
}

/// The day of the request is the day it was sent, however long it waited for its dispatch.
#[tokio::test]
async fn r1_the_day_of_a_request_is_the_day_it_came() {
    let mut bench = ordered().await;
    bench.at("2026-04-02T04:59:59Z".parse().unwrap());
    bench.document(&name("acme"), &request("RR-1", one("1"))).await;
    bench.at("2026-04-02T05:00:01Z".parse().unwrap());
    let late = bench.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", one("10"))).await;
    assert_eq!(answer(&late).status, ReturnDecision::Authorized);
}

/// A5: what comes back is what was shipped, not what was ordered.
#[test]
fn r1_of_a_substitute_that_item_may_come_back() {
    let mut scenario = memory::ordered();
    let lines = json!([{"line": 1, "sku": "WIDGET-9", "quantity": "10"}]);
    scenario.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", lines));
    let ordered_item = scenario.document(&name("acme"), &request("RR-1", one("1")));
    assert_eq!(codes(&answer(&ordered_item)), [Reason::OverReturn]);
    let lines = json!([{"line": 1, "sku": "WIDGET-9", "quantity": "4"}]);
    let outcome = scenario.document(&name("acme"), &request("RR-2", lines));
    assert_eq!(answer(&outcome).lines[0].sku, sku("WIDGET-9"));
    let mut it = receipt("RC-1", "4", "restock", false);
    it.rma_number = number("RMA-000001");
    it.lines[0].sku = Some(sku("WIDGET-9"));
    let came = scenario.document(&name("threepl"), &it);
    assert_eq!(came.events::<contracts::event::ReturnCompleted>()[0].lines[0].sku, sku("WIDGET-9"));
}

/// O8: what had left before its order was cancelled is billed, and may come back.
#[test]
fn r1_what_left_of_a_cancelled_order_may_come_back() {
    let mut scenario = memory::ordered();
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "3"}]);
    scenario.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", lines));
    let cancelled = json!({"order_id": order_of("acme", "PO-1"), "partner": "acme",
        "po_number": "PO-1", "whole": true, "reason": "cancelled_by_buyer",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "7"},
            {"line": 2, "sku": "WIDGET-2", "quantity": "5"}]});
    let cancelled: contracts::event::OrderCancelled = serde_json::from_value(cancelled).unwrap();
    scenario.event(&cancelled);
    let lines = json!([{"line": 1, "quantity": "3"}]);
    let outcome = scenario.document(&name("acme"), &request("RR-1", lines));
    assert_eq!(answer(&outcome).status, ReturnDecision::Authorized);
    let never_left = json!([{"line": 2, "quantity": "1"}]);
    let outcome = scenario.document(&name("acme"), &request("RR-2", never_left));
    assert_eq!(codes(&answer(&outcome)), [Reason::OverReturn], "and is not waited for");
}
