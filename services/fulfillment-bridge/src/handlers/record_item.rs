//! `item.updated`: the newest record of an item.

use contracts::event::ItemUpdated;
use mesh::{Context, Halt, Handler, OnEvent, Outputs};

use crate::{FulfillmentBridge, domain::item::Item, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<FulfillmentBridge> = &OnEvent { keys, decide };

fn keys(_: &ItemUpdated, _: &mut Keys) {}

fn decide(
    _: &FulfillmentBridge,
    updated: &ItemUpdated,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let (sku, whole_units) = (updated.sku.clone(), updated.item.whole_units);
    work.items.put(Item { sku, whole_units });
    Ok(Outputs::none())
}
