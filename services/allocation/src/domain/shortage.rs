//! A warehouse has less than is promised from it: the newest promises give way (A7, A9).

use std::collections::BTreeMap;

use contracts::{
    OrderId, Quantity, Sku,
    document::LineQuantity,
    event::{InventoryRecalled, InventoryShort, ReservedLine},
};
use mesh::{Outputs, row::Row};

use super::{
    Set, ledger,
    moves::Change,
    order::{Reservation, ReservationKey},
};

/// What one reservation lost.
struct Loss {
    key: ReservationKey,
    quantity: Quantity,
    recall: Quantity,
}

impl Change<'_> {
    /// On hand is below reserved: the newest reservations go back to backorder (A7).
    pub fn shortage(&self, set: &mut Set, sku: &Sku, outputs: &mut Outputs) {
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
            "{} {}: {on_hand} of `{sku}` on hand, {reserved} were promised; the newest promises \
             give way",
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
        // What the order does not want is released when the warehouse has said that it keeps it.
        let unwanted = reservation.unwanted.min(quantity);
        let recall = ledger::lose(set, &key, quantity, unwanted, &cause, self.now);
        Loss { key, quantity, recall }
    }

    fn tell(
        &self,
        set: &mut Set,
        order_id: OrderId,
        losses: &[Loss],
        why: &str,
        outputs: &mut Outputs,
    ) {
        let line = |loss: &Loss| LineQuantity {
            line: loss.key.1,
            sku: loss.key.2.clone(),
            quantity: loss.quantity,
        };
        outputs.event(&InventoryShort {
            order_id,
            warehouse_id: self.warehouse_id.clone(),
            lines: losses.iter().map(line).collect(),
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
        for loss in losses {
            let sku = ordered(set, loss);
            ledger::mark(set, &sku, outputs);
        }
    }
}
