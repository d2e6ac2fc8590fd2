//! A warehouse that has opened or closed is looked at in steps (A10). Closing recalls what no
//! confirmation covers; opening gives what is there to those who wait.

use std::collections::BTreeMap;

use contracts::{
    OrderId, Sku, WarehouseId,
    event::{InventoryRecalled, ReservedLine},
};
use futures::FutureExt as _;
use mesh::{Context, Halt, Handler, OnDue, Outputs, row::Row};

use crate::{
    Allocation,
    domain::{
        books,
        queue::{self, Held},
        reservation::{Reservation, ReservationKey},
        steps::{Sweep, Swept},
        stock::Warehouse,
        whole,
    },
    store::{Keys, due},
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Allocation> =
    &OnDue { find: |_, tx, _, _| due::swept(tx).boxed(), keys, decide };

fn keys(Swept(warehouse_id): &Swept, keys: &mut Keys) {
    keys.warehouses.insert(warehouse_id.clone());
    keys.swept.insert(warehouse_id.clone());
}

fn decide(
    _: &Allocation,
    Swept(warehouse_id): &Swept,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let step = work.sweeps.get(warehouse_id);
    let step = step.ok_or_else(|| Halt::broken(format!("{warehouse_id} was not looked at")))?;
    // Nothing is left where another replica was faster.
    let Some(step) = step.clone() else { return Ok(outputs) };
    outputs.more_due();
    // The same batch may have opened or closed it.
    let warehouse = work.warehouses.get(warehouse_id);
    let current =
        |it: &&Warehouse| it.sweep.as_ref() == Some(&step.after) && it.is_open() == step.is_open;
    if warehouse.filter(current).is_none() {
        return Ok(outputs);
    }
    if step.is_open {
        give(work, warehouse_id, &step, &mut outputs);
    } else {
        recall(work, warehouse_id, &step, &mut outputs)?;
    }
    if let Some(warehouse) = work.warehouses.get_mut(warehouse_id) {
        warehouse.sweep = step.until;
    }
    Ok(outputs)
}

fn give(work: &mut UnitOfWork, warehouse_id: &WarehouseId, step: &Sweep, outputs: &mut Outputs) {
    let free = |sku: &&Sku| {
        let stock = work.stock.get(&(warehouse_id.clone(), (*sku).clone()));
        stock.is_some_and(|stock| !stock.free().is_zero())
    };
    let skus: Vec<&Sku> = step.skus.iter().filter(free).collect();
    skus.into_iter().for_each(|sku| queue::mark(work, sku, outputs));
}

fn recall(
    work: &mut UnitOfWork,
    warehouse_id: &WarehouseId,
    step: &Sweep,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let here = |it: &&Reservation| it.warehouse_id == *warehouse_id && step.skus.contains(&it.sku);
    let mut orders: BTreeMap<OrderId, Vec<ReservedLine>> = BTreeMap::new();
    for order_id in &step.orders {
        let rows = books::of_order(work, *order_id).filter(here);
        let keys: Vec<ReservationKey> = rows.map(Row::key).collect();
        let mut lines = Vec::new();
        for key in keys {
            lines.extend(whole::recall_rest(work, &key)?);
        }
        if !lines.is_empty() {
            orders.insert(*order_id, lines);
        }
    }
    for (order_id, lines) in &mut orders {
        lines.extend(whole::keep(work, *order_id, Held::all())?);
    }
    for (order_id, lines) in orders {
        outputs.event(&InventoryRecalled { order_id, lines });
    }
    Ok(())
}
