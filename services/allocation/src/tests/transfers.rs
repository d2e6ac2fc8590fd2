//! Transfers, received in whole or in parts (A8).

use contracts::{
    document::{DocumentAck, Rejection},
    event::StockAdjusted,
};
use serde_json::json;

use super::{
    world::{Outcome, World, receive, there, world},
    *,
};

/// Goods on their way from EAST to WEST, or come there by a receipt.
fn transfer(receipt: Option<(&str, bool)>, lines: &[(&str, &str)]) -> Stock {
    let line = |(sku, quantity): &(&str, &str)| json!({"sku": sku, "quantity": quantity});
    let mut body = json!({"warehouse_id": "EAST", "kind": "transfer", "transfer_id": "X-1",
        "to_warehouse_id": "WEST", "occurred_at": "2026-03-02T11:00:00Z",
        "lines": lines.iter().map(line).collect::<Vec<_>>()});
    if let Some((receipt_id, is_final)) = receipt {
        body["received"] = json!(true);
        body["receipt_id"] = json!(receipt_id);
        body["final"] = json!(is_final);
    }
    read(body)
}

fn announced(quantity: &str) -> Stock {
    transfer(None, &[("WIDGET-1", quantity)])
}

fn received(receipt: &str, quantity: &str, is_final: bool) -> Stock {
    transfer(Some((receipt, is_final)), &[("WIDGET-1", quantity)])
}

/// EAST has 50, WEST nothing.
fn with_50() -> World {
    let mut world = world();
    receive(&mut world, "EAST", "R-0", "WIDGET-1", "50");
    receive(&mut world, "WEST", "R-0", "WIDGET-1", "0");
    world
}

fn taken(world: &mut World, document: &Stock) -> Outcome {
    let outcome = world.document(&name("threepl"), document);
    assert_eq!(outcome.documents::<DocumentAck>(&name("threepl")).len(), 1, "{document:?}");
    outcome
}

fn refused(world: &mut World, document: &Stock) -> (Reason, String) {
    let before = on_hand(world);
    let outcome = world.document(&name("threepl"), document);
    let rejections = outcome.documents::<Rejection>(&name("threepl"));
    assert!(outcome.events::<StockAdjusted>().is_empty(), "{document:?}");
    assert_eq!(on_hand(world), before);
    let reason = &rejections[0].reasons[0];
    (reason.code, reason.path.clone())
}

/// The goods on hand in EAST and in WEST.
fn on_hand(world: &World) -> [String; 2] {
    [there(world, "EAST", "WIDGET-1").0, there(world, "WEST", "WIDGET-1").0]
}

#[test]
fn a8_a_transfer_is_received_in_parts_and_the_rest_is_written_off() {
    let mut world = with_50();
    taken(&mut world, &announced("10"));
    assert_eq!(on_hand(&world), ["40", "0"]);
    taken(&mut world, &received("R1", "6", false));
    assert_eq!(on_hand(&world), ["40", "6"]);
    let again = taken(&mut world, &received("R1", "6", false));
    assert!(again.events::<StockAdjusted>().is_empty());
    let last = taken(&mut world, &received("R2", "3", true));
    assert_eq!(on_hand(&world), ["40", "9"]);
    let adjusted = last.events::<StockAdjusted>();
    let written_off = adjusted.iter().find(|it| it.warehouse_id == at("EAST")).unwrap();
    assert_eq!(written_off.reference, "X-1");
    let line = &written_off.lines[0];
    assert_eq!((line.written_off, line.change.is_zero(), line.on_hand), (q("1"), true, q("40")));
    let third = refused(&mut world, &received("R3", "1", true));
    assert_eq!(third, (Reason::ConflictingTransfer, "receipt_id".to_owned()));
    for known in [received("R1", "6", false), received("R2", "3", true), announced("10")] {
        assert!(taken(&mut world, &known).events::<StockAdjusted>().is_empty());
    }
}

#[test]
fn a8_other_content_under_a_receipt_id_is_refused() {
    let mut world = with_50();
    taken(&mut world, &announced("10"));
    taken(&mut world, &received("R1", "6", false));
    for other in [received("R1", "5", false), received("R1", "6", true)] {
        let said = refused(&mut world, &other);
        assert_eq!(said, (Reason::ConflictingTransfer, "receipt_id".to_owned()));
    }
    let other = refused(&mut world, &announced("11"));
    assert_eq!(other, (Reason::ConflictingTransfer, "transfer_id".to_owned()));
}

#[test]
fn a8_more_than_is_in_transit_is_refused_whole() {
    let mut world = with_50();
    taken(&mut world, &announced("10"));
    taken(&mut world, &received("R1", "6", false));
    let more = refused(&mut world, &received("R2", "5", true));
    assert_eq!(more, (Reason::NotEnoughStock, "lines[0].quantity".to_owned()));
    let twice = transfer(Some(("R2", true)), &[("WIDGET-1", "4"), ("WIDGET-1", "1")]);
    let twice = refused(&mut world, &twice);
    assert_eq!(twice, (Reason::NotEnoughStock, "lines[1].quantity".to_owned()));
    let strange = transfer(Some(("R2", true)), &[("WIDGET-1", "4"), ("GADGET", "1")]);
    let strange = refused(&mut world, &strange);
    assert_eq!(strange, (Reason::NotEnoughStock, "lines[1].sku".to_owned()));
    taken(&mut world, &received("R2", "4", true));
    assert_eq!(on_hand(&world), ["40", "10"]);
}

/// A8: items that the final receipt does not name are written off too.
#[test]
fn a8_a_final_receipt_of_nothing_writes_all_of_it_off() {
    let mut world = with_50();
    receive(&mut world, "EAST", "R-1", "GADGET", "4");
    taken(&mut world, &transfer(None, &[("WIDGET-1", "10"), ("GADGET", "4")]));
    taken(&mut world, &received("R1", "10", false));
    let last = taken(&mut world, &transfer(Some(("R2", true)), &[]));
    let adjusted = &last.events::<StockAdjusted>()[0];
    let lost: Vec<_> =
        adjusted.lines.iter().map(|line| (line.sku.as_str(), line.written_off)).collect();
    assert_eq!((adjusted.warehouse_id.as_str(), lost), ("EAST", vec![("GADGET", q("4"))]));
}

/// A8: what arrives before its departure was announced leaves as it arrives; the announcement that
/// comes after it brings the rest on its way.
#[test]
fn a8_a_receipt_of_an_unannounced_transfer_is_its_departure_too() {
    let mut world = with_50();
    taken(&mut world, &received("R1", "6", false));
    assert_eq!(on_hand(&world), ["44", "6"]);
    taken(&mut world, &received("R2", "1", false));
    assert_eq!(on_hand(&world), ["43", "7"]);
    let less = refused(&mut world, &announced("6"));
    assert_eq!(less, (Reason::ConflictingTransfer, "transfer_id".to_owned()));
    taken(&mut world, &announced("10"));
    assert_eq!(on_hand(&world), ["40", "7"]);
    let last = taken(&mut world, &received("R3", "2", true));
    assert_eq!(on_hand(&world), ["40", "9"]);
    let lost: Quantity = last
        .events::<StockAdjusted>()
        .iter()
        .flat_map(|it| &it.lines)
        .map(|line| line.written_off)
        .sum();
    assert_eq!(lost, q("1"));
}

/// A8: nothing of what arrived whole, and was never announced, is lost.
#[test]
fn a8_an_unannounced_final_receipt_writes_nothing_off() {
    let mut world = with_50();
    let all = taken(&mut world, &received("R1", "6", true));
    let adjusted = all.events::<StockAdjusted>();
    assert!(adjusted.iter().flat_map(|it| &it.lines).all(|line| line.written_off.is_zero()));
    let late = refused(&mut world, &announced("10"));
    assert_eq!(late, (Reason::ConflictingTransfer, "transfer_id".to_owned()));
    taken(&mut world, &announced("6"));
    assert_eq!(on_hand(&world), ["44", "6"]);
}

/// A8: who speaks for either warehouse says what came, and each names its receipts.
#[test]
fn a8_either_warehouse_says_what_came() {
    let mut world = with_50();
    let record = json!({"partner": "western", "roles": ["warehouse"], "warehouses": ["WEST"]});
    world.partner(serde_json::from_value(record).unwrap());
    let mut west = warehouse("WEST", 2, json!(["US-CA"]));
    west.partner = name("western");
    world.document(&name("erp"), &west);
    taken(&mut world, &announced("10"));
    let came = world.document(&name("western"), &received("R1", "6", false));
    assert_eq!(came.documents::<DocumentAck>(&name("western")).len(), 1);
    taken(&mut world, &received("R2", "4", true));
    assert_eq!(on_hand(&world), ["40", "10"]);
}

/// A8: the identity is the warehouse with its transfer; another one's transfer of that id, and its
/// receipts, are their own.
#[test]
fn a8_two_warehouses_may_use_the_same_ids() {
    let mut world = with_50();
    taken(&mut world, &announced("10"));
    taken(&mut world, &received("R1", "10", true));
    let back = |body: Stock| -> Stock {
        let Stock::Transfer(mut back) = body else { panic!("a transfer") };
        std::mem::swap(&mut back.warehouse_id, &mut back.to_warehouse_id);
        Stock::Transfer(back)
    };
    taken(&mut world, &back(announced("3")));
    taken(&mut world, &back(received("R1", "3", true)));
    assert_eq!(on_hand(&world), ["43", "7"]);
}

/// D2: what would make a figure of the transfer larger than 18 digits is refused.
#[test]
fn d2_a_transfer_of_more_than_can_be_counted_is_refused() {
    let mut world = with_50();
    let lines = json!([{"sku": "WIDGET-1", "on_hand": "50"}]);
    // What left before the count is not taken from it, however much it was.
    let counted = count("EAST", 1, "2026-03-02T11:30:00Z", lines);
    world.document(&name("threepl"), &counted);
    let much = ("WIDGET-1", "999999999999");
    let said = refused(&mut world, &transfer(None, &[much, much]));
    assert_eq!(said, (Reason::InvalidValue, "lines[1].quantity".to_owned()));
}
