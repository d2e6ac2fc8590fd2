//! Orders as far as shipping needs them: the ordered lines, the tolerance, and the totals of each
//! line over all of its shipments.

use contracts::{OrderId, PartnerName, Percent, PoNumber, Quantity, Reason};
use mesh::{
    Halt, Json, Rows,
    checked::{minus, plus, total},
};
use rust_decimal::{Decimal, RoundingStrategy};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    pub po_number: PoNumber,
    /// The part above the ordered quantity that is accepted and paid.
    pub tolerance_percent: Percent,
    /// The reason of a request for less that is not settled yet.
    pub less_wanted: Option<Json<Reason>>,
}

/// A line of an order over all of its shipments, in stock units.
///
/// `requested` is all that warehouses were asked for, and what left without being asked for: units
/// above what is open of the line in their warehouse count as requested the moment they leave. So
/// requested − dispatched − short − cancelled is always what warehouses still have to answer for,
/// which is what allocation holds reserved, and no warehouse's open request hides behind another's
/// surplus. A short that is sourced again is a new reservation: it adds to `requested` as it added
/// to `short`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub order_id: OrderId,
    /// The number of the line.
    pub line: u32,
    /// Ordered, as the order stands.
    pub ordered: Quantity,
    /// Asked of warehouses, or left unasked.
    pub requested: Quantity,
    pub dispatched: Quantity,
    /// Missing in the warehouses.
    pub short: Quantity,
    pub cancelled: Quantity,
    /// Left above ordered × (1 + tolerance): recorded, never billed (rule F5).
    pub over_shipped: Quantity,
}

mesh::row!(Order in "orders" by (order_id: OrderId) {
    order_id, partner, po_number, tolerance_percent, less_wanted
});
mesh::row!(Line in "order_lines" by (order_id: OrderId, line: u32) {
    order_id, line, ordered, requested, dispatched, short, cancelled, over_shipped
});

impl Line {
    /// A line of which only the number is known.
    #[must_use]
    pub fn new(order_id: OrderId, line: u32) -> Self {
        let zero = Quantity::ZERO;
        Self {
            order_id,
            line,
            ordered: zero,
            requested: zero,
            dispatched: zero,
            short: zero,
            cancelled: zero,
            over_shipped: zero,
        }
    }

    /// Returns the units that warehouses have still to answer for.
    ///
    /// # Errors
    /// [`Halt::broken`] when they answered for more than was requested.
    pub fn open(&self) -> Result<Quantity, Halt> {
        minus(self.requested, total([self.dispatched, self.short, self.cancelled])?)
    }

    /// Sets the ordered quantity, and with it the units above the tolerance.
    ///
    /// # Errors
    /// [`Halt::broken`] when the tolerance cannot be applied to it.
    pub fn order(&mut self, quantity: Quantity, tolerance: Percent) -> Result<(), Halt> {
        self.ordered = quantity;
        self.over_shipped = self.above(tolerance)?;
        Ok(())
    }

    /// Adds units that left, some of them unasked.
    ///
    /// # Errors
    /// [`Halt::broken`] when a total leaves its range.
    pub fn ship(
        &mut self,
        quantity: Quantity,
        unasked: Quantity,
        tolerance: Percent,
    ) -> Result<(), Halt> {
        self.requested = plus(self.requested, unasked)?;
        self.dispatched = plus(self.dispatched, quantity)?;
        self.over_shipped = self.above(tolerance)?;
        Ok(())
    }

    /// Rule F5: the units that left above ordered × (1 + tolerance).
    fn above(&self, tolerance: Percent) -> Result<Quantity, Halt> {
        let factor = Decimal::ONE_HUNDRED.checked_add(tolerance.get());
        let limit = factor.and_then(|factor| self.ordered.get().checked_mul(factor));
        let limit = limit.and_then(|limit| limit.checked_div(Decimal::ONE_HUNDRED));
        let limit = limit.ok_or_else(|| Halt::broken("the tolerance of a line is out of range"))?;
        let above = (self.dispatched.get() - limit).max(Decimal::ZERO);
        let above = above.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero);
        Quantity::new(above).map_err(Halt::broken)
    }
}

/// Returns the totals of a line, to be changed.
pub fn line_mut(order_lines: &mut Rows<Line>, order_id: OrderId, line: u32) -> &mut Line {
    order_lines.get_or_put(&(order_id, line), || Line::new(order_id, line))
}
