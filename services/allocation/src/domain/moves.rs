//! Goods come and go: on hand and its movements (A7).

use std::collections::BTreeMap;

use contracts::{
    Quantity, SignedQuantity, Sku, WarehouseId,
    event::{StockAdjusted, StockLine, StockSource},
};
use jiff::Timestamp;
use mesh::{Halt, Outputs};

use super::{
    ledger,
    stock::{Movement, Source},
};
use crate::unit_of_work::UnitOfWork;

/// A change of a warehouse's stock.
#[derive(Debug)]
pub struct Change<'a> {
    pub warehouse_id: &'a WarehouseId,
    pub source: StockSource,
    /// The id of the document or event.
    pub reference: &'a str,
    /// The time at which it happened.
    pub at: Timestamp,
    /// The time at which it was heard of.
    pub now: Timestamp,
}

impl Change<'_> {
    /// Records that goods came or went. On hand stays where the last count knew of it already, and
    /// stops at 0 (A9).
    ///
    /// # Errors
    /// [`Halt::broken`] when there would be more than a quantity can say.
    pub fn apply(
        &self,
        work: &mut UnitOfWork,
        sku: &Sku,
        change: SignedQuantity,
    ) -> Result<(), Halt> {
        let key = (self.warehouse_id.clone(), sku.clone());
        let stock = ledger::stock(work, &key);
        let after = match (stock.counts(self.at), stock.after(change)) {
            (false, _) => stock.on_hand,
            (true, Some(after)) => after,
            (true, None) if change.non_negative().is_none() => Quantity::ZERO,
            (true, None) => {
                let there = format!("{} of `{sku}` and {change} more", stock.on_hand);
                return Err(Halt::broken(format!("{there} are too many to count")));
            }
        };
        stock.movements += 1;
        stock.set(after)?;
        let number = stock.movements;
        work.movements.put(Movement {
            warehouse_id: key.0,
            sku: key.1,
            number,
            happened_at: self.at,
            heard_at: self.now,
            change,
            source: Source(self.source),
            reference: self.reference.to_owned(),
        });
        Ok(())
    }

    /// Announces the items of which more or less is on hand than before.
    pub fn announce(
        &self,
        work: &UnitOfWork,
        before: &BTreeMap<Sku, Before>,
        outputs: &mut Outputs,
    ) {
        let lines: Vec<StockLine> = before
            .iter()
            .filter_map(|(sku, before)| {
                let stock = work.stock.get(&(self.warehouse_id.clone(), sku.clone()))?;
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
}

/// An item's stock before a change.
#[derive(Debug, Clone, Copy, Default)]
pub struct Before {
    pub on_hand: Quantity,
    /// The part of it that could be promised.
    pub free: Quantity,
}

/// The stock of items before a change.
#[must_use]
pub fn before<'a>(
    work: &UnitOfWork,
    warehouse_id: &WarehouseId,
    skus: impl Iterator<Item = &'a Sku>,
) -> BTreeMap<Sku, Before> {
    let before = |sku: &Sku| {
        let stock = work.stock.get(&(warehouse_id.clone(), sku.clone()));
        let before =
            |stock: &super::stock::Stock| Before { on_hand: stock.on_hand, free: stock.free() };
        stock.map(before).unwrap_or_default()
    };
    skus.map(|sku| (sku.clone(), before(sku))).collect()
}
