//! Goods come and go: on hand, its movements, and what follows from less or more of it (A7).

use std::collections::BTreeMap;

use contracts::{
    OrderId, Quantity, SignedQuantity, Sku, WarehouseId,
    document::LineQuantity,
    event::{
        InventoryRecalled, InventoryReleased, InventoryShort, ReservedLine, StockAdjusted,
        StockLine, StockSource,
    },
};
use jiff::Timestamp;
use mesh::{Outputs, row::Row};

use super::{
    Set,
    ledger::{self, Fate},
    order::{Reservation, ReservationKey},
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
    /// after are the same where the last count knew of it already. On hand stops at 0.
    pub fn apply(&self, set: &mut Set, sku: &Sku, change: SignedQuantity) -> (Quantity, Quantity) {
        let key = (self.warehouse_id.clone(), sku.clone());
        let stock = ledger::stock(set, &key);
        let before = stock.on_hand;
        let after = if stock.counts(self.at) {
            stock.after(change).unwrap_or(Quantity::ZERO)
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
            change,
            source: Source(self.source),
            reference: self.reference.to_owned(),
        });
        (before, after)
    }

    /// Announces what changed: `before` by item. Then takes back what can not be kept, or gives
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

    /// On hand is below reserved: the newest reservations go back to backorder (A7).
    fn shortage(&self, set: &mut Set, sku: &Sku, outputs: &mut Outputs) {
        let Some(stock) = set.stock.get(&(self.warehouse_id.clone(), sku.clone())) else { return };
        let (on_hand, reserved) = (stock.on_hand, stock.reserved);
        let mut excess = reserved.saturating_sub(on_hand);
        let here = |it: &&Reservation| {
            it.sku == *sku && it.warehouse_id == *self.warehouse_id && !it.quantity.is_zero()
        };
        let mut found: Vec<Reservation> = set.reservations.iter().filter(here).cloned().collect();
        found.sort_by_key(|it| std::cmp::Reverse(it.place));
        let mut lost: BTreeMap<OrderId, Vec<Loss>> = BTreeMap::new();
        for reservation in found {
            let quantity = reservation.quantity.min(excess);
            if quantity.is_zero() {
                break;
            }
            excess = excess.saturating_sub(quantity);
            let loss = self.lose(set, &reservation, quantity);
            lost.entry(reservation.order_id).or_default().push(loss);
        }
        let why = format!(
            "{} {}: {on_hand} on hand, {reserved} were promised; the newest promises give way",
            self.source.as_ref().replace('_', " "),
            self.reference,
        );
        for (order_id, losses) in lost {
            self.tell(set, order_id, &losses, &why, outputs);
        }
    }

    fn lose(&self, set: &mut Set, reservation: &Reservation, quantity: Quantity) -> Loss {
        let key = reservation.key();
        let cause = format!("short: {}", self.reference);
        let asked_back = reservation.recalled.min(quantity);
        let unwanted = reservation.unwanted.min(quantity);
        let wanted = quantity.saturating_sub(unwanted);
        // The row stays for what the warehouse may still ship.
        if let Some(row) = set.reservations.get_mut(&key) {
            row.lost = ledger::plus(row.lost, quantity);
        }
        ledger::unreserve(set, &key, unwanted, Fate::Released, &cause, self.now);
        ledger::unreserve(set, &key, wanted, Fate::Waiting, &cause, self.now);
        Loss { key, quantity, unwanted, recall: quantity.saturating_sub(asked_back) }
    }

    fn tell(
        &self,
        set: &mut Set,
        order_id: OrderId,
        losses: &[Loss],
        why: &str,
        outputs: &mut Outputs,
    ) {
        let of = |quantity: Quantity, loss: &Loss| LineQuantity {
            line: loss.key.1,
            sku: loss.key.2.clone(),
            quantity,
        };
        outputs.event(&InventoryShort {
            order_id,
            warehouse_id: self.warehouse_id.clone(),
            lines: losses.iter().map(|loss| of(loss.quantity, loss)).collect(),
            why: why.to_owned(),
        });
        let ordered = |set: &Set, loss: &Loss| {
            let line = set.lines.get(&(order_id, loss.key.1));
            line.map_or_else(|| loss.key.2.clone(), |line| line.sku.clone())
        };
        let recalled = losses.iter().filter(|loss| !loss.recall.is_zero());
        let recalled: Vec<ReservedLine> = recalled
            .map(|loss| ReservedLine {
                line: loss.key.1,
                sku: loss.key.2.clone(),
                ordered_sku: ordered(set, loss),
                warehouse_id: self.warehouse_id.clone(),
                quantity: loss.recall,
            })
            .collect();
        if !recalled.is_empty() {
            outputs.event(&InventoryRecalled { order_id, lines: recalled });
        }
        let released = losses.iter().filter(|loss| !loss.unwanted.is_zero());
        let released: Vec<LineQuantity> = released
            .map(|loss| LineQuantity { sku: ordered(set, loss), ..of(loss.unwanted, loss) })
            .collect();
        if !released.is_empty() {
            outputs.event(&InventoryReleased { order_id, lines: released });
        }
        for loss in losses {
            let sku = ordered(set, loss);
            ledger::mark(set, &sku, outputs);
        }
    }
}

struct Loss {
    key: ReservationKey,
    quantity: Quantity,
    unwanted: Quantity,
    recall: Quantity,
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
