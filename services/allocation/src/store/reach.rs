//! The items that a batch leads to, locked. The load looks where the batch leads, locks it in order,
//! and looks again, for another replica may have added to it in between.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{OrderId, Sku, WarehouseId};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    row::{self, Row as _},
};

use super::{due, keys::Keys, risk};
use crate::domain::{
    item::{Queue, Substitute},
    order::{Line, Order},
    reservation::Reservation,
    steps::{Restock, Sweep},
    stock::{Moved, Stock, StockKey},
};

/// The items that a batch leads to.
#[derive(Default)]
pub struct Reach {
    /// Items that anything may happen to, and those that may replace them.
    pub items: BTreeSet<Sku>,
    pub queues: Rows<Queue>,
    /// Those of the items that anything may happen to, by either of their items.
    pub substitutes: Rows<Substitute>,
    /// Those of the orders of the batch.
    pub reservations: Rows<Reservation>,
    /// The step of giving out items, if a message asks for it.
    pub restock: Option<Restock>,
}

impl Reach {
    /// Locks the queues of all items that the batch leads to, and adds to `keys` and `sweeps` what is
    /// found on the way.
    pub async fn lock(
        tx: &DatabaseTransaction,
        keys: &mut Keys,
        sweeps: &mut BTreeMap<WarehouseId, Option<Sweep>>,
    ) -> Result<Self, DbErr> {
        let mut reach = Self::default();
        let mut follow = true;
        loop {
            // What the messages name stays what it is; who waits for what is free does not.
            follow |= reach.find_next_in_line(tx, keys).await?;
            follow |= find_recalls(tx, keys, sweeps).await?;
            if follow {
                follow_orders(tx, keys).await?;
            }
            follow = false;
            reach.reservations = Rows::find(tx, "order_id", keys.orders.iter().copied()).await?;
            let touched = |it: &&Reservation| keys.lines.contains(&(it.order_id, it.line));
            let touched = reach.reservations.found().filter(touched);
            keys.items.extend(touched.map(|it| it.sku.clone()));
            let items = || keys.items.iter().cloned();
            let substitutes = Rows::<Substitute>::find(tx, "sku", items()).await?;
            reach.items = substitutes.found().map(|it| it.substitute.clone()).collect();
            reach.items.extend(items());
            reach.substitutes = substitutes.and_find(tx, "substitute", items()).await?;
            let replaced = reach.substitutes.found().map(|it| it.sku.clone());
            let wanted = reach.items.iter().cloned().chain(replaced).collect();
            if !reach.lock_queues(tx, wanted).await? {
                return Ok(reach);
            }
        }
    }

    /// Finds who is next in line for items that are given out. Returns false where none are.
    async fn find_next_in_line(
        &mut self,
        tx: &DatabaseTransaction,
        keys: &mut Keys,
    ) -> Result<bool, DbErr> {
        let Some(freed) = &keys.freed else { return Ok(false) };
        let step = due::restock(tx, freed).await?;
        keys.items.extend(freed.skus.union(&step.ordered).cloned());
        keys.orders.extend(&step.orders);
        keys.served.extend(&step.orders);
        self.restock = Some(step);
        Ok(true)
    }

    /// Locks queues in their order, and makes those that are missing. Returns true if there were any
    /// that had not been locked before.
    async fn lock_queues(
        &mut self,
        tx: &DatabaseTransaction,
        skus: BTreeSet<Sku>,
    ) -> Result<bool, DbErr> {
        let locked: BTreeSet<&Sku> = self.queues.found().map(|queue| &queue.sku).collect();
        let wanted = skus.into_iter().filter(|sku| !locked.contains(sku));
        let wanted: Vec<Queue> = wanted.map(Queue::empty).collect();
        if wanted.is_empty() {
            return Ok(false);
        }
        let more = Rows::lock_or_make(tx, "sku", |queue: &Queue| queue.sku.clone(), &wanted);
        self.queues = std::mem::take(&mut self.queues).with(more.await?);
        Ok(true)
    }

    /// Adds the orders whose reservations may be taken back. Returns, by stock, the place from which
    /// on all of its reservations are there.
    pub async fn add_risky(
        &mut self,
        tx: &DatabaseTransaction,
        keys: &mut Keys,
        stock: &Rows<Stock>,
        moved: &Rows<Moved>,
    ) -> Result<BTreeMap<StockKey, u64>, DbErr> {
        keys.risks.note_left(&self.reservations, &keys.reported);
        let excess = keys.risks.excess(stock, moved, &keys.counts);
        let newest = risk::newest(tx, excess).await?;
        keys.lines.extend(newest.rows.iter().map(|it| (it.order_id, it.line)));
        let orders: BTreeSet<OrderId> = newest.rows.iter().map(|it| it.order_id).collect();
        let more: Vec<OrderId> = orders.difference(&keys.orders).copied().collect();
        keys.orders.extend(&more);
        let known = std::mem::take(&mut self.reservations);
        self.reservations = known.and_find(tx, "order_id", more).await?;
        let mut from: BTreeMap<StockKey, u64> =
            stock.found().map(|it| (it.key(), it.places + 1)).collect();
        from.extend(newest.from);
        Ok(from)
    }

    /// Adds the queues of items that were ordered where others were reserved: a line that loses a
    /// substitute waits for what it ordered.
    pub async fn add_ordered(
        &mut self,
        tx: &DatabaseTransaction,
        keys: &Keys,
        lines: &Rows<Line>,
    ) -> Result<(), DbErr> {
        let touched = lines.found().filter(|it| keys.lines.contains(&(it.order_id, it.line)));
        let ordered = touched.map(|line| line.sku.clone()).collect();
        self.lock_queues(tx, ordered).await.map(drop)
    }
}

/// Finds what warehouses that have closed are to give back. Returns false where none have.
async fn find_recalls(
    tx: &DatabaseTransaction,
    keys: &mut Keys,
    sweeps: &mut BTreeMap<WarehouseId, Option<Sweep>>,
) -> Result<bool, DbErr> {
    let mut any = false;
    for (warehouse_id, step) in sweeps {
        let Some(step) = step.as_mut().filter(|step| !step.is_open) else { continue };
        any = true;
        due::find_recalls(tx, warehouse_id, step).await?;
        keys.orders.extend(&step.orders);
        // What else they have may be recalled too, for what is free of it.
        keys.served.extend(&step.orders);
    }
    Ok(any)
}

/// Adds the items of the lines that are named, and where an order that is served is shipped complete,
/// of all its lines.
async fn follow_orders(tx: &DatabaseTransaction, keys: &mut Keys) -> Result<(), DbErr> {
    let named = keys.lines.iter().map(|line| line.0);
    let led: BTreeSet<OrderId> = keys.served.iter().copied().chain(named).collect();
    let orders: Vec<Order> = row::find(tx, "order_id", led.iter().copied()).await?;
    let lines: Vec<Line> = row::find(tx, "order_id", led).await?;
    let complete = orders.iter().filter(|it| it.ship_complete).map(|it| it.order_id);
    let complete: BTreeSet<OrderId> = complete.filter(|it| keys.served.contains(it)).collect();
    for line in lines {
        let named = keys.lines.contains(&(line.order_id, line.line));
        if named || complete.contains(&line.order_id) {
            keys.items.insert(line.sku);
        }
    }
    Ok(())
}
