//! What orders have got and what they wait for.

use contracts::{
    CustomerId, OrderId, PartnerName, PoNumber, Quantity, SignedQuantity, Sku, WarehouseId,
    document::Address, event::OrderBody,
};
use jiff::{Timestamp, civil::Date};
use mesh::Json;

/// What of an order decides who gets what.
#[derive(Debug, Clone)]
pub struct Order {
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
    /// Where it goes.
    pub ship_to: Json<Address>,
    /// When it should leave.
    pub requested_ship_date: Option<Date>,
    /// Who is served first: 1 to 9.
    pub priority: u8,
    /// Then by the day of the order.
    pub order_date: Date,
    /// Priority, order date and age as one text that sorts (A6).
    pub rank: String,
    /// Whether all of it must be reserved at once (A4).
    pub ship_complete: bool,
    /// Whether what is not there may wait (A3).
    pub allow_backorder: bool,
    /// Whether an item may be replaced (A5).
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

    /// What puts it before others (A6), in words.
    #[must_use]
    pub fn said_rank(&self) -> String {
        let (priority, date) = (self.priority, self.order_date);
        let age = self.rank.split('/').nth(2).and_then(|stored_at| stored_at.parse().ok());
        let age = age.and_then(|stored_at| Timestamp::from_microsecond(stored_at).ok());
        let age = age.map(|at| format!(", accepted {at}")).unwrap_or_default();
        format!("priority {priority}, ordered {date}{age}")
    }
}

/// Where the units of an order line are, in stock units.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The order.
    pub order_id: OrderId,
    /// The buyer's line number.
    pub line: u32,
    /// The item ordered.
    pub sku: Sku,
    /// The order's rank.
    pub rank: String,
    /// How many were ordered.
    pub ordered: Quantity,
    /// Set aside and not dispatched.
    pub reserved: Quantity,
    /// Wait for stock.
    pub backordered: Quantity,
    /// What of that has been announced.
    pub told: Quantity,
    /// Dispatched.
    pub consumed: Quantity,
    /// Not there and not allowed to wait.
    pub declined: Quantity,
    /// Not wanted any more.
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
            told: Quantity::ZERO,
            consumed: Quantity::ZERO,
            declined: Quantity::ZERO,
            released: Quantity::ZERO,
        }
    }

    /// Whether something happened to it that was not announced.
    #[must_use]
    pub fn is_untold(&self) -> bool {
        self.backordered > self.told
    }
}

/// Stock set aside for a line, and what a warehouse was asked beyond it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reservation {
    /// The order.
    pub order_id: OrderId,
    /// The order line.
    pub line: u32,
    /// The item reserved.
    pub sku: Sku,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// How much.
    pub quantity: Quantity,
    /// How much of it is wanted back from the warehouse.
    pub recalled: Quantity,
    /// How much of that the order does not want any more.
    pub unwanted: Quantity,
    /// Asked of the warehouse, wanted back, and not reserved any more: it may still be shipped.
    pub lost: Quantity,
    /// How much of that the order does not want any more: it is released when the warehouse has said
    /// that it keeps it.
    pub lost_unwanted: Quantity,
    /// When it last grew, in microseconds; no two of the same stock are of the same moment.
    pub place: u64,
}

impl Reservation {
    /// Nothing yet.
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
            lost: zero,
            lost_unwanted: zero,
            place: 0,
        }
    }
}

/// Order, line, item and warehouse.
pub type ReservationKey = (OrderId, u32, Sku, WarehouseId);

/// One change of a reservation; never edited (A1). Those of a closed order become one in time.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The order.
    pub order_id: OrderId,
    /// Its number in the order's ledger.
    pub number: u64,
    /// The order line.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// How much more is reserved; negative, how much less.
    pub change: SignedQuantity,
    /// Why.
    pub cause: String,
    /// When.
    pub changed_at: Timestamp,
    /// Whether it stands for all entries of a closed order.
    pub folded: bool,
}

/// A warehouse that is not asked for a line (F4).
#[derive(Debug, Clone)]
pub struct Bar {
    /// The order.
    pub order_id: OrderId,
    /// The order line.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
}

/// The business key of something that was done.
#[derive(Debug, Clone)]
pub struct Handled {
    /// Its key.
    pub reference: String,
    /// When.
    pub handled_at: Timestamp,
}

mesh::row!(Order in "orders" by (order_id: OrderId) {
    order_id, partner, po_number, customer_id, ship_to, requested_ship_date, priority, order_date,
    rank, ship_complete, allow_backorder, allow_substitutes, entries
});
mesh::row!(Line in "lines" by (order_id: OrderId, line: u32) {
    order_id, line, sku, rank, ordered, reserved, backordered, told, consumed, declined, released
});
mesh::row!(Reservation in "reservations" by (
    order_id: OrderId, line: u32, sku: Sku, warehouse_id: WarehouseId
) { order_id, line, sku, warehouse_id, quantity, recalled, unwanted, lost, lost_unwanted, place });
mesh::row!(Entry in "ledger" by (order_id: OrderId, number: u64) {
    order_id, number, line, sku, warehouse_id, change, cause, changed_at, folded
});
mesh::row!(Bar in "bars" by (
    order_id: OrderId, line: u32, sku: Sku, warehouse_id: WarehouseId
) { order_id, line, sku, warehouse_id });
mesh::row!(Handled in "handled" by (reference: String) { reference, handled_at });
