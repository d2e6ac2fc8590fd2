//! How an order stands: figures that only ever add up, so that it does not matter in which order
//! the events of different aggregates come, and everything else derived from them.

use contracts::{CustomerId, OrderId, PartnerName, Percent, PoNumber, Quantity, Sku};
use jiff::{Timestamp, civil::Date};
use mesh::text_column;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString};

/// What order-intake said of an order last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Standing {
    /// Nothing yet: other services were heard first.
    Unknown,
    /// It waits for a decision.
    Held,
    /// It is refused.
    Rejected,
    /// It is served.
    Accepted,
    /// Nothing of it is left to serve.
    Cancelled,
    /// Nothing of it is open.
    Completed,
}

/// How an order stands, in one word.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Display,
    EnumString,
    EnumIter,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Stage {
    /// Waits for a decision.
    Held,
    /// Refused.
    Rejected,
    /// Will be served.
    Accepted,
    /// Part of it waits for stock; nothing was shipped.
    Backordered,
    /// All of it is set aside.
    Allocated,
    /// Part of it has left.
    PartiallyShipped,
    /// All that is wanted has left.
    Shipped,
    /// All that has left is billed.
    Invoiced,
    /// Nothing of it is open.
    Completed,
    /// Nothing of it was served or will be.
    Cancelled,
}

/// An order.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Which.
    pub order_id: OrderId,
    /// The buyer; none until an event has said it.
    pub partner: Option<PartnerName>,
    /// The buyer's number.
    pub po_number: Option<PoNumber>,
    /// Who pays.
    pub customer_id: Option<CustomerId>,
    /// How far above the ordered quantity is accepted and paid.
    pub tolerance: Option<Percent>,
    /// When it should leave, where the buyer says so.
    pub requested_ship_date: Option<Date>,
    /// What order-intake said last.
    pub standing: Standing,
    /// How it stands: [`stage`] of its figures.
    pub status: Stage,
    /// When its first event happened.
    pub opened_at: Timestamp,
    /// When it was accepted or released first.
    pub accepted_at: Option<Timestamp>,
    /// When its first invoice was posted.
    pub invoiced_at: Option<Timestamp>,
    /// When it was completed.
    pub completed_at: Option<Timestamp>,
    /// How many invoices it has.
    pub invoices: i64,
    /// How many of them are settled.
    pub settled: i64,
    /// Its latest event.
    pub last_event: String,
    /// When that happened.
    pub last_at: Timestamp,
}

/// A line of an order, in stock units.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Of which order.
    pub order_id: OrderId,
    /// Its number.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// The highest total that it had.
    pub ordered: Quantity,
    /// Ever set aside.
    pub promised: Quantity,
    /// Announced to wait, and neither set aside nor given up since.
    pub waiting: Quantity,
    /// Asked of a warehouse and not there.
    pub short: Quantity,
    /// Left a warehouse.
    pub shipped: Quantity,
    /// That less the present total: not wanted, or not possible.
    pub cancelled: Quantity,
    /// Billed.
    pub invoiced: Quantity,
    /// Came back.
    pub returned: Quantity,
    /// Derived: set aside and not shipped.
    pub reserved: Quantity,
    /// Derived: waits for stock.
    pub backordered: Quantity,
}

text_column!(Standing, Stage);
mesh::row!(Order in "orders" by (order_id: OrderId) {
    order_id, partner, po_number, customer_id, tolerance, requested_ship_date, standing, status,
    opened_at, accepted_at, invoiced_at, completed_at, invoices, settled, last_event, last_at
});
mesh::row!(Line in "order_lines" by (order_id: OrderId, line: u32) {
    order_id, line, sku, ordered, promised, waiting, short, shipped, cancelled, invoiced, returned,
    reserved, backordered
});

/// A figure of a line that an event changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// The quantity is the line's total from now on.
    Ordered {
        /// How much of it will not come.
        cancelled: Quantity,
    },
    /// Set aside, be it new or after it waited.
    Reserved,
    /// Begins to wait.
    Waiting,
    /// Does not wait any more, and will not come.
    GivenUp,
    /// Left a warehouse.
    Shipped,
    /// Was not there.
    Short,
    /// Will not come.
    Cancelled,
    /// Billed.
    Invoiced,
    /// Came back.
    Returned,
}

impl Order {
    /// An order of which nothing is known but that something happened.
    #[must_use]
    pub fn new(order_id: OrderId, at: Timestamp) -> Self {
        Self {
            order_id,
            partner: None,
            po_number: None,
            customer_id: None,
            tolerance: None,
            requested_ship_date: None,
            standing: Standing::Unknown,
            status: Stage::Accepted,
            opened_at: at,
            accepted_at: None,
            invoiced_at: None,
            completed_at: None,
            invoices: 0,
            settled: 0,
            last_event: String::new(),
            last_at: at,
        }
    }

    /// What people call it: `PO-1001 of acme`.
    #[must_use]
    pub fn name(&self) -> String {
        let number = self.po_number.as_ref().map(ToString::to_string);
        let number = number.unwrap_or_else(|| format!("order {}", self.order_id));
        self.partner.as_ref().map(|partner| format!("{number} of {partner}")).unwrap_or(number)
    }
}

impl Line {
    /// A line of which nothing is known but its item.
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

    /// Adds what an event says, and derives the rest.
    pub fn add(&mut self, figure: Figure, sku: &Sku, quantity: Quantity) {
        match figure {
            Figure::Ordered { cancelled } => {
                self.ordered = self.ordered.max(quantity);
                self.cancelled = self.ordered.saturating_sub(quantity.saturating_sub(cancelled));
                self.sku = sku.clone();
            }
            Figure::Reserved => {
                self.promised = sum(self.promised, quantity);
                self.waiting = self.waiting.saturating_sub(quantity);
            }
            Figure::Waiting => self.waiting = sum(self.waiting, quantity),
            Figure::GivenUp => self.waiting = self.waiting.saturating_sub(quantity),
            Figure::Shipped => self.shipped = sum(self.shipped, quantity),
            Figure::Short => self.short = sum(self.short, quantity),
            Figure::Cancelled => self.cancelled = sum(self.cancelled, quantity),
            Figure::Invoiced => self.invoiced = sum(self.invoiced, quantity),
            Figure::Returned => self.returned = sum(self.returned, quantity),
        }
        let open = self.missing();
        self.backordered = self.waiting.min(open);
        let promised = self.promised.saturating_sub(self.shipped).saturating_sub(self.short);
        self.reserved = promised.min(open.saturating_sub(self.backordered));
    }

    /// What left above the present total and the tolerance, which is not billed (rule F5).
    #[must_use]
    pub fn over_shipped(&self, tolerance: Percent) -> Decimal {
        let percent = Decimal::ONE_HUNDRED.checked_add(tolerance.get());
        let allowed = percent
            .and_then(|percent| self.wanted().get().checked_mul(percent))
            .and_then(|allowed| allowed.checked_div(Decimal::ONE_HUNDRED));
        let above = allowed.and_then(|allowed| self.shipped.get().checked_sub(allowed));
        above.unwrap_or_default().max(Decimal::ZERO)
    }

    /// Wanted, and not gone.
    #[must_use]
    pub fn missing(&self) -> Quantity {
        self.wanted().saturating_sub(self.shipped)
    }

    /// The present total.
    #[must_use]
    pub fn wanted(&self) -> Quantity {
        self.ordered.saturating_sub(self.cancelled)
    }
}

fn sum(a: Quantity, b: Quantity) -> Quantity {
    [a, b].into_iter().sum()
}

/// How an order stands, by what order-intake said last and the figures of its lines.
#[must_use]
pub fn stage(standing: Standing, lines: &[&Line]) -> Stage {
    let any = |of: fn(&Line) -> Quantity| lines.iter().any(|line| !of(line).is_zero());
    let shipped = any(|line| line.shipped);
    match standing {
        Standing::Held => return Stage::Held,
        Standing::Rejected => return Stage::Rejected,
        Standing::Completed => return Stage::Completed,
        // What was dispatched before the cancellation is still to be billed.
        Standing::Cancelled if !shipped => return Stage::Cancelled,
        Standing::Cancelled | Standing::Accepted | Standing::Unknown => {}
    }
    if lines.is_empty() || (!shipped && !any(Line::wanted)) {
        return if any(|line| line.cancelled) { Stage::Cancelled } else { Stage::Accepted };
    }
    if lines.iter().all(|line| line.shipped >= line.wanted()) {
        let billed = lines.iter().all(|line| line.invoiced >= line.shipped.min(line.wanted()));
        return if billed { Stage::Invoiced } else { Stage::Shipped };
    }
    if shipped {
        return Stage::PartiallyShipped;
    }
    if any(|line| line.backordered) {
        return Stage::Backordered;
    }
    if lines.iter().all(|line| line.reserved >= line.wanted()) {
        return Stage::Allocated;
    }
    Stage::Accepted
}
