//! One line of an order, in stock units.

use contracts::{
    OrderId, Percent, Quantity, Reason, ReasonLine, Sku, UnitPrice, event::OrderedLine,
};
use mesh::{
    Halt, Json,
    checked::{beyond, minus},
};
use serde::{Deserialize, Serialize};

/// The most lines that an order may have (D3).
pub const MAX_LINES: usize = 1_000;

/// The refusal of a line that is one too many (D3).
#[must_use]
pub fn too_many_lines(line: u32) -> ReasonLine {
    let text = format!("an order has at most {MAX_LINES} lines, cancelled ones among them");
    ReasonLine::at(line, Reason::TooManyLines, text)
}

/// The quantities of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub order_id: OrderId,
    /// The number that the buyer gave the line.
    pub line: u32,
    pub sku: Sku,
    pub ordered: Quantity,
    /// The part of them that will not come.
    pub cancelled: Quantity,
    /// Units that have left, over-shipped ones included.
    pub dispatched: Quantity,
    pub billed: Quantity,
    /// The nets of billed units at the line's present price, in minor units.
    pub billed_net: i64,
    /// Units that came back before they were billed, and never will be (I11).
    pub waived: Quantity,
    /// The highest number of the changes that have named the line; 0 for none.
    pub said_by: u32,
    /// The buyer's offer, from the order or the last change that named a price.
    pub offer: Json<Offer>,
}

/// A buyer's offer for a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Per ordered unit; `None` for the list's price.
    pub unit_price: Option<UnitPrice>,
    pub discount_percent: Percent,
}

mesh::row!(Line in "order_lines" by (order_id: OrderId, line: u32) {
    order_id, line, sku, ordered, cancelled, dispatched, billed, billed_net, waived, said_by, offer
});

impl Line {
    /// A line of which nothing has happened yet.
    #[must_use]
    pub fn new(order_id: OrderId, line: &OrderedLine) -> Self {
        Self {
            order_id,
            line: line.line,
            sku: line.sku.clone(),
            ordered: line.quantity,
            cancelled: Quantity::ZERO,
            dispatched: Quantity::ZERO,
            billed: Quantity::ZERO,
            billed_net: 0,
            waived: Quantity::ZERO,
            said_by: 0,
            offer: Json(Offer::default()),
        }
    }

    /// Units still to be dispatched.
    ///
    /// # Errors
    /// When more is cancelled than ordered.
    pub fn open(&self) -> Result<Quantity, Halt> {
        Ok(beyond(self.wanted()?, self.dispatched))
    }

    /// Units that are ordered and not cancelled.
    ///
    /// # Errors
    /// When more is cancelled than ordered.
    pub fn wanted(&self) -> Result<Quantity, Halt> {
        minus(self.ordered, self.cancelled)
    }

    /// Wanted units that are to be billed in the end: not those that came back before.
    ///
    /// # Errors
    /// When more is cancelled than ordered.
    pub fn billable(&self) -> Result<Quantity, Halt> {
        Ok(beyond(self.wanted()?, self.waived))
    }

    /// Billable units that no invoice bills yet.
    ///
    /// # Errors
    /// When more is cancelled than ordered.
    pub fn unbilled(&self) -> Result<Quantity, Halt> {
        Ok(beyond(self.billable()?, self.billed))
    }

    /// Dispatched units above what is wanted, at most `late`.
    ///
    /// # Errors
    /// When more is cancelled than ordered.
    pub fn wanted_again(&self, late: Quantity) -> Result<Quantity, Halt> {
        Ok(late.min(beyond(self.dispatched, self.wanted()?)))
    }
}
