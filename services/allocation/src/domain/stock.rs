//! What is where: items, warehouses and the stock of one in the other.

use std::collections::BTreeMap;

use contracts::{
    AdjustmentId, Partner, Quantity, ReceiptId, Role, SignedQuantity, Sku, TransferId, WarehouseId,
    document::{self, StockAdjustment, StockSnapshot, StockTransfer, WarehouseStatus},
    event::StockSource,
};
use jiff::Timestamp;
use mesh::{Json, text_column};
use serde::{Deserialize, Serialize};

/// A warehouse.
#[derive(Debug, Clone)]
pub struct Warehouse {
    /// Which one.
    pub warehouse_id: WarehouseId,
    /// The record as the ERP sent it.
    pub record: Json<document::Warehouse>,
    /// Whether an operator closed it.
    pub closed: bool,
    /// The item up to which its stock has been looked at since it opened or closed (A10); none,
    /// all of it.
    pub sweep: Option<String>,
}

impl Warehouse {
    /// Whether it serves: both its record and the operator say so.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.closed && self.record.status == WarehouseStatus::Open
    }

    /// Whether a partner speaks for it: both its record and the partner's say so.
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
    /// Which one.
    pub sku: Sku,
    /// Whether it is sold.
    pub active: bool,
    /// Whether it comes in whole stock units alone.
    pub whole_units: bool,
}

/// What may be sent instead of an item.
#[derive(Debug, Clone)]
pub struct Substitute {
    /// The item ordered.
    pub sku: Sku,
    /// The best comes first.
    pub place: u32,
    /// The item sent.
    pub substitute: Sku,
}

/// Who waits for an item: the row that is locked before anything of the item changes.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The item.
    pub sku: Sku,
    /// Order lines that wait for it.
    pub waiting: u64,
    /// Some of it may be given to them now.
    pub freed: bool,
    /// The rank up to which they have been asked already.
    pub served: Option<String>,
}

impl Queue {
    /// Nobody waits.
    #[must_use]
    pub fn empty(sku: Sku) -> Self {
        Self { sku, waiting: 0, freed: false, served: None }
    }
}

/// An item in a warehouse, in stock units.
#[derive(Debug, Clone, PartialEq)]
pub struct Stock {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// The item.
    pub sku: Sku,
    /// What is there.
    pub on_hand: Quantity,
    /// What of it is set aside.
    pub reserved: Quantity,
    /// What came in and went out otherwise than to and from customers, in net.
    pub received: SignedQuantity,
    /// What ever left for customers.
    pub dispatched: Quantity,
    /// What ever came back to the shelf.
    pub restocked: Quantity,
    /// The moment of the last count.
    pub counted_at: Option<Timestamp>,
    /// The latest of the movements that are not kept one by one any more.
    pub folded_at: Option<Timestamp>,
    /// How often it moved.
    pub movements: u64,
    /// When some of it was set aside last, in microseconds: what is newer than what.
    pub places: u64,
}

impl Stock {
    /// Nothing is there.
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

    /// What may be promised (A11).
    #[must_use]
    pub fn free(&self) -> Quantity {
        self.on_hand.saturating_sub(self.reserved)
    }

    /// Whether a movement at that moment is still to be counted (A7).
    #[must_use]
    pub fn counts(&self, at: Timestamp) -> bool {
        self.counted_at.is_none_or(|counted| at > counted)
    }

    /// What is there after a change; none below zero, or beyond what a quantity can say.
    #[must_use]
    pub fn after(&self, change: SignedQuantity) -> Option<Quantity> {
        let sum = self.on_hand.scaled().checked_add(change.scaled())?;
        Quantity::new(SignedQuantity::from_scaled(sum).get()).ok()
    }

    /// Sets what is there, and reckons what must have come in for it to be so.
    pub fn set(&mut self, on_hand: Quantity) {
        self.on_hand = on_hand;
        let net = on_hand.scaled() + self.dispatched.scaled() - self.restocked.scaled();
        self.received = SignedQuantity::from_scaled(net);
    }
}

/// Something came or went.
#[derive(Debug, Clone)]
pub struct Movement {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// The item.
    pub sku: Sku,
    /// Its number among those of the item there.
    pub number: u64,
    /// When it came or went.
    pub happened_at: Timestamp,
    /// When it was heard of.
    pub heard_at: Timestamp,
    /// How much; negative, it went.
    pub change: SignedQuantity,
    /// What it was.
    pub source: Source,
    /// The id of what it was.
    pub reference: String,
}

/// What moved of an item after a count that comes in, as far as it is stored: a sum, never saved.
#[derive(Debug, Clone)]
pub struct Moved {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// The item.
    pub sku: Sku,
    /// The moment of the count.
    pub after: Timestamp,
    /// How much more there is for it in millionths; negative, how much less. More than a quantity can
    /// say: it is a sum.
    pub change: i128,
}

/// The newest count of a warehouse.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// Its number.
    pub sequence: u64,
    /// What it said.
    pub content: Json<StockSnapshot>,
}

/// An adjustment that was taken (A8).
#[derive(Debug, Clone)]
pub struct Adjustment {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// The warehouse's id of it.
    pub adjustment_id: AdjustmentId,
    /// What it said.
    pub content: Json<StockAdjustment>,
    /// When it was taken.
    pub taken_at: Timestamp,
}

/// Goods on their way to another warehouse (A8).
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Where they come from.
    pub warehouse_id: WarehouseId,
    /// That warehouse's id of it.
    pub transfer_id: TransferId,
    /// Where they go.
    pub to_warehouse_id: WarehouseId,
    /// Whether the departure was announced; else what arrives leaves as it does.
    pub announced: bool,
    /// What has left.
    pub departed: Json<BTreeMap<Sku, Quantity>>,
    /// What of it has arrived.
    pub arrived: Json<BTreeMap<Sku, Quantity>>,
    /// Whether nothing more will arrive.
    pub received: bool,
    /// When it was heard of last.
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
    /// Where they come from.
    pub warehouse_id: WarehouseId,
    /// That warehouse's id of the transfer.
    pub transfer_id: TransferId,
    /// The id of the receipt.
    pub receipt_id: ReceiptId,
    /// What it said.
    pub content: Json<Received>,
    /// When it was taken.
    pub taken_at: Timestamp,
}

/// What a receipt said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// What came.
    pub goods: BTreeMap<Sku, Quantity>,
    /// Whether nothing more will.
    pub is_final: bool,
}

/// What moved stock, as stored.
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
    warehouse_id, sku, after, change
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
