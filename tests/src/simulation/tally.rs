//! The partners' own figures, counted from the documents alone, independent of the product.

use std::collections::{BTreeMap, BTreeSet};

use ordermesh::reconcile::Books;
use serde_json::Value;

use super::trade::{cents, text, units};

/// Units by PO number and line.
pub type ByLine = BTreeMap<(String, u64), i64>;

/// The totals of all documents.
#[derive(Default)]
pub struct Tally {
    /// The names of the documents that partners received.
    pub heard: BTreeSet<String>,
    /// The units of shipments that warehouses got acknowledged.
    pub shipped: ByLine,
    /// The units that were restocked or scrapped.
    pub returned: ByLine,
    /// The units that were restocked.
    pub restocked: i64,
    /// The units that came into stock.
    pub received: i64,
    billed: ByLine,
    credited: ByLine,
    numbers: BTreeMap<&'static str, Vec<String>>,
    /// The payments of the bank that it did not reverse, in cents.
    pub cash: i64,
}

impl Tally {
    pub fn ship(&mut self, notice: &Value) {
        add(&mut self.shipped, notice);
    }

    pub fn bill(&mut self, invoice: &Value) {
        add(&mut self.billed, invoice);
        self.numbers.entry("invoice").or_default().push(text(invoice, "invoice_number"));
    }

    pub fn credit(&mut self, memo: &Value) {
        add(&mut self.credited, memo);
        self.numbers.entry("credit-memo").or_default().push(text(memo, "credit_memo_number"));
    }

    /// Checks I1 for every line, I6 for both series, A1 for the goods, P10 for the cash.
    pub fn holds(&self, books: &Books) {
        let of = |lines: &ByLine, key| lines.get(key).copied().unwrap_or(0);
        for (key, billed) in &self.billed {
            let left = of(&self.shipped, key) - of(&self.returned, key);
            let net = billed - of(&self.credited, key);
            assert!(net <= left, "I1: {key:?} billed less credited {net}, {left} left");
        }
        for (series, numbers) in &self.numbers {
            let digits = |it: &String| it.rsplit('-').next().unwrap().parse().unwrap();
            let mut found: Vec<usize> = numbers.iter().map(digits).collect();
            found.sort_unstable();
            assert_eq!(found, (1..=found.len()).collect::<Vec<_>>(), "I6: {series}");
        }
        let on_hand: i64 = books.stock.iter().map(|it| it.on_hand.scaled() / 1_000_000).sum();
        let shipped: i64 = self.shipped.values().sum();
        assert_eq!(on_hand, self.received - shipped + self.restocked, "A1");
        let kept = |amount: &contracts::Amount| cents(&amount.to_string());
        let held = books.payments.iter().map(|it| kept(&it.applied) + kept(&it.unapplied));
        assert_eq!(held.sum::<i64>(), self.cash, "P10");
    }
}

fn add(to: &mut ByLine, document: &Value) {
    let po_number = text(document, "po_number");
    for line in document["lines"].as_array().unwrap() {
        let key = (po_number.clone(), line["line"].as_u64().unwrap());
        *to.entry(key).or_default() += units(&line["quantity"]);
    }
}
