//! Reports of warehouses: counts, adjustments, transfers; closing and opening.

use contracts::{
    document::{DocumentAck, Rejection, WarehouseStatus},
    event::{
        InventoryBackordered, InventoryRecalled, InventoryShort, StockAdjusted, WarehouseUpdated,
    },
};
use jiff::SignedDuration;
use serde_json::json;

use super::{
    world::{Outcome, accept, line, receive, there, world},
    *,
};

fn refusal(outcome: &Outcome, partner: &str) -> Reason {
    let rejections = outcome.documents::<Rejection>(&name(partner));
    assert_eq!(rejections.len(), 1, "{outcome:?}");
    rejections[0].reasons[0].code
}

#[test]
fn a_warehouse_is_acknowledged_and_announced_once() {
    let mut world = world();
    let east = warehouse("EAST", 1, json!(["US-NY"]));
    let again = world.document(&name("erp"), &east);
    assert_eq!(again.documents::<DocumentAck>(&name("erp")).len(), 1);
    assert!(again.events::<WarehouseUpdated>().is_empty());
}

#[test]
fn a7_a_count_is_added_to_by_what_moved_after_it() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "5");
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "100"}]);
    let early = count("EAST", 1, "2026-03-02T00:00:00Z", lines.clone());
    let taken = world.document(&name("threepl"), &early);
    assert_eq!(taken.events::<StockAdjusted>()[0].lines[0].on_hand, q("105"));
    let late = count("EAST", 2, "2026-03-02T13:00:00Z", lines);
    world.document(&name("threepl"), &late);
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "100");
}

#[test]
fn a7_an_old_count_is_refused_and_the_same_one_answered_again() {
    let mut world = world();
    let snapshot = |sequence, on_hand: &str| {
        let lines = json!([{"sku": "WIDGET-1", "on_hand": on_hand}]);
        count("EAST", sequence, "2026-03-02T12:00:00Z", lines)
    };
    let threepl = name("threepl");
    world.document(&threepl, &snapshot(2, "7"));
    let old = world.document(&threepl, &snapshot(1, "9"));
    assert_eq!(refusal(&old, "threepl"), Reason::StaleSnapshot);
    let other = world.document(&threepl, &snapshot(2, "8"));
    assert_eq!(refusal(&other, "threepl"), Reason::ConflictingSnapshot);
    let same = world.document(&threepl, &snapshot(2, "7"));
    assert_eq!(same.documents::<DocumentAck>(&threepl).len(), 1);
    assert!(same.events::<StockAdjusted>().is_empty());
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "7");
}

/// A7: a confirmation that comes after the count knew of it takes its reservation alone.
#[test]
fn a7_a_late_confirmation_consumes_its_reservation_but_not_on_hand() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "20");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "5")]));
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "15"}]);
    let counted = count("EAST", 1, "2026-03-02T18:00:00Z", lines);
    world.document(&name("threepl"), &counted);
    world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "5")]));
    assert_eq!(there(&world, "EAST", "WIDGET-1"), ("15".to_owned(), "0".to_owned()));
    assert_eq!(line(&world, "PO-1"), ["0", "0", "5", "0", "0"]);
}

#[test]
fn a7_below_what_is_promised_the_newest_promise_gives_way() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "10");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "5")]));
    accept(&mut world, body("PO-2", &[("WIDGET-1", "5")]));
    receive(&mut world, "WEST", "R-1", "WIDGET-1", "50");
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "7"}]);
    let counted = count("EAST", 1, "2026-03-02T18:00:00Z", lines);
    let outcome = world.document(&name("threepl"), &counted);
    let short = &outcome.events::<InventoryShort>()[0];
    assert_eq!((short.order_id, short.lines[0].quantity), (id("PO-2"), q("3")));
    let recalled = &outcome.events::<InventoryRecalled>()[0];
    assert_eq!(recalled.lines[0].quantity, q("3"));
    assert_eq!(outcome.events::<InventoryBackordered>()[0].lines[0].quantity, q("3"));
    assert_eq!(there(&world, "EAST", "WIDGET-1"), ("7".to_owned(), "7".to_owned()));
    // Only when EAST has said that it does not ship them are they sourced from WEST.
    let given = world.event(&cancel("PO-2", "EAST", "3"));
    assert_eq!(reserved(&given), [one("PO-2", 1, "WIDGET-1", "WEST", "3")]);
    assert_eq!(line(&world, "PO-2"), ["5", "0", "0", "0", "0"]);
}

/// A7: what was recalled for a shortage and leaves all the same is not sourced a second time.
#[test]
fn a7_what_leaves_after_all_does_not_leave_twice() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "5");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "5")]));
    receive(&mut world, "WEST", "R-1", "WIDGET-1", "50");
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "2"}]);
    let counted = count("EAST", 1, "2026-03-02T10:00:00Z", lines);
    let outcome = world.document(&name("threepl"), &counted);
    assert!(reserved(&outcome).is_empty());
    let stands = world.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "5")]));
    assert!(reserved(&stands).is_empty());
    assert_eq!(line(&world, "PO-1"), ["0", "0", "5", "0", "0"]);
}

#[test]
fn a8_an_adjustment_counts_once() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "5");
    let again = receive(&mut world, "EAST", "R-1", "WIDGET-1", "5");
    assert_eq!(again.documents::<DocumentAck>(&name("threepl")).len(), 1);
    let other = receive(&mut world, "EAST", "R-1", "WIDGET-1", "6");
    assert_eq!(refusal(&other, "threepl"), Reason::ConflictingAdjustment);
    let much = receive(&mut world, "EAST", "R-2", "WIDGET-1", "-6");
    assert_eq!(refusal(&much, "threepl"), Reason::NotEnoughStock);
    receive(&mut world, "EAST", "R-2", "WIDGET-1", "-1");
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "4");
}

#[test]
fn a8_more_than_a_quantity_can_say_is_refused() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "999999999999");
    let more = receive(&mut world, "EAST", "R-2", "WIDGET-1", "1");
    assert_eq!(refusal(&more, "threepl"), Reason::InvalidValue);
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "999999999999");
}

#[test]
fn a8_a_transfer_leaves_at_once_and_is_there_when_received() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "5");
    receive(&mut world, "WEST", "R-1", "WIDGET-1", "1");
    let transfer = |received: bool, quantity: &str| -> Stock {
        read(json!({"warehouse_id": "EAST", "kind": "transfer", "transfer_id": "X-1",
            "to_warehouse_id": "WEST", "occurred_at": "2026-03-02T11:00:00Z",
            "lines": [{"sku": "WIDGET-1", "quantity": quantity}], "received": received}))
    };
    let threepl = name("threepl");
    world.document(&threepl, &transfer(false, "3"));
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "2");
    assert_eq!(there(&world, "WEST", "WIDGET-1").0, "1");
    for received in [true, true, false] {
        let taken = world.document(&threepl, &transfer(received, "3"));
        assert_eq!(taken.documents::<DocumentAck>(&threepl).len(), 1);
    }
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "2");
    assert_eq!(there(&world, "WEST", "WIDGET-1").0, "4");
    let other = world.document(&threepl, &transfer(true, "2"));
    assert_eq!(refusal(&other, "threepl"), Reason::ConflictingTransfer);
}

#[test]
fn a8_a_fraction_of_what_comes_in_wholes_is_refused_whatever_reports_it() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "5");
    let transfer: Stock = read(json!({"warehouse_id": "EAST", "kind": "transfer",
        "transfer_id": "X-1", "to_warehouse_id": "WEST", "occurred_at": "2026-03-02T11:00:00Z",
        "lines": [{"sku": "WIDGET-1", "quantity": "0.5"}], "received": false}));
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "4.000001"}]);
    let reports = [
        adjustment("EAST", "R-2", "WIDGET-1", "-1.5"),
        transfer,
        count("EAST", 1, "2026-03-02T12:00:00Z", lines),
    ];
    for report in reports {
        let refused = world.document(&name("threepl"), &report);
        assert_eq!(refusal(&refused, "threepl"), Reason::FractionOfWholeUnit);
    }
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "5");
}

/// A1: of what was counted in fractions before it came in wholes, the wholes are promised.
#[test]
fn a1_of_what_comes_in_wholes_no_fraction_is_promised() {
    let mut world = world();
    let mut updated = item("WIDGET-1", json!([]));
    updated.item.whole_units = false;
    world.event(&updated);
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "3.5");
    updated.item.whole_units = true;
    world.event(&updated);
    let outcome = accept(&mut world, body("PO-1", &[("WIDGET-1", "4")]));
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "EAST", "3")]);
}

/// A8: of a report that is refused nothing counts, and each line is told.
#[test]
fn a8_a_refused_report_changes_nothing() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "5");
    receive(&mut world, "WEST", "R-1", "WIDGET-1", "999999999999");
    let transfer: Stock = read(json!({"warehouse_id": "EAST", "kind": "transfer",
        "transfer_id": "X-1", "to_warehouse_id": "WEST", "occurred_at": "2026-03-02T12:00:00Z",
        "lines": [{"sku": "WIDGET-1", "quantity": "2"}], "received": true}));
    let refused = world.document(&name("threepl"), &transfer);
    assert_eq!(refusal(&refused, "threepl"), Reason::InvalidValue);
    assert!(refused.events::<StockAdjusted>().is_empty());
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "5", "it has not left either");
    let damage: Stock = read(json!({"warehouse_id": "EAST", "kind": "adjustment",
        "adjustment_id": "D-1", "reason": "damage", "lines": [
            {"sku": "WIDGET-1", "quantity": "-9"}, {"sku": "WIDGET-1", "quantity": "-1"},
            {"sku": "GADGET", "quantity": "-1"}]}));
    let refused = world.document(&name("threepl"), &damage).documents(&name("threepl"));
    let refused: &Rejection = &refused[0];
    let said: Vec<_> = refused.reasons.iter().map(|it| (it.code, it.path.as_str())).collect();
    let less = Reason::NotEnoughStock;
    assert_eq!(said, [(less, "lines[0].quantity"), (less, "lines[2].quantity")]);
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "5");
}

/// A7: a count of next year would make every movement until then count for nothing.
#[test]
fn a7_what_has_not_come_cannot_have_happened() {
    let mut world = world();
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "5"}]);
    let early = count("EAST", 1, "2027-03-02T12:00:00Z", lines);
    let refused = world.document(&name("threepl"), &early);
    let refused = refused.documents::<Rejection>(&name("threepl"));
    let reason = &refused[0].reasons[0];
    assert_eq!((reason.code, reason.path.as_str()), (Reason::InvalidValue, "as_of"));
    let late: Stock = read(json!({"warehouse_id": "EAST", "kind": "adjustment",
        "adjustment_id": "R-1", "reason": "receipt", "occurred_at": "2062-03-02T12:00:00Z",
        "lines": [{"sku": "WIDGET-1", "quantity": "5"}]}));
    let refused = world.document(&name("threepl"), &late);
    assert_eq!(refusal(&refused, "threepl"), Reason::InvalidValue);
}

/// D1: its owner has judged the day of a dispatch; here it is taken as it is said.
#[test]
fn d1_a_dispatch_is_taken_at_the_day_that_its_owner_took() {
    let mut world = world();
    receive(&mut world, "EAST", "R-1", "WIDGET-1", "20");
    accept(&mut world, body("PO-1", &[("WIDGET-1", "5")]));
    let event = dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "5")]);
    let shipped_at = world.now() + SignedDuration::from_hours(400 * 24);
    world.event(&ShipmentDispatched { shipped_at, ..event });
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "15");
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "20"}]);
    let as_of = world.now().to_string();
    world.document(&name("threepl"), &count("EAST", 1, &as_of, lines));
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "15", "it left after the count");
}

/// D1: at most a day after, and 400 days before, the server took the document.
#[test]
fn d1_the_days_of_stock_documents_are_judged_by_when_they_were_taken() {
    let mut world = world();
    receive(&mut world, "EAST", "R-0", "WIDGET-1", "50");
    let taken = world.now();
    for (number, (minutes, passes)) in
        [(24 * 60, true), (24 * 60 + 1, false), (-400 * 24 * 60, true), (-400 * 24 * 60 - 1, false)]
            .into_iter()
            .enumerate()
    {
        let at = (taken + SignedDuration::from_mins(minutes)).to_string();
        let lines = json!([{"sku": "GADGET", "on_hand": "50"}]);
        let counted = count("WEST", u64::try_from(number + 1).unwrap(), &at, lines);
        let adjusted: Stock = read(json!({"warehouse_id": "EAST", "kind": "adjustment",
            "adjustment_id": format!("A-{number}"), "reason": "receipt", "occurred_at": at,
            "lines": [{"sku": "WIDGET-1", "quantity": "1"}]}));
        let moved: Stock = read(json!({"warehouse_id": "EAST", "kind": "transfer",
            "transfer_id": format!("X-{number}"), "to_warehouse_id": "WEST", "occurred_at": at,
            "lines": [{"sku": "WIDGET-1", "quantity": "1"}]}));
        for (document, path) in
            [(counted, "as_of"), (adjusted, "occurred_at"), (moved, "occurred_at")]
        {
            let outcome = world.document(&name("threepl"), &document);
            let reasons: Vec<_> = outcome
                .documents::<Rejection>(&name("threepl"))
                .into_iter()
                .flat_map(|it| it.reasons)
                .map(|it| (it.code, it.path))
                .collect();
            let refused = vec![(Reason::InvalidValue, path.to_owned())];
            assert_eq!(reasons, if passes { Vec::new() } else { refused }, "{minutes} {path}");
        }
    }
}

/// D2: what was counted and what came since are an item's own figure.
#[test]
fn d2_a_count_that_would_grow_beyond_what_can_be_counted_is_refused() {
    let mut world = world();
    let threepl = name("threepl");
    let counted = |sequence, at: &str, on_hand: &str| {
        count("EAST", sequence, at, json!([{"sku": "WIDGET-1", "on_hand": on_hand}]))
    };
    world.document(&threepl, &counted(1, "2026-03-02T11:00:00Z", "1"));
    // They came before the count, so that they are not added to it; together they are more than 64
    // bits hold.
    for number in 0..12 {
        let many: Stock = read(json!({"warehouse_id": "EAST", "kind": "adjustment",
            "adjustment_id": format!("A-{number}"), "reason": "receipt",
            "occurred_at": "2026-03-02T10:00:00Z",
            "lines": [{"sku": "WIDGET-1", "quantity": "999999999999"}]}));
        assert_eq!(world.document(&threepl, &many).documents::<DocumentAck>(&threepl).len(), 1);
    }
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "1");
    let earlier = world.document(&threepl, &counted(2, "2026-03-02T09:00:00Z", "1"));
    let reason = &earlier.documents::<Rejection>(&threepl)[0].reasons[0];
    assert_eq!((reason.code, reason.path.as_str()), (Reason::InvalidValue, "lines[0].on_hand"));
    world.document(&threepl, &counted(2, "2026-03-02T11:00:00Z", "7"));
    assert_eq!(there(&world, "EAST", "WIDGET-1").0, "7");
}

/// A warehouse document with the fields that are required alone: open, of priority 5, serving no
/// region before others.
#[test]
fn a2_a_warehouse_document_may_leave_out_regions_priority_and_status() {
    let mut world = world();
    let plain: document::Warehouse = read(json!({"warehouse_id": "NEW", "name": "New",
        "partner": "threepl", "address": address()}));
    let taken = world.document(&name("erp"), &plain);
    let record = &taken.events::<WarehouseUpdated>()[0].warehouse;
    let told = (record.status, record.priority, record.regions.len());
    assert_eq!(told, (WarehouseStatus::Open, 5, 0));
    let same: document::Warehouse =
        read(json!({"warehouse_id": "NEW", "name": "New", "priority": 5,
        "status": "open", "regions": [], "partner": "threepl", "address": address()}));
    assert!(world.document(&name("erp"), &same).events::<WarehouseUpdated>().is_empty());
    receive(&mut world, "NEW", "R-1", "WIDGET-1", "5");
    let outcome = accept(&mut world, body("PO-1", &[("WIDGET-1", "5")]));
    assert_eq!(reserved(&outcome), [one("PO-1", 1, "WIDGET-1", "NEW", "5")]);
}
