//! `warehouse.updated`: the newest record of a warehouse.

use contracts::event::WarehouseUpdated;
use mesh::{Context, Halt, Handler, OnEvent, Outputs};

use crate::{Returns, domain::master::Warehouse, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<Returns> = &OnEvent { keys, decide };

fn keys(_: &WarehouseUpdated, _: &mut Keys) {}

fn decide(
    _: &Returns,
    updated: &WarehouseUpdated,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let (warehouse_id, partner) = (updated.warehouse_id.clone(), updated.warehouse.partner.clone());
    work.warehouses.put(Warehouse { warehouse_id, partner });
    Ok(Outputs::none())
}
