//! The figures of an order's lines, kept on the order's own row: a document about a few of its
//! lines needs none of the others (D3).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Currency, Quantity,
    event::{OrderBody, OrderedLine},
};
use mesh::Halt;
use serde::{Deserialize, Serialize};

use super::{
    amounts::{net_of, too_large},
    line::Line,
};

/// The figures of an order's lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The sums over all lines.
    pub sums: Sums,
    /// Cancelled units, of the lines that have any.
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

impl Tally {
    /// The figures of all lines of an order, each looked at.
    ///
    /// # Errors
    /// When a sum is out of range.
    pub fn of<'a>(
        body: &OrderBody,
        rows: impl IntoIterator<Item = &'a Line>,
    ) -> Result<Self, Halt> {
        let prices: BTreeMap<u32, &OrderedLine> =
            body.lines.iter().map(|line| (line.line, line)).collect();
        let mut tally = Self::default();
        for row in rows {
            let sums = Sums::of(row, prices.get(&row.line).copied(), body.currency)?;
            tally.sums = tally.sums.with(sums)?;
            tally.note(row)?;
        }
        Ok(tally)
    }

    /// Notes the cancelled units of a line.
    ///
    /// # Errors
    /// When more is cancelled than ordered.
    pub fn note(&mut self, row: &Line) -> Result<(), Halt> {
        if row.cancelled.is_zero() {
            self.cancelled.remove(&row.line);
        } else {
            self.cancelled.insert(row.line, row.cancelled);
        }
        if row.wanted()?.is_zero() && row.dispatched.is_zero() {
            self.gone.insert(row.line);
        } else {
            self.gone.remove(&row.line);
        }
        Ok(())
    }
}

impl Sums {
    /// The figures of one line at its price. A line is done (O10) when it is dispatched and billed,
    /// or cancelled; units shipped above the order need not be billed.
    ///
    /// # Errors
    /// When its value is out of range.
    pub fn of(row: &Line, price: Option<&OrderedLine>, currency: Currency) -> Result<Self, Halt> {
        #[cfg(test)]
        count::one_more();
        let unbilled = !row.unbilled()?.is_zero();
        let left = match price.filter(|_| unbilled) {
            Some(price) => {
                let net = net_of(price, row.billable()?, currency)?;
                // Billed at higher prices than the present one, nothing is left.
                net.checked_sub(row.billed_net).ok_or_else(too_large)?.max(0)
            }
            None => 0,
        };
        let open = unbilled || !row.open()?.is_zero();
        let shipped = !row.dispatched.is_zero();
        Ok(Self { open: open.into(), unbilled: unbilled.into(), shipped: shipped.into(), left })
    }

    /// The sums with another line.
    ///
    /// # Errors
    /// When one is out of range.
    pub fn with(self, line: Self) -> Result<Self, Halt> {
        let sums = || {
            Some(Self {
                open: self.open.checked_add(line.open)?,
                unbilled: self.unbilled.checked_add(line.unbilled)?,
                shipped: self.shipped.checked_add(line.shipped)?,
                left: self.left.checked_add(line.left)?,
            })
        };
        sums().ok_or_else(too_large)
    }

    /// The sums without a line that is in them.
    ///
    /// # Errors
    /// When one is below zero.
    pub fn without(self, line: Self) -> Result<Self, Halt> {
        let sums = || {
            Some(Self {
                open: self.open.checked_sub(line.open)?,
                unbilled: self.unbilled.checked_sub(line.unbilled)?,
                shipped: self.shipped.checked_sub(line.shipped)?,
                left: self.left.checked_sub(line.left)?,
            })
        };
        sums().ok_or_else(|| Halt::broken("a line's figures are not in its order's sums"))
    }
}

/// The number of lines that were looked at, on this thread.
#[cfg(test)]
pub mod count {
    use std::cell::Cell;

    thread_local! {
        static LOOKED_AT: Cell<u64> = const { Cell::new(0) };
    }

    pub fn one_more() {
        LOOKED_AT.set(LOOKED_AT.get() + 1);
    }

    /// The number since the last call.
    pub fn taken() -> u64 {
        LOOKED_AT.replace(0)
    }
}
