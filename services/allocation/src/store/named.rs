//! What a batch names: what its messages may touch.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    AdjustmentId, CommandId, OrderId, Quantity, ReceiptId, Sku, TransferId, WarehouseId,
    document::{LineQuantity, Stock, StockSnapshot},
    event::ShortLine,
};
use mesh::Rows;

use super::risk::Risks;
use crate::domain::{
    Freed, Message, Restock,
    ledger::plus,
    order::{Line, Order, Reservation, ReservationKey},
    restored,
    stock::Transfer,
    transfer,
};

/// What a batch names.
#[derive(Default)]
pub struct Named {
    /// Orders that may be new.
    pub accepted: BTreeSet<OrderId>,
    /// Orders that are there, or are waited for.
    pub known: BTreeSet<OrderId>,
    /// Of those, the ones that may be given something.
    pub served: BTreeSet<OrderId>,
    /// Order lines of which units may come or go.
    pub lines: BTreeSet<(OrderId, u32)>,
    /// Items that anything may happen to.
    pub skus: BTreeSet<Sku>,
    /// Items that are to be given out.
    pub freed: Option<Freed>,
    /// The warehouse whose stock is to be looked at.
    pub swept: Option<WarehouseId>,
    /// Items that may be ordered by those who are served.
    pub ordered: BTreeSet<Sku>,
    /// What may be taken back.
    pub risks: Risks,
    /// Items that warehouses report.
    pub reported: BTreeSet<Sku>,
    /// Warehouses that may open, close, or get items that they never had.
    pub places: BTreeSet<WarehouseId>,
    pub counts: Vec<StockSnapshot>,
    pub adjustments: BTreeSet<AdjustmentId>,
    pub transfers: BTreeSet<TransferId>,
    pub receipts: BTreeSet<ReceiptId>,
    pub handled: BTreeSet<String>,
    pub commands: BTreeSet<CommandId>,
    /// What becomes of units that warehouses were asked for, by reservation.
    pub asked: BTreeMap<ReservationKey, Quantity>,
    /// Of that, what left.
    pub left: BTreeMap<ReservationKey, Quantity>,
}

impl Named {
    /// Adds what a message names.
    pub fn note(&mut self, message: &Message) {
        match message {
            Message::Warehouse(_, document) => {
                self.places.insert(document.warehouse_id.clone());
            }
            Message::Stock(_, document) => self.note_stock(document),
            Message::Item(updated) => {
                self.skus.insert(updated.sku.clone());
            }
            Message::Accepted(order_id, body) => {
                self.accepted.insert(*order_id);
                self.skus.extend(body.lines.iter().map(|line| line.sku.clone()));
            }
            Message::Changed(event) => {
                self.known.insert(event.order_id);
                self.served.insert(event.order_id);
                self.skus.extend(event.order.lines.iter().map(|line| line.sku.clone()));
            }
            Message::Change(event) => {
                self.known.insert(event.order_id);
                // What is left of one that is shipped complete may be there.
                self.served.insert(event.order_id);
                self.lines.extend(event.lines.iter().map(|line| (event.order_id, line.line)));
            }
            Message::Dispatched(event) => {
                self.handled
                    .insert(format!("dispatch/{}/{}", event.shipment_id, event.confirmation_id));
                self.served.insert(event.order_id);
                self.note_asked(event.order_id, &event.warehouse_id, &event.lines, true);
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
                // The rest of one that is shipped complete may be looked at again.
                self.served.insert(event.order_id);
                self.note_asked(event.order_id, &event.warehouse_id, &lines, false);
            }
            Message::Cancelled(event) => {
                self.served.insert(event.order_id);
                self.note_asked(event.order_id, &event.warehouse_id, &event.lines, false);
            }
            Message::Returned(event) => {
                self.skus.extend(event.data.lines.iter().map(|line| line.sku.clone()));
                self.places.insert(event.data.warehouse_id.clone());
                self.handled.insert(restored::receipt(&event.data));
            }
            Message::Close(command) => {
                self.places.insert(command.warehouse_id.clone());
                self.commands.insert(command.command_id.clone());
            }
            Message::Open(command) => {
                self.places.insert(command.warehouse_id.clone());
                self.commands.insert(command.command_id.clone());
            }
            Message::Restock(freed) => {
                self.skus.extend(freed.skus.iter().cloned());
                self.freed = Some(freed.clone());
            }
            Message::Sweep(warehouse_id) => {
                self.places.insert(warehouse_id.clone());
                self.swept = Some(warehouse_id.clone());
            }
        }
    }

    /// What warehouses say of units they were asked for.
    fn note_asked(
        &mut self,
        order_id: OrderId,
        place: &WarehouseId,
        lines: &[LineQuantity],
        left: bool,
    ) {
        self.known.insert(order_id);
        for line in lines {
            self.skus.insert(line.sku.clone());
            self.lines.insert((order_id, line.line));
            let key = (order_id, line.line, line.sku.clone(), place.clone());
            if left {
                let sum = self.left.entry(key.clone()).or_default();
                *sum = plus(*sum, line.quantity);
            }
            let sum = self.asked.entry(key).or_default();
            *sum = plus(*sum, line.quantity);
        }
    }

    fn note_stock(&mut self, document: &Stock) {
        let here = document.warehouse_id();
        self.places.insert(here.clone());
        match document {
            Stock::Snapshot(it) => {
                it.lines.iter().for_each(|line| self.note_reported(&line.sku));
                self.counts.push(it.clone());
            }
            Stock::Adjustment(it) => {
                self.adjustments.insert(it.adjustment_id.clone());
                for line in &it.lines {
                    self.note_reported(&line.sku);
                    self.risks.less(here, &line.sku, -line.quantity.scaled());
                }
            }
            Stock::Transfer(it) => {
                self.transfers.insert(it.transfer_id.clone());
                if it.received {
                    self.receipts.insert(transfer::receipt_id(it));
                }
                self.places.insert(it.to_warehouse_id.clone());
                for line in &it.lines {
                    self.note_reported(&line.sku);
                    self.risks.less(here, &line.sku, line.quantity.scaled());
                }
            }
        }
    }

    fn note_reported(&mut self, sku: &Sku) {
        self.skus.insert(sku.clone());
        self.reported.insert(sku.clone());
    }

    /// Adds the items that are on their way: a receipt may end that of those it does not name.
    pub fn note_transfers(&mut self, transfers: &[Transfer]) {
        self.skus.extend(transfers.iter().flat_map(|it| it.departed.keys()).cloned());
    }

    /// Adds what the giving out of items leads to.
    pub fn note_restock(&mut self, step: &Restock) {
        self.ordered.extend(step.ordered.iter().cloned());
        self.known.extend(&step.orders);
        self.served.extend(&step.orders);
    }

    /// Adds the items that these orders lead to: those of the lines named, and where an order is
    /// shipped complete, of all its lines.
    pub fn note_orders(&mut self, orders: &[Order], lines: &[Line]) {
        let complete: BTreeSet<OrderId> =
            orders.iter().filter(|it| it.ship_complete).map(|it| it.order_id).collect();
        for line in lines {
            let served = self.served.contains(&line.order_id)
                && (complete.contains(&line.order_id) || self.ordered.contains(&line.sku));
            if served || self.lines.contains(&(line.order_id, line.line)) {
                self.skus.insert(line.sku.clone());
            }
        }
    }

    /// Adds the items that are reserved for the lines named.
    pub fn note_reservations(&mut self, reservations: &[Reservation]) {
        let touched = |it: &&Reservation| self.lines.contains(&(it.order_id, it.line));
        let skus: Vec<Sku> = reservations.iter().filter(touched).map(|it| it.sku.clone()).collect();
        self.skus.extend(skus);
    }

    /// Goods that leave beyond what is reserved for them may be promised to others; where other
    /// reports of the item come with them, all of them may.
    pub fn note_left(&mut self, reservations: &Rows<Reservation>) {
        for (key, left) in &self.left {
            let (_, _, sku, place) = key;
            let asked = self.asked.get(key).copied().unwrap_or_default();
            let others = asked.saturating_sub(*left);
            let own = reservations.get(key).map_or(Quantity::ZERO, |it| it.quantity);
            let kept = if self.reported.contains(sku) {
                Quantity::ZERO
            } else {
                own.saturating_sub(others)
            };
            self.risks.less(place, sku, left.saturating_sub(kept).scaled());
        }
    }
}
