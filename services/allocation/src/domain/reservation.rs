//! Stock that is set aside for order lines, and every change of it.

use contracts::{OrderId, Quantity, SignedQuantity, Sku, WarehouseId};
use jiff::Timestamp;
use mesh::{Halt, checked::minus};

/// Stock set aside for a line, and units that a warehouse was asked for beyond it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reservation {
    pub order_id: OrderId,
    pub line: u32,
    /// The item ordered, or one that replaces it.
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
    /// A reservation that holds nothing yet.
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
    /// The number in the order's ledger.
    pub number: u64,
    pub line: u32,
    pub sku: Sku,
    pub warehouse_id: WarehouseId,
    /// Positive if more is reserved, negative if less.
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
