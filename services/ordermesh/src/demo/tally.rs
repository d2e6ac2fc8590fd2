//! What became of the rows of the data: each is played, or counted under a name.

use std::collections::BTreeMap;

use serde::Serialize;
use strum::{EnumProperty as _, IntoEnumIterator as _};

/// Why a row is not played.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumProperty,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Rest {
    /// A field that can not be read.
    #[strum(props(text = "a field can not be read"))]
    Unreadable,
    /// A sale to nobody: an order needs a customer.
    #[strum(props(text = "a sale without a customer"))]
    SaleWithoutCustomer,
    /// A cancellation by nobody.
    #[strum(props(text = "a cancellation without a customer"))]
    CancellationWithoutCustomer,
    /// A cancellation whose purchase is not among the orders, or not large enough.
    #[strum(props(text = "a cancellation without a purchase it can be of"))]
    CancellationWithoutPurchase,
    /// A cancellation of nothing.
    #[strum(props(text = "a cancellation of nothing"))]
    CancellationNotNegative,
    /// An adjustment of bad debt.
    #[strum(props(text = "an adjustment of bad debt"))]
    BadDebt,
    /// No quantity.
    #[strum(props(text = "quantity zero"))]
    QuantityZero,
    /// Less than nothing sold, at a price: no sale, and no cancellation either.
    #[strum(props(text = "a negative quantity at a price, on a sale"))]
    NegativeQuantity,
    /// A price below zero.
    #[strum(props(text = "a negative price"))]
    NegativePrice,
    /// A line of an invoice that is longer than an order may be.
    #[strum(props(text = "an invoice of more than 1,000 lines"))]
    TooManyLines,
    /// An order that nobody has finished entering.
    #[strum(props(text = "an order not fully entered, with its lines"))]
    NotEntered,
    /// A line of no order.
    #[strum(props(text = "a line of no order"))]
    LineWithoutOrder,
    /// An order of nothing.
    #[strum(props(text = "an order without lines"))]
    OrderWithoutLines,
    /// Later than the last order that was asked for.
    #[strum(props(text = "after the last order that was asked for"))]
    BeyondTheRun,
}

/// What a row is played as.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumProperty,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Played {
    /// An order.
    #[strum(props(text = "played as orders"))]
    Order,
    /// A line of one.
    #[strum(props(text = "played as order lines"))]
    OrderLine,
    /// Goods that come back.
    #[strum(props(text = "played as returns"))]
    Return,
    /// Goods written off.
    #[strum(props(text = "played as stock written off"))]
    WriteOff,
    /// A payment.
    #[strum(props(text = "played as payments"))]
    Payment,
    /// A customer's record.
    #[strum(props(text = "played as customers"))]
    Customer,
    /// An item's record.
    #[strum(props(text = "played as items"))]
    Item,
    /// What a warehouse has of an item.
    #[strum(props(text = "played as stock"))]
    Stock,
    /// A warehouse's record.
    #[strum(props(text = "played as warehouses"))]
    Warehouse,
}

/// What became of the rows of the data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Rows read.
    pub rows: u64,
    /// Played, by what they are played as.
    pub played: BTreeMap<Played, u64>,
    /// Not played, by reason.
    pub rest: BTreeMap<Rest, u64>,
    /// What the data does not say and the run had to decide, in words.
    pub decided: Vec<String>,
}

impl Tally {
    /// Counts rows that are played.
    pub fn play(&mut self, what: Played, rows: u64) {
        if rows > 0 {
            *self.played.entry(what).or_default() += rows;
        }
    }

    /// Counts rows that are not played.
    pub fn leave(&mut self, why: Rest, rows: u64) {
        if rows > 0 {
            *self.rest.entry(why).or_default() += rows;
        }
    }

    /// How many rows are played as this.
    #[must_use]
    pub fn of(&self, what: Played) -> u64 {
        self.played.get(&what).copied().unwrap_or_default()
    }

    /// Whether every row that was read is played or named.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.rows == self.played.values().chain(self.rest.values()).sum::<u64>()
    }

    /// What became of the rows, in words, with how many.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        let played = Played::iter().map(|what| (what.get_str("text"), self.of(what)));
        let rest = Rest::iter()
            .map(|why| (why.get_str("text"), self.rest.get(&why).copied().unwrap_or_default()));
        let lines = played.chain(rest).filter(|(_, rows)| *rows > 0);
        lines.map(|(text, rows)| (text.unwrap_or("not played"), rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_nowhere_is_noticed() {
        let mut tally = Tally { rows: 3, ..Tally::default() };
        tally.play(Played::OrderLine, 1);
        tally.leave(Rest::BadDebt, 1);
        assert!(!tally.adds_up());
        tally.leave(Rest::QuantityZero, 1);
        assert!(tally.adds_up());
        assert_eq!(tally.lines().map(|line| line.1).collect::<Vec<_>>(), [1, 1, 1]);
    }
}
