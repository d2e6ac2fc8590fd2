//! Reports of warehouses that were taken.

use std::collections::BTreeMap;

use contracts::{
    AdjustmentId, Quantity, ReceiptId, Sku, TransferId, WarehouseId,
    document::{StockAdjustment, StockSnapshot, StockTransfer},
};
use jiff::Timestamp;
use mesh::Json;
use serde::{Deserialize, Serialize};

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
    /// True if the departure was announced; if not, goods leave as they arrive.
    pub announced: bool,
    pub departed: Json<BTreeMap<Sku, Quantity>>,
    /// The part of them that has arrived.
    pub arrived: Json<BTreeMap<Sku, Quantity>>,
    /// True if nothing more will arrive.
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
    /// True if nothing more will come.
    pub is_final: bool,
}

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
