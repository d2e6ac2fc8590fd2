//! What became of the rows of a file: each is played, or counted under a name.

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
}

/// What became of the rows of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Rows read: up to the last order that is played.
    pub rows: u64,
    /// Played as order lines.
    pub order_lines: u64,
    /// Played as returns.
    pub returns: u64,
    /// Played as stock corrections: goods written off.
    pub write_offs: u64,
    /// Not played, by reason.
    pub rest: BTreeMap<Rest, u64>,
}

impl Tally {
    /// Counts rows that are not played.
    pub fn leave(&mut self, why: Rest, rows: u64) {
        if rows > 0 {
            *self.rest.entry(why).or_default() += rows;
        }
    }

    /// Rows that are played.
    #[must_use]
    pub fn played(&self) -> u64 {
        self.order_lines + self.returns + self.write_offs
    }

    /// Whether every row that was read is played or named.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.rows == self.played() + self.rest.values().sum::<u64>()
    }

    /// What became of the rows, in words, with how many.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        let played = [
            ("played as order lines", self.order_lines),
            ("played as returns", self.returns),
            ("played as stock written off", self.write_offs),
        ];
        let rest = Rest::iter().map(|why| {
            let text = why.get_str("text").unwrap_or("not played");
            (text, self.rest.get(&why).copied().unwrap_or_default())
        });
        played.into_iter().chain(rest).filter(|(_, rows)| *rows > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_nowhere_is_noticed() {
        let mut tally = Tally { rows: 3, order_lines: 1, ..Tally::default() };
        tally.leave(Rest::BadDebt, 1);
        assert!(!tally.adds_up());
        tally.leave(Rest::QuantityZero, 1);
        assert!(tally.adds_up());
        assert_eq!(tally.lines().map(|line| line.1).collect::<Vec<_>>(), [1, 1, 1]);
    }
}
