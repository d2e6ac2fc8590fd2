//! Warehouses and the partners that speak for them.

use contracts::{
    Partner, PartnerName, WarehouseId,
    document::{self, WarehouseStatus},
};
use mesh::{Context, Halt, Json, Key, Rows};

#[derive(Debug, Clone)]
pub struct Warehouse {
    pub warehouse_id: WarehouseId,
    pub record: Json<document::Warehouse>,
}

mesh::row!(Warehouse in "warehouses" by (warehouse_id: WarehouseId) { warehouse_id, record });

/// The partner that gets a warehouse's documents. It must be known: before that, nothing that is
/// sent can be kept for it.
///
/// # Errors
/// [`Halt::Wait`] for the record that is missing.
pub fn recipient(
    warehouses: &Rows<Warehouse>,
    warehouse_id: &WarehouseId,
    context: &Context<'_>,
) -> Result<PartnerName, Halt> {
    let warehouse = warehouses.get(warehouse_id);
    let warehouse = warehouse.ok_or_else(|| Halt::Wait(Key::new("warehouse", warehouse_id)))?;
    let partner = &warehouse.record.partner;
    match context.partners.get(partner) {
        Some(_) => Ok(partner.clone()),
        None => Err(Halt::Wait(Key::new("partner", partner))),
    }
}

/// Returns whether a partner speaks for a warehouse: each record must name the other.
#[must_use]
pub fn speaks_for(
    warehouses: &Rows<Warehouse>,
    partner: &Partner,
    warehouse_id: &WarehouseId,
) -> bool {
    let named = warehouses.get(warehouse_id);
    partner.speaks_for(warehouse_id)
        && named.is_some_and(|warehouse| warehouse.record.partner == partner.partner)
}

/// Returns whether a warehouse is out of service.
#[must_use]
pub fn is_closed(warehouses: &Rows<Warehouse>, warehouse_id: &WarehouseId) -> bool {
    let warehouse = warehouses.get(warehouse_id);
    warehouse.is_some_and(|warehouse| warehouse.record.status == WarehouseStatus::Closed)
}
