//! Orders, what they have got and what they wait for.

use contracts::{
    CustomerId, OrderId, PartnerName, PoNumber, Quantity, SignedQuantity, Sku, WarehouseId,
    document::Address, event::OrderBody,
};
use jiff::{Timestamp, civil::Date};
use mesh::{Halt, Json, checked::minus};

/// The part of an order that decides who gets what.
#[derive(Debug, Clone)]
pub struct Order {
    pub order_id: OrderId,
    /// The buyer.
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
    /// The item ordered.
    pub sku: Sku,
    /// The order's rank.
    pub rank: String,
    pub ordered: Quantity,
    /// Units that are set aside and not dispatched.
    pub reserved: Quantity,
    /// Units that wait for stock.
    pub backordered: Quantity,
    /// The part of the backordered units that has been announced.
    pub notified: Quantity,
    /// Units that were dispatched.
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

/// Stock set aside for a line, and units that a warehouse was asked for beyond it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reservation {
    pub order_id: OrderId,
    pub line: u32,
    /// The item reserved.
    pub sku: Sku,
    pub warehouse_id: WarehouseId,
    pub quantity: Quantity,
    /// The part of it that is wanted back from the warehouse.
    pub recalled: Quantity,
    /// The part of the recalled units that the order does not want any more.
    pub unwanted: Quantity,
    /// Units that the warehouse was asked for, that are wanted back and not reserved any more: they
    /// may still be shipped.
    pub in_doubt: Quantity,
    /// The part of the units in doubt that the order does not want any more: they are released when
    /// the warehouse has said that it keeps them.
    pub in_doubt_unwanted: Quantity,
    /// The time at which it last grew, in microseconds; never the same twice in a stock.
    pub place: u64,
}

impl Reservation {
    /// A reservation of nothing.
    #[must_use]
    pub fn none(key: &ReservationKey) -> Self {
        let (order_id, line, sku, warehouse_id) = key.clone();
        let zero = Quantity::ZERO;
        Self {
            order_id,
            line,
            sku,
            warehouse_id,
            quantity: zero,
            recalled: zero,
            unwanted: zero,
            in_doubt: zero,
            in_doubt_unwanted: zero,
            place: 0,
        }
    }

    /// The reserved units that the order wants.
    ///
    /// # Errors
    /// [`Halt::broken`] when more are unwanted than reserved.
    pub fn wanted(&self) -> Result<Quantity, Halt> {
        minus(self.quantity, self.unwanted)
    }

    /// The units in doubt that the order wants.
    ///
    /// # Errors
    /// [`Halt::broken`] when more are unwanted than in doubt.
    pub fn in_doubt_wanted(&self) -> Result<Quantity, Halt> {
        minus(self.in_doubt, self.in_doubt_unwanted)
    }

    /// The units that the warehouse was asked to give back although the order wants them.
    ///
    /// # Errors
    /// [`Halt::broken`] when more are unwanted than recalled.
    pub fn recalled_wanted(&self) -> Result<Quantity, Halt> {
        minus(self.recalled, self.unwanted)
    }

    /// Returns true while the warehouse has yet to say what becomes of units that the order wants.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.recalled > self.unwanted || self.in_doubt > self.in_doubt_unwanted
    }
}

/// Order, line, item and warehouse.
pub type ReservationKey = (OrderId, u32, Sku, WarehouseId);

/// The key before those of all reservations of an order from this line on.
#[must_use]
pub fn first_key(order_id: OrderId, line: u32) -> ReservationKey {
    let first = "first in the order of ids: neither blanks nor control characters begin one";
    (order_id, line, "!".parse().expect(first), "!".parse().expect(first))
}

/// One change of a reservation; never edited (A1). Those of a closed order become one in time.
#[derive(Debug, Clone)]
pub struct Entry {
    pub order_id: OrderId,
    /// Its number in the order's ledger.
    pub number: u64,
    pub line: u32,
    pub sku: Sku,
    pub warehouse_id: WarehouseId,
    /// How much more is reserved; negative, how much less.
    pub change: SignedQuantity,
    pub cause: String,
    pub changed_at: Timestamp,
    /// The entry stands for all entries of a closed order.
    pub folded: bool,
}

/// A warehouse that is not asked for a line (F4).
#[derive(Debug, Clone)]
pub struct SourcingBlock {
    pub order_id: OrderId,
    pub line: u32,
    pub sku: Sku,
    pub warehouse_id: WarehouseId,
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
mesh::row!(Reservation in "reservations" by (
    order_id: OrderId, line: u32, sku: Sku, warehouse_id: WarehouseId
) {
    order_id, line, sku, warehouse_id, quantity, recalled, unwanted, in_doubt, in_doubt_unwanted,
    place
});
mesh::row!(Entry in "ledger" by (order_id: OrderId, number: u64) {
    order_id, number, line, sku, warehouse_id, change, cause, changed_at, folded
});
mesh::row!(SourcingBlock in "sourcing_blocks" by (
    order_id: OrderId, line: u32, sku: Sku, warehouse_id: WarehouseId
) { order_id, line, sku, warehouse_id });
mesh::row!(Handled in "handled" by (reference: String) { reference, handled_at });
