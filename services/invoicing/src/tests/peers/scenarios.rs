//! Cases that tell one thing each.

use contracts::{document::Invoice, event::OrderAccepted};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use testkit::peers::{Compared, text};

use super::{
    super::shop::{back, body, booked, changed, dispatch, invoice, line, memo, name},
    sale::{Sale, Sold, pairs, percent, shipped, sku, sold},
};

const UNTAXED: Decimal = Decimal::ZERO;

fn ten() -> Decimal {
    Decimal::TEN
}

/// Lines that name quantity, unit price and one rate or none.
fn named(lines: &Value) -> Vec<Sold> {
    let line = |line: &Value| {
        let rates = line["tax_rates"].as_array().unwrap();
        sold(&line["qty"], &line["unit_price"], rates.iter().map(percent).sum())
    };
    lines.as_array().unwrap().iter().map(line).collect()
}

fn units(invoice: &Invoice) -> Decimal {
    invoice.lines.iter().map(|line| line.quantity.to_string().parse::<Decimal>().unwrap()).sum()
}

/// The order of a case that names only what happens to it: ten at 10.00, 10 % tax.
async fn ten_at_ten() -> Sale {
    Sale::of("USD", &[sold(&json!(10), &json!("10.00"), ten())], None).await
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
    let (_, ours) = shipped(&[sold(&json!(2), &json!("0.00"), ten())], None).await;
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

pub async fn freight(case: &Value) -> Compared {
    let goods = [sold(&case["input"]["ordered"], &case["input"]["unit_price"], UNTAXED)];
    let (mut sale, ours) = shipped(&goods, Some("3.00")).await;
    let memo = sale.takes_back(&[(1, "3")]).await;
    let theirs = &case["expected"];
    Compared::differs("charges are not refunded (I9)")
        .figure(
            "untaxed",
            ours.net_total.get() + ours.charge_total.get(),
            &theirs["invoice_untaxed"],
        )
        .but("returned", -memo.net_total.get(), "-60.00", &theirs["return_untaxed"])
}

pub async fn cost_of_a_return(case: &Value) -> Compared {
    let goods = [sold(&json!(1), &case["input"]["unit_price"], UNTAXED)];
    let (mut sale, _) = shipped(&goods, None).await;
    let credited = sale.shop.bench.event(&back(1, &[(1, &*sku(1), "1", "0")])).await;
    let lines = booked(&credited);
    let of = |account: &str| lines.iter().find(|line| line.1 == account).unwrap().clone();
    Compared::same()
        .figure("cost credited", of("cost_of_goods").3, &case["expected"]["cogs_credit"])
        .figure("stock debited", of("inventory").2, &case["expected"]["stock_debit"])
}

/// What the cost of goods is debited when so many leave.
async fn cost(sale: &mut Sale, units: &str) -> String {
    let lines = booked(&sale.leaves(&[(1, units)]).await);
    lines.into_iter().find(|line| line.1 == "cost_of_goods").unwrap().2
}

pub async fn cost_by_layer(case: &Value) -> Compared {
    let theirs = &case["expected"];
    let mut sale = Sale::of("USD", &[sold(&json!(6), &json!("30"), UNTAXED)], None).await;
    let average: Decimal = text(&theirs["cost_after_in"][1]).parse().unwrap();
    let category = format!("at-{UNTAXED}");
    sale.shop.item(&sku(1), &category, &average.normalize().to_string()).await;
    let mut told = Compared::differs("an item costs what its record says (I8), not by layer");
    let by_hand = ["45.00", "15.00", "15.00"];
    for (place, units) in case["input"]["out"].as_array().unwrap().iter().enumerate() {
        let layer: Decimal = text(&theirs["move_cost"][place]).parse().unwrap();
        let layers = json!((layer * Decimal::from(units.as_u64().unwrap())).to_string());
        let ours = cost(&mut sale, &text(units)).await;
        told = told.but("cost of what leaves", ours, by_hand[place], &layers);
    }
    told
}

pub async fn cost_below_nothing(case: &Value) -> Compared {
    let mut sale = Sale::of("USD", &[sold(&json!(9), &json!("30"), UNTAXED)], None).await;
    let theirs = &case["expected"]["negative_cost"];
    let (first, later) = (cost(&mut sale, "1").await, cost(&mut sale, "1").await);
    Compared::differs("an item costs what its record says (I8), whatever it was bought at since")
        .figure("before the receipt", first, &theirs[0])
        .but("after it", later, "5.00", &theirs[1])
}

pub async fn journal(case: &Value) -> Compared {
    let lines = named(&case["input"]["lines"]);
    let mut sale = Sale::of("USD", &lines, None).await;
    let sent = sale.leaves(&[(1, "5"), (2, "1")]).await;
    let (ours, theirs) = (invoice(&sent), &case["expected"]);
    let entry = booked(&sent);
    let of = |account: &str| entry.iter().find(|line| line.1 == account).unwrap().clone();
    let taxed = ours.tax_subtotals.iter().find(|it| !it.tax_amount.get().is_zero()).unwrap();
    Compared::same()
        .figure("untaxed", ours.net_total, &theirs["untaxed"])
        .figure("tax", ours.tax_total, &theirs["tax"])
        .figure("total", ours.total, &theirs["total"])
        .figure("receivable", of("receivable").2, &theirs["gl"]["receivable_debit"])
        .figure("revenue", of("revenue").3, &theirs["gl"]["revenue_credit"])
        .figure("tax booked", of("tax").3, &theirs["gl"]["tax_credit"])
        .figure("tax base", taxed.taxable_amount, &theirs["tax_report"]["base"])
        .figure("tax reported", taxed.tax_amount, &theirs["tax_report"]["tax"])
}

pub async fn below_the_cent(case: &Value) -> Compared {
    let (_, ours) = shipped(&pairs(&case["input"]["lines"], UNTAXED), None).await;
    Compared::same().figure("untaxed", ours.net_total, &case["expected"]["untaxed"])
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

pub async fn credit(case: &Value) -> Compared {
    let lines = &case["input"]["lines"][0];
    let goods = [sold(&json!(5), &lines["unit_price"], percent(&lines["tax_rates"][0]))];
    let (mut sale, _) = shipped(&goods, None).await;
    let memo = sale.takes_back(&[(1, "5")]).await;
    Compared::same().figure("credited", -memo.total.get(), &case["expected"]["total"])
}

pub async fn euros_and_negative_tax(case: &Value) -> Compared {
    let (input, theirs) = (&case["input"], &case["expected"]);
    let lines = input["a"].as_array().unwrap().iter();
    let lines = lines.map(|line| {
        let rate = if line[2].is_null() { UNTAXED } else { percent(&line[2]) };
        sold(&line[0], &line[1], rate)
    });
    let lines: Vec<Sold> = lines.collect();
    let ours = Sale::of("EUR", &lines, None).await.ships(&[(1, "5"), (2, "1")]).await;
    let negative = percent(&input["b"][0][2]).to_string();
    let refused = negative.parse::<contracts::Percent>().is_err();
    Compared::differs("a rate is not below 0 (contract §1): what is withheld is no tax of a sale")
        .figure("untaxed", ours.net_total, &theirs["a"][0])
        .figure("tax", ours.tax_total, &theirs["a"][1])
        .figure("total", ours.total, &theirs["a"][2])
        .but("negative tax refused", refused, "true", &theirs["b"][1])
}

pub async fn half_a_cent(case: &Value) -> Compared {
    let lines = pairs(&case["input"]["lines"], percent(&case["input"]["rate"]));
    let (_, ours) = shipped(&lines, None).await;
    Compared::differs("half up (I2) and not half to even: 1.005 is 1.01")
        .but("untaxed", ours.net_total, "2.08", &case["expected"]["base"])
        .but("tax", ours.tax_total, "2.08", &case["expected"]["tax"])
}

/// A line below zero is here a credit of its own.
pub async fn sale_and_credit(case: &Value) -> Compared {
    let (lines, rate) = (&case["input"]["lines"], percent(&case["input"]["rate"]));
    let goods = [sold(&lines[0][0], &lines[0][1], rate), sold(&json!(1), &lines[1][1], rate)];
    let mut sale = Sale::of("USD", &goods, None).await;
    let first = sale.ships(&[(1, &*goods[0].quantity)]).await;
    sale.ships(&[(2, "1")]).await;
    let memo = sale.takes_back(&[(2, "1")]).await;
    let theirs = &case["expected"]["tax_lines"];
    Compared::same()
        .figure("base", first.net_total, &theirs[0][0])
        .figure("tax", first.tax_total, &theirs[0][1])
        .figure("credited", -memo.net_total.get(), &theirs[1][0])
        .figure("tax credited", -memo.tax_total.get(), &theirs[1][1])
}

pub async fn sets_of_taxes(case: &Value) -> Compared {
    let lines = case["input"]["lines"].as_array().unwrap().iter();
    let lines = lines.map(|line| {
        let rates = line[2].as_array().unwrap().iter();
        sold(&line[0], &line[1], rates.map(percent).sum())
    });
    let lines: Vec<Sold> = lines.collect();
    let (_, ours) = shipped(&lines, None).await;
    let theirs = &case["expected"];
    let tax = |set: &str| text(&theirs[set][1]).parse::<Decimal>().unwrap();
    let [alone, both] = [0, 1].map(|place| &ours.tax_subtotals[place]);
    Compared::differs("a category has one rate (I3): 10 % and 20 % of a line are one of 30 %")
        .figure("all tax", ours.tax_total, &json!((tax("t10") + tax("t20")).to_string()))
        .but("base at 10 %", alone.taxable_amount, "10.00", &theirs["t10"][0])
        .but("tax at 10 %", alone.tax_amount, "1.00", &theirs["t10"][1])
        .figure("base of both", both.taxable_amount, &theirs["t20"][0])
        .but("tax of both", both.tax_amount, "6.00", &theirs["t20"][1])
}

pub async fn all_comes_back(case: &Value) -> Compared {
    let (mut sale, _) = shipped(&pairs(&case["input"]["order"], UNTAXED), None).await;
    let memo = sale.takes_back(&[(1, "3"), (2, "2")]).await;
    let units = memo.lines.iter().map(|it| it.quantity.to_string().parse::<Decimal>().unwrap());
    Compared::same().figure("credited", memo.total, &case["expected"]["return_amount"]).figure(
        "units",
        -units.sum::<Decimal>(),
        &case["expected"]["return_qty"],
    )
}

pub async fn credit_without_goods(case: &Value) -> Compared {
    let (mut sale, ours) = shipped(&pairs(&case["input"]["invoice"], UNTAXED), None).await;
    let after =
        sale.shop.bench.event(&back(1, &[(1, &*sku(1), "3", "0"), (2, &*sku(2), "2", "0")])).await;
    let (memo, theirs) = (memo(&after), &case["expected"]);
    let units = memo.lines.iter().map(|it| it.quantity.to_string().parse::<Decimal>().unwrap());
    Compared::differs("a credit memo is of goods that came back (I9); a price is not given back")
        .figure("billed", ours.total, &theirs["action_amount"])
        .figure("credited", -memo.total.get(), &theirs["credit_total"])
        .but("lines", memo.lines.len(), "2", &theirs["credit_lines"])
        .but("units", units.sum::<Decimal>(), "5", &theirs["sum_credit_line_qty"])
}

pub async fn totals(case: &Value) -> Compared {
    let (_, ours) = shipped(&named(&case["input"]["lines"]), None).await;
    let theirs = &case["expected"];
    Compared::same()
        .figure("untaxed", ours.net_total, &theirs["untaxed"])
        .figure("tax", ours.tax_total, &theirs["tax"])
        .figure("total", ours.total, &theirs["total"])
        .figure("subtotals", ours.tax_subtotals.len(), &theirs["invoices_created"])
}

pub async fn billed_below_shipped(case: &Value) -> Compared {
    let quantities = case["input"]["lines_qty"].as_array().unwrap().iter();
    let goods: Vec<Sold> = quantities.map(|it| sold(it, &json!("10"), UNTAXED)).collect();
    let (_, ours) = shipped(&goods, None).await;
    let theirs = &case["expected"];
    Compared::differs("an invoice is of a dispatch and is not edited (I1): one, of all of it")
        .figure("units billed", units(&ours), &theirs["sum_invoiced_qty"])
        .but("invoices", 1, "1", &theirs["invoices_total"])
}

pub async fn paid_before_it_ships(case: &Value) -> Compared {
    let input = &case["input"];
    let mut sale = Sale::of("USD", &[sold(&input["ordered"], &json!("10"), UNTAXED)], None).await;
    let first = sale.ships(&[(1, &*text(&input["picked"]))]).await;
    let rest = sale.ships(&[(1, "1")]).await;
    let theirs = &case["expected"];
    Compared::differs("credit is a limit (O5), not a prepayment: each dispatch has its own invoice")
        .figure("units", units(&first) + units(&rest), &theirs["move_qty_after_payment"])
        .figure("invoices", 2, &theirs["shipments_total"])
        .but("dispatches of one invoice", 1, "1", &theirs["invoice_line_linked_moves"])
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

pub async fn cash_rounding(case: &Value) -> Compared {
    let mut told =
        Compared::differs("an invoice is to the currency's minor unit (I2), not to what coins pay");
    for (place, untaxed) in case["input"]["untaxed"].as_array().unwrap().iter().enumerate() {
        let (_, ours) = shipped(&[sold(&json!(1), untaxed, UNTAXED)], None).await;
        told = told.but("total", ours.total, &text(untaxed), &case["expected"]["total"][place]);
    }
    told
}

pub async fn price_variance(case: &Value) -> Compared {
    let goods = [sold(&case["input"]["move"][0], &case["input"]["move"][1], UNTAXED)];
    let mut sale = Sale::of("USD", &goods, None).await;
    let (first, second) = (sale.ships(&[(1, "5")]).await, sale.ships(&[(1, "5")]).await);
    let theirs = &case["expected"];
    Compared::differs("every invoice of a line is at the accepted price (I1, O4)")
        .but("first", first.lines[0].unit_price, "40", &theirs["after_first"])
        .but("second", second.lines[0].unit_price, "40", &theirs["after_second"])
}
