//! `inventory.recalled`: allocation wants stock back from warehouses that may have shipped it. Who
//! was first is decided here: what no confirmation covers is taken back, what left stands.

use std::cmp::Reverse;

use contracts::{
    Reason,
    document::LineQuantity,
    event::{InventoryRecalled, ReservedLine},
};
use mesh::{
    Context, Halt, Handler, Json, OnEvent, Outputs,
    checked::{minus, plus},
};

use crate::{
    FulfillmentBridge,
    domain::{
        cancel::{announce, cancel},
        shipment::{Shipment, place_of},
        warehouse::{is_closed, recipient},
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<FulfillmentBridge> = &OnEvent { keys, decide };

fn keys(recalled: &InventoryRecalled, keys: &mut Keys) {
    keys.orders.insert(recalled.order_id);
}

/// The newest reservations give first.
fn decide(
    _: &FulfillmentBridge,
    recalled: &InventoryRecalled,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut wanted: Vec<ReservedLine> = recalled.lines.clone();
    let shipments = work.shipments.having("order_id", &recalled.order_id);
    let mut shipments: Vec<Shipment> = shipments.cloned().collect();
    shipments.sort_by_key(|shipment| Reverse(shipment.reservation));
    let mut outputs = Outputs::none();
    for shipment in &shipments {
        let reason = reason(work, shipment, &wanted)?;
        let lines = take_back(work, shipment, &mut wanted)?;
        if !lines.is_empty() {
            let partner = recipient(&work.warehouses, &shipment.warehouse_id, context)?;
            announce(shipment, lines, reason, Some(&partner), &mut outputs);
        }
    }
    Ok(outputs)
}

/// Takes back what is open of a shipment and still wanted.
fn take_back(
    work: &mut UnitOfWork,
    shipment: &Shipment,
    wanted: &mut [ReservedLine],
) -> Result<Vec<LineQuantity>, Halt> {
    let mut lines = Vec::new();
    for line in wanted.iter_mut().filter(|line| line.warehouse_id == shipment.warehouse_id) {
        let place = place_of(&work.lines, shipment.shipment_id, line.line, &line.sku);
        let Some(place) = place else { continue };
        let cancelled = cancel(work, shipment, place, line.quantity)?;
        line.quantity = minus(line.quantity, cancelled.quantity)?;
        lines.extend((!cancelled.quantity.is_zero()).then_some(cancelled));
    }
    Ok(lines)
}

/// A recall does not say why it is: less is wanted, the warehouse is closed, another one has sent
/// more than it was asked for, or this one has less than was promised from it.
fn reason(work: &UnitOfWork, shipment: &Shipment, wanted: &[ReservedLine]) -> Result<Reason, Halt> {
    let order = work.orders.get(&shipment.order_id);
    if let Some(Json(reason)) = order.and_then(|order| order.less_wanted) {
        return Ok(reason);
    }
    if is_closed(&work.warehouses, &shipment.warehouse_id) {
        return Ok(Reason::WarehouseClosed);
    }
    for line in wanted.iter().filter(|line| line.warehouse_id == shipment.warehouse_id) {
        let totals = work.order_lines.get(&(shipment.order_id, line.line));
        if let Some(line) = totals
            && plus(line.dispatched, line.open()?)? > line.ordered
        {
            return Ok(Reason::AlreadyDispatched);
        }
    }
    Ok(Reason::OutOfStock)
}
