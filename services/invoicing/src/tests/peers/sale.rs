//! A sale as the cases tell it: what was sold at which price and rate.

use contracts::document::{CreditMemo, Invoice};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use testkit::{Outcome, peers::text};

use super::super::shop::{Shop, invoice, line, memo, settings};

/// No tax.
pub const UNTAXED: Decimal = Decimal::ZERO;

/// A line: quantity, unit price, percent of tax.
pub struct Sold {
    pub quantity: String,
    pub unit_price: String,
    pub percent: Decimal,
}

/// A rate such as 0.0825 in percent.
pub fn percent(rate: &Value) -> Decimal {
    (text(rate).parse::<Decimal>().unwrap() * Decimal::ONE_HUNDRED).normalize()
}

pub fn sold(quantity: &Value, unit_price: &Value, percent: Decimal) -> Sold {
    Sold { quantity: text(quantity), unit_price: text(unit_price), percent }
}

/// Pairs of quantity and unit price, all taxed alike.
pub fn pairs(lines: &Value, percent: Decimal) -> Vec<Sold> {
    let lines = lines.as_array().unwrap().iter();
    lines.map(|line| sold(&line[0], &line[1], percent)).collect()
}

/// One order of these lines, each of an item of its own that costs 5 and is taxed at its rate.
pub struct Sale {
    pub shop: Shop,
    dispatches: u32,
}

impl Sale {
    pub async fn of(currency: &'static str, lines: &[Sold], charge: Option<&str>) -> Self {
        let mut shop = Shop::without_rates(settings(), currency).await;
        // Charges are of this category.
        shop.rate("US", Some("NY"), "standard", "0", "2026-01-01").await;
        let mut wanted = Vec::new();
        for (number, sold) in (1_u32..).zip(lines) {
            let (sku, category) = (sku(number), format!("at-{}", sold.percent));
            let rate = sold.percent.to_string();
            shop.rate("US", Some("NY"), &category, &rate, "2026-01-01").await;
            shop.item(&sku, &category, "5").await;
            wanted.push(line(number, &sku, &sold.quantity, &sold.unit_price));
        }
        let charges = charge.map(|amount| json!({"code": "freight", "amount": amount}));
        let charges: Vec<Value> = charges.into_iter().collect();
        shop.accept(json!({"lines": wanted, "charges": charges})).await;
        Self { shop, dispatches: 0 }
    }

    /// Ships units of these lines together.
    pub async fn leaves(&mut self, lines: &[(u32, &str)]) -> Outcome {
        self.dispatches += 1;
        let skus: Vec<String> = lines.iter().map(|(line, _)| sku(*line)).collect();
        let goods: Vec<(u32, &str, &str)> =
            lines.iter().zip(&skus).map(|((line, units), sku)| (*line, &**sku, *units)).collect();
        self.shop.ship(self.dispatches, &goods).await
    }

    /// The invoice of what leaves.
    pub async fn ships(&mut self, lines: &[(u32, &str)]) -> Invoice {
        invoice(&self.leaves(lines).await)
    }

    /// The credit memo of what comes back to the shelf.
    pub async fn takes_back(&mut self, lines: &[(u32, &str)]) -> CreditMemo {
        let skus: Vec<String> = lines.iter().map(|(line, _)| sku(*line)).collect();
        let goods = lines.iter().zip(&skus);
        let goods: Vec<(u32, &str, &str, &str)> =
            goods.map(|((line, units), sku)| (*line, &**sku, *units, "0")).collect();
        memo(&self.shop.take_back(&goods).await)
    }
}

/// All of a sale in one piece.
pub async fn shipped(lines: &[Sold], charge: Option<&str>) -> (Sale, Invoice) {
    let mut sale = Sale::of("USD", lines, charge).await;
    let all: Vec<(u32, &str)> =
        (1_u32..).zip(lines).map(|(number, sold)| (number, &*sold.quantity)).collect();
    let invoice = sale.ships(&all).await;
    (sale, invoice)
}

pub fn sku(line: u32) -> String {
    format!("PEER-{line}")
}

/// Lines that name quantity, unit price and one rate or none.
pub fn named(lines: &Value) -> Vec<Sold> {
    let line = |line: &Value| {
        let rates = line["tax_rates"].as_array().unwrap();
        sold(&line["qty"], &line["unit_price"], rates.iter().map(percent).sum())
    };
    lines.as_array().unwrap().iter().map(line).collect()
}

/// The number of units that an invoice bills.
pub fn units(invoice: &Invoice) -> Decimal {
    invoice.lines.iter().map(|line| line.quantity.to_string().parse::<Decimal>().unwrap()).sum()
}
