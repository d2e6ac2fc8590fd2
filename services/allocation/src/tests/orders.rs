//! Orders: reserved, waiting, declined; and served when stock becomes free.

use contracts::{
    document::BackorderNotice,
    event::{InventoryBackordered, InventoryDeclined, InventoryReserved, OrderReleased},
};
use serde_json::json;

use super::{
    world::{accept, line, receive, there, world},
    *,
};

#[test]
fn a2_an_order_is_reserved_where_one_warehouse_has_it_all() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "4");
    receive(&mut world, "WEST", "R-1", "WIDGET-1", "20");
    let outcome = accept(&mut world, body("PO-1", &[("WIDGET-1", "10")]));
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "WEST", "10")]);
    assert!(outcome.events::<InventoryReserved>()[0].why.contains("10 from WEST"));
    assert_eq!(there(&world, "WEST", "WIDGET-1"), ("20".to_owned(), "10".to_owned()));
}

#[test]
fn a3_the_rest_waits_and_the_buyer_is_told() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "4");
    let outcome = accept(&mut world, body("PO-1", &[("WIDGET-1", "10")]));
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "EAST", "4")]);
    assert_eq!(outcome.events::<InventoryBackordered>()[0].lines[0].quantity, q("6"));
    let notice = &outcome.documents::<BackorderNotice>(&name("acme"))[0];
    assert_eq!(notice.lines[0].quantity, q("6"));
}

#[test]
fn a3_without_backorder_the_rest_is_declined() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "4");
    let order = OrderBody { allow_backorder: false, ..body("PO-1", &[("WIDGET-1", "10")]) };
    let outcome = accept(&mut world, order);
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "EAST", "4")]);
    assert_eq!(outcome.events::<InventoryDeclined>()[0].lines[0].quantity, q("6"));
    assert_eq!(line(&world, "PO-1"), ["4", "0", "0", "6", "0"]);
    let more = receive(&mut world, "EAST", "R-2", "WIDGET-1", "9");
    assert!(reserved(&more).is_empty());
}

/// A3: two lines of six do not fit ten, and one warehouse with twelve beats two with six.
#[test]
fn a3_lines_of_the_same_item_are_added_up() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "6");
    receive(&mut world, "WEST", "R-1", "WIDGET-1", "12");
    let order = body("PO-1", &[("WIDGET-1", "6"), ("WIDGET-1", "6")]);
    let outcome = accept(&mut world, order);
    let wanted = [one("PO-1", 1, "WIDGET-1", "WEST", "6"), one("PO-1", 2, "WIDGET-1", "WEST", "6")];
    assert_eq!(reserved(&outcome), wanted);
}

#[test]
fn a4_nothing_is_reserved_until_all_of_it_can_be() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "4");
    let lines = [("WIDGET-1", "4"), ("GADGET", "1")];
    let order = OrderBody { ship_complete: true, ..body("PO-1", &lines) };
    let outcome = accept(&mut world, order);
    assert!(reserved(&outcome).is_empty());
    assert_eq!(outcome.events::<InventoryBackordered>()[0].lines.len(), 2);
    let came = receive(&mut world, "WEST", "R-1", "GADGET", "1");
    let wanted = [one("PO-1", 2, "GADGET", "WEST", "1"), one("PO-1", 1, "WIDGET-1", "EAST", "4")];
    assert_eq!(reserved(&came), wanted);
}

#[test]
fn a4_without_backorder_it_is_declined_whole() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "4");
    let lines = [("WIDGET-1", "4"), ("GADGET", "1")];
    let order = OrderBody { ship_complete: true, allow_backorder: false, ..body("PO-1", &lines) };
    let outcome = accept(&mut world, order);
    assert!(reserved(&outcome).is_empty());
    assert_eq!(outcome.events::<InventoryDeclined>()[0].lines.len(), 2);
}

#[test]
fn a5_a_short_item_is_filled_from_its_substitutes_in_their_order() {
    let mut world = world();
    world.event(&item("WIDGET-1", json!(["WIDGET-2", "WIDGET-3"])));
    for (sku, quantity) in [("WIDGET-1", "1"), ("WIDGET-2", "2"), ("WIDGET-3", "9")] {
        receive(&mut world, "EAST", sku, sku, quantity);
    }
    let order = OrderBody { allow_substitutes: true, ..body("PO-1", &[("WIDGET-1", "5")]) };
    let outcome = accept(&mut world, order);
    let wanted = [("WIDGET-1", "1"), ("WIDGET-2", "2"), ("WIDGET-3", "2")];
    let wanted = wanted.map(|(sku, quantity)| one("PO-1", 1, sku, "EAST", quantity));
    assert_eq!(reserved(&outcome), wanted);
    let event = &outcome.events::<InventoryReserved>()[0];
    assert!(event.lines.iter().all(|line| line.ordered_sku == sku("WIDGET-1")));
    assert!(event.why.contains("2 × `WIDGET-2` instead of `WIDGET-1`"), "{}", event.why);
}

/// A5, A6: a substitute that becomes free is given to those who wait for what it replaces.
#[test]
fn a5_a_substitute_that_comes_in_ends_the_waiting() {
    let mut world = world();
    world.event(&item("WIDGET-1", json!(["WIDGET-2"])));
    let order = OrderBody { allow_substitutes: true, ..body("PO-1", &[("WIDGET-1", "5")]) };
    accept(&mut world, order);
    let came = receive(&mut world, "EAST", "R-1", "WIDGET-2", "9");
    assert_eq!(reserved(&came), [one("PO-1", 1, "WIDGET-2", "EAST", "5")]);
}

#[test]
fn a6_those_who_wait_are_served_by_priority_then_date_then_age() {
    let mut world = world();
    let order = |po: &str, priority, date: &str| OrderBody {
        priority,
        order_date: date.parse().unwrap(),
        ..body(po, &[("WIDGET-1", "5")])
    };
    for (po, priority, date) in [
        ("PO-late", 5, "2026-03-02"),
        ("PO-early", 5, "2026-03-01"),
        ("PO-urgent", 1, "2026-03-02"),
        ("PO-last", 9, "2026-01-01"),
        ("PO-younger", 5, "2026-03-02"),
    ] {
        let now = world.now() + std::time::Duration::from_secs(1);
        world.at(now);
        let waits = accept(&mut world, order(po, priority, date));
        let why = &waits.events::<InventoryBackordered>()[0].why;
        let rank = format!("by priority {priority}, order date {date} and age");
        assert!(why.contains(&rank), "{why}");
    }
    let came = receive(&mut world, "EAST", "R-1", "WIDGET-1", "18");
    let wanted = [("PO-urgent", "5"), ("PO-early", "5"), ("PO-late", "5"), ("PO-younger", "3")];
    let wanted = wanted.map(|(po, quantity)| one(po, 1, "WIDGET-1", "EAST", quantity));
    assert_eq!(reserved(&came), wanted);
    // Which, of how many, from where, and what put it before the others.
    let whys: Vec<String> =
        came.events::<InventoryReserved>().into_iter().map(|event| event.why).collect();
    assert_eq!(
        whys,
        [
            "5 of 5: 5 from EAST (priority 1, ordered 2026-03-02, accepted 2026-03-02T12:00:03Z)",
            "5 of 5: 5 from EAST (priority 5, ordered 2026-03-01, accepted 2026-03-02T12:00:02Z)",
            "5 of 5: 5 from EAST (priority 5, ordered 2026-03-02, accepted 2026-03-02T12:00:01Z)",
            "3 of 5: 3 from EAST (priority 5, ordered 2026-03-02, accepted 2026-03-02T12:00:05Z)",
        ]
    );
    assert!(came.events::<InventoryBackordered>().is_empty());
    assert_eq!(line(&world, "PO-younger")[1], "2");
}

#[test]
fn m1_an_order_that_is_released_after_it_was_accepted_is_served_once() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "20");
    let order = body("PO-1", &[("WIDGET-1", "5")]);
    accept(&mut world, order.clone());
    let again = OrderReleased { order_id: id("PO-1"), order, released_by: None };
    assert!(world.event(&again).is_silent());
}

fn with_substitutes(po: &str, priority: u8, sku: &str, quantity: &str) -> OrderBody {
    OrderBody { allow_substitutes: true, priority, ..body(po, &[(sku, quantity)]) }
}

/// A6, A5: who waits for an item itself and who may get it instead of another stand in one line.
#[test]
fn a6_a_substitute_is_given_by_rank_to_all_who_may_get_it() {
    for (first, second, wanted) in [(5, 1, "PO-own"), (1, 5, "PO-other")] {
        let mut world = world();
        world.event(&item("WIDGET-1", json!(["WIDGET-2"])));
        accept(&mut world, with_substitutes("PO-other", first, "WIDGET-1", "5"));
        accept(&mut world, with_substitutes("PO-own", second, "WIDGET-2", "5"));
        let came = receive(&mut world, "EAST", "R-1", "WIDGET-2", "5");
        assert_eq!(reserved(&came), [one(wanted, 1, "WIDGET-2", "EAST", "5")]);
    }
}

/// A6, A4: items that come together are given out together, by rank over all of them.
#[test]
fn a6_a_complete_order_gets_two_items_that_come_together() {
    let mut world = world();
    let both = [("GADGET", "5"), ("WIDGET-1", "5")];
    let order = OrderBody { ship_complete: true, priority: 5, ..body("PO-both", &both) };
    accept(&mut world, order);
    let ahead = OrderBody { priority: 1, ..body("PO-ahead", &[("WIDGET-1", "2")]) };
    accept(&mut world, ahead);
    let behind = OrderBody { priority: 9, ..body("PO-behind", &[("GADGET", "5")]) };
    accept(&mut world, behind);
    let lines = json!([{"sku": "GADGET", "on_hand": "5"}, {"sku": "WIDGET-1", "on_hand": "7"}]);
    let counted = count("EAST", 1, "2026-03-02T12:00:00Z", lines);
    let came = world.document(&name("threepl"), &counted);
    let wanted = [
        one("PO-ahead", 1, "WIDGET-1", "EAST", "2"),
        one("PO-both", 1, "GADGET", "EAST", "5"),
        one("PO-both", 2, "WIDGET-1", "EAST", "5"),
    ];
    assert_eq!(reserved(&came), wanted);
}

/// A6: what may replace an item is free; that it may is the reason that ends the waiting.
#[test]
fn a6_a_new_substitute_ends_the_waiting() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-2", "9");
    accept(&mut world, with_substitutes("PO-1", 5, "WIDGET-1", "5"));
    let mut inactive = item("WIDGET-2", json!([]));
    inactive.item.status = document::ItemStatus::Inactive;
    world.event(&inactive);
    let listed = world.event(&item("WIDGET-1", json!(["WIDGET-2"])));
    assert!(reserved(&listed).is_empty(), "not sold any more");
    let sold = world.event(&item("WIDGET-2", json!([])));
    assert_eq!(reserved(&sold), [one("PO-1", 1, "WIDGET-2", "EAST", "5")]);
}
