//! Orders, what they have got and what they wait for.

use contracts::{
    CustomerId, OrderId, PartnerName, PoNumber, Quantity, Sku, document::Address, event::OrderBody,
};
use jiff::{Timestamp, civil::Date};
use mesh::Json;

/// The part of an order that decides who gets what.
#[derive(Debug, Clone)]
pub struct Order {
    pub order_id: OrderId,
    pub partner: PartnerName,
    pub po_number: PoNumber,
    pub customer_id: CustomerId,
    pub ship_to: Json<Address>,
    pub requested_ship_date: Option<Date>,
    /// 1 to 9; 1 is served first.
    pub priority: u8,
    pub order_date: Date,
    /// Priority, order date and age as one text that sorts (A6).
    pub rank: String,
    /// All of it must be reserved at once (A4).
    pub ship_complete: bool,
    /// Units that are not there may wait (A3).
    pub allow_backorder: bool,
    /// An item may be replaced (A5).
    pub allow_substitutes: bool,
    /// Entries of the ledger so far.
    pub entries: u64,
}

impl Order {
    /// An order as it was accepted. `age` is when its acceptance was stored, and its place there.
    #[must_use]
    pub fn accepted(order_id: OrderId, body: &OrderBody, age: (Timestamp, u64)) -> Self {
        let (stored_at, place) = (age.0.as_microsecond(), age.1);
        let (priority, date) = (body.priority, body.order_date);
        Self {
            order_id,
            partner: body.partner.clone(),
            po_number: body.po_number.clone(),
            customer_id: body.customer_id.clone(),
            ship_to: Json(body.ship_to.clone()),
            requested_ship_date: body.requested_ship_date,
            priority: body.priority,
            order_date: body.order_date,
            rank: format!("{priority}/{date}/{stored_at:020}/{place:020}/{order_id}"),
            ship_complete: body.ship_complete,
            allow_backorder: body.allow_backorder,
            allow_substitutes: body.allow_substitutes,
            entries: 0,
        }
    }

    /// The rank in words (A6).
    #[must_use]
    pub fn said_rank(&self) -> String {
        let (priority, date) = (self.priority, self.order_date);
        let age = self.rank.split('/').nth(2).and_then(|stored_at| stored_at.parse().ok());
        let age = age.and_then(|stored_at| Timestamp::from_microsecond(stored_at).ok());
        let age = age.map(|at| format!(", accepted {at}")).unwrap_or_default();
        format!("priority {priority}, ordered {date}{age}")
    }
}

/// An order line, by what became of its units; in stock units.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub order_id: OrderId,
    /// The buyer's number of the line.
    pub line: u32,
    pub sku: Sku,
    pub rank: String,
    pub ordered: Quantity,
    /// Units that are set aside and not dispatched.
    pub reserved: Quantity,
    /// Units that wait for stock.
    pub backordered: Quantity,
    /// The part of the backordered units that has been announced.
    pub notified: Quantity,
    /// Units that have left a warehouse.
    pub consumed: Quantity,
    /// Units that are not there and not allowed to wait.
    pub declined: Quantity,
    /// Units that the buyer does not want any more.
    pub released: Quantity,
}

impl Line {
    /// A line of an order that has got nothing yet: all of it waits.
    #[must_use]
    pub fn new(order: &Order, line: u32, sku: Sku, ordered: Quantity) -> Self {
        Self {
            order_id: order.order_id,
            line,
            sku,
            rank: order.rank.clone(),
            ordered,
            reserved: Quantity::ZERO,
            backordered: ordered,
            notified: Quantity::ZERO,
            consumed: Quantity::ZERO,
            declined: Quantity::ZERO,
            released: Quantity::ZERO,
        }
    }

    /// Returns true if units wait for stock.
    #[must_use]
    pub fn waits(&self) -> bool {
        !self.backordered.is_zero()
    }

    /// Returns true if units wait and nobody has been told.
    #[must_use]
    pub fn is_unnotified(&self) -> bool {
        self.backordered > self.notified
    }
}

/// The business key of something that is done once.
#[derive(Debug, Clone)]
pub struct Handled {
    pub reference: String,
    pub handled_at: Timestamp,
}

mesh::row!(Order in "orders" by (order_id: OrderId) {
    order_id, partner, po_number, customer_id, ship_to, requested_ship_date, priority, order_date,
    rank, ship_complete, allow_backorder, allow_substitutes, entries
});
mesh::row!(Line in "lines" by (order_id: OrderId, line: u32) {
    order_id, line, sku, rank, ordered, reserved, backordered, notified, consumed, declined,
    released
});
mesh::row!(Handled in "handled" by (reference: String) { reference, handled_at });
