//! Items, warehouses, and the stock of one in the other.

use std::collections::BTreeMap;

use contracts::{
    AdjustmentId, Partner, Quantity, ReceiptId, Role, SignedQuantity, Sku, TransferId, WarehouseId,
    document::{self, StockAdjustment, StockSnapshot, StockTransfer, WarehouseStatus},
    event::StockSource,
};
use jiff::Timestamp;
use mesh::{Halt, Json, checked::beyond, text_column};
use serde::{Deserialize, Serialize};

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

/// An item, as far as it is counted and may replace another.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub sku: Sku,
    /// It is sold.
    pub active: bool,
    /// It comes in whole stock units alone.
    pub whole_units: bool,
}

/// An item that may be sent instead of another.
#[derive(Debug, Clone)]
pub struct Substitute {
    /// The item ordered.
    pub sku: Sku,
    /// The best comes first.
    pub place: u32,
    /// The item sent.
    pub substitute: Sku,
}

/// The order lines that wait for an item. The row is locked before anything of the item changes.
#[derive(Debug, Clone)]
pub struct Queue {
    pub sku: Sku,
    /// Order lines that wait for it.
    pub waiting: u64,
    /// Some of it may be given to them now.
    pub freed: bool,
    /// The rank up to which it has been offered to them already.
    pub served: Option<String>,
}

impl Queue {
    /// A queue in which nobody waits.
    #[must_use]
    pub fn empty(sku: Sku) -> Self {
        Self { sku, waiting: 0, freed: false, served: None }
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
    /// Its number among those of the item there.
    pub number: u64,
    pub happened_at: Timestamp,
    pub heard_at: Timestamp,
    /// How much more there is; negative, how much less.
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
    /// How much more there is since, in millionths; negative, how much less. A quantity might not
    /// hold it.
    pub change: i128,
    /// The number of the last movement that is stored.
    pub stored: u64,
}

/// The newest count of a warehouse.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub warehouse_id: WarehouseId,
    pub sequence: u64,
    pub content: Json<StockSnapshot>,
}

/// An adjustment that was taken (A8).
#[derive(Debug, Clone)]
pub struct Adjustment {
    pub warehouse_id: WarehouseId,
    pub adjustment_id: AdjustmentId,
    pub content: Json<StockAdjustment>,
    pub taken_at: Timestamp,
}

/// Goods on their way to another warehouse (A8).
#[derive(Debug, Clone)]
pub struct Transfer {
    /// The warehouse that sends them, whose id `transfer_id` is.
    pub warehouse_id: WarehouseId,
    pub transfer_id: TransferId,
    pub to_warehouse_id: WarehouseId,
    /// The departure was announced; if not, goods leave as they arrive.
    pub announced: bool,
    pub departed: Json<BTreeMap<Sku, Quantity>>,
    /// The part of them that has arrived.
    pub arrived: Json<BTreeMap<Sku, Quantity>>,
    /// Nothing more will arrive.
    pub received: bool,
    /// The time of the last document about it.
    pub taken_at: Timestamp,
}

impl Transfer {
    /// The transfer of a document, of which nothing has left yet.
    #[must_use]
    pub fn none(document: &StockTransfer) -> Self {
        Self {
            warehouse_id: document.warehouse_id.clone(),
            transfer_id: document.transfer_id.clone(),
            to_warehouse_id: document.to_warehouse_id.clone(),
            announced: false,
            departed: Json(BTreeMap::new()),
            arrived: Json(BTreeMap::new()),
            received: false,
            taken_at: document.occurred_at,
        }
    }
}

/// Goods of a transfer that have arrived (A8).
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The warehouse that sent them.
    pub warehouse_id: WarehouseId,
    pub transfer_id: TransferId,
    pub receipt_id: ReceiptId,
    pub content: Json<Received>,
    pub taken_at: Timestamp,
}

/// The content of a receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Received {
    pub goods: BTreeMap<Sku, Quantity>,
    /// Nothing more will come.
    pub is_final: bool,
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
mesh::row!(Item in "items" by (sku: Sku) { sku, active, whole_units });
mesh::row!(Substitute in "substitutes" by (sku: Sku, place: u32) { sku, place, substitute });
mesh::row!(Queue in "queues" by (sku: Sku) { sku, waiting, freed, served });
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
mesh::row!(Snapshot in "snapshots" by (warehouse_id: WarehouseId) {
    warehouse_id, sequence, content
});
mesh::row!(Adjustment in "adjustments" by (
    warehouse_id: WarehouseId, adjustment_id: AdjustmentId
) { warehouse_id, adjustment_id, content, taken_at });
mesh::row!(Transfer in "transfers" by (warehouse_id: WarehouseId, transfer_id: TransferId) {
    warehouse_id, transfer_id, to_warehouse_id, announced, departed, arrived, received, taken_at
});
mesh::row!(Receipt in "transfer_receipts" by (
    warehouse_id: WarehouseId, transfer_id: TransferId, receipt_id: ReceiptId
) { warehouse_id, transfer_id, receipt_id, content, taken_at });
