//! What becomes of stock: what an order gets, and what a warehouse has.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::events;
use crate::{
    closed::closed_set,
    decimal::{Quantity, SignedQuantity},
    document::{Address, LineQuantity},
    ids::{CustomerId, OrderId, PartnerName, PoNumber, Sku, WarehouseId},
};

/// Stock set aside for an order line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReservedLine {
    /// The order line.
    pub line: u32,
    /// The item reserved.
    pub sku: Sku,
    /// The item ordered; another, where it is replaced.
    pub ordered_sku: Sku,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// How much, in stock units.
    pub quantity: Quantity,
}

/// Stock was set aside for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryReserved {
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
    /// Where it goes.
    pub ship_to: Address,
    /// When it should leave.
    pub requested_ship_date: Option<Date>,
    /// What was set aside, and where.
    pub lines: Vec<ReservedLine>,
    /// Why this order got what it got, in words.
    pub why: String,
}

/// Part of an order has to wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryBackordered {
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// What waits, by ordered item.
    pub lines: Vec<LineQuantity>,
    /// Why this order got what it got, in words.
    pub why: String,
}

/// Part of an order is not there and may not wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryDeclined {
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// What will not come, by ordered item.
    pub lines: Vec<LineQuantity>,
    /// Why this order got what it got, in words.
    pub why: String,
}

/// Stock that a warehouse may already have been asked for is wanted back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryRecalled {
    /// The order.
    pub order_id: OrderId,
    /// What is wanted back, and from where.
    pub lines: Vec<ReservedLine>,
}

/// What an order does not want any more was set free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryReleased {
    /// The order.
    pub order_id: OrderId,
    /// What is free, by ordered item.
    pub lines: Vec<LineQuantity>,
}

/// A warehouse has less than is promised from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryShort {
    /// The order.
    pub order_id: OrderId,
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// What this order lost, by reserved item.
    pub lines: Vec<LineQuantity>,
    /// How it came about, in words.
    pub why: String,
}

closed_set! {
    /// What changed a warehouse's stock.
    StockSource {
        /// It was counted whole.
        Snapshot,
        /// Goods came in.
        Receipt,
        /// A count found another figure.
        CycleCount,
        /// Goods can not be sold.
        Damage,
        /// An earlier figure was wrong.
        Correction,
        /// Goods left for another warehouse.
        TransferOut,
        /// Goods came from another warehouse.
        TransferIn,
        /// Goods left for a customer.
        Dispatch,
        /// Returned goods went back on the shelf.
        Restock,
    }
}

/// A warehouse's stock changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StockAdjusted {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// What changed it.
    pub source: StockSource,
    /// The id of what changed it, such as an adjustment id or a confirmation id.
    pub reference: String,
    /// The items.
    pub lines: Vec<StockLine>,
}

/// An item's stock after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StockLine {
    /// The item.
    pub sku: Sku,
    /// What was added; negative, taken away.
    pub change: SignedQuantity,
    /// What is there now.
    pub on_hand: Quantity,
    /// What of it is set aside.
    pub reserved: Quantity,
    /// What left on a transfer and will not arrive. It was taken away when it left.
    #[serde(default, skip_serializing_if = "nothing")]
    pub written_off: Quantity,
}

fn nothing(quantity: &Quantity) -> bool {
    quantity.is_zero()
}

events! {
    InventoryReserved: "inventory", "reserved", order_id, order;
    InventoryBackordered: "inventory", "backordered", order_id, order;
    InventoryDeclined: "inventory", "declined", order_id, order;
    InventoryRecalled: "inventory", "recalled", order_id, order;
    InventoryReleased: "inventory", "released", order_id, order;
    InventoryShort: "inventory", "short", order_id, order;
    StockAdjusted: "stock", "adjusted", warehouse_id;
}
