//! The lines of an order: figures that only ever add up, so that events of different aggregates may
//! come in any order.

use contracts::{OrderId, Percent, Quantity, Sku};
use mesh::{
    Halt,
    checked::{beyond, plus},
};
use rust_decimal::Decimal;

/// A line of an order, in stock units.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub order_id: OrderId,
    pub line: u32,
    pub sku: Sku,
    /// The highest total that the line had.
    pub ordered: Quantity,
    /// All that was ever reserved.
    pub promised: Quantity,
    /// Backordered, and neither reserved nor given up since.
    pub waiting: Quantity,
    /// Asked of a warehouse that does not have it.
    pub short: Quantity,
    pub shipped: Quantity,
    /// The highest total less the present one.
    pub cancelled: Quantity,
    pub invoiced: Quantity,
    pub returned: Quantity,
    /// Reserved and not shipped; derived.
    pub reserved: Quantity,
    /// Waiting for stock and not shipped; derived.
    pub backordered: Quantity,
}

mesh::row!(Line in "order_lines" by (order_id: OrderId, line: u32) {
    order_id, line, sku, ordered, promised, waiting, short, shipped, cancelled, invoiced, returned,
    reserved, backordered
});

/// A figure of a line that an event changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// The quantity is the line's total from now on.
    Ordered {
        /// The part of the total that will not come.
        cancelled: Quantity,
    },
    Reserved,
    /// The quantity begins to wait for stock.
    Waiting,
    /// The quantity waits no longer, and will not come.
    GivenUp,
    Shipped,
    Short,
    Cancelled,
    Invoiced,
    Returned,
}

impl Line {
    /// A line of which only the item is known.
    #[must_use]
    pub fn new(order_id: OrderId, line: u32, sku: Sku) -> Self {
        let zero = Quantity::ZERO;
        Self {
            order_id,
            line,
            sku,
            ordered: zero,
            promised: zero,
            waiting: zero,
            short: zero,
            shipped: zero,
            cancelled: zero,
            invoiced: zero,
            returned: zero,
            reserved: zero,
            backordered: zero,
        }
    }

    /// Adds a quantity to a figure, and derives the others.
    ///
    /// # Errors
    /// When a figure leaves its range.
    pub fn add(&mut self, figure: Figure, sku: &Sku, quantity: Quantity) -> Result<(), Halt> {
        match figure {
            Figure::Ordered { cancelled } => {
                self.ordered = self.ordered.max(quantity);
                self.cancelled = beyond(self.ordered, beyond(quantity, cancelled));
                self.sku = sku.clone();
            }
            Figure::Reserved => {
                self.promised = plus(self.promised, quantity)?;
                // Most of what is reserved never waited.
                self.waiting = beyond(self.waiting, quantity);
            }
            Figure::Waiting => self.waiting = plus(self.waiting, quantity)?,
            Figure::GivenUp => self.waiting = beyond(self.waiting, quantity),
            Figure::Shipped => self.shipped = plus(self.shipped, quantity)?,
            Figure::Short => self.short = plus(self.short, quantity)?,
            Figure::Cancelled => self.cancelled = plus(self.cancelled, quantity)?,
            Figure::Invoiced => self.invoiced = plus(self.invoiced, quantity)?,
            Figure::Returned => self.returned = plus(self.returned, quantity)?,
        }
        let open = self.missing();
        self.backordered = self.waiting.min(open);
        let promised = beyond(beyond(self.promised, self.shipped), self.short);
        self.reserved = promised.min(beyond(open, self.backordered));
        Ok(())
    }

    /// The quantity that left above the present total and the tolerance, which is not billed (rule
    /// F5).
    #[must_use]
    pub fn over_shipped(&self, tolerance: Percent) -> Decimal {
        let percent = Decimal::ONE_HUNDRED.checked_add(tolerance.get());
        let allowed = percent
            .and_then(|percent| self.wanted().get().checked_mul(percent))
            .and_then(|allowed| allowed.checked_div(Decimal::ONE_HUNDRED));
        let above = allowed.and_then(|allowed| self.shipped.get().checked_sub(allowed));
        above.unwrap_or_default().max(Decimal::ZERO)
    }

    /// The quantity that is wanted and has not left.
    #[must_use]
    pub fn missing(&self) -> Quantity {
        beyond(self.wanted(), self.shipped)
    }

    /// The present total: ordered less cancelled.
    #[must_use]
    pub fn wanted(&self) -> Quantity {
        beyond(self.ordered, self.cancelled)
    }
}
