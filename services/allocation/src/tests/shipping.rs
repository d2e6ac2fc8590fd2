//! Units that warehouses were asked for: dispatches, shorts, cancellations, changes, returns.

use contracts::event::{
    ChangedLine, InventoryBackordered, InventoryDeclined, InventoryRecalled, InventoryReleased,
    InventoryShort, OrderChangeRequested, OrderChanged, ReturnReceived,
};
use serde_json::json;

use super::{
    world::{Outcome, accept, line, receive, there, world},
    *,
};

#[test]
fn a9_a_dispatch_consumes_its_reservation_once() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "20");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "10")]));
    for _ in 0..2 {
        world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "4")]));
    }
    assert_eq!(there(&world, "EAST", "WIDGET-1"), ("16".to_owned(), "6".to_owned()));
    world.event(&dispatch("PO-1", "EAST", "T-2", &[(1, "WIDGET-1", "6")]));
    assert_eq!(there(&world, "EAST", "WIDGET-1"), ("10".to_owned(), "0".to_owned()));
    assert_eq!(line(&world, "PO-1"), ["0", "0", "10", "0", "0"]);
}

/// A9: above its reservation a dispatch takes free stock first, then what is promised to others, and
/// on hand stops at 0.
#[test]
fn a9_above_its_reservation_it_takes_free_stock_before_what_is_promised() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "10");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "4")]));
    accept(&mut world, body("PO-2", &[("WIDGET-1", "3")]));
    let free = world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "7")]));
    assert!(free.events::<InventoryShort>().is_empty(), "{free:?}");
    assert_eq!(there(&world, "EAST", "WIDGET-1"), ("3".to_owned(), "3".to_owned()));
    let promised = world.event(&dispatch("PO-1", "EAST", "T-2", &[(1, "WIDGET-1", "1")]));
    let short = promised.events::<InventoryShort>();
    assert_eq!((short[0].order_id, short[0].lines[0].quantity), (id("PO-2"), q("1")));
    assert_eq!(there(&world, "EAST", "WIDGET-1"), ("2".to_owned(), "2".to_owned()));
    let none = world.event(&dispatch("PO-1", "EAST", "T-3", &[(1, "WIDGET-1", "5")]));
    let short = none.events::<InventoryShort>();
    let told: Vec<_> = short.iter().map(|it| (it.order_id, it.lines[0].quantity)).collect();
    assert_eq!(
        told,
        [(id("PO-1"), q("3")), (id("PO-2"), q("2"))],
        "what is not there, and who waits"
    );
    assert_eq!(there(&world, "EAST", "WIDGET-1"), ("0".to_owned(), "0".to_owned()));
    assert_eq!(line(&world, "PO-1"), ["0", "0", "13", "0", "0"]);
}

/// A9, F5: above its reservation a dispatch takes what the line waits for.
#[test]
fn a9_above_its_reservation_it_takes_the_backorder() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "4");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "6")]));
    let over = world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "7")]));
    assert_eq!(line(&world, "PO-1"), ["0", "0", "7", "0", "0"]);
    assert_eq!(there(&world, "EAST", "WIDGET-1"), ("0".to_owned(), "0".to_owned()));
    assert!(over.events::<InventoryShort>()[0].why.contains("stays at 0"));
}

/// F5: what one warehouse ships above is wanted back from the other that was asked for it.
#[test]
fn f5_what_left_above_is_not_asked_of_another_any_more() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "6");
    receive(&mut world, "WEST", "R-1", "WIDGET-1", "4");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "10")]));
    receive(&mut world, "EAST", "R-2", "WIDGET-1", "5");
    let over = world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "9")]));
    let recalled = &over.events::<InventoryRecalled>()[0].lines[0];
    assert_eq!((&recalled.warehouse_id, recalled.quantity), (&at("WEST"), q("3")));
    assert_eq!(line(&world, "PO-1"), ["1", "0", "9", "0", "0"]);
    let given = world.event(&cancel("PO-1", "WEST", "3"));
    assert!(given.is_silent(), "{given:?}");
    assert_eq!(there(&world, "WEST", "WIDGET-1"), ("4".to_owned(), "1".to_owned()));
}

#[test]
fn a9_a_dispatch_that_takes_what_another_was_promised_leaves_him_waiting() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "10");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "5")]));
    accept(&mut world, body("PO-2", &[("WIDGET-1", "5")]));
    let over = world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "8")]));
    let short = &over.events::<InventoryShort>()[0];
    assert_eq!((short.order_id, short.lines[0].quantity), (id("PO-2"), q("3")));
    assert_eq!(there(&world, "EAST", "WIDGET-1"), ("2".to_owned(), "2".to_owned()));
    assert_eq!(line(&world, "PO-2"), ["2", "3", "0", "0", "0"]);
}

/// F5, A6: what one warehouse ships above sets free what another was asked for, also where that was
/// wanted back already.
#[test]
fn a6_what_left_above_sets_free_what_was_recalled_elsewhere() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "1");
    receive(&mut world, "WEST", "R-1", "WIDGET-1", "4");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "5")]));
    accept(&mut world, body("PO-2", &[("WIDGET-1", "2")]));
    let shut = |id: &str| contracts::command::CloseWarehouse {
        command_id: id.parse().unwrap(),
        operator: "me".to_owned(),
        reason: "flood".to_owned(),
        warehouse_id: at("WEST"),
    };
    world.command(&shut("c-1"));
    let contracts::command::CloseWarehouse { command_id, operator, reason, warehouse_id } =
        shut("c-2");
    let reopen = contracts::command::OpenWarehouse { command_id, operator, reason, warehouse_id };
    world.command(&reopen);
    let over = world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "3")]));
    assert!(over.events::<InventoryRecalled>().is_empty(), "it is wanted back already");
    assert_eq!(reserved(&over), [one("PO-2", 1, "WIDGET-1", "WEST", "2")]);
}

/// A4: what left above is not waited for any more; where the rest is there now, it is reserved.
#[test]
fn a4_what_left_above_completes_an_order_that_is_shipped_complete() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "3");
    let order = OrderBody { ship_complete: true, ..body("PO-1", &[("WIDGET-1", "5")]) };
    accept(&mut world, order);
    let left = dispatch("PO-1", "WEST", "T-1", &[(1, "WIDGET-1", "2")]);
    let outcome = world.event(&left);
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "EAST", "3")]);
}

#[test]
fn f4_a_short_is_sourced_again_at_once_even_from_the_same_warehouse() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "10");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "10")]));
    world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "9")]));
    let again = world.event(&short("PO-1", "EAST", "T-1", "1", false));
    assert_eq!(reserved(&again), [one("PO-1", 1, "WIDGET-1", "EAST", "1")]);
    assert!(again.events::<InventoryBackordered>().is_empty());
}

/// F4: it shipped nothing of the line, so it is not asked again until it reports the item.
#[test]
fn f4_a_warehouse_that_shipped_nothing_is_asked_again_after_its_stock_document() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "10");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "10")]));
    let elsewhere = world.event(&short("PO-1", "EAST", "T-1", "10", true));
    assert!(reserved(&elsewhere).is_empty());
    assert_eq!(elsewhere.events::<InventoryBackordered>()[0].lines[0].quantity, q("10"));
    assert_eq!(there(&world, "EAST", "WIDGET-1"), ("10".to_owned(), "0".to_owned()));
    let west = receive(&mut world, "WEST", "R-1", "WIDGET-1", "4");
    assert_eq!(reserved(&west), [one("PO-1", 1, "WIDGET-1", "WEST", "4")]);
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "10"}]);
    let counted = count("EAST", 1, "2026-03-02T12:00:00Z", lines);
    let counted = world.document(&name("threepl"), &counted);
    assert_eq!(reserved(&counted), [one("PO-1", 1, "WIDGET-1", "EAST", "6")]);
}

#[test]
fn f4_a_short_that_may_not_wait_is_declined() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "10");
    let order = OrderBody { allow_backorder: false, ..body("PO-1", &[("WIDGET-1", "10")]) };
    accept(&mut world, order);
    let gone = world.event(&short("PO-1", "EAST", "T-1", "10", true));
    assert_eq!(gone.events::<InventoryDeclined>()[0].lines[0].quantity, q("10"));
    assert_eq!(line(&world, "PO-1"), ["0", "0", "0", "10", "0"]);
}

fn change(po: &str, from: &str, to: &str) -> OrderChangeRequested {
    OrderChangeRequested {
        order_id: id(po),
        partner: name("acme"),
        po_number: PoNumber::new(po).unwrap(),
        change_number: None,
        lines: vec![ChangedLine { line: 1, sku: sku("WIDGET-1"), from: q(from), to: q(to) }],
        reason: contracts::Reason::CancelledByBuyer,
    }
}

/// O7, O8: what waits is freed at once, the rest when the warehouse has given it back.
#[test]
fn o7_less_takes_what_waits_first_and_recalls_the_rest() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "6");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "10")]));
    accept(&mut world, body("PO-2", &[("WIDGET-1", "2")]));
    let less = world.event(&change("PO-1", "10", "3"));
    assert_eq!(less.events::<InventoryReleased>()[0].lines[0].quantity, q("4"));
    assert_eq!(less.events::<InventoryRecalled>()[0].lines[0].quantity, q("3"));
    let given = world.event(&cancel("PO-1", "EAST", "3"));
    assert_eq!(given.events::<InventoryReleased>()[0].lines[0].quantity, q("3"));
    assert_eq!(reserved(&given), [one("PO-2", 1, "WIDGET-1", "EAST", "2")]);
    assert_eq!(line(&world, "PO-1"), ["3", "0", "0", "0", "7"]);
}

/// O7: what grew is served like a new order; the same again changes nothing.
#[test]
fn o7_more_is_served_when_the_change_took_place() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "8");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "6")]));
    let order = body("PO-1", &[("WIDGET-1", "7"), ("WIDGET-1", "5")]);
    let grown = vec![
        LineQuantity { line: 1, sku: sku("WIDGET-1"), quantity: q("1") },
        LineQuantity { line: 2, sku: sku("WIDGET-1"), quantity: q("5") },
    ];
    let changed = OrderChanged { order_id: id("PO-1"), order, cancelled: Vec::new(), grown };
    let more = world.event(&changed);
    let wanted = [one("PO-1", 1, "WIDGET-1", "EAST", "1"), one("PO-1", 2, "WIDGET-1", "EAST", "1")];
    assert_eq!(reserved(&more), wanted);
    assert_eq!(more.events::<InventoryBackordered>()[0].lines[0].quantity, q("4"));
    assert!(world.event(&changed).is_silent());
}

#[test]
fn o8_what_left_before_the_recall_stands() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "6");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "6")]));
    world.event(&change("PO-1", "6", "0"));
    world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "4")]));
    let given = world.event(&cancel("PO-1", "EAST", "2"));
    assert_eq!(given.events::<InventoryReleased>()[0].lines[0].quantity, q("2"));
    assert_eq!(line(&world, "PO-1"), ["0", "0", "4", "0", "2"]);
}

/// O8, A7: what an order does not want and the warehouse has lost is released when the warehouse has
/// said that it keeps it, whichever of the two came first; where it leaves after all, it has left.
#[test]
fn o8_what_is_not_wanted_and_lost_is_released_when_the_warehouse_has_said_so() {
    for (wanted_less_first, leaves) in [(true, false), (true, true), (false, false), (false, true)]
    {
        let mut world = world();
        receive(&mut world, "EAST", "R-1", "WIDGET-1", "6");
        accept(&mut world, body("PO-1", &[("WIDGET-1", "6")]));
        let lines = json!([{"sku": "WIDGET-1", "on_hand": "1"}]);
        let counted = count("EAST", 1, "2026-03-02T12:00:00Z", lines);
        let mut sent = Vec::new();
        if wanted_less_first {
            sent.push(world.event(&change("PO-1", "6", "2")));
            sent.push(world.document(&name("threepl"), &counted));
        } else {
            sent.push(world.document(&name("threepl"), &counted));
            sent.push(world.event(&change("PO-1", "6", "2")));
        }
        let recalled = sent.iter().flat_map(Outcome::events::<InventoryRecalled>);
        let recalled: Quantity = recalled.map(|event| event.lines[0].quantity).sum();
        assert_eq!(recalled, q("5"), "each once");
        let said = sent.iter().any(|it| !it.events::<InventoryReleased>().is_empty());
        assert!(!said, "nobody knows yet what becomes of it");
        assert_eq!(line(&world, "PO-1"), ["1", "1", "0", "0", "0"]);
        assert_eq!(there(&world, "EAST", "WIDGET-1"), ("1".to_owned(), "1".to_owned()));
        if leaves {
            let left = dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "6")]);
            let left = world.event(&left);
            assert!(left.events::<InventoryReleased>().is_empty());
            assert_eq!(line(&world, "PO-1"), ["0", "0", "6", "0", "0"]);
        } else {
            let part = world.event(&cancel("PO-1", "EAST", "3"));
            assert_eq!(part.events::<InventoryReleased>()[0].lines[0].quantity, q("3"));
            let rest = world.event(&cancel("PO-1", "EAST", "2"));
            assert_eq!(rest.events::<InventoryReleased>()[0].lines[0].quantity, q("1"));
            assert_eq!(line(&world, "PO-1"), ["1", "1", "0", "0", "4"]);
        }
    }
}

/// O8: what was lost, was not wanted and leaves all the same sets the rest of the order free.
#[test]
fn o8_what_leaves_although_it_was_lost_and_not_wanted_is_given_back_by_another() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "5");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "10")]));
    let later = world.now() + std::time::Duration::from_secs(1);
    world.at(later);
    receive(&mut world, "WEST", "R-1", "WIDGET-1", "5");
    let less = world.event(&change("PO-1", "10", "5"));
    assert_eq!(less.events::<InventoryRecalled>()[0].lines[0].warehouse_id, at("WEST"));
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "0"}]);
    let counted = count("WEST", 1, "2026-03-02T13:00:00Z", lines);
    world.document(&name("threepl"), &counted);
    let left = dispatch("PO-1", "WEST", "T-1", &[(1, "WIDGET-1", "5")]);
    let left = world.event(&left);
    let recalled = &left.events::<InventoryRecalled>()[0].lines[0];
    assert_eq!((&recalled.warehouse_id, recalled.quantity), (&at("EAST"), q("5")));
    let given = world.event(&cancel("PO-1", "EAST", "5"));
    assert_eq!(given.events::<InventoryReleased>()[0].lines[0].quantity, q("5"));
    assert_eq!(line(&world, "PO-1"), ["0", "0", "5", "0", "5"]);
}

#[test]
fn a12_what_is_scrapped_or_sent_back_is_on_no_shelf() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "5");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "9")]));
    for (receipt, disposition, on_hand) in
        [("RC-1", "scrap", "5"), ("RC-2", "return_to_customer", "5"), ("RC-3", "restock", "7")]
    {
        let received: ReturnReceived = serde_json::from_value(json!({
            "rma_number": "RMA-1", "order_id": id("PO-1"), "receipt_id": receipt,
            "warehouse_id": "EAST", "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "2",
                "disposition": disposition}]}))
        .unwrap();
        let came = world.event(&received);
        assert_eq!(came.is_silent(), on_hand == "5", "{came:?}");
        assert_eq!(there(&world, "EAST", "WIDGET-1"), (on_hand.to_owned(), on_hand.to_owned()));
    }
}

#[test]
fn a12_what_is_restocked_is_on_hand_and_given_to_those_who_wait() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "5");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "5")]));
    world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "5")]));
    accept(&mut world, body("PO-2", &[("WIDGET-1", "9")]));
    let line = |quantity: &str, disposition: &str| json!({"line": 1, "sku": "WIDGET-1", "quantity": quantity, "disposition": disposition});
    let received: ReturnReceived = serde_json::from_value(json!({
        "rma_number": "RMA-1", "order_id": id("PO-1"), "receipt_id": "RC-1",
        "warehouse_id": "WEST", "lines": [line("2", "restock"), line("1", "scrap"),
            line("1", "return_to_customer")]}))
    .unwrap();
    let came = world.event(&received);
    assert_eq!(reserved(&came), [one("PO-2", 1, "WIDGET-1", "WEST", "2")]);
    world.event(&received);
    assert_eq!(there(&world, "WEST", "WIDGET-1"), ("2".to_owned(), "2".to_owned()));
    let other = ReturnReceived { warehouse_id: "EAST".parse().unwrap(), ..received };
    world.event(&other);
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "2", "a receipt of its own");
}
