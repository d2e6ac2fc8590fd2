//! Who may receive returned goods. RMA numbers count up: quoting one is not enough.

use std::collections::BTreeSet;

use contracts::{Role, Sku, WarehouseId, partner::Partner};
use mesh::Partners;

use super::{Set, close, rma::Authorization};

/// Whether a partner may receive goods at a warehouse: it speaks for it, or is an ERP.
pub fn may_receive_at(set: &Set, partner: &Partner, id: &WarehouseId, partners: &Partners) -> bool {
    let is_erp = partner.has_role(Role::Erp);
    set.warehouses.get(id).is_some() && (is_erp || speaks_for(set, partner, id, partners))
}

/// Whether a partner may receive a return: it speaks for a warehouse that units of it left from, or
/// is an ERP.
pub fn may_receive(
    set: &Set,
    partner: &Partner,
    authorization: &Authorization,
    partners: &Partners,
) -> bool {
    if partner.has_role(Role::Erp) {
        return true;
    }
    let Authorization { rma_number, order_id, .. } = authorization;
    let lines: BTreeSet<(u32, &Sku)> =
        close::lines_of(set, rma_number).map(|line| (line.line, &line.sku)).collect();
    let left = set.dispatches.iter().filter(|one| one.order_id == *order_id);
    let left = left.filter(|one| lines.contains(&(one.line, &one.sku)));
    let origins: BTreeSet<&WarehouseId> = left.map(|one| &one.warehouse_id).collect();
    origins.into_iter().any(|id| speaks_for(set, partner, id, partners))
}

fn speaks_for(set: &Set, partner: &Partner, id: &WarehouseId, partners: &Partners) -> bool {
    let warehouse = set.warehouses.get(id);
    warehouse.and_then(|warehouse| warehouse.speaker(partners)) == Some(&partner.partner)
}
