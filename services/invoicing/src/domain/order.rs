//! An order as it stands, and the progress of its lines.

use contracts::{
    OrderId, PartnerName, Percent, PoNumber, Quantity,
    event::{OrderBody, OrderedLine},
};
use mesh::{Halt, Json, checked::minus};
use rust_decimal::{Decimal, RoundingStrategy};

#[derive(Debug, Clone)]
pub struct Order {
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    pub po_number: PoNumber,
    /// Prices, terms, charges and tolerance.
    pub body: Json<OrderBody>,
}

/// The progress of one line, in stock units. There is a row once something happened to it.
#[derive(Debug, Clone)]
pub struct Line {
    pub order_id: OrderId,
    pub line: u32,
    pub cancelled: Quantity,
    pub dispatched: Quantity,
    /// Ordered × (1 + tolerance) when the line was last billed: the limit of rule I1.
    pub allowed: Quantity,
    pub billed: Quantity,
    pub credited: Quantity,
    /// Units that came back for good: restocked or scrapped.
    pub returned: Quantity,
}

mesh::row!(Order in "orders" by (order_id: OrderId) { order_id, partner, po_number, body });
mesh::row!(Line in "order_lines" by (order_id: OrderId, line: u32) {
    order_id, line, cancelled, dispatched, allowed, billed, credited, returned
});

impl Order {
    #[must_use]
    pub fn line(&self, line: u32) -> Option<&OrderedLine> {
        self.body.lines.iter().find(|ordered| ordered.line == line)
    }
}

impl Line {
    /// A line to which nothing has happened.
    #[must_use]
    pub fn new(order_id: OrderId, line: u32) -> Self {
        let none = Quantity::ZERO;
        Self {
            order_id,
            line,
            cancelled: none,
            dispatched: none,
            allowed: none,
            billed: none,
            credited: none,
            returned: none,
        }
    }

    /// Returns the units that are billed and not credited.
    ///
    /// # Errors
    /// Halts when more is credited than billed.
    pub fn standing(&self) -> Result<Quantity, Halt> {
        minus(self.billed, self.credited)
    }

    /// Returns the units that left and did not come back.
    ///
    /// # Errors
    /// Halts when more came back than left.
    pub fn out(&self) -> Result<Quantity, Halt> {
        minus(self.dispatched, self.returned)
    }
}

/// Returns the part of `quantity` ordered that may be billed (F5, I1): with the tolerance, and in
/// whole units of what comes in whole units alone.
///
/// # Errors
/// Halts when it is out of range.
pub fn with_tolerance(
    quantity: Quantity,
    tolerance: Percent,
    whole_units: bool,
) -> Result<Quantity, Halt> {
    let out_of_range =
        || Halt::broken(format!("{quantity} with {tolerance} percent more is out of range"));
    let scaled = quantity.get().checked_mul(Decimal::ONE_HUNDRED + tolerance.get());
    let exact = scaled.ok_or_else(out_of_range)? / Decimal::ONE_HUNDRED;
    let digits = if whole_units && quantity.is_whole() { 0 } else { contracts::decimal::SCALE };
    let cut = exact.round_dp_with_strategy(digits, RoundingStrategy::ToZero);
    Quantity::new(cut).map_err(|_| out_of_range())
}
