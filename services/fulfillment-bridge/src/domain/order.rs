//! Orders as far as shipping them needs: what was ordered, how much more is taken, and what became
//! of each line over all of its shipments.

use contracts::{
    OrderId, PartnerName, Percent, PoNumber, Quantity, Reason,
    event::{OrderBody, OrderChangeRequested},
};
use mesh::{Decision, Json, Outputs};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Set, sum};

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// How far above the ordered quantity is accepted and paid.
    pub tolerance_percent: Percent,
    /// Less was asked for, by whom, and that is not settled yet.
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
    /// Of which order.
    pub order_id: OrderId,
    /// Its number.
    pub line: u32,
    /// Ordered, as the order stands.
    pub ordered: Quantity,
    /// Asked of warehouses, or left unasked.
    pub requested: Quantity,
    /// Left.
    pub dispatched: Quantity,
    /// Was not there.
    pub short: Quantity,
    /// Taken back.
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
    /// A line of which nothing is known but its number.
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

    /// What warehouses have still to answer for.
    #[must_use]
    pub fn open(&self) -> Quantity {
        let done = [self.dispatched, self.short, self.cancelled].into_iter().sum();
        self.requested.saturating_sub(done)
    }

    /// Units left, some of them unasked.
    pub fn ship(&mut self, quantity: Quantity, unasked: Quantity, tolerance: Percent) {
        self.requested = sum(self.requested, unasked);
        self.dispatched = sum(self.dispatched, quantity);
        self.over_shipped = self.above(tolerance);
    }

    /// Rule F5: what left above ordered × (1 + tolerance).
    fn above(&self, tolerance: Percent) -> Quantity {
        let factor = Decimal::ONE_HUNDRED.checked_add(tolerance.get());
        let limit = factor.and_then(|factor| self.ordered.get().checked_mul(factor));
        let Some(limit) = limit.and_then(|limit| limit.checked_div(Decimal::ONE_HUNDRED)) else {
            return Quantity::ZERO;
        };
        let above = (self.dispatched.get() - limit).max(Decimal::ZERO);
        let above = above.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero);
        Quantity::new(above).unwrap_or_default()
    }
}

/// The order as it stands: accepted, released, or changed.
pub fn stands(set: &mut Set, order_id: OrderId, body: &OrderBody) -> Decision {
    let tolerance_percent = body.over_ship_tolerance_percent;
    set.orders.put(Order {
        order_id,
        partner: body.partner.clone(),
        po_number: body.po_number.clone(),
        tolerance_percent,
        less_wanted: None,
    });
    for ordered in &body.lines {
        let before = set.order_lines.get(&(order_id, ordered.line));
        let new = || Line::new(order_id, ordered.line);
        let mut line = before.cloned().unwrap_or_else(new);
        line.ordered = ordered.quantity;
        line.over_shipped = line.above(tolerance_percent);
        // Rule D3: what stays as it is is not written.
        if before != Some(&line) {
            set.order_lines.put(line);
        }
    }
    Outputs::none().into()
}

/// A change was asked for. What it takes back is recalled by allocation; here it only says why.
pub fn change(set: &mut Set, change: &OrderChangeRequested) -> Decision {
    if change.lines.iter().any(|line| line.to < line.from)
        && let Some(order) = set.orders.get_mut(&change.order_id)
    {
        order.less_wanted = Some(Json(change.reason));
    }
    Outputs::none().into()
}

/// A line's totals, to be changed.
pub fn line_mut(set: &mut Set, order_id: OrderId, line: u32) -> &mut Line {
    set.order_lines.get_or_put(&(order_id, line), || Line::new(order_id, line))
}
