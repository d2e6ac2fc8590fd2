//! What a batch names: what its messages may touch.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    AdjustmentId, CommandId, OrderId, Quantity, Sku, TransferId, WarehouseId,
    document::{LineQuantity, Stock},
    event::ShortLine,
};
use jiff::Timestamp;

use crate::domain::{Message, ledger::plus, order::ReservationKey, restored};

/// What a batch names.
#[derive(Default)]
pub struct Named {
    pub orders: BTreeSet<OrderId>,
    pub skus: BTreeSet<Sku>,
    /// Items whose reservations in a warehouse may be taken back.
    pub at_risk: BTreeSet<(WarehouseId, Sku)>,
    /// Items that warehouses report.
    pub reported: BTreeSet<Sku>,
    /// Warehouses that may open or close.
    pub whole: BTreeSet<WarehouseId>,
    pub counted_from: Option<Timestamp>,
    pub snapshots: BTreeSet<WarehouseId>,
    pub adjustments: BTreeSet<AdjustmentId>,
    pub transfers: BTreeSet<TransferId>,
    pub items: BTreeSet<Sku>,
    pub handled: BTreeSet<String>,
    pub commands: BTreeSet<CommandId>,
    /// What becomes of units that warehouses were asked for, by reservation.
    pub asked: BTreeMap<ReservationKey, Quantity>,
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
                self.handled
                    .insert(format!("dispatch/{}/{}", event.shipment_id, event.confirmation_id));
                self.note_asked(event.order_id, &event.warehouse_id, &event.lines);
            }
            Message::Short(event) => {
                self.handled
                    .insert(format!("short/{}/{}", event.shipment_id, event.confirmation_id));
                let line = |it: &ShortLine| LineQuantity {
                    line: it.line,
                    sku: it.sku.clone(),
                    quantity: it.quantity,
                };
                let lines: Vec<LineQuantity> = event.lines.iter().map(line).collect();
                self.note_asked(event.order_id, &event.warehouse_id, &lines);
            }
            Message::Cancelled(event) => {
                self.note_asked(event.order_id, &event.warehouse_id, &event.lines);
            }
            Message::Returned(event) => {
                self.skus.extend(event.lines.iter().map(|line| line.sku.clone()));
                self.handled.insert(restored::receipt(event));
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

    /// What warehouses say of units they were asked for.
    fn note_asked(&mut self, order_id: OrderId, place: &WarehouseId, lines: &[LineQuantity]) {
        self.orders.insert(order_id);
        for line in lines {
            self.skus.insert(line.sku.clone());
            let key = (order_id, line.line, line.sku.clone(), place.clone());
            let sum = self.asked.entry(key).or_default();
            *sum = plus(*sum, line.quantity);
        }
    }

    fn note_stock(&mut self, document: &Stock) {
        let here = document.warehouse_id();
        match document {
            Stock::Snapshot(it) => {
                self.snapshots.insert(here.clone());
                let first = self.counted_from.map_or(it.as_of, |first| first.min(it.as_of));
                self.counted_from = Some(first);
                it.lines.iter().for_each(|line| self.note_reported(here, &line.sku, true));
            }
            Stock::Adjustment(it) => {
                self.adjustments.insert(it.adjustment_id.clone());
                for line in &it.lines {
                    let less = line.quantity.non_negative().is_none();
                    self.note_reported(here, &line.sku, less);
                }
            }
            Stock::Transfer(it) => {
                self.transfers.insert(it.transfer_id.clone());
                for line in &it.lines {
                    self.note_reported(here, &line.sku, true);
                    self.note_reported(&it.to_warehouse_id, &line.sku, false);
                }
            }
        }
    }

    fn note_reported(&mut self, place: &WarehouseId, sku: &Sku, less: bool) {
        self.skus.insert(sku.clone());
        self.reported.insert(sku.clone());
        if less {
            self.at_risk.insert((place.clone(), sku.clone()));
        }
    }
}
