//! `item.updated`: the newest record of an item.

use contracts::event::ItemUpdated;
use mesh::{Context, Halt, Handler, Json, OnEvent, Outputs};

use crate::{
    Invoicing, domain::master::Item, edi::rows::ItemText, store::Keys, unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Invoicing> = &OnEvent { keys, decide };

fn keys(_: &ItemUpdated, _: &mut Keys) {}

fn decide(
    _: &Invoicing,
    updated: &ItemUpdated,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let item = &updated.item;
    work.items.put(Item {
        sku: updated.sku.clone(),
        tax_category: item.tax_category.clone(),
        stock_uom: item.stock_uom.clone(),
        whole_units: item.whole_units,
        unit_cost: item.unit_cost,
    });
    work.item_texts.put(ItemText {
        sku: updated.sku.clone(),
        description: item.description.clone(),
        codes: Json(item.codes.clone()),
    });
    Ok(Outputs::none())
}
