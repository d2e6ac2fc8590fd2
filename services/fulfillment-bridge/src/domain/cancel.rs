//! Units that a warehouse was asked for are taken back.

use contracts::{
    PartnerName, Quantity, Reason,
    document::{LineQuantity, ShipCancel},
    event::ShipmentCancelled,
};
use mesh::{Halt, Outputs, checked::plus};

use super::{order, shipment::Shipment};
use crate::unit_of_work::UnitOfWork;

/// Takes back up to so many units of a line, and returns how many were open.
pub fn cancel(
    work: &mut UnitOfWork,
    shipment: &Shipment,
    place: u32,
    quantity: Quantity,
) -> Result<LineQuantity, Halt> {
    let line = work.lines.get_mut(&(shipment.shipment_id, place));
    let line = line.ok_or_else(|| Halt::broken("a line of a shipment is gone"))?;
    let quantity = line.cancel(quantity)?;
    let cancelled = LineQuantity { line: line.line, sku: line.sku.clone(), quantity };
    let totals = order::line_mut(&mut work.order_lines, shipment.order_id, cancelled.line);
    totals.cancelled = plus(totals.cancelled, quantity)?;
    Ok(cancelled)
}

pub fn announce(
    shipment: &Shipment,
    lines: Vec<LineQuantity>,
    reason: Reason,
    partner: Option<&PartnerName>,
    outputs: &mut Outputs,
) {
    let (shipment_id, order_id) = (shipment.shipment_id, shipment.order_id);
    outputs.event(&ShipmentCancelled {
        shipment_id,
        order_id,
        partner: shipment.partner.clone(),
        po_number: shipment.po_number.clone(),
        warehouse_id: shipment.warehouse_id.clone(),
        lines: lines.clone(),
        reason,
    });
    if let Some(partner) = partner {
        outputs.document(partner, &ShipCancel { shipment_id, order_id, lines, reason });
    }
}
