//! The queries of allocation. A batch locks the warehouses that may change, then the queue rows of all
//! its items, each in their order: whatever else it reads of them then stands still until it commits.

mod audit;
pub mod due;
mod keys;
mod moved;
mod reach;
mod risk;
mod upkeep;

use std::collections::{BTreeMap, BTreeSet};

use contracts::WarehouseId;
use mesh::{DatabaseTransaction, DbErr, Load, Rows, row};

use crate::{
    Allocation,
    domain::{
        report::Transfer,
        steps::{Restock, Sweep},
        stock::{Stock, Warehouse},
    },
    unit_of_work::UnitOfWork,
};
#[cfg(test)]
pub(crate) use audit::Audit;
pub use keys::Keys;
use reach::Reach;
pub use upkeep::Upkeep;

impl Load for Allocation {
    type Keys = Keys;
    type Work = UnitOfWork;

    async fn load(&self, tx: &DatabaseTransaction, keys: Keys) -> Result<UnitOfWork, DbErr> {
        load(tx, keys).await
    }
}

/// Reads everything that a batch may touch.
pub(crate) async fn load(tx: &DatabaseTransaction, mut keys: Keys) -> Result<UnitOfWork, DbErr> {
    let may_change = keys.names_goods();
    let postponed = keys.freed.take_if(|_| may_change).map(|_| Restock::postponed());
    let locked: Vec<Warehouse> =
        row::lock(tx, "warehouse_id", keys.warehouses.iter().cloned()).await?;
    let transfers =
        Rows::<Transfer>::find(tx, "transfer_id", keys.transfers.iter().cloned()).await?;
    // A final receipt ends the way of goods that it does not name.
    keys.items.extend(transfers.found().flat_map(|it| it.departed.keys()).cloned());
    let mut sweeps = sweeps(tx, &keys.swept, &locked).await?;
    keys.items.extend(sweeps.values().flatten().flat_map(|step| &step.skus).cloned());
    let mut reach = Reach::lock(tx, &mut keys, &mut sweeps).await?;
    // From here on nobody else changes anything of these items.
    let stock = Rows::<Stock>::find(tx, "sku", reach.items.iter().cloned()).await?;
    let moved = moved::after_counts(tx, &keys.counts, &stock).await?;
    let reservations_from = reach.add_risky(tx, &mut keys, &stock, &moved).await?;
    let orders = keys.accepted.union(&keys.orders).copied();
    let orders = Rows::lock(tx, "order_id", orders).await?;
    let lines = Rows::find(tx, "order_id", keys.orders.iter().copied()).await?;
    reach.add_ordered(tx, &keys, &lines).await?;
    let counting = keys.counts.iter().map(|count| count.warehouse_id.clone());
    let snapshots = Rows::lock(tx, "warehouse_id", counting).await?;
    let blocks = Rows::find(tx, "order_id", keys.served).await?;
    Ok(UnitOfWork {
        warehouses: Rows::all(tx).await?,
        items: Rows::find(tx, "sku", reach.items).await?,
        substitutes: reach.substitutes,
        queues: reach.queues,
        stock,
        movements: Rows::default(),
        moved,
        snapshots,
        adjustments: Rows::find(tx, "adjustment_id", keys.adjustments).await?,
        transfers,
        receipts: Rows::find(tx, "receipt_id", keys.receipts).await?,
        orders,
        lines,
        reservations: reach.reservations,
        ledger: Rows::default(),
        sourcing_blocks: blocks.and_find(tx, "sku", keys.reported).await?,
        handled: Rows::find(tx, "reference", keys.handled).await?,
        commands: Rows::find(tx, "command_id", keys.commands).await?,
        reservations_from,
        restock: postponed.or(reach.restock),
        sweeps,
    })
}

/// The next step over each of the warehouses, which are locked.
async fn sweeps(
    tx: &DatabaseTransaction,
    swept: &BTreeSet<WarehouseId>,
    locked: &[Warehouse],
) -> Result<BTreeMap<WarehouseId, Option<Sweep>>, DbErr> {
    let mut sweeps = BTreeMap::new();
    for warehouse_id in swept {
        let warehouse = locked.iter().find(|it| it.warehouse_id == *warehouse_id);
        let step = match warehouse {
            Some(warehouse) => due::sweep(tx, warehouse).await?,
            None => None,
        };
        sweeps.insert(warehouse_id.clone(), step);
    }
    Ok(sweeps)
}
