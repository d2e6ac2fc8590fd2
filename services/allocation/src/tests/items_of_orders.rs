//! Orders that are shipped complete lead to items that the message does not name (A4): through the
//! engine and a database, so that these are loaded too.

use contracts::event::{
    ChangedLine, InventoryBackordered, InventoryRecalled, InventoryReleased, OrderChangeRequested,
};

use super::{conservation::check, outage::switch, *};

const LINES: [(&str, &str); 2] = [("WIDGET-1", "10"), ("GADGET", "5")];

/// Ten widgets are asked of EAST and five gadgets of WEST.
async fn asked() -> Bench {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "10").await;
    receive(&mut bench, "WEST", "R-1", "GADGET", "5").await;
    accept(&mut bench, OrderBody { ship_complete: true, ..body("PO-1", &LINES) }).await;
    bench
}

/// EAST closes, and both warehouses are to give everything back.
async fn recalled() -> Bench {
    let mut bench = asked().await;
    let closed = switch(&mut bench, 1, false, true).await;
    let recalled = closed.events::<InventoryRecalled>();
    let lines = recalled.iter().flat_map(|event| &event.lines);
    let lines: Vec<_> = lines.map(|it| (it.warehouse_id.as_str(), it.quantity)).collect();
    assert_eq!(lines, [("EAST", q("10")), ("WEST", q("5"))]);
    bench
}

fn backordered(outcome: &Outcome) -> Vec<String> {
    let events = outcome.events::<InventoryBackordered>();
    events.iter().flat_map(|it| &it.lines).map(|it| it.quantity.to_string()).collect()
}

/// A4, A10: the other items of the order are looked at when one of them is in the closed warehouse.
#[tokio::test]
async fn a4_an_outage_recalls_other_items_too() {
    let mut bench = recalled().await;
    bench.event(&cancel("PO-1", "EAST", "10")).await;
    let gadgets = lines(&[(2, "GADGET", "5")]);
    let last = ShipmentCancelled { lines: gadgets, ..cancel("PO-1", "WEST", "5") };
    assert_eq!(backordered(&bench.event(&last).await), ["10", "5"]);
    let opened = switch(&mut bench, 2, false, false).await;
    assert_eq!(reserved(&opened).len(), 2);
    check(&bench).await;
}

#[tokio::test]
async fn a4_shorts_that_answer_a_recall_let_all_of_it_wait() {
    let mut bench = recalled().await;
    bench.event(&short("PO-1", "EAST", "T-1", "10", false)).await;
    let ShipmentShort { mut lines, .. } = short("PO-1", "WEST", "T-2", "5", false);
    (lines[0].line, lines[0].sku) = (2, sku("GADGET"));
    let last = ShipmentShort { lines, ..short("PO-1", "WEST", "T-2", "5", false) };
    assert_eq!(backordered(&bench.event(&last).await), ["10", "5"]);
    check(&bench).await;
}

/// A4, O7: what is wanted of one item less may be what the others waited for.
#[tokio::test]
async fn a4_a_reduction_of_one_item_serves_the_others() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "4").await;
    receive(&mut bench, "WEST", "R-1", "GADGET", "5").await;
    accept(&mut bench, OrderBody { ship_complete: true, ..body("PO-1", &LINES) }).await;
    let change = OrderChangeRequested {
        order_id: id("PO-1"),
        partner: name("acme"),
        po_number: PoNumber::new("PO-1").unwrap(),
        change_number: None,
        lines: vec![ChangedLine { line: 1, sku: sku("WIDGET-1"), from: q("10"), to: q("4") }],
        reason: Reason::CancelledByBuyer,
    };
    let less = bench.event(&change).await;
    assert_eq!(less.events::<InventoryReleased>()[0].lines[0].quantity, q("6"));
    let mut got = reserved(&less);
    got.sort();
    let mut wanted =
        [one("PO-1", 1, "WIDGET-1", "EAST", "4"), one("PO-1", 2, "GADGET", "WEST", "5")];
    wanted.sort();
    assert_eq!(got, wanted);
    check(&bench).await;
}

/// A4: after its first dispatch the rest of an order is served in parts.
#[tokio::test]
async fn a4_a_dispatch_of_one_item_serves_the_others() {
    let mut bench = bench().await;
    receive(&mut bench, "WEST", "R-1", "GADGET", "2").await;
    accept(&mut bench, OrderBody { ship_complete: true, ..body("PO-1", &LINES) }).await;
    let left = dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "10")]);
    let outcome = bench.event(&left).await;
    assert_eq!(reserved(&outcome), [one("PO-1", 2, "GADGET", "WEST", "2")]);
    check(&bench).await;
}
