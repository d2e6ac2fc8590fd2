//! An account of the data's rows: each is played, or counted under a reason.

use std::collections::BTreeMap;

use serde::Serialize;
use strum::{EnumProperty as _, IntoEnumIterator as _};

/// The reason why a row is not played.
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
    /// A field that cannot be read.
    #[strum(props(text = "a field cannot be read"))]
    Unreadable,
    /// A sale without a customer, whom an order needs.
    #[strum(props(text = "a sale without a customer"))]
    SaleWithoutCustomer,
    #[strum(props(text = "a cancellation without a customer"))]
    CancellationWithoutCustomer,
    /// A cancellation whose purchase is not among the orders, or is too small.
    #[strum(props(text = "a cancellation without a purchase it can be of"))]
    CancellationWithoutPurchase,
    /// A cancellation with a quantity of zero or more.
    #[strum(props(text = "a cancellation of nothing"))]
    CancellationNotNegative,
    /// An adjustment for bad debt.
    #[strum(props(text = "an adjustment of bad debt"))]
    BadDebt,
    #[strum(props(text = "quantity zero"))]
    QuantityZero,
    /// A negative quantity at a price: neither a sale nor a cancellation.
    #[strum(props(text = "a negative quantity at a price, on a sale"))]
    NegativeQuantity,
    #[strum(props(text = "a negative price"))]
    NegativePrice,
    /// A line of an invoice that is longer than an order may be.
    #[strum(props(text = "an invoice of more than 1,000 lines"))]
    TooManyLines,
    /// An order that is not completely entered.
    #[strum(props(text = "an order not fully entered, with its lines"))]
    NotEntered,
    #[strum(props(text = "a line of no order"))]
    LineWithoutOrder,
    #[strum(props(text = "an order without lines"))]
    OrderWithoutLines,
    /// A row after the last order that was asked for.
    #[strum(props(text = "after the last order that was asked for"))]
    BeyondTheRun,
}

/// The kind of a played row.
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
    #[strum(props(text = "played as orders"))]
    Order,
    #[strum(props(text = "played as order lines"))]
    OrderLine,
    /// Goods that are returned.
    #[strum(props(text = "played as returns"))]
    Return,
    /// Goods that are written off.
    #[strum(props(text = "played as stock written off"))]
    WriteOff,
    #[strum(props(text = "played as payments"))]
    Payment,
    #[strum(props(text = "played as customers"))]
    Customer,
    #[strum(props(text = "played as items"))]
    Item,
    /// The stock of an item in a warehouse.
    #[strum(props(text = "played as stock"))]
    Stock,
    #[strum(props(text = "played as warehouses"))]
    Warehouse,
}

/// The account of the data's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The number of rows read.
    pub rows: u64,
    /// Played rows, by kind.
    pub played: BTreeMap<Played, u64>,
    /// Rows that are not played, by reason.
    pub rest: BTreeMap<Rest, u64>,
    /// Decisions that the data leaves open, in words.
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

    /// Returns the number of rows played as this kind.
    #[must_use]
    pub fn of(&self, what: Played) -> u64 {
        self.played.get(&what).copied().unwrap_or_default()
    }

    /// Returns true if every row is played or counted under a reason.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.rows == self.played.values().chain(self.rest.values()).sum::<u64>()
    }

    /// Describes what became of the rows, with their numbers.
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
