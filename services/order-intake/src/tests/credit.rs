//! Rule O5: what a customer may owe.

use contracts::{
    Reason,
    document::{LineQuantity, OrderAckStatus},
    event::{InventoryDeclined, InventoryReleased, InvoiceReduced, OrderAccepted, OrderCompleted},
};
use serde_json::json;
use testkit::Bench;

use super::{
    document,
    memory::{Heard, Stall},
    name,
    shop::{
        BILL, Bill, Shop, applied, credit_memo, dispatched, held_for, id, invoice, limited,
        received, refunded, reversed, widgets, written_off,
    },
};
use crate::OrderIntake;

#[test]
fn o5_an_order_above_the_limit_is_held_and_told_the_figures() {
    let mut shop = Stall::open();
    assert_eq!(shop.order("PO-1", "5").status, OrderAckStatus::Accepted);
    let held = shop.order("PO-2", "6");
    assert_eq!(held_for(&held), [Reason::CreditLimit]);
    for figure in ["50.00", "60.00", "110.00", "10.00 above", "100.00 USD"] {
        assert!(held.reasons[0].message.contains(figure), "{}", held.reasons[0].message);
    }
    assert_eq!(shop.exposure(), "50.00");
}

#[test]
fn o5_exactly_the_limit_passes_and_a_cent_more_does_not() {
    let mut shop = Stall::open();
    assert_eq!(shop.order("PO-1", "10").status, OrderAckStatus::Accepted);
    let mut shop = Stall::at_price("10.01", Some("100.00"));
    assert_eq!(held_for(&shop.order("PO-1", "10")), [Reason::CreditLimit]);
}

#[test]
fn o5_without_a_limit_everything_passes() {
    let mut shop = Stall::at_price("10.00", None);
    assert_eq!(shop.order("PO-1", "100000").status, OrderAckStatus::Accepted);
    assert_eq!(shop.exposure(), "1000000.00");
}

#[test]
fn o5_charges_count_and_tax_does_not() {
    let mut shop = Stall::open();
    let mut order = widgets("PO-1", "5");
    order.charges =
        serde_json::from_value(json!([{"code": "freight", "amount": "50.01"}])).unwrap();
    let held = shop.document(&name("acme"), &order);
    assert_eq!(held_for(&super::ack(&held)), [Reason::CreditLimit]);
}

#[test]
fn o5_held_orders_do_not_count() {
    let mut shop = Stall::open();
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "9", "unit_price": "1"}]);
    let odd = document(json!({"po_number": "PO-1", "lines": lines}));
    let held = shop.document::<contracts::document::Order>(&name("acme"), &odd);
    assert_eq!(held_for(&super::ack(&held)), [Reason::PriceMismatch]);
    assert_eq!(shop.exposure(), "0.00");
    assert_eq!(shop.order("PO-2", "10").status, OrderAckStatus::Accepted);
}

#[test]
fn o5_every_reason_to_hold_is_told_at_once() {
    let mut shop = Stall::open();
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "9", "unit_price": "20"}]);
    let odd = document(json!({"po_number": "PO-1", "lines": lines}));
    let held = shop.document::<contracts::document::Order>(&name("acme"), &odd);
    assert_eq!(held_for(&super::ack(&held)), [Reason::PriceMismatch, Reason::CreditLimit]);
}

/// Billing replaces the order's part by the invoice total.
#[test]
fn o5_an_invoice_changes_the_exposure_by_its_tax_alone() {
    let mut shop = Stall::open();
    shop.order("PO-1", "10");
    shop.event(&dispatched("PO-1", "4"));
    assert_eq!(shop.exposure(), "100.00");
    let bill = Bill { quantity: "4", net: "40.00", tax: "3.30", total: "43.30", ..BILL };
    shop.event(&invoice(&bill));
    assert_eq!(shop.exposure(), "103.30");
}

/// The nets of three invoices come to a cent more than the order's: nothing is left of it.
#[test]
fn o5_what_is_billed_in_parts_ends_at_nothing() {
    let mut shop = Stall::at_price("0.335", Some("100.00"));
    shop.order("PO-1", "3");
    assert_eq!(shop.exposure(), "1.01");
    let mut seen = Vec::new();
    for number in ["INV-1", "INV-2", "INV-3"] {
        shop.event(&dispatched("PO-1", "1"));
        let bill = Bill { number, net: "0.34", total: "0.34", ..BILL };
        let billed = shop.event(&invoice(&bill));
        seen.push((shop.exposure(), billed.events::<OrderCompleted>().len()));
    }
    let wanted = [("1.01", 0), ("1.01", 0), ("1.02", 1)];
    assert_eq!(seen, wanted.map(|(exposure, done)| (exposure.to_owned(), done)));
    assert_eq!(shop.taken("PO-1").exposure, 0);
}

/// The nets of three invoices come to a cent less than the line's: the cent is not kept while
/// another line is open.
#[test]
fn o5_nothing_is_left_of_a_line_that_is_billed() {
    let mut shop = Stall::at_price("0.334", Some("100.00"));
    let line =
        |line: u32, quantity: &str| json!({"line": line, "sku": "WIDGET-1", "quantity": quantity});
    let order = document(json!({"po_number": "PO-1", "lines": [line(1, "3"), line(2, "1")]}));
    shop.document::<contracts::document::Order>(&name("acme"), &order);
    assert_eq!(shop.exposure(), "1.33");
    shop.event(&dispatched("PO-1", "3"));
    for number in ["INV-1", "INV-2", "INV-3"] {
        let bill = Bill { number, net: "0.33", total: "0.33", ..BILL };
        shop.event(&invoice(&bill));
    }
    assert_eq!((shop.exposure().as_str(), shop.taken("PO-1").exposure), ("1.32", 33));
}

#[test]
fn o5_charges_are_billed_once_and_lapse_with_the_rest() {
    let mut shop = Stall::open();
    let mut order = widgets("PO-1", "4");
    order.charges = serde_json::from_value(json!([{"code": "freight", "amount": "8.00"}])).unwrap();
    order.allow_backorder = false;
    shop.document(&name("acme"), &order);
    assert_eq!(shop.exposure(), "48.00");
    shop.event(&dispatched("PO-1", "1"));
    let bill = Bill { charges: "2.00", total: "12.00", ..BILL };
    shop.event(&invoice(&bill));
    assert_eq!(shop.exposure(), "48.00");
    // The rest will not come: its net and its share of the charges are not asked for any more.
    shop.event(&declined("PO-1", "3"));
    assert_eq!(shop.exposure(), "12.00");
}

fn declined(po: &str, quantity: &str) -> InventoryDeclined {
    InventoryDeclined {
        order_id: id(po),
        partner: name("acme"),
        po_number: po.parse().unwrap(),
        lines: vec![LineQuantity {
            line: 1,
            sku: "WIDGET-1".parse().unwrap(),
            quantity: quantity.parse().unwrap(),
        }],
        why: "nothing left".to_owned(),
    }
}

/// I11: what came back before it was billed is no part of the order any more.
#[test]
fn o5_o10_what_came_back_before_it_was_billed_is_not_waited_for() {
    let mut shop = Stall::open();
    shop.order("PO-1", "4");
    shop.event(&dispatched("PO-1", "4"));
    let back = InvoiceReduced {
        invoice: "S/T-1".to_owned(),
        order_id: id("PO-1"),
        partner: name("acme"),
        lines: declined("PO-1", "3").lines,
        nothing_left: false,
    };
    shop.event(&back);
    assert_eq!(shop.exposure(), "10.00");
    let billed = shop.event(&invoice(&BILL));
    assert_eq!(billed.events::<OrderCompleted>().len(), 1);
    assert_eq!(shop.exposure(), "10.00");
}

#[test]
fn o5_cash_counts_when_it_comes_and_its_discount_when_it_is_applied() {
    let mut shop = Stall::open();
    shop.event(&invoice(&Bill { total: "80.00", ..BILL }));
    shop.event(&received("CHK-1", Some("C-100"), "50.00"));
    assert_eq!(shop.exposure(), "30.00");
    shop.event(&applied("CHK-1", "INV-1", "50.00", "1.00"));
    assert_eq!(shop.exposure(), "29.00");
}

#[test]
fn o5_a_reversal_undoes_cash_discount_and_refund() {
    let mut shop = Stall::open();
    shop.event(&invoice(&Bill { total: "80.00", ..BILL }));
    shop.event(&received("CHK-1", Some("C-100"), "90.00"));
    shop.event(&applied("CHK-1", "INV-1", "79.00", "1.00"));
    shop.event(&refunded("CHK-1", "11.00"));
    assert_eq!(shop.exposure(), "0.00");
    shop.event(&reversed("CHK-1", "90.00", ("INV-1", "79.00", "1.00")));
    // The invoice is open again, and so is what was given back.
    assert_eq!(shop.exposure(), "91.00");
}

#[test]
fn o5_a_credit_memo_and_a_write_off_take_off() {
    let mut shop = Stall::open();
    shop.event(&credit_memo("CM-1", "INV-1", "30.00"));
    assert_eq!(shop.exposure(), "-30.00");
    shop.event(&invoice(&Bill { total: "80.00", ..BILL }));
    shop.event(&written_off("INV-1", "9.00"));
    shop.event(&written_off("INV-1", "1.00"));
    assert_eq!(shop.exposure(), "40.00");
}

#[test]
fn o5_cash_of_nobody_counts_when_it_is_known_whose_it_is() {
    let mut shop = Stall::open();
    shop.event(&received("CHK-1", None, "30.00"));
    assert_eq!(shop.exposure(), "0.00");
    shop.event(&applied("CHK-1", "INV-1", "10.00", "0.00"));
    assert_eq!(shop.exposure(), "-30.00");
}

/// Events of several aggregates come in any order, before the customer too.
#[tokio::test]
async fn o5_a_payment_may_come_before_its_customer() {
    let mut bench = Bench::new(OrderIntake).await;
    bench.event(&received("CHK-1", Some("C-100"), "30.00")).await;
    bench.partner(super::partner("erp", json!(["erp"]))).await;
    bench.document(&name("erp"), &limited(Some("100.00"))).await;
    let shop = Shop { bench };
    assert_eq!(shop.exposure().await, "-30.00");
}

/// By business key too: an invoice counts once.
#[test]
fn m1_an_invoice_that_is_told_twice_is_owed_once() {
    let mut shop = Stall::open();
    shop.order("PO-1", "2");
    shop.event(&dispatched("PO-1", "1"));
    for _ in 0..2 {
        shop.event(&invoice(&BILL));
        assert_eq!(shop.exposure(), "20.00");
    }
    assert_eq!(shop.line("PO-1").billed.to_string(), "1");
}

/// Units that allocation has set free for a change count no more, although the rest is still asked
/// back.
#[test]
fn o7_units_that_were_set_free_are_no_part_of_the_exposure() {
    let mut shop = Stall::open();
    shop.order("PO-1", "10");
    let cancel = document(json!({"po_number": "PO-1"}));
    shop.document::<contracts::document::OrderCancel>(&name("acme"), &cancel);
    let lines = declined("PO-1", "4").lines;
    shop.event(&InventoryReleased { order_id: id("PO-1"), lines });
    assert_eq!(shop.exposure(), "60.00");
}

/// Two orders of one batch see each other.
#[tokio::test]
async fn o5_orders_of_one_batch_do_not_pass_together() {
    let mut shop = Shop::open().await;
    let send = |bench: &mut Bench, po: &str| {
        let payload = serde_json::to_vec(&widgets(po, "6")).unwrap();
        bench.inbound("ingress.acme.order.v1".to_owned(), payload)
    };
    let batch = vec![send(&mut shop.bench, "PO-1"), send(&mut shop.bench, "PO-2")];
    let taken = shop.bench.deliver(batch).await;
    assert_eq!(taken.events::<OrderAccepted>().len(), 1);
    assert_eq!(shop.exposure().await, "60.00");
}
