//! Tax, rounding and prices.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use testkit::peers::{Compared, text};

use super::sale::{Sale, Sold, UNTAXED, named, pairs, percent, shipped, sold};

pub async fn below_the_cent(case: &Value) -> Compared {
    let (_, ours) = shipped(&pairs(&case["input"]["lines"], UNTAXED), None).await;
    Compared::same().figure("untaxed", ours.net_total, &case["expected"]["untaxed"])
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

pub async fn totals(case: &Value) -> Compared {
    let (_, ours) = shipped(&named(&case["input"]["lines"]), None).await;
    let theirs = &case["expected"];
    Compared::same()
        .figure("untaxed", ours.net_total, &theirs["untaxed"])
        .figure("tax", ours.tax_total, &theirs["tax"])
        .figure("total", ours.total, &theirs["total"])
        .figure("subtotals", ours.tax_subtotals.len(), &theirs["invoices_created"])
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
