//! What the lines of an order come to, kept on the order's own row: a document about a few of its
//! lines needs none of the others (D3).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Currency, Percent, Quantity, UnitPrice,
    event::{OrderBody, OrderedLine},
};
use serde::{Deserialize, Serialize};

use super::{
    exposure::{TooLarge, net_of},
    order::Line,
};

/// What an order's lines come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Their figures, added up.
    pub sums: Sums,
    /// Units that will not come, of the lines that have any.
    pub cancelled: BTreeMap<u32, Quantity>,
    /// Lines of which nothing is wanted and nothing has left.
    pub gone: BTreeSet<u32>,
}

/// Figures of lines, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Lines that are not done (O10).
    pub open: u32,
    /// Lines of which something is to be billed.
    pub unbilled: u32,
    /// Lines of which something has left.
    pub shipped: u32,
    /// The value of what is to be billed, without charges, in minor units (O5).
    pub left: i64,
}

/// What a buyer offers for a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Per ordered unit; none, the list's price.
    pub unit_price: Option<UnitPrice>,
    /// Less so many percent.
    pub discount_percent: Percent,
}

impl Tally {
    /// What the lines of an order come to, each looked at.
    ///
    /// # Errors
    /// When a sum of money is too large.
    pub fn of<'a>(
        body: &OrderBody,
        rows: impl IntoIterator<Item = &'a Line>,
    ) -> Result<Self, TooLarge> {
        let prices: BTreeMap<u32, &OrderedLine> =
            body.lines.iter().map(|line| (line.line, line)).collect();
        let mut tally = Self::default();
        for row in rows {
            let sums = Sums::of(row, prices.get(&row.line).copied(), body.currency)?;
            tally.sums = tally.sums.with(sums)?;
            tally.note(row);
        }
        Ok(tally)
    }

    /// Notes what is cancelled of a line.
    pub fn note(&mut self, row: &Line) {
        if row.cancelled.is_zero() {
            self.cancelled.remove(&row.line);
        } else {
            self.cancelled.insert(row.line, row.cancelled);
        }
        if row.wanted().is_zero() && row.dispatched.is_zero() {
            self.gone.insert(row.line);
        } else {
            self.gone.remove(&row.line);
        }
    }
}

impl Sums {
    /// The figures of one line at its price.
    ///
    /// # Errors
    /// When its value is too large.
    pub fn of(
        row: &Line,
        price: Option<&OrderedLine>,
        currency: Currency,
    ) -> Result<Self, TooLarge> {
        #[cfg(test)]
        count::one_more();
        let unbilled = !row.unbilled().is_zero();
        let left = match price.filter(|_| unbilled) {
            Some(price) => {
                let net = net_of(price, row.billable(), currency)?;
                net.checked_sub(row.billed_net).ok_or(TooLarge)?.max(0)
            }
            None => 0,
        };
        Ok(Self {
            open: (!row.is_done()).into(),
            unbilled: unbilled.into(),
            shipped: (!row.dispatched.is_zero()).into(),
            left,
        })
    }

    /// With another line.
    ///
    /// # Errors
    /// When the value is too large.
    pub fn with(self, line: Self) -> Result<Self, TooLarge> {
        Ok(Self {
            open: self.open.saturating_add(line.open),
            unbilled: self.unbilled.saturating_add(line.unbilled),
            shipped: self.shipped.saturating_add(line.shipped),
            left: self.left.checked_add(line.left).ok_or(TooLarge)?,
        })
    }

    /// Without a line that is in it.
    ///
    /// # Errors
    /// When the value is too large.
    pub fn without(self, line: Self) -> Result<Self, TooLarge> {
        Ok(Self {
            open: self.open.saturating_sub(line.open),
            unbilled: self.unbilled.saturating_sub(line.unbilled),
            shipped: self.shipped.saturating_sub(line.shipped),
            left: self.left.checked_sub(line.left).ok_or(TooLarge)?,
        })
    }
}

/// How often a line was looked at, on this thread.
#[cfg(test)]
pub mod count {
    use std::cell::Cell;

    thread_local! {
        static LOOKED_AT: Cell<u64> = const { Cell::new(0) };
    }

    /// One line.
    pub fn one_more() {
        LOOKED_AT.set(LOOKED_AT.get() + 1);
    }

    /// Since it was asked last.
    pub fn taken() -> u64 {
        LOOKED_AT.replace(0)
    }
}
