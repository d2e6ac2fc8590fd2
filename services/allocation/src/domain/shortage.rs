//! A warehouse has less than is promised from it: the newest promises give way (A7, A9).

use std::collections::BTreeMap;

use contracts::{
    OrderId, Quantity, Sku,
    document::LineQuantity,
    event::{InventoryRecalled, InventoryReleased, InventoryShort, ReservedLine},
};
use mesh::{Outputs, row::Row};

use super::{
    Set,
    ledger::{self, Fate},
    moves::Change,
    order::{Reservation, ReservationKey},
};

/// What one reservation lost.
struct Loss {
    key: ReservationKey,
    quantity: Quantity,
    unwanted: Quantity,
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
