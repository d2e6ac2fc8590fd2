//! The entries: the receivable, and the cost of goods.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use testkit::peers::{Compared, text};

use super::{
    super::shop::{back, booked, invoice},
    sale::{Sale, UNTAXED, named, shipped, sku, sold},
};

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

/// The debit of cost of goods when so many leave.
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
