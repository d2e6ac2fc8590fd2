//! Partners that may report for a warehouse.

use contracts::{PartnerName, Reason, ReasonPath, Role, WarehouseId, document::Stock};
use mesh::{Context, Halt, Key, command::Stop};

use super::refusal::{Report, refused};
use crate::unit_of_work::UnitOfWork;

/// A warehouse, and the field of the document that names it.
type Named<'a> = (&'static str, &'a WarehouseId);

/// Admits a sender that may speak for the warehouse of a report; what has arrived of a transfer may
/// be reported by either of the two.
pub fn admit(
    work: &UnitOfWork,
    sender: &PartnerName,
    document: &Stock,
    context: &Context<'_>,
) -> Report<()> {
    let here = ("warehouse_id", document.warehouse_id());
    let Stock::Transfer(transfer) = document else {
        return speaks(work, sender, here, None, context);
    };
    let to = ("to_warehouse_id", &transfer.to_warehouse_id);
    let (speaker, or) = if transfer.received { (to, Some(here)) } else { (here, None) };
    speaks(work, sender, speaker, or, context)?;
    is_known(work, to, context)?;
    is_known(work, here, context)
}

/// Both the sender's record and the warehouse's must say that the sender speaks for it. The ERP may
/// report for any.
fn speaks(
    work: &UnitOfWork,
    sender: &PartnerName,
    warehouse: Named<'_>,
    or: Option<Named<'_>>,
    context: &Context<'_>,
) -> Report<()> {
    let partner = context.partners.get(sender);
    let may = |(_, warehouse_id): &Named<'_>| {
        let known = work.warehouses.get(warehouse_id).zip(partner);
        known.is_some_and(|(warehouse, partner)| {
            partner.has_role(Role::Erp) || warehouse.is_of(partner)
        })
    };
    let admitted = may(&warehouse) || or.as_ref().is_some_and(may);
    if admitted { Ok(()) } else { Err(unknown(warehouse, context)) }
}

fn is_known(work: &UnitOfWork, named: Named<'_>, context: &Context<'_>) -> Report<()> {
    let is_known = work.warehouses.get(named.1).is_some();
    if is_known { Ok(()) } else { Err(unknown(named, context)) }
}

/// A warehouse that is not known, or not the sender's: nobody is told which of the two (M10).
fn unknown((path, warehouse_id): Named<'_>, context: &Context<'_>) -> Stop<Vec<ReasonPath>> {
    if context.last_chance {
        let text = format!("there is no warehouse `{warehouse_id}`");
        refused(path, Reason::UnknownWarehouse, text)
    } else {
        Stop::Halt(Halt::Wait(Key::new("warehouse", warehouse_id)))
    }
}
