//! Dispatches, and the invoices that they are on.

use std::collections::BTreeSet;

use contracts::{document::Invoice, event::OrderAccepted, question::InvoicingInvoice};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use testkit::peers::{Compared, text};

use super::{
    super::{
        books::books,
        shop::{body, changed, dispatch, invoice, line, memo, name},
    },
    sale::{Sale, Sold, UNTAXED, shipped, sku, sold, units},
};

/// The order of a case that names only what happens to it: ten at 10.00, 10 % tax.
async fn ten_at_ten() -> Sale {
    Sale::of("USD", &[sold(&json!(10), &json!("10.00"), Decimal::TEN)], None).await
}

pub async fn short_close(case: &Value) -> Compared {
    let mut sale = ten_at_ten().await;
    let ours = sale.ships(&[(1, "4")]).await;
    let after = sale.shop.cancel(1, &sku(1), "6").await;
    let theirs = &case["observed"]["after_cancel"]["invoices"];
    Compared::same().figure("billed", ours.total, &theirs[0][1]).figure(
        "invoices",
        1 + after.documents::<Invoice>(&name("acme")).len(),
        &json!(theirs.as_array().unwrap().len()),
    )
}

pub async fn free_of_charge(case: &Value) -> Compared {
    let (_, ours) = shipped(&[sold(&json!(2), &json!("0.00"), Decimal::TEN)], None).await;
    Compared::same().figure("billed", ours.total, &case["observed"]["invoices"][0][1])
}

pub async fn above_the_order(case: &Value) -> Compared {
    let mut sale = ten_at_ten().await;
    let (first, second) = (sale.ships(&[(1, "4")]).await, sale.ships(&[(1, "9")]).await);
    let theirs = &case["observed"]["invoices"];
    Compared::differs("no more than was ordered is billed (I1, F5): six of the nine")
        .figure("first", first.total, &theirs[0][1])
        .but("second", second.total, "66.00", &theirs[1][1])
}

pub async fn amended(case: &Value) -> Compared {
    let (by_dispatch, by_order) = (&case["observed"]["fulfillment"], &case["observed"]["order"]);
    let mut sale = ten_at_ten().await;
    let first = sale.ships(&[(1, "4")]).await;
    let less = body("USD", json!({"lines": [line(1, &sku(1), "6", "10.00")]}));
    let change = changed(less, &[]);
    let after = sale.shop.bench.event(&change).await;
    let credited = after.outgoing.iter().filter(|it| it.subject.contains("credit-memo")).count();
    let rest = sale.ships(&[(1, "2")]).await;
    let sum = first.total.get() + rest.total.get();
    Compared::differs("billed by what leaves (I1) a change credits nothing; three is refused (O7)")
        .figure("before", first.total, &by_dispatch["before"]["invoices"][0][1])
        .figure("after", first.total, &by_dispatch["amend_to_6"]["invoices"][0][1])
        .figure("all of it", sum, &by_dispatch["amend_to_6"]["total"])
        .but("credited", Decimal::from(credited), "0", &by_order["amend_to_6"]["invoices"][1][1])
        .but("at least", first.total, "44.00", &by_dispatch["amend_to_3"]["total"])
}

pub async fn nothing_to_bill(case: &Value) -> Compared {
    let mut sale = ten_at_ten().await;
    let sent = sale.leaves(&[]).await;
    let invoices = sent.documents::<Invoice>(&name("acme")).len();
    Compared::differs("nothing to bill, no invoice (I7)").but(
        "invoices",
        invoices,
        "0",
        &case["expected"]["state"],
    )
}

/// Every invoice that the books know.
async fn posted(sale: &Sale) -> Vec<InvoicingInvoice> {
    books(&sale.shop.bench, 1_000).await.invoices
}

pub async fn billed_below_shipped(case: &Value) -> Compared {
    let quantities = case["input"]["lines_qty"].as_array().unwrap().iter();
    let goods: Vec<Sold> = quantities.map(|it| sold(it, &json!("10"), UNTAXED)).collect();
    let (mut sale, ours) = shipped(&goods, None).await;
    // Nothing is left for a second one: neither a rate that comes later, nor the same told again.
    sale.shop.rate("US", Some("NY"), "standard", "5", "2026-02-01").await;
    sale.shop.ship(1, &[(1, &*sku(1), &*goods[0].quantity)]).await;
    let theirs = &case["expected"];
    Compared::differs("an invoice is of a dispatch and is not edited (I1): one, of all of it")
        .figure("units billed", units(&ours), &theirs["sum_invoiced_qty"])
        .but("invoices", posted(&sale).await.len(), "1", &theirs["invoices_total"])
}

pub async fn paid_before_it_ships(case: &Value) -> Compared {
    let input = &case["input"];
    let mut sale = Sale::of("USD", &[sold(&input["ordered"], &json!("10"), UNTAXED)], None).await;
    let first = sale.ships(&[(1, &*text(&input["picked"]))]).await;
    let left = input["invoiced_and_paid"].as_u64().unwrap() - input["picked"].as_u64().unwrap();
    let rest = sale.ships(&[(1, &*left.to_string())]).await;
    let of = |one: &Invoice| (one.shipment_id, one.confirmation_id.clone());
    let dispatches: BTreeSet<_> = [&first, &rest].into_iter().map(of).collect();
    let invoices = posted(&sale).await.len();
    let theirs = &case["expected"];
    Compared::differs("credit is a limit (O5), not a prepayment: each dispatch has its own invoice")
        .figure("units", units(&first) + units(&rest), &theirs["move_qty_after_payment"])
        .figure("invoices", invoices, &theirs["shipments_total"])
        .but(
            "dispatches of one invoice",
            dispatches.len() / invoices,
            "1",
            &theirs["invoice_line_linked_moves"],
        )
}

/// Goods that never left earn nothing: such a return, which returns refuses (R1), waits for a dispatch.
pub async fn returned_above_what_left(case: &Value) -> Compared {
    let mut sale = ten_at_ten().await;
    let billed = sale.ships(&[(1, "3")]).await;
    let over = sale.shop.take_back(&[(1, &*sku(1), "5", "0")]).await;
    assert_eq!((over.tally.parked, over.outgoing.len()), (1, 0), "{:?}", over.subjects());
    let memos = books(&sale.shop.bench, 1_000).await.credit_memos;
    let credited: Decimal = memos.iter().map(|it| it.total.get()).sum();
    let all = memo(&sale.shop.take_back(&[(1, &*sku(1), "3", "0")]).await);
    let theirs = &case["observed"]["credit"];
    Compared::differs("more than left earns nothing; what left, the invoice's own price (I9)")
        .but("credited for five of three", Decimal::ZERO - credited, "0", theirs)
        .but("credited for the three", -all.total.get(), "-33.00", theirs)
        .figure("of what was billed", all.total, &json!(billed.total.to_string()))
}

pub async fn part_of_an_order(case: &Value) -> Compared {
    let input = &case["input"];
    let mut sale = Sale::of("USD", &[sold(&input["ordered"], &json!("10"), UNTAXED)], None).await;
    let ours = sale.ships(&[(1, &*text(&input["shipped"]))]).await;
    Compared::same().figure("units billed", units(&ours), &case["expected"]["invoice_qty"])
}

pub async fn advance(case: &Value) -> Compared {
    let (input, theirs) = (&case["input"], &case["expected"]);
    let goods = [sold(&input["ordered"], &input["unit_price"], UNTAXED)];
    let mut sale = Sale::of("USD", &goods, None).await;
    let (first, second) = (sale.ships(&[(1, "5")]).await, sale.ships(&[(1, "5")]).await);
    let all = first.total.get() + second.total.get();
    Compared::differs("there are no advance invoices: who pays ahead has cash on account (P3)")
        .but("first", first.total, "100.00", &theirs["invoice_totals"][0])
        .figure("second", second.total, &theirs["invoice_totals"][1])
        .figure("all of it", all, &theirs["order_total"])
}

/// The second order's number makes its id, and its dispatch is a shipment of its own.
pub async fn orders_together(case: &Value) -> Compared {
    let mut sale = Sale::of("USD", &[sold(&json!(1), &json!("10"), UNTAXED)], None).await;
    let order = body("USD", json!({"po_number": "PO-2", "lines": [line(1, &sku(1), "2", "10")]}));
    let order_id = contracts::OrderId::of(&name("acme"), &order.po_number);
    let po_number = order.po_number.clone();
    sale.shop.bench.event(&OrderAccepted { order_id, order }).await;
    let first = sale.ships(&[(1, "1")]).await;
    let mut left = dispatch(2, &[(1, &*sku(1), "2")]);
    (left.order_id, left.po_number) = (order_id, po_number);
    let second = invoice(&sale.shop.bench.event(&left).await);
    let invoices = usize::from(first.invoice_number != second.invoice_number) + 1;
    let theirs = &case["expected"];
    Compared::differs("one invoice for each dispatch (I1): orders are not billed together")
        .but("invoices", invoices, "2", &theirs["draft_invoices"])
        .figure("first", units(&first), &theirs["lines"][0])
        .figure("second", units(&second), &theirs["lines"][1])
}
