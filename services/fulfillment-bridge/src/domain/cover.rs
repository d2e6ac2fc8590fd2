//! Units that leave above the request and cover other shipments of their warehouse (rule F5).

use contracts::{
    Quantity, Reason, ShipmentId, Sku,
    document::{LineQuantity, ShipCancel},
    event::ShipmentCovered,
};
use mesh::{Context, Halt, Outputs, checked::minus, column::Cell as _};

use super::{
    shipment::{Shipment, place_of},
    warehouse::recipient,
};
use crate::unit_of_work::UnitOfWork;

/// Units that leave above the request consume what is open of the line first. Here that is what the
/// same warehouse was asked for with other shipments, oldest first: its reservation is one to
/// allocation, which consumes it whichever shipment the units left with. What other warehouses were
/// asked for is recalled by allocation. Returns how many units of which shipments are covered.
pub fn cover(
    work: &mut UnitOfWork,
    shipment: &Shipment,
    line: u32,
    sku: &Sku,
    unasked: Quantity,
) -> Result<Vec<(ShipmentId, Quantity)>, Halt> {
    if unasked.is_zero() {
        return Ok(Vec::new());
    }
    let mut left = unasked;
    let mut all = Vec::new();
    for id in siblings(work, shipment) {
        let Some(place) = place_of(&work.lines, id, line, sku) else { continue };
        let Some(line) = work.lines.get_mut(&(id, place)) else { continue };
        let covered = line.cover(left)?;
        left = minus(left, covered)?;
        all.extend((!covered.is_zero()).then_some((id, covered)));
    }
    Ok(all)
}

/// The other shipments of the order and warehouse, oldest first.
fn siblings(work: &UnitOfWork, shipment: &Shipment) -> Vec<ShipmentId> {
    let siblings = work.shipments.filtered([("order_id", shipment.order_id.value())], |it| {
        it.order_id == shipment.order_id
            && it.warehouse_id == shipment.warehouse_id
            && it.shipment_id != shipment.shipment_id
    });
    let mut siblings: Vec<(u64, ShipmentId)> =
        siblings.map(|shipment| (shipment.reservation, shipment.shipment_id)).collect();
    siblings.sort_unstable();
    siblings.into_iter().map(|(_, id)| id).collect()
}

/// Tells the warehouse not to send again what it has sent with another shipment. Its stock is as
/// allocation knows it, which saw the units leave.
pub fn announce(
    work: &UnitOfWork,
    by: &Shipment,
    shipment_id: ShipmentId,
    lines: Vec<LineQuantity>,
    context: &Context<'_>,
    outputs: &mut Outputs,
) {
    let order_id = by.order_id;
    outputs.event(&ShipmentCovered {
        shipment_id,
        order_id,
        partner: by.partner.clone(),
        po_number: by.po_number.clone(),
        warehouse_id: by.warehouse_id.clone(),
        covered_by: by.shipment_id,
        lines: lines.clone(),
    });
    let reason = Reason::AlreadyDispatched;
    if let Ok(partner) = recipient(&work.warehouses, &by.warehouse_id, context) {
        outputs.document(&partner, &ShipCancel { shipment_id, order_id, lines, reason });
    }
}
