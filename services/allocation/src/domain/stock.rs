//! Warehouses, and the stock of items in them.

use contracts::{
    Partner, Quantity, Role, SignedQuantity, Sku, WarehouseId,
    document::{self, WarehouseStatus},
    event::StockSource,
};
use jiff::Timestamp;
use mesh::{Halt, Json, checked::beyond, text_column};

/// A warehouse as its record and the operators describe it.
#[derive(Debug, Clone)]
pub struct Warehouse {
    pub warehouse_id: WarehouseId,
    /// The record as the ERP sent it.
    pub record: Json<document::Warehouse>,
    /// An operator has closed it.
    pub closed: bool,
    /// The item up to which its stock has been looked at since it opened or closed (A10); none,
    /// all of it.
    pub sweep: Option<String>,
}

impl Warehouse {
    /// Returns true while both its record and the operators let it serve.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.closed && self.record.status == WarehouseStatus::Open
    }

    /// Returns true for the partner that speaks for it: both its record and the partner's say so.
    #[must_use]
    pub fn is_of(&self, partner: &Partner) -> bool {
        partner.has_role(Role::Warehouse)
            && partner.speaks_for(&self.warehouse_id)
            && self.record.partner == partner.partner
    }

    /// The record as others should see it.
    #[must_use]
    pub fn effective(&self) -> document::Warehouse {
        let mut record = self.record.0.clone();
        if self.closed {
            record.status = WarehouseStatus::Closed;
        }
        record
    }
}

/// A warehouse and an item.
pub type StockKey = (WarehouseId, Sku);

/// An item in a warehouse, in stock units.
#[derive(Debug, Clone, PartialEq)]
pub struct Stock {
    pub warehouse_id: WarehouseId,
    pub sku: Sku,
    pub on_hand: Quantity,
    /// The part of it that is set aside for orders.
    pub reserved: Quantity,
    /// Goods that came in and went out otherwise than to and from customers, in net.
    pub received: SignedQuantity,
    /// Goods that ever left for customers.
    pub dispatched: Quantity,
    /// Goods that ever came back to the shelf.
    pub restocked: Quantity,
    /// The moment of the last count.
    pub counted_at: Option<Timestamp>,
    /// The latest of the movements that are not kept one by one any more.
    pub folded_at: Option<Timestamp>,
    /// The number of movements so far.
    pub movements: u64,
    /// The place of the newest reservation: a time in microseconds, never the same twice.
    pub places: u64,
}

impl Stock {
    /// The stock of an item that was never in the warehouse.
    #[must_use]
    pub fn none(warehouse_id: WarehouseId, sku: Sku) -> Self {
        Self {
            warehouse_id,
            sku,
            on_hand: Quantity::ZERO,
            reserved: Quantity::ZERO,
            received: SignedQuantity::ZERO,
            dispatched: Quantity::ZERO,
            restocked: Quantity::ZERO,
            counted_at: None,
            folded_at: None,
            movements: 0,
            places: 0,
        }
    }

    /// The part of it that may be promised (A11).
    #[must_use]
    pub fn free(&self) -> Quantity {
        beyond(self.on_hand, self.reserved)
    }

    /// Returns true for a movement that the last count did not know of (A7).
    #[must_use]
    pub fn counts(&self, at: Timestamp) -> bool {
        self.counted_at.is_none_or(|counted| at > counted)
    }

    /// The goods on hand after a change; none below zero, or beyond what a quantity can say.
    #[must_use]
    pub fn after(&self, change: SignedQuantity) -> Option<Quantity> {
        let sum = self.on_hand.scaled().checked_add(change.scaled())?;
        Quantity::new(SignedQuantity::from_scaled(sum).get()).ok()
    }

    /// Sets the goods on hand, and with them what must have come in.
    ///
    /// # Errors
    /// [`Halt::broken`] when that is more than a quantity can say.
    pub fn set(&mut self, on_hand: Quantity) -> Result<(), Halt> {
        let net = on_hand.scaled() + self.dispatched.scaled() - self.restocked.scaled();
        let received = SignedQuantity::new(SignedQuantity::from_scaled(net).get());
        self.received = received.map_err(Halt::broken)?;
        self.on_hand = on_hand;
        Ok(())
    }
}

/// Goods that came or went.
#[derive(Debug, Clone)]
pub struct Movement {
    pub warehouse_id: WarehouseId,
    pub sku: Sku,
    /// The number among those of the item there.
    pub number: u64,
    pub happened_at: Timestamp,
    pub heard_at: Timestamp,
    /// Positive if goods came, negative if they went.
    pub change: SignedQuantity,
    pub source: Source,
    /// The id of the document or event.
    pub reference: String,
}

/// The stored movements of an item after the moment of a count, as a sum that is never saved.
#[derive(Debug, Clone)]
pub struct Moved {
    pub warehouse_id: WarehouseId,
    pub sku: Sku,
    /// The moment of the count.
    pub after: Timestamp,
    /// Millionths; negative if more went than came. A quantity might not hold them.
    pub change: i128,
    /// The number of the last movement that is stored.
    pub stored: u64,
}

/// The source of a movement, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(pub StockSource);

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_ref())
    }
}

impl std::str::FromStr for Source {
    type Err = strum::ParseError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

text_column!(Source);
mesh::row!(Warehouse in "warehouses" by (warehouse_id: WarehouseId) {
    warehouse_id, record, closed, sweep
});
mesh::row!(Stock in "stock" by (warehouse_id: WarehouseId, sku: Sku) {
    warehouse_id, sku, on_hand, reserved, received, dispatched, restocked, counted_at, folded_at,
    movements, places
});
mesh::row!(Movement in "movements" by (warehouse_id: WarehouseId, sku: Sku, number: u64) {
    warehouse_id, sku, number, happened_at, heard_at, change, source, reference
});
mesh::row!(Moved in "movements" by (warehouse_id: WarehouseId, sku: Sku, after: Timestamp) {
    warehouse_id, sku, after, change, stored
});
