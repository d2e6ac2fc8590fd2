//! Warehouses and items: what they are, and whether a warehouse serves (A10).

use std::collections::BTreeMap;

use contracts::{
    OrderId, PartnerName, Reason, ReasonLine, Sku, WarehouseId,
    command::{CloseWarehouse, OpenWarehouse},
    document::{self, DocumentAck, Ingress, ItemStatus},
    event::{InventoryRecalled, ItemUpdated, ReservedLine, WarehouseUpdated},
};
use mesh::{Context, Decision, Json, Outputs};

use super::{
    Set, command, ledger,
    order::{Reservation, ReservationKey},
    stock::{Item, Substitute, Warehouse},
};

/// A warehouse's record; announced when it says something new.
pub fn upsert(set: &mut Set, sender: &PartnerName, document: &document::Warehouse) -> Decision {
    let record = document.content();
    let warehouse_id = record.warehouse_id.clone();
    let mut outputs = Outputs::none();
    let before = set.warehouses.get(&warehouse_id).cloned();
    if before.as_ref().is_none_or(|known| known.record.0 != record) {
        let closed = before.as_ref().is_some_and(|known| known.closed);
        let row = Warehouse { warehouse_id, record: Json(record), closed };
        become_(set, before.as_ref(), row, &mut outputs);
    }
    outputs.document(sender, &DocumentAck::of(document));
    outputs.into()
}

/// An operator takes a warehouse out of service.
pub fn close(set: &mut Set, command: &CloseWarehouse, context: &Context<'_>) -> Decision {
    command::once(set, command, context, |set, outputs| {
        switch(set, &command.warehouse_id, true, outputs)
    })
}

/// An operator takes a warehouse back into service.
pub fn open(set: &mut Set, command: &OpenWarehouse, context: &Context<'_>) -> Decision {
    command::once(set, command, context, |set, outputs| {
        switch(set, &command.warehouse_id, false, outputs)
    })
}

fn switch(
    set: &mut Set,
    warehouse_id: &WarehouseId,
    closed: bool,
    outputs: &mut Outputs,
) -> Result<(), ReasonLine> {
    let Some(before) = set.warehouses.get(warehouse_id).cloned() else {
        let text = format!("there is no warehouse `{warehouse_id}`");
        return Err(ReasonLine::new(Reason::UnknownWarehouse, text));
    };
    if before.closed != closed {
        let row = Warehouse { closed, ..before.clone() };
        become_(set, Some(&before), row, outputs);
    }
    Ok(())
}

/// Announces a warehouse as it is now. Closing recalls what no confirmation covers; opening gives
/// what is there to those who wait (A10).
fn become_(set: &mut Set, before: Option<&Warehouse>, now: Warehouse, outputs: &mut Outputs) {
    let warehouse_id = now.warehouse_id.clone();
    let was_open = before.is_some_and(Warehouse::is_open);
    let is_open = now.is_open();
    let warehouse = now.effective();
    set.warehouses.put(now);
    outputs.event(&WarehouseUpdated { warehouse_id: warehouse_id.clone(), warehouse });
    if was_open && !is_open {
        recall(set, &warehouse_id, outputs);
    }
    if !was_open && is_open {
        let here = set.stock.iter().filter(|stock| stock.warehouse_id == warehouse_id);
        let free: Vec<Sku> =
            here.filter(|stock| !stock.free().is_zero()).map(|stock| stock.sku.clone()).collect();
        free.iter().for_each(|sku| ledger::freed(set, sku, outputs));
    }
}

fn recall(set: &mut Set, warehouse_id: &WarehouseId, outputs: &mut Outputs) {
    let here = |it: &&Reservation| it.warehouse_id == *warehouse_id && it.recalled < it.quantity;
    let keys: Vec<ReservationKey> =
        set.reservations.iter().filter(here).map(mesh::row::Row::key).collect();
    let mut orders: BTreeMap<OrderId, Vec<ReservedLine>> = BTreeMap::new();
    for key in keys {
        let ordered = set.lines.get(&(key.0, key.1)).map(|line| line.sku.clone());
        let Some(reservation) = set.reservations.get_mut(&key) else { continue };
        let quantity = reservation.quantity.saturating_sub(reservation.recalled);
        reservation.recalled = reservation.quantity;
        let (order_id, line, sku, warehouse_id) = key;
        let ordered_sku = ordered.unwrap_or_else(|| sku.clone());
        let line = ReservedLine { line, sku, ordered_sku, warehouse_id, quantity };
        orders.entry(order_id).or_default().push(line);
    }
    for (order_id, lines) in orders {
        outputs.event(&InventoryRecalled { order_id, lines });
    }
}

/// What may replace an item, and whether it may replace another.
pub fn item(set: &mut Set, updated: &ItemUpdated) -> Decision {
    let sku = &updated.sku;
    let active = match updated.item.status {
        ItemStatus::Active => true,
        ItemStatus::Inactive => false,
    };
    set.items.put(Item { sku: sku.clone(), active });
    let before: Vec<u32> =
        set.substitutes.iter().filter(|it| it.sku == *sku).map(|it| it.place).collect();
    before.into_iter().for_each(|place| set.substitutes.remove(&(sku.clone(), place)));
    for (place, substitute) in (0_u32..).zip(&updated.item.substitutes) {
        let (sku, substitute) = (sku.clone(), substitute.clone());
        set.substitutes.put(Substitute { sku, place, substitute });
    }
    Outputs::none().into()
}
