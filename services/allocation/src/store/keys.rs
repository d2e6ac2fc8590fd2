//! The rows that the messages of a batch name.

use std::collections::BTreeSet;

use contracts::{
    AdjustmentId, CommandId, OrderId, ReceiptId, Sku, TransferId, WarehouseId,
    document::{LineQuantity, StockSnapshot},
};

use super::risk::Risks;
use crate::domain::steps::Freed;

/// The rows that the messages of a batch name.
#[derive(Debug, Default)]
pub struct Keys {
    /// Orders that may be new.
    pub accepted: BTreeSet<OrderId>,
    /// Orders that are there, or are waited for, with their lines and reservations.
    pub orders: BTreeSet<OrderId>,
    /// Those of the orders that may be given something.
    pub served: BTreeSet<OrderId>,
    /// Order lines of which units may come or go.
    pub lines: BTreeSet<(OrderId, u32)>,
    /// Items that anything may happen to, with their stock everywhere.
    pub items: BTreeSet<Sku>,
    /// Items that warehouses report, with the sourcing blocks that may be lifted.
    pub reported: BTreeSet<Sku>,
    /// Promises that may have to be taken back.
    pub risks: Risks,
    /// Items that are to be given out.
    pub freed: Option<Freed>,
    /// Warehouses whose stock is to be looked at.
    pub swept: BTreeSet<WarehouseId>,
    /// Warehouses that may open, close, or get items that they never had.
    pub warehouses: BTreeSet<WarehouseId>,
    pub counts: Vec<StockSnapshot>,
    pub adjustments: BTreeSet<AdjustmentId>,
    pub transfers: BTreeSet<TransferId>,
    pub receipts: BTreeSet<ReceiptId>,
    pub handled: BTreeSet<String>,
    pub commands: BTreeSet<CommandId>,
}

impl Keys {
    /// Adds the lines of an order that a warehouse answers for. The rest of an order that is shipped
    /// complete may be looked at again.
    pub fn answer(&mut self, order_id: OrderId, lines: &[LineQuantity]) {
        self.orders.insert(order_id);
        self.served.insert(order_id);
        self.items.extend(lines.iter().map(|line| line.sku.clone()));
        self.lines.extend(lines.iter().map(|line| (order_id, line.line)));
    }

    /// Adds items that a warehouse reports.
    pub fn reported<'a>(&mut self, skus: impl Iterator<Item = &'a Sku>) {
        for sku in skus {
            self.items.insert(sku.clone());
            self.reported.insert(sku.clone());
        }
    }

    /// Returns true if a message names orders or items: it may change who is next in line for freed
    /// stock.
    pub(super) fn names_goods(&self) -> bool {
        !(self.accepted.is_empty() && self.orders.is_empty() && self.items.is_empty())
    }
}
