//! I9: what was shipped beyond what is billed comes off first when some of the goods come back.

use std::fmt::Debug;

use contracts::{
    Quantity,
    event::{CreditMemoPosted, InvoicePosted, InvoiceReduced},
};
use serde_json::json;

use super::{
    scene::{Said, Scene, Told},
    shop::{Shop, body, booked, changed, invoice, line, memo, settings},
};

/// An order of widgets at 1.00, untaxed and with a tolerance in percent.
fn ordered(quantity: &str, tolerance: &str) -> Scene {
    let mut shop = Scene::without_rates(settings(), "USD");
    let lines = json!([line(1, "WIDGET-1", quantity, "1")]);
    shop.accept(json!({"lines": lines, "over_ship_tolerance_percent": tolerance}));
    shop
}

/// Ten of them, over a database.
async fn ten() -> Shop {
    let mut shop = Shop::without_rates(settings(), "USD").await;
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "10", "1")]})).await;
    shop
}

/// A rate lets what waits be billed.
fn rate(shop: &mut Scene) -> Told {
    shop.rate("US", None, "standard", "0", "2026-01-01")
}

fn billed(outcome: &(impl Said + Debug)) -> Quantity {
    invoice(outcome).lines.iter().map(|line| line.quantity).sum()
}

/// Nothing is credited; the cost of what is restocked is reversed.
fn no_memo(back: &Told, cost: &str) {
    assert!(back.events::<CreditMemoPosted>().is_empty(), "{back:?}");
    assert!(back.events::<InvoiceReduced>().is_empty(), "{back:?}");
    let line = |account: &str, debit: &str, credit: &str| {
        let [kind, account, debit, credit] = ["return", account, debit, credit].map(str::to_owned);
        (kind, account, debit, credit)
    };
    let wanted = [line("inventory", cost, "0.00"), line("cost_of_goods", "0.00", cost)];
    assert_eq!(booked(back), wanted);
}

#[test]
fn i9_goods_sent_for_nothing_earn_no_credit_when_they_come_back() {
    let mut shop = ordered("100", "0");
    rate(&mut shop);
    assert_eq!(billed(&shop.ship(1, &[(1, "WIDGET-1", "130")])).to_string(), "100");
    no_memo(&shop.take_back(&[(1, "WIDGET-1", "30", "0")]), "120.00");
    let memo = memo(&shop.take_back(&[(1, "WIDGET-1", "10", "0")]));
    assert_eq!(memo.total.to_string(), "10.00");
    // The rest is credited unit by unit.
    let rest = super::shop::memo(&shop.take_back(&[(1, "WIDGET-1", "80", "10")]));
    assert_eq!(rest.total.to_string(), "90.00");
}

#[test]
fn i9_the_surplus_is_what_left_above_the_tolerance() {
    let mut shop = ordered("100", "10");
    rate(&mut shop);
    assert_eq!(billed(&shop.ship(1, &[(1, "WIDGET-1", "130")])).to_string(), "110");
    let memo = memo(&shop.take_back(&[(1, "WIDGET-1", "30", "0")]));
    assert_eq!(memo.total.to_string(), "10.00");
}

#[test]
fn i9_the_tolerance_is_of_whole_units() {
    let mut shop = ordered("15", "10");
    rate(&mut shop);
    // 16.5 of what comes in whole units is 16.
    assert_eq!(billed(&shop.ship(1, &[(1, "WIDGET-1", "18")])).to_string(), "16");
    no_memo(&shop.take_back(&[(1, "WIDGET-1", "2", "0")]), "8.00");
    assert_eq!(memo(&shop.take_back(&[(1, "WIDGET-1", "1", "0")])).total.to_string(), "1.00");
}

#[test]
fn i9_the_surplus_comes_off_before_what_waits_to_be_billed() {
    for (back, bills) in [("3", "10"), ("5", "8")] {
        let mut shop = ordered("10", "0");
        shop.ship(1, &[(1, "WIDGET-1", "13")]);
        let returned = shop.take_back(&[(1, "WIDGET-1", back, "0")]);
        let reduced = returned.events::<InvoiceReduced>();
        let reduced: Quantity =
            reduced.iter().flat_map(|it| &it.lines).map(|line| line.quantity).sum();
        assert_eq!(reduced.to_string(), if back == "3" { "0" } else { "2" });
        assert_eq!(billed(&rate(&mut shop)).to_string(), bills);
    }
}

/// Two dispatches of a line: the surplus is in one, and the item that comes back in the other.
#[test]
fn i9_the_surplus_is_of_the_line_whatever_dispatch_or_item_comes_back() {
    let mut shop = ordered("10", "0");
    rate(&mut shop);
    shop.rate("US", None, "food", "0", "2026-01-01");
    shop.ship(1, &[(1, "WIDGET-1", "10")]);
    shop.ship(2, &[(1, "BREAD", "3")]);
    no_memo(&shop.take_back(&[(1, "WIDGET-1", "3", "0")]), "12.00");
    assert_eq!(memo(&shop.take_back(&[(1, "BREAD", "3", "0")])).net_total.to_string(), "3.00");
}

/// Goods that replace credited ones are kept and billed: never more than is out, nor than is
/// ordered.
#[test]
fn i9_goods_that_replace_what_was_credited_are_billed() {
    let mut shop = ordered("10", "0");
    rate(&mut shop);
    shop.ship(1, &[(1, "WIDGET-1", "10")]);
    assert_eq!(memo(&shop.take_back(&[(1, "WIDGET-1", "3", "0")])).total.to_string(), "3.00");
    assert_eq!(billed(&shop.ship(2, &[(1, "WIDGET-1", "5")])).to_string(), "3");
    no_memo(&shop.take_back(&[(1, "WIDGET-1", "2", "0")]), "8.00");
    assert_eq!(memo(&shop.take_back(&[(1, "WIDGET-1", "3", "0")])).total.to_string(), "3.00");
    // Of both invoices.
    let rest = shop.take_back(&[(1, "WIDGET-1", "7", "0")]).events::<CreditMemoPosted>();
    let rest: Vec<_> = rest.iter().map(|it| it.credit_memo.total.to_string()).collect();
    assert_eq!(rest, ["4.00", "3.00"]);
}

/// M1: shipments and returns are different aggregates. Ordered 10, A of 10 and B of 3 left, 3 are
/// back: 10 are to be paid, in whatever order the service hears of it, billed at once or later.
#[tokio::test]
async fn i9_a_dispatch_that_is_heard_of_after_the_return_bills_what_is_kept() {
    for (late, return_first) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut shop = ten().await;
        if !late {
            shop.rate("US", None, "standard", "0", "2026-01-01").await;
        }
        shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
        let sent = [(1, "WIDGET-1", "3")];
        if return_first {
            shop.take_back(&[(1, "WIDGET-1", "3", "0")]).await;
            shop.ship(2, &sent).await;
        } else {
            shop.ship(2, &sent).await;
            shop.take_back(&[(1, "WIDGET-1", "3", "0")]).await;
        }
        if late {
            shop.rate("US", None, "standard", "0", "2026-01-01").await;
        }
        assert!(shop.ship(2, &sent).await.outgoing.is_empty(), "the same again");
        let books = super::books::books(&shop.bench, 10).await;
        let line = &books.lines[0];
        let standing = line.billed.saturating_sub(line.credited);
        assert_eq!((standing.to_string(), line.waiting.to_string()), ("10".into(), "0".into()));
    }
}

/// Units above the order that came back do not count against what an order grows by: 17 of 20 are
/// kept, and 12 of them are ordered now.
#[test]
fn i9_what_an_order_grows_by_is_billed_of_what_is_kept() {
    let mut shop = ordered("10", "0");
    rate(&mut shop);
    shop.ship(1, &[(1, "WIDGET-1", "20")]);
    no_memo(&shop.take_back(&[(1, "WIDGET-1", "3", "0")]), "12.00");
    let lines = json!([line(1, "WIDGET-1", "12", "1")]);
    let grown = shop.event(&changed(body("USD", json!({"lines": lines})), &[]));
    assert_eq!(billed(&grown).to_string(), "2");
    assert!(grown.events::<InvoiceReduced>().is_empty());
}

/// An item that does not come in whole units has its whole tolerance, also when the order grows.
#[test]
fn i9_the_tolerance_of_what_comes_in_parts_is_not_rounded() {
    let mut shop = ordered("10", "5");
    rate(&mut shop);
    let item = json!({"sku": "WIDGET-1", "description": "Rope", "status": "active",
        "stock_uom": "MTR", "whole_units": false, "uoms": [], "tax_category": "standard",
        "unit_cost": "4", "substitutes": [], "codes": []});
    let item = serde_json::from_value(item).unwrap();
    let sku = "WIDGET-1".parse().unwrap();
    shop.event(&contracts::event::ItemUpdated { sku, item });
    assert_eq!(billed(&shop.ship(1, &[(1, "WIDGET-1", "13")])).to_string(), "10.5");
    let order = body(
        "USD",
        json!({"lines": json!([line(1, "WIDGET-1", "11", "1")]),
        "over_ship_tolerance_percent": "5"}),
    );
    let grown = shop.event(&changed(order, &[]));
    assert_eq!(billed(&grown).to_string(), "1.05");
    no_memo(&shop.take_back(&[(1, "WIDGET-1", "1", "0")]), "4.00");
    let credited = shop.take_back(&[(1, "WIDGET-1", "1", "0")]);
    let credited: Quantity = credited
        .events::<CreditMemoPosted>()
        .iter()
        .flat_map(|it| it.credit_memo.lines.iter().map(|line| line.quantity))
        .sum();
    assert_eq!(credited.to_string(), "0.55");
}

/// The order as it stands when the goods come back counts: what it grew by is billed first.
#[test]
fn i9_the_present_total_counts() {
    let mut shop = ordered("100", "0");
    rate(&mut shop);
    shop.ship(1, &[(1, "WIDGET-1", "130")]);
    let lines = json!([line(1, "WIDGET-1", "120", "1")]);
    let grown = shop.event(&changed(body("USD", json!({"lines": lines})), &[]));
    assert_eq!(billed(&grown).to_string(), "20");
    no_memo(&shop.take_back(&[(1, "WIDGET-1", "10", "0")]), "40.00");
    assert_eq!(memo(&shop.take_back(&[(1, "WIDGET-1", "5", "0")])).total.to_string(), "5.00");
}

/// I1: what was cancelled is not ordered. A dispatch and the cancel of its surplus cross each
/// other, and the invoice is of more than is wanted now: what comes back of it is credited.
#[test]
fn i9_cancelled_units_are_not_ordered() {
    let mut shop = ordered("10", "0");
    rate(&mut shop);
    assert_eq!(billed(&shop.ship(1, &[(1, "WIDGET-1", "13")])).to_string(), "10");
    shop.cancel(1, "WIDGET-1", "4");
    let memo = memo(&shop.take_back(&[(1, "WIDGET-1", "3", "0")]));
    assert_eq!(memo.total.to_string(), "3.00");
}

/// I11: a change and a return come together, before what the change allows is billed.
#[tokio::test]
async fn i11_what_a_change_allows_and_comes_back_before_it_is_billed_is_not_billed() {
    let mut shop = ten().await;
    shop.rate("US", None, "standard", "0", "2026-01-01").await;
    shop.cancel(1, "WIDGET-1", "10").await;
    let sent = shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    assert!(sent.events::<InvoicePosted>().is_empty());
    let lines = json!([line(1, "WIDGET-1", "10", "1")]);
    let wanted = changed(body("USD", json!({"lines": lines})), &[]);
    let back = super::shop::back(1, &[(1, "WIDGET-1", "4", "0")]);
    let both = vec![shop.bench.numbered(&wanted), shop.bench.numbered(&back)];
    let both = shop.bench.deliver(both).await;
    assert_eq!(both.tally.dead, 0);
    assert_eq!(billed(&both).to_string(), "6");
}
