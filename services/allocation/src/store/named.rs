//! What a batch names: what its messages may touch.

use std::collections::BTreeSet;

use contracts::{
    AdjustmentId, CommandId, OrderId, Quantity, Sku, TransferId, WarehouseId, document::Stock,
};
use jiff::Timestamp;

use crate::domain::Message;

/// What a batch names.
#[derive(Default)]
pub struct Named {
    pub orders: BTreeSet<OrderId>,
    pub skus: BTreeSet<Sku>,
    /// Items whose reservations in a warehouse may be taken back.
    pub reported: BTreeSet<(WarehouseId, Sku)>,
    /// Warehouses that may open or close.
    pub whole: BTreeSet<WarehouseId>,
    pub counted_from: Option<Timestamp>,
    pub snapshots: BTreeSet<WarehouseId>,
    pub adjustments: BTreeSet<AdjustmentId>,
    pub transfers: BTreeSet<TransferId>,
    pub items: BTreeSet<Sku>,
    pub handled: BTreeSet<String>,
    pub commands: BTreeSet<CommandId>,
    pub dispatched: Vec<(OrderId, u32, Sku, WarehouseId, Quantity)>,
}

impl Named {
    /// Adds what a message names.
    pub fn note(&mut self, message: &Message) {
        match message {
            Message::Warehouse(_, document) => {
                self.whole.insert(document.warehouse_id.clone());
            }
            Message::Stock(_, document) => self.note_stock(document),
            Message::Item(updated) => {
                self.items.insert(updated.sku.clone());
            }
            Message::Accepted(order_id, body) | Message::Changed(order_id, body) => {
                self.orders.insert(*order_id);
                self.skus.extend(body.lines.iter().map(|line| line.sku.clone()));
            }
            Message::Change(event) => {
                self.orders.insert(event.order_id);
            }
            Message::Dispatched(event) => {
                self.orders.insert(event.order_id);
                let id = &event.confirmation_id;
                self.handled.insert(format!("dispatch/{}/{id}", event.shipment_id));
                for line in &event.lines {
                    let (sku, warehouse_id) = (line.sku.clone(), event.warehouse_id.clone());
                    self.skus.insert(sku.clone());
                    let key = (event.order_id, line.line, sku, warehouse_id, line.quantity);
                    self.dispatched.push(key);
                }
            }
            Message::Short(event) => {
                self.orders.insert(event.order_id);
                self.skus.extend(event.lines.iter().map(|line| line.sku.clone()));
                let id = &event.confirmation_id;
                self.handled.insert(format!("short/{}/{id}", event.shipment_id));
            }
            Message::Cancelled(event) => {
                self.orders.insert(event.order_id);
                self.skus.extend(event.lines.iter().map(|line| line.sku.clone()));
            }
            Message::Returned(event) => {
                self.skus.extend(event.lines.iter().map(|line| line.sku.clone()));
                let id = &event.receipt_id;
                self.handled.insert(format!("receipt/{}/{id}", event.rma_number));
            }
            Message::Close(command) => {
                self.whole.insert(command.warehouse_id.clone());
                self.commands.insert(command.command_id.clone());
            }
            Message::Open(command) => {
                self.whole.insert(command.warehouse_id.clone());
                self.commands.insert(command.command_id.clone());
            }
            Message::Restock(step) => {
                self.skus.insert(step.sku.clone());
                self.orders.extend(&step.orders);
            }
        }
    }

    fn note_stock(&mut self, document: &Stock) {
        let warehouse_id = document.warehouse_id();
        let skus: Vec<Sku> = match document {
            Stock::Snapshot(it) => {
                self.snapshots.insert(warehouse_id.clone());
                let first = self.counted_from.map_or(it.as_of, |first| first.min(it.as_of));
                self.counted_from = Some(first);
                it.lines.iter().map(|line| line.sku.clone()).collect()
            }
            Stock::Adjustment(it) => {
                self.adjustments.insert(it.adjustment_id.clone());
                it.lines.iter().map(|line| line.sku.clone()).collect()
            }
            Stock::Transfer(it) => {
                self.transfers.insert(it.transfer_id.clone());
                let skus: Vec<Sku> = it.lines.iter().map(|line| line.sku.clone()).collect();
                let there = skus.iter().map(|sku| (it.to_warehouse_id.clone(), sku.clone()));
                self.reported.extend(there);
                skus
            }
        };
        self.skus.extend(skus.iter().cloned());
        self.reported.extend(skus.into_iter().map(|sku| (warehouse_id.clone(), sku)));
    }
}
