//! Orders that are shipped complete stay whole until their first dispatch (A4): 10 are asked of EAST
//! and 5 of WEST, and then something happens.

use std::time::Duration;

use contracts::event::{
    ChangedLine, InventoryBackordered, InventoryDeclined, InventoryRecalled, InventoryReleased,
    OrderChangeRequested, OrderChanged,
};
use serde_json::json;

use super::{
    conservation::{check, switched},
    *,
};

const BOTH: [(&str, &str); 2] = [("EAST", "10"), ("WEST", "5")];

fn complete(allow_backorder: bool, quantity: &str) -> OrderBody {
    let order = body("PO-1", &[("WIDGET-1", quantity)]);
    OrderBody { ship_complete: true, allow_backorder, ..order }
}

async fn asked(allow_backorder: bool) -> Bench {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "10").await;
    receive(&mut bench, "WEST", "R-1", "WIDGET-1", "5").await;
    let outcome = accept(&mut bench, complete(allow_backorder, "15")).await;
    assert_eq!(from(&outcome), BOTH.map(owned));
    bench
}

fn owned((place, quantity): (&str, &str)) -> (String, String) {
    (place.to_owned(), quantity.to_owned())
}

fn from(outcome: &Outcome) -> Vec<(String, String)> {
    reserved(outcome).into_iter().map(|(_, _, _, place, quantity)| (place, quantity)).collect()
}

/// What each warehouse is to give back.
fn recalled(outcome: &Outcome) -> Vec<(String, String)> {
    let mut sums = std::collections::BTreeMap::new();
    for line in outcome.events::<InventoryRecalled>().into_iter().flat_map(|event| event.lines) {
        let sum: &mut Quantity = sums.entry(line.warehouse_id.to_string()).or_default();
        *sum = [*sum, line.quantity].into_iter().sum();
    }
    sums.into_iter().map(|(place, sum)| (place, sum.to_string())).collect()
}

fn backordered(outcome: &Outcome) -> Vec<String> {
    let events = outcome.events::<InventoryBackordered>();
    events.iter().flat_map(|it| &it.lines).map(|it| it.quantity.to_string()).collect()
}

fn declined(outcome: &Outcome) -> Vec<String> {
    let events = outcome.events::<InventoryDeclined>();
    events.iter().flat_map(|it| &it.lines).map(|it| it.quantity.to_string()).collect()
}

/// WEST counts as many; what comes and goes from then on is later.
async fn counted(bench: &mut Bench, on_hand: &str) -> Outcome {
    let lines = json!([{"sku": "WIDGET-1", "on_hand": on_hand}]);
    let counted = count("WEST", 1, &bench.now().to_string(), lines);
    bench.at(bench.now() + Duration::from_secs(1));
    bench.document(&name("threepl"), &counted).await
}

async fn switch(bench: &mut Bench, close: bool) -> Outcome {
    let (subject, payload) = switched("EAST", close, if close { "c-1" } else { "c-2" });
    let message = bench.inbound(subject, payload);
    bench.deliver(vec![message]).await
}

async fn grown(bench: &mut Bench, allow_backorder: bool) -> Outcome {
    let grown = lines(&[(1, "WIDGET-1", "3")]);
    let order = complete(allow_backorder, "18");
    bench.event(&OrderChanged { order_id: id("PO-1"), order, cancelled: Vec::new(), grown }).await
}

/// Both warehouses answer that they keep it. Nothing is said before the last of them has.
async fn answered(bench: &mut Bench, first: &str, second: &str) -> Outcome {
    let early = bench.event(&cancel("PO-1", "EAST", first)).await;
    assert!(early.outgoing.is_empty(), "{:?}", early.subjects());
    let last = bench.event(&cancel("PO-1", "WEST", second)).await;
    assert!(reserved(&last).is_empty());
    check(bench).await;
    last
}

#[tokio::test]
async fn a4_a_count_recalls_both_and_both_are_asked_again_when_it_can_be_whole() {
    let mut bench = asked(true).await;
    assert_eq!(recalled(&counted(&mut bench, "3").await), BOTH.map(owned));
    assert_eq!(backordered(&answered(&mut bench, "10", "5").await), ["15"]);
    assert_eq!(line(&bench, "PO-1").await, ["0", "15", "0", "0", "0"]);
    let one = receive(&mut bench, "WEST", "R-2", "WIDGET-1", "1").await;
    assert!(reserved(&one).is_empty());
    let two = receive(&mut bench, "WEST", "R-3", "WIDGET-1", "1").await;
    assert_eq!(from(&two), BOTH.map(owned));
}

/// A4, A6: those before it in line are served first.
#[tokio::test]
async fn a4_what_comes_goes_to_those_before_it() {
    let mut bench = asked(true).await;
    counted(&mut bench, "3").await;
    answered(&mut bench, "10", "5").await;
    accept(&mut bench, OrderBody { priority: 1, ..body("PO-2", &[("WIDGET-1", "14")]) }).await;
    let two = receive(&mut bench, "WEST", "R-2", "WIDGET-1", "2").await;
    assert_eq!(reserved(&two), [one("PO-2", 1, "WIDGET-1", "WEST", "1")]);
}

#[tokio::test]
async fn a4_a_count_without_backorder_cancels_it_whole() {
    let mut bench = asked(false).await;
    assert_eq!(recalled(&counted(&mut bench, "3").await), BOTH.map(owned));
    assert_eq!(declined(&answered(&mut bench, "10", "5").await), ["15"]);
    assert_eq!(line(&bench, "PO-1").await, ["0", "0", "0", "15", "0"]);
}

#[tokio::test]
async fn a4_a_short_recalls_the_rest() {
    for allow_backorder in [true, false] {
        let mut bench = asked(allow_backorder).await;
        let outcome = bench.event(&short("PO-1", "EAST", "T-1", "10", true)).await;
        assert_eq!(recalled(&outcome), [owned(("WEST", "5"))]);
        assert!(backordered(&outcome).is_empty() && declined(&outcome).is_empty());
        let last = bench.event(&cancel("PO-1", "WEST", "5")).await;
        check(&bench).await;
        if allow_backorder {
            assert_eq!(backordered(&last), ["15"]);
            let lines = json!([{"sku": "WIDGET-1", "on_hand": "10"}]);
            let counted = count("EAST", 1, "2026-03-02T12:00:00Z", lines);
            let again = bench.document(&name("threepl"), &counted).await;
            assert_eq!(from(&again), BOTH.map(owned));
        } else {
            assert_eq!(declined(&last), ["15"]);
        }
    }
}

#[tokio::test]
async fn a4_an_outage_recalls_both() {
    for allow_backorder in [true, false] {
        let mut bench = asked(allow_backorder).await;
        assert_eq!(recalled(&switch(&mut bench, true).await), BOTH.map(owned));
        let last = answered(&mut bench, "10", "5").await;
        let opened = switch(&mut bench, false).await;
        if allow_backorder {
            assert_eq!(backordered(&last), ["15"]);
            assert_eq!(from(&opened), BOTH.map(owned));
        } else {
            assert_eq!(declined(&last), ["15"]);
            assert!(reserved(&opened).is_empty());
        }
    }
}

/// A4, A10: the other items of the order are looked at when one of them is in the closed warehouse.
#[tokio::test]
async fn a4_an_outage_recalls_other_items_too() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "10").await;
    receive(&mut bench, "WEST", "R-1", "GADGET", "5").await;
    let order = body("PO-1", &[("WIDGET-1", "10"), ("GADGET", "5")]);
    accept(&mut bench, OrderBody { ship_complete: true, ..order }).await;
    assert_eq!(recalled(&switch(&mut bench, true).await), BOTH.map(owned));
    bench.event(&cancel("PO-1", "EAST", "10")).await;
    let gadgets = lines(&[(2, "GADGET", "5")]);
    let last = ShipmentCancelled { lines: gadgets, ..cancel("PO-1", "WEST", "5") };
    assert_eq!(backordered(&bench.event(&last).await), ["10", "5"]);
    let opened = switch(&mut bench, false).await;
    assert_eq!(reserved(&opened).len(), 2);
    check(&bench).await;
}

#[tokio::test]
async fn a4_a_growth_recalls_both() {
    for allow_backorder in [true, false] {
        let mut bench = asked(allow_backorder).await;
        assert_eq!(recalled(&grown(&mut bench, allow_backorder).await), BOTH.map(owned));
        let last = answered(&mut bench, "10", "5").await;
        let came = receive(&mut bench, "WEST", "R-2", "WIDGET-1", "3").await;
        if allow_backorder {
            assert_eq!(backordered(&last), ["18"]);
            assert_eq!(from(&came), [owned(("EAST", "10")), owned(("WEST", "8"))]);
        } else {
            assert_eq!(declined(&last), ["18"]);
            assert!(reserved(&came).is_empty());
        }
    }
}

/// A4: where the rest is free elsewhere, the order is whole all the same.
#[tokio::test]
async fn a4_what_another_warehouse_has_keeps_it_whole() {
    let mut bench = asked(true).await;
    bench.document(&name("erp"), &warehouse("NEW", 3, json!([]))).await;
    receive(&mut bench, "NEW", "R-1", "WIDGET-1", "2").await;
    assert_eq!(recalled(&counted(&mut bench, "3").await), [owned(("WEST", "2"))]);
    let given = bench.event(&cancel("PO-1", "WEST", "2")).await;
    assert_eq!(from(&given), [owned(("NEW", "2"))]);
    assert!(backordered(&given).is_empty());
    assert_eq!(line(&bench, "PO-1").await, ["15", "0", "0", "0", "0"]);
}

/// A4: what another takes while the warehouse has not answered is missing then.
#[tokio::test]
async fn a4_what_another_order_takes_meanwhile_is_missed_when_the_warehouse_has_answered() {
    let mut bench = asked(true).await;
    bench.document(&name("erp"), &warehouse("NEW", 3, json!([]))).await;
    receive(&mut bench, "NEW", "R-1", "WIDGET-1", "2").await;
    counted(&mut bench, "3").await;
    accept(&mut bench, body("PO-2", &[("WIDGET-1", "1")])).await;
    let given = bench.event(&cancel("PO-1", "WEST", "2")).await;
    assert_eq!(recalled(&given), [owned(("EAST", "10")), owned(("WEST", "3"))]);
    assert_eq!(backordered(&answered(&mut bench, "10", "3").await), ["15"]);
}

/// A4: the dispatch that crosses the recall stands, and the rest goes on as A3, whichever is heard
/// of first.
#[tokio::test]
async fn a4_a_dispatch_that_crosses_the_recall_stands_and_the_rest_goes_on() {
    for (allow_backorder, left_first) in
        [(true, true), (true, false), (false, true), (false, false)]
    {
        let mut bench = asked(allow_backorder).await;
        counted(&mut bench, "3").await;
        let left = dispatch("PO-1", "WEST", "T-1", &[(1, "WIDGET-1", "3")]);
        let left = ShipmentDispatched { shipped_at: bench.now(), ..left };
        let again = if left_first {
            bench.event(&left).await;
            bench.event(&cancel("PO-1", "EAST", "10")).await
        } else {
            let early = bench.event(&cancel("PO-1", "EAST", "10")).await;
            assert!(early.outgoing.is_empty(), "{:?}", early.subjects());
            bench.event(&left).await
        };
        assert_eq!(from(&again), [owned(("EAST", "10"))]);
        bench.event(&cancel("PO-1", "WEST", "2")).await;
        let rest =
            if allow_backorder { ["10", "2", "3", "0", "0"] } else { ["10", "0", "3", "2", "0"] };
        assert_eq!(line(&bench, "PO-1").await, rest);
        check(&bench).await;
    }
}

/// A4: once something of it has left it is served in parts.
#[tokio::test]
async fn a4_after_its_first_dispatch_the_rest_goes_on_in_parts() {
    let mut bench = asked(true).await;
    bench.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "4")])).await;
    let outcome = counted(&mut bench, "3").await;
    assert_eq!(recalled(&outcome), [owned(("WEST", "2"))]);
    assert_eq!(backordered(&outcome), ["2"]);
    bench.event(&cancel("PO-1", "WEST", "2")).await;
    let one = receive(&mut bench, "WEST", "R-2", "WIDGET-1", "1").await;
    assert_eq!(from(&one), [owned(("WEST", "1"))]);
    assert_eq!(line(&bench, "PO-1").await, ["10", "1", "4", "0", "0"]);
}

/// A4, O7: what the buyer gives up while the warehouses have not answered may make it whole again.
#[tokio::test]
async fn a4_a_reduction_before_the_answers_makes_it_whole() {
    let mut bench = asked(true).await;
    counted(&mut bench, "3").await;
    let change = OrderChangeRequested {
        order_id: id("PO-1"),
        partner: name("acme"),
        po_number: PoNumber::new("PO-1").unwrap(),
        change_number: None,
        lines: vec![ChangedLine { line: 1, sku: sku("WIDGET-1"), from: q("15"), to: q("10") }],
        reason: Reason::CancelledByBuyer,
    };
    bench.event(&change).await;
    let first = bench.event(&cancel("PO-1", "WEST", "5")).await;
    assert!(reserved(&first).is_empty());
    let last = bench.event(&cancel("PO-1", "EAST", "10")).await;
    let released = [first.events::<InventoryReleased>(), last.events()].concat();
    let released: Quantity = released.iter().flat_map(|it| &it.lines).map(|it| it.quantity).sum();
    assert_eq!(released, q("5"));
    assert_eq!(from(&last), [owned(("EAST", "10"))]);
    assert_eq!(line(&bench, "PO-1").await, ["10", "0", "0", "0", "5"]);
    check(&bench).await;
}
