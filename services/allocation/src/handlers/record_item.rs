//! `item.updated`: an item, and those that may replace it. Either may end somebody's wait.

use contracts::{document::ItemStatus, event::ItemUpdated};
use mesh::{Context, Halt, Handler, OnEvent, Outputs, row::Row as _};

use crate::{
    Allocation,
    domain::{
        item::{Item, Substitute},
        queue,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Allocation> = &OnEvent { keys, decide };

fn keys(updated: &ItemUpdated, keys: &mut Keys) {
    keys.items.insert(updated.sku.clone());
}

fn decide(
    _: &Allocation,
    updated: &ItemUpdated,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let sku = &updated.sku;
    let active = match updated.item.status {
        ItemStatus::Active => true,
        ItemStatus::Inactive => false,
    };
    let now = Item { sku: sku.clone(), active, whole_units: updated.item.whole_units };
    let before: Vec<Substitute> = work.substitutes.having("sku", sku).cloned().collect();
    let listed = before.iter().map(|it| &it.substitute).eq(&updated.item.substitutes);
    if listed && work.items.get(sku) == Some(&now) {
        return Ok(outputs);
    }
    work.items.put(now);
    before.iter().for_each(|it| work.substitutes.remove(&it.key()));
    for (place, substitute) in (0_u32..).zip(&updated.item.substitutes) {
        let (sku, substitute) = (sku.clone(), substitute.clone());
        work.substitutes.put(Substitute { sku, place, substitute });
    }
    queue::mark(work, sku, &mut outputs);
    Ok(outputs)
}
