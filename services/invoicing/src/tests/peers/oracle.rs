//! Cases that were run in the other system: ordered, shipped in waves, billed, and returned.

use contracts::document::Invoice;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use testkit::peers::{Compared, text};

use super::{
    super::shop::minor,
    sale::{Sale, Sold, percent, sold},
};
use crate::domain::tax;

fn sold_lines(case: &Value) -> Vec<Sold> {
    let mut all = Vec::new();
    for line in case["input"]["lines"].as_array().unwrap() {
        let rates = line["tax_rates"].as_array().unwrap();
        let rate: Decimal = rates.iter().map(percent).sum();
        let times = line["repeat"].as_u64().unwrap_or(1);
        all.extend((0..times).map(|_| sold(&line["quantity"], &line["unit_price"], rate)));
    }
    all
}

/// Goods that leave together: line and quantity.
fn waves(case: &Value, lines: &[Sold]) -> Vec<Vec<(u32, String)>> {
    let Some(waves) = case["input"]["shipment_waves"].as_array() else {
        return vec![(1..).zip(lines).map(|(number, it)| (number, it.quantity.clone())).collect()];
    };
    let line = |(place, units): (&String, &Value)| (place.parse::<u32>().unwrap() + 1, text(units));
    waves.iter().map(|wave| wave.as_object().unwrap().iter().map(line).collect()).collect()
}

fn goods(wave: &[(u32, String)]) -> Vec<(u32, &str)> {
    wave.iter().map(|(line, units)| (*line, &**units)).collect()
}

/// Every figure of one invoice.
fn invoice(mut told: Compared, ours: &Invoice, theirs: &Value) -> Compared {
    told = told
        .figure("untaxed", ours.net_total, &theirs["untaxed"])
        .figure("tax", ours.tax_total, &theirs["tax"])
        .figure("total", ours.total, &theirs["total"]);
    let expected = theirs["lines"].as_array().unwrap().iter();
    let expected: Vec<&Value> = expected
        .flat_map(|line| {
            let times = line["count"].as_u64().unwrap_or(1);
            (0..times).map(move |_| line)
        })
        .collect();
    assert_eq!(ours.lines.len(), expected.len());
    for (line, theirs) in ours.lines.iter().zip(expected) {
        told = told.figure("quantity", line.quantity, &theirs["quantity"]).figure(
            "amount",
            line.net_amount,
            &theirs["amount"],
        );
    }
    told
}

fn subtotals(mut told: Compared, ours: &Invoice, theirs: &Value) -> Compared {
    let theirs = theirs["tax_lines"].as_array().unwrap();
    assert_eq!(ours.tax_subtotals.len(), theirs.len());
    for (subtotal, theirs) in ours.tax_subtotals.iter().zip(theirs) {
        told = told.figure("base", subtotal.taxable_amount, &theirs["base"]).figure(
            "tax of it",
            subtotal.tax_amount,
            &theirs["tax"],
        );
    }
    told
}

/// I1, I2, I3 and I9: one invoice for each wave, and the credit of what came back.
pub async fn billed(case: &Value) -> Compared {
    let (lines, theirs) = (sold_lines(case), &case["expected"]);
    let mut sale = Sale::of("USD", &lines, None).await;
    let mut told = Compared::same();
    let mut sum = Decimal::ZERO;
    let waves = waves(case, &lines);
    let invoices = theirs["invoices"].as_array().unwrap();
    assert_eq!(waves.len(), invoices.len());
    for (wave, theirs) in waves.iter().zip(invoices) {
        let ours = sale.ships(&goods(wave)).await;
        sum += ours.total.get();
        told = subtotals(invoice(told, &ours, theirs), &ours, theirs);
    }
    told = told.figure("all invoices", sum, &theirs["sum_of_invoice_totals"]);
    // The tax of the order as a whole is that of its net, rounded once.
    let net: contracts::Amount = text(&theirs["order_untaxed"]).parse().unwrap();
    let rate = lines[0].percent.to_string().parse().unwrap();
    let tax = tax::on(minor(net, "USD"), rate, "USD".parse().unwrap()).unwrap();
    told = told.figure("tax of the order", Decimal::new(tax, 2), &theirs["order_tax"]);
    if let Some(back) = case["input"]["return"].as_array() {
        let back: Vec<(u32, String)> = back
            .iter()
            .map(|it| {
                (u32::try_from(it["line"].as_u64().unwrap()).unwrap() + 1, text(&it["quantity"]))
            })
            .collect();
        let memo = sale.takes_back(&goods(&back)).await;
        let theirs = &theirs["credit_note"];
        told = told
            .figure("credited", -memo.net_total.get(), &theirs["untaxed"])
            .figure("tax credited", -memo.tax_total.get(), &theirs["tax"])
            .figure("credit memo", -memo.total.get(), &theirs["total"]);
    }
    told
}

/// O08: two rates on one line.
pub async fn two_taxes_of_a_line(case: &Value) -> Compared {
    let theirs = &case["expected"]["invoices"][0];
    let lines = sold_lines(case);
    let ours = Sale::of("USD", &lines, None).await.ships(&[(1, "1")]).await;
    let told = Compared::differs(
        "a category has one rate (I3): 10 % and 10.1 % are one of 20.1 %, with one subtotal",
    );
    invoice(told, &ours, theirs)
        .but(
            "subtotals",
            ours.tax_subtotals.len(),
            "1",
            &json!(theirs["tax_lines"].as_array().unwrap().len()),
        )
        .but(
            "tax of the first",
            ours.tax_subtotals[0].tax_amount,
            "0.21",
            &theirs["tax_lines"][0]["tax"],
        )
}
