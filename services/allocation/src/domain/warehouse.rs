//! Warehouses and items: what they are, and whether a warehouse serves (A10).

use std::collections::BTreeMap;

use contracts::{
    OrderId, PartnerName, Reason, ReasonLine, Sku, WarehouseId,
    command::{CloseWarehouse, OpenWarehouse},
    document::{self, DocumentAck, Ingress, ItemStatus},
    event::{InventoryRecalled, ItemUpdated, ReservedLine, WarehouseUpdated},
};
use mesh::{Context, Decision, Json, Outputs, command::once_or_refused, row::Row};

use super::{
    Set, Sweep, ledger,
    order::{Reservation, ReservationKey},
    stock::{Item, Substitute, Warehouse},
    whole,
};

/// A warehouse's record; announced when it says something new.
pub fn upsert(set: &mut Set, sender: &PartnerName, document: &document::Warehouse) -> Decision {
    let record = document.content();
    let warehouse_id = record.warehouse_id.clone();
    let mut outputs = Outputs::none();
    let before = set.warehouses.get(&warehouse_id).cloned();
    if before.as_ref().is_none_or(|known| known.record.0 != record) {
        let closed = before.as_ref().is_some_and(|known| known.closed);
        let sweep = before.as_ref().and_then(|known| known.sweep.clone());
        let row = Warehouse { warehouse_id, record: Json(record), closed, sweep };
        become_(set, before.as_ref(), row, &mut outputs);
    }
    outputs.document(sender, &DocumentAck::of(document));
    outputs.into()
}

/// An operator takes a warehouse out of service.
pub fn close(set: &mut Set, command: &CloseWarehouse, context: &Context<'_>) -> Decision {
    once_or_refused(set, command, context, |set| switch(set, &command.warehouse_id, true)).into()
}

/// An operator takes a warehouse back into service.
pub fn open(set: &mut Set, command: &OpenWarehouse, context: &Context<'_>) -> Decision {
    once_or_refused(set, command, context, |set| switch(set, &command.warehouse_id, false)).into()
}

fn switch(set: &mut Set, warehouse_id: &WarehouseId, closed: bool) -> Result<Outputs, ReasonLine> {
    let Some(before) = set.warehouses.get(warehouse_id).cloned() else {
        let text = format!("there is no warehouse `{warehouse_id}`");
        return Err(ReasonLine::new(Reason::UnknownWarehouse, text));
    };
    let mut outputs = Outputs::none();
    if before.closed != closed {
        let row = Warehouse { closed, ..before.clone() };
        become_(set, Some(&before), row, &mut outputs);
    }
    Ok(outputs)
}

/// Announces a warehouse as it is now. Where it has opened or closed, its stock is looked at, in
/// steps: a warehouse has many items, and an item many reservations.
fn become_(set: &mut Set, before: Option<&Warehouse>, now: Warehouse, outputs: &mut Outputs) {
    let warehouse_id = now.warehouse_id.clone();
    let warehouse = now.effective();
    if before.is_some_and(Warehouse::is_open) == now.is_open() {
        set.warehouses.put(now);
    } else {
        set.warehouses.put(Warehouse { sweep: Some(String::new()), ..now });
        outputs.more_due();
    }
    outputs.event(&WarehouseUpdated { warehouse_id, warehouse });
}

/// One step of it. Closing recalls what no confirmation covers; opening gives what is there to
/// those who wait (A10).
pub fn sweep(set: &mut Set) -> Decision {
    let mut outputs = Outputs::none();
    // Nothing where another replica was faster.
    let Some(step) = set.due.sweep.clone() else { return outputs.into() };
    outputs.more_due();
    // The same batch may have opened or closed it.
    let warehouse = set.warehouses.get(&step.warehouse_id);
    let current =
        |it: &&Warehouse| it.sweep.as_ref() == Some(&step.after) && it.is_open() == step.is_open;
    if warehouse.filter(current).is_none() {
        return outputs.into();
    }
    if step.is_open {
        let free = |sku: &&Sku| {
            let stock = set.stock.get(&(step.warehouse_id.clone(), (*sku).clone()));
            stock.is_some_and(|stock| !stock.free().is_zero())
        };
        let skus: Vec<&Sku> = step.skus.iter().filter(free).collect();
        skus.into_iter().for_each(|sku| ledger::freed(set, sku, &mut outputs));
    } else {
        recall(set, &step, &mut outputs);
    }
    if let Some(warehouse) = set.warehouses.get_mut(&step.warehouse_id) {
        warehouse.sweep.clone_from(&step.until);
    }
    outputs.into()
}

fn recall(set: &mut Set, step: &Sweep, outputs: &mut Outputs) {
    let here = |it: &&Reservation| {
        it.warehouse_id == step.warehouse_id
            && step.skus.contains(&it.sku)
            && it.recalled < it.quantity
    };
    let keys: Vec<ReservationKey> = set.reservations.iter().filter(here).map(Row::key).collect();
    let mut orders: BTreeMap<OrderId, Vec<ReservedLine>> = BTreeMap::new();
    for key in keys {
        orders.entry(key.0).or_default().extend(whole::recall_rest(set, &key));
    }
    let held = ledger::being_given(set);
    for (order_id, lines) in &mut orders {
        lines.extend(whole::keep(set, *order_id, &held));
    }
    for (order_id, lines) in orders {
        outputs.event(&InventoryRecalled { order_id, lines });
    }
}

/// What may replace an item, and whether it may replace another. Either may end somebody's wait.
pub fn item(set: &mut Set, updated: &ItemUpdated) -> Decision {
    let mut outputs = Outputs::none();
    let sku = &updated.sku;
    let active = match updated.item.status {
        ItemStatus::Active => true,
        ItemStatus::Inactive => false,
    };
    let now = Item { sku: sku.clone(), active, whole_units: updated.item.whole_units };
    let range = (sku.clone(), 0)..=(sku.clone(), u32::MAX);
    let before: Vec<Substitute> = set.substitutes.range(range).cloned().collect();
    let listed = before.iter().map(|it| &it.substitute).eq(&updated.item.substitutes);
    if listed && set.items.get(sku) == Some(&now) {
        return outputs.into();
    }
    set.items.put(now);
    before.iter().for_each(|it| set.substitutes.remove(&it.key()));
    for (place, substitute) in (0_u32..).zip(&updated.item.substitutes) {
        let (sku, substitute) = (sku.clone(), substitute.clone());
        set.substitutes.put(Substitute { sku, place, substitute });
    }
    ledger::mark(set, sku, &mut outputs);
    outputs.into()
}
