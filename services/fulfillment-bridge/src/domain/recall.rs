//! What a warehouse was asked is wanted back. Who was first is decided here: what no confirmation
//! covers is taken back, what left stands.

use std::cmp::Reverse;

use contracts::{
    PartnerName, Quantity, Reason, ReasonLine, ShipmentId,
    command::CancelShipment,
    document::{LineQuantity, ShipCancel},
    event::{InventoryRecalled, ReservedLine, ShipmentCancelled},
    question::ShipmentState,
};
use mesh::{Context, Decision, Json, Outputs, command::once_or_refused};

use super::{
    Set, order,
    shipment::{self, Line, Shipment, lines_of, place_of},
    sum,
    warehouse::{is_closed, recipient},
};

/// Allocation wants stock back, from warehouses that may have shipped it. The newest reservations
/// give first.
pub fn recalled(set: &mut Set, recalled: &InventoryRecalled, context: &Context<'_>) -> Decision {
    let order_id = recalled.order_id;
    let mut wanted: Vec<ReservedLine> = recalled.lines.clone();
    let mut shipments: Vec<Shipment> =
        set.shipments.iter().filter(|it| it.order_id == order_id).cloned().collect();
    shipments.sort_by_key(|shipment| Reverse(shipment.reservation));
    let mut outputs = Outputs::none();
    for shipment in &shipments {
        let mut lines = Vec::new();
        let reason = why(set, shipment, &wanted);
        let here = |line: &&mut ReservedLine| line.warehouse_id == shipment.warehouse_id;
        for line in wanted.iter_mut().filter(here) {
            let place = place_of(set, shipment.shipment_id, line.line, &line.sku);
            let Some(place) = place else { continue };
            let cancelled = cancel(set, shipment, place, line.quantity);
            line.quantity = line.quantity.saturating_sub(cancelled.quantity);
            lines.push(cancelled);
        }
        lines.retain(|line| !line.quantity.is_zero());
        if lines.is_empty() {
            continue;
        }
        let partner = match recipient(set, &shipment.warehouse_id, context) {
            Ok(partner) => partner,
            Err(missing) => return Decision::Wait(missing),
        };
        announce(shipment, lines, reason, Some(&partner), &mut outputs);
    }
    outputs.into()
}

/// A recall does not say why it is: less is wanted, the warehouse is closed, another one has sent
/// more than it was asked for, or this one has less than was promised from it.
fn why(set: &Set, shipment: &Shipment, wanted: &[ReservedLine]) -> Reason {
    let less = set.orders.get(&shipment.order_id).and_then(|order| order.less_wanted);
    let here = wanted.iter().filter(|line| line.warehouse_id == shipment.warehouse_id);
    let mut rows = here.filter_map(|line| set.order_lines.get(&(shipment.order_id, line.line)));
    if let Some(Json(reason)) = less {
        reason
    } else if is_closed(set, &shipment.warehouse_id) {
        Reason::WarehouseClosed
    } else if rows.any(|line| sum(line.dispatched, line.open()) > line.ordered) {
        Reason::AlreadyDispatched
    } else {
        Reason::OutOfStock
    }
}

/// An operator takes back all that is open of a shipment.
pub fn command(set: &mut Set, command: &CancelShipment, context: &Context<'_>) -> Decision {
    once_or_refused(set, command, context, |set| {
        let shipment_id = command.shipment_id;
        let Some(shipment) = set.shipments.get(&shipment_id).cloned() else {
            let text = format!("there is no shipment {shipment_id}");
            return Err(ReasonLine::new(Reason::UnknownShipment, text));
        };
        let open: Vec<(u32, Quantity)> = lines_of(set, shipment_id)
            .filter(|line| !line.open().is_zero())
            .map(|line| (line.place, line.open()))
            .collect();
        if open.is_empty() {
            return Err(nothing_open(set, shipment_id));
        }
        let lines = open.into_iter().map(|(place, open)| cancel(set, &shipment, place, open));
        let lines = lines.collect();
        let partner = recipient(set, &shipment.warehouse_id, context).ok();
        let mut outputs = Outputs::none();
        announce(&shipment, lines, Reason::CancelledByOperator, partner.as_ref(), &mut outputs);
        Ok(outputs)
    })
    .into()
}

fn nothing_open(set: &Set, shipment_id: ShipmentId) -> ReasonLine {
    let lines: Vec<&Line> = lines_of(set, shipment_id).collect();
    let state = shipment::state(&lines, &[]);
    let code = if state == ShipmentState::Cancelled {
        Reason::ShipmentCancelled
    } else {
        Reason::AlreadyDispatched
    };
    ReasonLine::new(code, format!("nothing of shipment {shipment_id} is open: it is {state}"))
}

/// Takes back up to so many units, and says how many.
fn cancel(set: &mut Set, shipment: &Shipment, place: u32, quantity: Quantity) -> LineQuantity {
    let key = (shipment.shipment_id, place);
    let line = set.lines.get_mut(&key).expect("the place of a line of the set");
    let quantity = line.cancel(quantity);
    let cancelled = LineQuantity { line: line.line, sku: line.sku.clone(), quantity };
    let totals = order::line_mut(set, shipment.order_id, cancelled.line);
    totals.cancelled = sum(totals.cancelled, quantity);
    cancelled
}

fn announce(
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
