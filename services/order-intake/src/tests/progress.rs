//! Declined remainders and completion (A3, O10).

use contracts::{
    OrderId, PoNumber, Reason,
    document::{LineQuantity, Order, OrderAckStatus},
    event::{InventoryDeclined, InventoryReleased, InvoiceReduced, OrderCancelled, OrderCompleted},
};
use serde_json::json;
use testkit::Outcome;

use super::{
    ack, document, memory,
    memory::{Heard, Stall},
    name, order,
    shop::{BILL, Bill, Shop, dispatched, id, invoice},
};

fn units(line: u32, quantity: &str) -> LineQuantity {
    LineQuantity { line, sku: "WIDGET-1".parse().unwrap(), quantity: quantity.parse().unwrap() }
}

fn declined(line: u32, quantity: &str) -> InventoryDeclined {
    let (partner, po_number) = (name("acme"), PoNumber::new("PO-1").unwrap());
    let order_id = OrderId::of(&partner, &po_number);
    let (lines, why) = (vec![units(line, quantity)], "nothing left".to_owned());
    InventoryDeclined { order_id, partner, po_number, lines, why }
}

#[test]
fn a3_what_may_not_wait_is_cancelled_and_acknowledged() {
    let mut bench = memory();
    let order = order(json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]));
    bench.document(&name("acme"), &order);
    let mut all = OrderAckStatus::Accepted;
    for (quantity, whole) in [("4", false), ("6", true)] {
        let outcome = bench.event(&declined(1, quantity));
        let cancelled = &outcome.events::<OrderCancelled>()[0];
        assert_eq!((cancelled.whole, cancelled.reason), (whole, Reason::OutOfStock));
        assert_eq!(cancelled.lines, [units(1, quantity)]);
        if whole {
            all = OrderAckStatus::Cancelled;
        }
        let told = ack(&outcome);
        let reasons: Vec<_> = told.reasons.iter().map(|it| (it.line, it.code)).collect();
        assert_eq!((told.status, told.lines[0].status), (all, all));
        assert_eq!(reasons, [(Some(1), Reason::OutOfStock)]);
        let says = format!("{quantity} of `WIDGET-1`");
        assert!(told.reasons[0].message.contains(&says), "{}", told.reasons[0].message);
        // The answer to a resend is the present state (O1).
        assert_eq!(ack(&bench.document(&name("acme"), &order)), told);
    }
}

/// Something that happens to line 1 or 2 of an order of ten widgets each.
async fn happens(shop: &mut Shop, number: usize, (what, line, quantity): Step) -> Outcome {
    let lines = vec![units(line, quantity)];
    match what {
        "left" => {
            let mut event = dispatched("PO-1", quantity);
            event.lines = lines;
            shop.bench.event(&event).await
        }
        "billed" => {
            let (number, net) = (format!("INV-{number}"), format!("{quantity}0.00"));
            let bill = Bill { number: &number, quantity, net: &net, total: &net, ..BILL };
            let mut event = invoice(&bill);
            event.invoice.lines[0].line = line;
            shop.bench.event(&event).await
        }
        "declined" => shop.bench.event(&declined(line, quantity)).await,
        "cancelled" => {
            let cancel = document(json!({"po_number": "PO-1"}));
            shop.bench.document::<contracts::document::OrderCancel>(&name("acme"), &cancel).await
        }
        "free" => shop.bench.event(&InventoryReleased { order_id: id("PO-1"), lines }).await,
        "back" => {
            let back = InvoiceReduced {
                invoice: format!("S/{number}"),
                order_id: id("PO-1"),
                partner: name("acme"),
                lines,
                nothing_left: false,
            };
            shop.bench.event(&back).await
        }
        other => panic!("{other}"),
    }
}

type Step = (&'static str, u32, &'static str);

/// Whatever comes last, the order is complete with that and not before.
#[tokio::test]
async fn o10_an_order_is_complete_when_every_unit_is_dispatched_and_billed_or_cancelled() {
    let ways: [&[Step]; 8] = [
        &[("left", 1, "10"), ("left", 2, "10"), ("billed", 1, "10"), ("billed", 2, "10")],
        // In parts, and one line long before the other.
        &[
            ("left", 1, "4"),
            ("billed", 1, "4"),
            ("left", 1, "6"),
            ("billed", 1, "6"),
            ("left", 2, "10"),
            ("billed", 2, "9"),
            ("billed", 2, "1"),
        ],
        // An invoice that is heard of before the dispatch that it bills.
        &[("left", 1, "10"), ("billed", 1, "10"), ("billed", 2, "10"), ("left", 2, "10")],
        // The rest is declined, or cancelled, at last or before what has left is billed.
        &[("left", 1, "10"), ("billed", 1, "10"), ("declined", 2, "10")],
        &[("left", 1, "4"), ("declined", 1, "6"), ("declined", 2, "10"), ("billed", 1, "4")],
        &[
            ("left", 1, "10"),
            ("left", 2, "3"),
            ("billed", 1, "10"),
            ("cancelled", 2, "0"),
            ("free", 2, "7"),
            ("billed", 2, "3"),
        ],
        // Not while a cancel is undecided, although all that is known to be open was billed.
        &[
            ("left", 1, "10"),
            ("billed", 1, "10"),
            ("left", 2, "6"),
            ("billed", 2, "6"),
            ("cancelled", 2, "0"),
            ("free", 2, "4"),
        ],
        // What came back before it was billed is not billed (I11); more may leave than was ordered.
        &[
            ("left", 1, "12"),
            ("billed", 1, "10"),
            ("left", 2, "10"),
            ("billed", 2, "8"),
            ("back", 2, "2"),
        ],
    ];
    for way in ways {
        let mut shop = Shop::at("10.00", None).await;
        let lines = [1, 2].map(|line| json!({"line": line, "sku": "WIDGET-1", "quantity": "10"}));
        let order: Order = document(json!({"po_number": "PO-1", "lines": lines}));
        shop.bench.document(&name("acme"), &order).await;
        for (number, step) in way.iter().enumerate() {
            let outcome = happens(&mut shop, number, *step).await;
            let completed = outcome.events::<OrderCompleted>().len();
            let last = number + 1 == way.len();
            assert_eq!(completed, usize::from(last), "{step:?} of {way:?}");
        }
        assert_eq!(shop.standing("PO-1").await.status().to_string(), "completed", "{way:?}");
        assert_eq!(shop.taken("PO-1").await.exposure, 0);
    }
}

/// Nothing of it has left: it is cancelled, and that is not complete.
#[test]
fn o10_an_order_of_which_nothing_left_is_cancelled_and_not_complete() {
    let mut shop = Stall::at_price("10.00", None);
    shop.order("PO-1", "10");
    let outcome = shop.event(&declined(1, "10"));
    assert!(outcome.events::<OrderCompleted>().is_empty());
    assert_eq!(shop.standing("PO-1").status().to_string(), "cancelled");
}
