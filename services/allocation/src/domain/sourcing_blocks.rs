//! Warehouses that are not asked for an order line until they report the item (F4).

use std::collections::BTreeSet;

use contracts::{Sku, WarehouseId};
use mesh::{Outputs, column::Cell as _, row::Row};

use super::{
    queue,
    reservation::{ReservationKey, SourcingBlock},
};
use crate::unit_of_work::UnitOfWork;

/// Blocks a warehouse that shipped nothing of a line.
pub fn block(work: &mut UnitOfWork, key: &ReservationKey) {
    let (order_id, line, sku, warehouse_id) = key.clone();
    work.sourcing_blocks.put(SourcingBlock { order_id, line, sku, warehouse_id });
}

/// Lets a warehouse be asked again for items that it has reported.
pub fn lift_sourcing_blocks<'a>(
    work: &mut UnitOfWork,
    warehouse_id: &WarehouseId,
    skus: impl Iterator<Item = &'a Sku>,
    outputs: &mut Outputs,
) {
    for sku in skus.collect::<BTreeSet<&Sku>>() {
        let here = |it: &SourcingBlock| it.sku == *sku && it.warehouse_id == *warehouse_id;
        let blocks = work.sourcing_blocks.filtered([("sku", sku.value())], here);
        let keys: Vec<ReservationKey> = blocks.map(Row::key).collect();
        keys.iter().for_each(|key| work.sourcing_blocks.remove(key));
        if !keys.is_empty() {
            queue::mark(work, sku, outputs);
        }
    }
}
