//! Orders that are shipped complete stay whole until their first dispatch (A4): 10 are asked of EAST
//! and 5 of WEST, and then something happens.

use std::time::Duration;

use contracts::{
    command::{CloseWarehouse, OpenWarehouse},
    event::{
        ChangedLine, InventoryBackordered, InventoryDeclined, InventoryRecalled, InventoryReleased,
        OrderChangeRequested, OrderChanged,
    },
};
use serde_json::json;

use super::{
    conservation::Books,
    world::{Outcome, World, accept, line, receive, world},
    *,
};

const BOTH: [(&str, &str); 2] = [("EAST", "10"), ("WEST", "5")];

fn complete(allow_backorder: bool, quantity: &str) -> OrderBody {
    let order = body("PO-1", &[("WIDGET-1", quantity)]);
    OrderBody { ship_complete: true, allow_backorder, ..order }
}

fn asked(allow_backorder: bool) -> World {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "10");
    receive(&mut world, "WEST", "R-1", "WIDGET-1", "5");
    let outcome = accept(&mut world, complete(allow_backorder, "15"));
    assert_eq!(from(&outcome), BOTH.map(owned));
    world
}

fn owned((place, quantity): (&str, &str)) -> (String, String) {
    (place.to_owned(), quantity.to_owned())
}

fn from(outcome: &Outcome) -> Vec<(String, String)> {
    reserved(outcome).into_iter().map(|(_, _, _, place, quantity)| (place, quantity)).collect()
}

/// The units that each warehouse is to give back.
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
fn counted(world: &mut World, on_hand: &str) -> Outcome {
    let lines = json!([{"sku": "WIDGET-1", "on_hand": on_hand}]);
    let counted = count("WEST", 1, &world.now().to_string(), lines);
    world.at(world.now() + Duration::from_secs(1));
    world.document(&name("threepl"), &counted)
}

fn switch(world: &mut World, close: bool) -> Outcome {
    let command_id = if close { "c-1" } else { "c-2" }.parse().unwrap();
    let (operator, reason, warehouse_id) = ("me".to_owned(), String::new(), at("EAST"));
    if close {
        world.command(&CloseWarehouse { command_id, operator, reason, warehouse_id })
    } else {
        world.command(&OpenWarehouse { command_id, operator, reason, warehouse_id })
    }
}

fn grown(world: &mut World, allow_backorder: bool) -> Outcome {
    let grown = lines(&[(1, "WIDGET-1", "3")]);
    let order = complete(allow_backorder, "18");
    world.event(&OrderChanged { order_id: id("PO-1"), order, cancelled: Vec::new(), grown })
}

/// Both warehouses answer that they keep it. Nothing is said before the last of them has.
fn answered(world: &mut World, first: &str, second: &str) -> Outcome {
    let early = world.event(&cancel("PO-1", "EAST", first));
    assert!(early.is_silent(), "{early:?}");
    let last = world.event(&cancel("PO-1", "WEST", second));
    assert!(reserved(&last).is_empty());
    Books::of(world).check();
    last
}

#[test]
fn a4_a_count_recalls_both_and_both_are_asked_again_when_it_can_be_whole() {
    let mut world = asked(true);
    assert_eq!(recalled(&counted(&mut world, "3")), BOTH.map(owned));
    assert_eq!(backordered(&answered(&mut world, "10", "5")), ["15"]);
    assert_eq!(line(&world, "PO-1"), ["0", "15", "0", "0", "0"]);
    let one = receive(&mut world, "WEST", "R-2", "WIDGET-1", "1");
    assert!(reserved(&one).is_empty());
    let two = receive(&mut world, "WEST", "R-3", "WIDGET-1", "1");
    assert_eq!(from(&two), BOTH.map(owned));
}

/// A4, A6: those before it in line are served first.
#[test]
fn a4_what_comes_goes_to_those_before_it() {
    let mut world = asked(true);
    counted(&mut world, "3");
    answered(&mut world, "10", "5");
    accept(&mut world, OrderBody { priority: 1, ..body("PO-2", &[("WIDGET-1", "14")]) });
    let two = receive(&mut world, "WEST", "R-2", "WIDGET-1", "2");
    assert_eq!(reserved(&two), [one("PO-2", 1, "WIDGET-1", "WEST", "1")]);
}

#[test]
fn a4_a_count_without_backorder_cancels_it_whole() {
    let mut world = asked(false);
    assert_eq!(recalled(&counted(&mut world, "3")), BOTH.map(owned));
    assert_eq!(declined(&answered(&mut world, "10", "5")), ["15"]);
    assert_eq!(line(&world, "PO-1"), ["0", "0", "0", "15", "0"]);
}

#[test]
fn a4_a_short_recalls_the_rest() {
    for allow_backorder in [true, false] {
        let mut world = asked(allow_backorder);
        let outcome = world.event(&short("PO-1", "EAST", "T-1", "10", true));
        assert_eq!(recalled(&outcome), [owned(("WEST", "5"))]);
        assert!(backordered(&outcome).is_empty() && declined(&outcome).is_empty());
        let last = world.event(&cancel("PO-1", "WEST", "5"));
        Books::of(&world).check();
        if allow_backorder {
            assert_eq!(backordered(&last), ["15"]);
            let lines = json!([{"sku": "WIDGET-1", "on_hand": "10"}]);
            let counted = count("EAST", 1, "2026-03-02T12:00:00Z", lines);
            let again = world.document(&name("threepl"), &counted);
            assert_eq!(from(&again), BOTH.map(owned));
        } else {
            assert_eq!(declined(&last), ["15"]);
        }
    }
}

#[test]
fn a4_an_outage_recalls_both() {
    for allow_backorder in [true, false] {
        let mut world = asked(allow_backorder);
        assert_eq!(recalled(&switch(&mut world, true)), BOTH.map(owned));
        let last = answered(&mut world, "10", "5");
        let opened = switch(&mut world, false);
        if allow_backorder {
            assert_eq!(backordered(&last), ["15"]);
            assert_eq!(from(&opened), BOTH.map(owned));
        } else {
            assert_eq!(declined(&last), ["15"]);
            assert!(reserved(&opened).is_empty());
        }
    }
}

#[test]
fn a4_a_growth_recalls_both() {
    for allow_backorder in [true, false] {
        let mut world = asked(allow_backorder);
        assert_eq!(recalled(&grown(&mut world, allow_backorder)), BOTH.map(owned));
        let last = answered(&mut world, "10", "5");
        let came = receive(&mut world, "WEST", "R-2", "WIDGET-1", "3");
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
#[test]
fn a4_what_another_warehouse_has_keeps_it_whole() {
    let mut world = asked(true);
    world.document(&name("erp"), &warehouse("NEW", 3, json!([])));
    receive(&mut world, "NEW", "R-1", "WIDGET-1", "2");
    assert_eq!(recalled(&counted(&mut world, "3")), [owned(("WEST", "2"))]);
    let given = world.event(&cancel("PO-1", "WEST", "2"));
    assert_eq!(from(&given), [owned(("NEW", "2"))]);
    assert!(backordered(&given).is_empty());
    assert_eq!(line(&world, "PO-1"), ["15", "0", "0", "0", "0"]);
}

/// A4: what another takes while the warehouse has not answered is missing then.
#[test]
fn a4_what_another_order_takes_meanwhile_is_missed_when_the_warehouse_has_answered() {
    let mut world = asked(true);
    world.document(&name("erp"), &warehouse("NEW", 3, json!([])));
    receive(&mut world, "NEW", "R-1", "WIDGET-1", "2");
    counted(&mut world, "3");
    accept(&mut world, body("PO-2", &[("WIDGET-1", "1")]));
    let given = world.event(&cancel("PO-1", "WEST", "2"));
    assert_eq!(recalled(&given), [owned(("EAST", "10")), owned(("WEST", "3"))]);
    assert_eq!(backordered(&answered(&mut world, "10", "3")), ["15"]);
}

/// A4: the dispatch that crosses the recall stands, and the rest goes on as A3, whichever is heard
/// of first.
#[test]
fn a4_a_dispatch_that_crosses_the_recall_stands_and_the_rest_goes_on() {
    for (allow_backorder, left_first) in
        [(true, true), (true, false), (false, true), (false, false)]
    {
        let mut world = asked(allow_backorder);
        counted(&mut world, "3");
        let left = dispatch("PO-1", "WEST", "T-1", &[(1, "WIDGET-1", "3")]);
        let left = ShipmentDispatched { shipped_at: world.now(), ..left };
        let again = if left_first {
            world.event(&left);
            world.event(&cancel("PO-1", "EAST", "10"))
        } else {
            let early = world.event(&cancel("PO-1", "EAST", "10"));
            assert!(early.is_silent(), "{early:?}");
            world.event(&left)
        };
        assert_eq!(from(&again), [owned(("EAST", "10"))]);
        world.event(&cancel("PO-1", "WEST", "2"));
        let rest =
            if allow_backorder { ["10", "2", "3", "0", "0"] } else { ["10", "0", "3", "2", "0"] };
        assert_eq!(line(&world, "PO-1"), rest);
        Books::of(&world).check();
    }
}

/// A4: once something of it has left it is served in parts.
#[test]
fn a4_after_its_first_dispatch_the_rest_goes_on_in_parts() {
    let mut world = asked(true);
    world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "4")]));
    let outcome = counted(&mut world, "3");
    assert_eq!(recalled(&outcome), [owned(("WEST", "2"))]);
    assert_eq!(backordered(&outcome), ["2"]);
    world.event(&cancel("PO-1", "WEST", "2"));
    let one = receive(&mut world, "WEST", "R-2", "WIDGET-1", "1");
    assert_eq!(from(&one), [owned(("WEST", "1"))]);
    assert_eq!(line(&world, "PO-1"), ["10", "1", "4", "0", "0"]);
}

/// A4, O7: what the buyer gives up while the warehouses have not answered may make it whole again.
#[test]
fn a4_a_reduction_before_the_answers_makes_it_whole() {
    let mut world = asked(true);
    counted(&mut world, "3");
    let change = OrderChangeRequested {
        order_id: id("PO-1"),
        partner: name("acme"),
        po_number: PoNumber::new("PO-1").unwrap(),
        change_number: None,
        lines: vec![ChangedLine { line: 1, sku: sku("WIDGET-1"), from: q("15"), to: q("10") }],
        reason: Reason::CancelledByBuyer,
    };
    world.event(&change);
    let first = world.event(&cancel("PO-1", "WEST", "5"));
    assert!(reserved(&first).is_empty());
    let last = world.event(&cancel("PO-1", "EAST", "10"));
    let released = [first.events::<InventoryReleased>(), last.events()].concat();
    let released: Quantity = released.iter().flat_map(|it| &it.lines).map(|it| it.quantity).sum();
    assert_eq!(released, q("5"));
    assert_eq!(from(&last), [owned(("EAST", "10"))]);
    assert_eq!(line(&world, "PO-1"), ["10", "0", "0", "0", "5"]);
    Books::of(&world).check();
}
