//! I1, I2, I6, I7, I10: what left is billed, once, at the accepted price.

use contracts::event::InvoicePosted;
use serde_json::json;

use super::{
    scene::{Scene, Told},
    shop::{Shop, body, booked, changed, dispatch, invoice, line},
};

#[tokio::test]
async fn i1_a_dispatch_is_billed_at_the_accepted_price_and_the_buyer_is_told() {
    let mut shop = Shop::open().await;
    shop.accept(json!({})).await;
    let sent = shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let invoice = invoice(&sent);
    assert_eq!(invoice.invoice_number.as_str(), "INV-000001");
    assert_eq!(invoice.lines[0].net_amount.to_string(), "99.90");
    assert_eq!(invoice.tax_subtotals[0].tax_amount.to_string(), "8.87");
    assert_eq!(invoice.total.to_string(), "108.77");
    assert_eq!(sent.events::<InvoicePosted>()[0].invoice, invoice);
    let subjects: Vec<_> = sent
        .subjects()
        .iter()
        .map(|it| it.split('.').take(3).collect::<Vec<_>>().join("."))
        .collect();
    assert_eq!(
        subjects,
        [
            "events.journal.posted",
            "egress.erp.journal",
            "events.invoice.posted",
            "egress.acme.invoice",
            "events.journal.posted",
            "egress.erp.journal",
        ]
    );
}

#[tokio::test]
async fn i1_the_same_dispatch_again_is_not_billed_again() {
    let mut shop = Shop::open().await;
    shop.accept(json!({})).await;
    shop.ship(1, &[(1, "WIDGET-1", "4")]).await;
    let again = shop.ship(1, &[(1, "WIDGET-1", "4")]).await;
    assert!(again.outgoing.is_empty(), "{:?}", again.subjects());
}

#[test]
fn i1_what_is_shipped_above_the_tolerance_is_not_billed() {
    let mut shop = Scene::open();
    shop.accept(json!({"over_ship_tolerance_percent": "10"}));
    let first = shop.ship(1, &[(1, "WIDGET-1", "9")]);
    let second = shop.ship(2, &[(1, "WIDGET-1", "4")]);
    let third = shop.ship(3, &[(1, "WIDGET-1", "1")]);
    assert_eq!(invoice(&first).lines[0].quantity.to_string(), "9");
    assert_eq!(invoice(&second).lines[0].quantity.to_string(), "2");
    assert!(third.events::<InvoicePosted>().is_empty());
}

#[test]
fn i1_cancelled_units_that_left_all_the_same_are_not_billed() {
    let mut shop = Scene::open();
    shop.accept(json!({}));
    shop.cancel(1, "WIDGET-1", "4");
    let sent = shop.ship(1, &[(1, "WIDGET-1", "8")]);
    assert_eq!(invoice(&sent).lines[0].quantity.to_string(), "6");
}

#[tokio::test]
async fn i1_a_change_that_is_seen_late_lets_what_it_allowed_be_billed() {
    let mut shop = Shop::open().await;
    shop.accept(json!({})).await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let over = shop.ship(2, &[(1, "WIDGET-1", "7")]).await;
    assert!(over.events::<InvoicePosted>().is_empty());
    let order = body("USD", json!({"lines": [line(1, "WIDGET-1", "15", "9.99")]}));
    let changed = shop.bench.event(&changed(order, &[])).await;
    let invoice = invoice(&changed);
    assert_eq!(invoice.confirmation_id.as_str(), "T-2");
    assert_eq!(invoice.lines[0].quantity.to_string(), "5");
}

#[tokio::test]
async fn a_dispatch_waits_for_its_order_and_item() {
    let mut shop = Shop::open().await;
    let early = shop.ship(1, &[(1, "GADGET", "2")]).await;
    assert_eq!((early.outgoing.len(), early.tally.parked), (0, 1));
    let still = shop.accept(json!({})).await;
    assert!(still.outgoing.is_empty());
    let billed = shop.item("GADGET", "standard", "1").await;
    assert_eq!(invoice(&billed).lines[0].sku.as_str(), "GADGET");
}

#[test]
fn a5_a_substitute_is_billed_at_the_ordered_price_with_its_own_tax_and_cost() {
    let mut shop = Scene::open();
    shop.accept(json!({}));
    let sent = shop.ship(1, &[(1, "WIDGET-1", "6"), (1, "BREAD", "4")]);
    let invoice = invoice(&sent);
    let lines: Vec<_> = invoice
        .lines
        .iter()
        .map(|line| {
            (line.sku.to_string(), line.net_amount.to_string(), line.tax_category.to_string())
        })
        .collect();
    let wanted = [("BREAD", "39.96", "food"), ("WIDGET-1", "59.94", "standard")];
    assert_eq!(lines, wanted.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
    // Six at 4.00 and four loaves at 1.50: ten widgets would have cost 40.00.
    assert_eq!(cost(&sent), "30.00 of cost_of_goods from inventory");
    // What comes back is the substitute, at what that cost.
    let back = shop.take_back(&[(1, "BREAD", "2", "0")]);
    assert_eq!(cost(&back), "3.00 of inventory from cost_of_goods");
}

/// The entry about the cost of goods: how much, debited where, credited where.
fn cost(outcome: &Told) -> String {
    let lines = booked(outcome);
    let mut of = lines.iter().filter(|(kind, ..)| kind == "dispatch" || kind == "return");
    let (debit, credit) = (of.next().unwrap(), of.next().unwrap());
    assert_eq!((&debit.2, of.next()), (&credit.3, None));
    format!("{} of {} from {}", debit.2, debit.1, credit.1)
}

#[test]
fn i2_a_net_is_rounded_once_half_up_in_each_currency() {
    for (currency, price, net) in
        [("JPY", "0.5", "2"), ("KWD", "1.0005", "3.002"), ("USD", "0.335", "1.01")]
    {
        let mut shop = Scene::with(super::shop::settings(), currency);
        shop.accept(json!({"lines": [line(1, "WIDGET-1", "3", price)]}));
        let sent = shop.ship(1, &[(1, "WIDGET-1", "3")]);
        assert_eq!(invoice(&sent).net_total.to_string(), net, "{currency}");
    }
}

#[test]
fn i6_numbers_run_without_gaps_over_what_is_not_billed() {
    let mut shop = Scene::open();
    shop.accept(json!({}));
    let mut numbers = Vec::new();
    for (n, quantity) in (1..).zip(["3", "0", "3", "4", "5"]) {
        let sent = shop.ship(n, &[(1, "WIDGET-1", quantity)]);
        let posted = sent.events::<InvoicePosted>();
        numbers.extend(posted.iter().map(|it| it.invoice_number.to_string()));
    }
    assert_eq!(numbers, ["INV-000001", "INV-000002", "INV-000003"]);
}

#[test]
fn i7_nothing_to_bill_is_no_invoice_and_a_line_of_no_value_is_billed_at_zero() {
    let mut shop = Scene::open();
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "10", "0")]}));
    let nothing = shop.ship(1, &[(1, "WIDGET-1", "0")]);
    assert!(nothing.is_silent());
    let free = shop.ship(2, &[(1, "WIDGET-1", "10")]);
    let invoice = invoice(&free);
    assert_eq!((invoice.lines.len(), invoice.total.to_string()), (1, "0.00".to_owned()));
}

#[test]
fn i10_dates_are_the_companys_and_the_orders_terms() {
    let mut shop = Scene::open();
    shop.accept(json!({}));
    let mut event = dispatch(1, &[(1, "WIDGET-1", "1")]);
    event.shipped_at = "2026-03-03T05:30:00Z".parse().unwrap();
    let invoice = invoice(&shop.event(&event));
    assert_eq!(invoice.issue_date.to_string(), "2026-03-02");
    assert_eq!(invoice.due_date.to_string(), "2026-04-01");
    assert_eq!(invoice.discount_date.unwrap().to_string(), "2026-03-12");
    assert_eq!(invoice.discount_percent.to_string(), "2");
}

/// The gauge is read from rows: a table without constraints takes its place to break I1 by hand, in
/// each of the ways it may be. What `/metrics` says bears the name that alarms are set on.
#[tokio::test]
async fn i1_the_gauge_counts_order_lines_of_which_too_much_is_billed() {
    use sea_orm::ConnectionTrait as _;
    let rendered = mesh::telemetry::collect().unwrap();
    let mut shop = Shop::open().await;
    shop.accept(json!({"lines": [line(1, "WIDGET-1", "10", "1"), line(2, "BREAD", "5", "1")]}))
        .await;
    shop.ship(1, &[(1, "WIDGET-1", "10"), (2, "BREAD", "5")]).await;
    shop.take_back(&[(1, "WIDGET-1", "4", "0")]).await;
    let db = shop.bench.database();
    let told = async |wanted: i64| {
        assert_eq!(crate::metrics::overstated(db).await.unwrap(), wanted);
        crate::metrics::report(db).await.unwrap();
        let figure = format!("\nordermesh_invoice_overstatement_lines {wanted}\n");
        assert!(rendered.render().contains(&figure), "{}", rendered.render());
    };
    told(0).await;
    // Six of the first line stand billed, five of the second; quantities are in millionths.
    let broken = [
        "billed = billed + 1 WHERE line = 1",
        "credited = credited - 1 WHERE line = 1",
        "dispatched = 9999999 WHERE line = 1",
        "returned = returned + 1 WHERE line = 1",
        "allowed = 5999999 WHERE line = 1",
        "dispatched = 4999999 WHERE line = 2",
    ]
    .map(|change| format!("UPDATE order_lines SET {change}"));
    for change in &broken {
        assert!(db.execute_unprepared(change).await.is_err(), "the database holds I1: {change}");
    }
    let unchecked = "ALTER TABLE order_lines RENAME TO checked; \
        CREATE TABLE order_lines AS SELECT * FROM checked";
    let restored = "DELETE FROM order_lines; INSERT INTO order_lines SELECT * FROM checked";
    db.execute_unprepared(unchecked).await.unwrap();
    for change in &broken {
        db.execute_unprepared(change).await.unwrap();
        told(1).await;
        db.execute_unprepared(restored).await.unwrap();
        told(0).await;
    }
    for change in ["billed = billed + 1", "dispatched = dispatched - 5000000"] {
        db.execute_unprepared(&format!("UPDATE order_lines SET {change}")).await.unwrap();
        told(2).await;
        db.execute_unprepared(restored).await.unwrap();
    }
}
