//! Credits of returned goods.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use testkit::peers::Compared;

use super::{
    super::shop::{back, memo},
    sale::{UNTAXED, pairs, percent, shipped, sku, sold},
};

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

pub async fn credit(case: &Value) -> Compared {
    let lines = &case["input"]["lines"][0];
    let goods = [sold(&json!(5), &lines["unit_price"], percent(&lines["tax_rates"][0]))];
    let (mut sale, _) = shipped(&goods, None).await;
    let memo = sale.takes_back(&[(1, "5")]).await;
    Compared::same().figure("credited", -memo.total.get(), &case["expected"]["total"])
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
