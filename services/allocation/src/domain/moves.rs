//! Goods come and go: on hand, its movements, and what follows from less or more of it (A7).

use std::collections::BTreeMap;

use contracts::{
    Quantity, SignedQuantity, Sku, WarehouseId,
    event::{StockAdjusted, StockLine, StockSource},
};
use jiff::Timestamp;
use mesh::Outputs;

use super::{
    Set, ledger,
    stock::{Movement, Source},
};

/// A change of a warehouse's stock, on its way into an event.
#[derive(Debug)]
pub struct Change<'a> {
    /// The warehouse.
    pub warehouse_id: &'a WarehouseId,
    /// What it was.
    pub source: StockSource,
    /// The id of what it was.
    pub reference: &'a str,
    /// When it happened.
    pub at: Timestamp,
    /// When it was heard of.
    pub now: Timestamp,
}

impl Change<'_> {
    /// Records that something came or went, and says what is on hand before and after; before and
    /// after are the same where the last count knew of it already. On hand stops at 0,
    /// and does not grow beyond what a quantity can say.
    pub fn apply(&self, set: &mut Set, sku: &Sku, change: SignedQuantity) -> (Quantity, Quantity) {
        let key = (self.warehouse_id.clone(), sku.clone());
        let stock = ledger::stock(set, &key);
        let before = stock.on_hand;
        let after = if stock.counts(self.at) {
            let least = if change.non_negative().is_some() { before } else { Quantity::ZERO };
            stock.after(change).unwrap_or(least)
        } else {
            before
        };
        stock.movements += 1;
        stock.set(after);
        let number = stock.movements;
        set.movements.put(Movement {
            warehouse_id: key.0,
            sku: key.1,
            number,
            happened_at: self.at,
            heard_at: self.now,
            change,
            source: Source(self.source),
            reference: self.reference.to_owned(),
        });
        (before, after)
    }

    /// Announces what changed: `before` by item. Then takes back what cannot be kept, or gives
    /// what is free.
    pub fn announce(&self, set: &mut Set, before: &BTreeMap<Sku, Before>, outputs: &mut Outputs) {
        let lines: Vec<StockLine> = before
            .iter()
            .filter_map(|(sku, before)| {
                let stock = set.stock.get(&(self.warehouse_id.clone(), sku.clone()))?;
                let change = stock.on_hand.scaled() - before.on_hand.scaled();
                (change != 0).then(|| StockLine {
                    sku: sku.clone(),
                    change: SignedQuantity::from_scaled(change),
                    on_hand: stock.on_hand,
                    reserved: stock.reserved.min(stock.on_hand),
                    written_off: Quantity::ZERO,
                })
            })
            .collect();
        if !lines.is_empty() {
            outputs.event(&StockAdjusted {
                warehouse_id: self.warehouse_id.clone(),
                source: self.source,
                reference: self.reference.to_owned(),
                lines,
            });
        }
    }

    /// What follows from the change: too little takes the newest reservations back, more goes to
    /// those who wait.
    pub fn follow(&self, set: &mut Set, before: &BTreeMap<Sku, Before>, outputs: &mut Outputs) {
        for (sku, before) in before {
            let key = (self.warehouse_id.clone(), sku.clone());
            let Some(stock) = set.stock.get(&key) else { continue };
            if stock.reserved > stock.on_hand {
                self.shortage(set, sku, outputs);
            } else if stock.free() > before.free {
                ledger::freed(set, sku, outputs);
            }
        }
    }
}

/// An item's stock before a change.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// What was on hand.
    pub on_hand: Quantity,
    /// What could be promised.
    pub free: Quantity,
}

/// What is there of an item before anything changes.
#[must_use]
pub fn before(set: &Set, warehouse_id: &WarehouseId, sku: &Sku) -> Before {
    let stock = set.stock.get(&(warehouse_id.clone(), sku.clone()));
    stock.map_or(Before { on_hand: Quantity::ZERO, free: Quantity::ZERO }, |stock| Before {
        on_hand: stock.on_hand,
        free: stock.free(),
    })
}

/// What is there of several items.
#[must_use]
pub fn all_before<'a>(
    set: &Set,
    warehouse_id: &WarehouseId,
    skus: impl Iterator<Item = &'a Sku>,
) -> BTreeMap<Sku, Before> {
    skus.map(|sku| (sku.clone(), before(set, warehouse_id, sku))).collect()
}
