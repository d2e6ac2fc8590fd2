//! `warehouse.updated`: the newest record of a warehouse.

use contracts::event::WarehouseUpdated;
use mesh::{Context, Halt, Handler, Json, OnEvent, Outputs};

use crate::{
    FulfillmentBridge, domain::warehouse::Warehouse, store::Keys, unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<FulfillmentBridge> = &OnEvent { keys, decide };

fn keys(_: &WarehouseUpdated, _: &mut Keys) {}

fn decide(
    _: &FulfillmentBridge,
    updated: &WarehouseUpdated,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let (warehouse_id, record) = (updated.warehouse_id.clone(), Json(updated.warehouse.clone()));
    work.warehouses.put(Warehouse { warehouse_id, record });
    Ok(Outputs::none())
}
