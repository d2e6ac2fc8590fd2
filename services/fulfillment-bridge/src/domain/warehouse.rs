//! Warehouses: who speaks for one, and how it is reached.

use contracts::{
    Partner, PartnerName, WarehouseId,
    document::{self, WarehouseStatus},
    event::WarehouseUpdated,
};
use mesh::{Context, Decision, Json, Key, Outputs};

use super::Set;

/// A warehouse's record.
#[derive(Debug, Clone)]
pub struct Warehouse {
    /// Whose it is.
    pub warehouse_id: WarehouseId,
    /// The whole record.
    pub record: Json<document::Warehouse>,
}

mesh::row!(Warehouse in "warehouses" by (warehouse_id: WarehouseId) { warehouse_id, record });

/// A warehouse's record is new.
pub fn updated(set: &mut Set, updated: &WarehouseUpdated) -> Decision {
    let warehouse_id = updated.warehouse_id.clone();
    set.warehouses.put(Warehouse { warehouse_id, record: Json(updated.warehouse.clone()) });
    Outputs::none().into()
}

/// Whom to send what a warehouse is asked. The partner must be there: before that, nothing that
/// is sent can be kept for it.
///
/// # Errors
/// What is missing.
pub fn recipient(
    set: &Set,
    warehouse_id: &WarehouseId,
    context: &Context<'_>,
) -> Result<PartnerName, Key> {
    let warehouse = set.warehouses.get(warehouse_id);
    let warehouse = warehouse.ok_or_else(|| Key::new("warehouse", warehouse_id))?;
    let partner = &warehouse.record.partner;
    match context.partners.get(partner) {
        Some(_) => Ok(partner.clone()),
        None => Err(Key::new("partner", partner)),
    }
}

/// Whether a partner speaks for a warehouse: each record must name the other.
#[must_use]
pub fn speaks_for(set: &Set, partner: &Partner, warehouse_id: &WarehouseId) -> bool {
    let named = set.warehouses.get(warehouse_id);
    partner.speaks_for(warehouse_id)
        && named.is_some_and(|warehouse| warehouse.record.partner == partner.partner)
}

/// Whether a warehouse is out of service.
#[must_use]
pub fn is_closed(set: &Set, warehouse_id: &WarehouseId) -> bool {
    let warehouse = set.warehouses.get(warehouse_id);
    warehouse.is_some_and(|warehouse| warehouse.record.status == WarehouseStatus::Closed)
}
