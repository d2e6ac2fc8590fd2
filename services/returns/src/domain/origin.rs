//! The partners that may receive returned goods. RMA numbers count up, so quoting one is not
//! enough.

use std::collections::BTreeSet;

use contracts::{Role, Sku, WarehouseId, partner::Partner};
use mesh::Partners;

use super::{close, rma::Authorization};
use crate::unit_of_work::UnitOfWork;

/// Returns true if a partner may receive goods at a warehouse: it speaks for the warehouse, or is
/// an ERP.
pub fn may_receive_at(
    work: &UnitOfWork,
    partner: &Partner,
    id: &WarehouseId,
    partners: &Partners,
) -> bool {
    let is_erp = partner.has_role(Role::Erp);
    work.warehouses.get(id).is_some() && (is_erp || speaks_for(work, partner, id, partners))
}

/// Returns true if a partner may receive a return: it speaks for a warehouse that units of the
/// return left from, or is an ERP.
pub fn may_receive(
    work: &UnitOfWork,
    partner: &Partner,
    authorization: &Authorization,
    partners: &Partners,
) -> bool {
    if partner.has_role(Role::Erp) {
        return true;
    }
    let Authorization { rma_number, order_id, .. } = authorization;
    let lines: BTreeSet<(u32, &Sku)> =
        close::lines_of(work, rma_number).map(|line| (line.line, &line.sku)).collect();
    let left = work.dispatches.having("order_id", order_id);
    let left = left.filter(|one| lines.contains(&(one.line, &one.sku)));
    let origins: BTreeSet<&WarehouseId> = left.map(|one| &one.warehouse_id).collect();
    origins.into_iter().any(|id| speaks_for(work, partner, id, partners))
}

fn speaks_for(work: &UnitOfWork, partner: &Partner, id: &WarehouseId, partners: &Partners) -> bool {
    let warehouse = work.warehouses.get(id);
    warehouse.and_then(|warehouse| warehouse.speaker(partners)) == Some(&partner.partner)
}
