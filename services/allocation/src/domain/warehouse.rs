//! Warehouses that open and close (A10).

use contracts::{Reason, ReasonLine, WarehouseId, event::WarehouseUpdated};
use mesh::{Outputs, command::Stop};

use super::stock::Warehouse;
use crate::unit_of_work::UnitOfWork;

/// Closes or opens a warehouse, as an operator says.
///
/// # Errors
/// [`Stop::Refused`] when there is no such warehouse.
pub fn set_closed(
    work: &mut UnitOfWork,
    warehouse_id: &WarehouseId,
    closed: bool,
) -> Result<Outputs, Stop> {
    let Some(before) = work.warehouses.get(warehouse_id).cloned() else {
        let text = format!("there is no warehouse `{warehouse_id}`");
        return Err(ReasonLine::new(Reason::UnknownWarehouse, text).into());
    };
    let mut outputs = Outputs::none();
    if before.closed != closed {
        update(work, Warehouse { closed, ..before }, &mut outputs);
    }
    Ok(outputs)
}

/// Announces a warehouse as it is now. Where it has opened or closed, its stock is looked at, in
/// steps: a warehouse has many items, and an item many reservations.
pub fn update(work: &mut UnitOfWork, now: Warehouse, outputs: &mut Outputs) {
    let warehouse_id = now.warehouse_id.clone();
    let warehouse = now.effective();
    let was_open = work.warehouses.get(&warehouse_id).is_some_and(Warehouse::is_open);
    if was_open == now.is_open() {
        work.warehouses.put(now);
    } else {
        work.warehouses.put(Warehouse { sweep: Some(String::new()), ..now });
        outputs.more_due();
    }
    outputs.event(&WarehouseUpdated { warehouse_id, warehouse });
}
