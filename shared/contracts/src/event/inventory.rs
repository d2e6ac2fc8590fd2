//! Events of inventory: the reservations of orders and the stock of warehouses.

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
    /// The number of the order line.
    pub line: u32,
    /// The stock keeping unit that is reserved.
    pub sku: Sku,
    /// The stock keeping unit that was ordered; differs from `sku` for a substitute.
    pub ordered_sku: Sku,
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The quantity in stock units.
    pub quantity: Quantity,
}

/// Stock was set aside for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryReserved {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The customer that is invoiced.
    pub customer_id: CustomerId,
    /// The address that the goods are shipped to.
    pub ship_to: Address,
    /// The day on which the goods should leave, if the buyer named one.
    pub requested_ship_date: Option<Date>,
    /// The reserved quantities, each with its warehouse.
    pub lines: Vec<ReservedLine>,
    /// The explanation of the outcome, as a sentence for people.
    pub why: String,
}

/// Part of an order has to wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryBackordered {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The quantities that wait, by ordered item.
    pub lines: Vec<LineQuantity>,
    /// The explanation of the outcome, as a sentence for people.
    pub why: String,
}

/// Part of an order is not in stock and may not be backordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryDeclined {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The quantities that will not be supplied, by ordered item.
    pub lines: Vec<LineQuantity>,
    /// The explanation of the outcome, as a sentence for people.
    pub why: String,
}

/// Reserved stock is wanted back, although the warehouse may have been asked to ship it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryRecalled {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The quantities wanted back, each with its warehouse.
    pub lines: Vec<ReservedLine>,
}

/// Stock that an order no longer needs was released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryReleased {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The released quantities, by ordered item.
    pub lines: Vec<LineQuantity>,
}

/// A warehouse has less stock than is reserved from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InventoryShort {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The quantities that this order lost, by reserved item.
    pub lines: Vec<LineQuantity>,
    /// The cause, as a sentence for people.
    pub why: String,
}

closed_set! {
    /// The kind of change of a warehouse's stock.
    StockSource {
        /// A snapshot counted the stock.
        Snapshot,
        /// Goods were received into the warehouse.
        Receipt,
        /// A cycle count found another quantity.
        CycleCount,
        /// Goods were damaged and cannot be sold.
        Damage,
        /// An earlier quantity was wrong.
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

/// The stock of a warehouse changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StockAdjusted {
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The kind of change, such as a receipt of goods.
    pub source: StockSource,
    /// The id of the cause, such as an adjustment id or a confirmation id.
    pub reference: String,
    /// The items whose stock changed.
    pub lines: Vec<StockLine>,
}

/// An item's stock after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StockLine {
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The added quantity in stock units; negative for goods taken away.
    pub change: SignedQuantity,
    /// The quantity on hand after the change.
    pub on_hand: Quantity,
    /// The part of `on_hand` that is reserved.
    pub reserved: Quantity,
    /// The quantity of a transfer that will not arrive; it was taken away when it left.
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
