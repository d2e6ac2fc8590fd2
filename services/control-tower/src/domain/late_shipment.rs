//! Shipments that a warehouse does not account for in time (rule F6). No event says so: a case is
//! made pending when the warehouse is asked, and opens when its time comes, unless it is settled
//! before.

use contracts::{OrderId, ShipmentId, document::LineQuantity, event::ExceptionKind};
use jiff::Timestamp;
use mesh::{Json, Outputs};

use super::{
    case::{Case, State, case_id},
    facts::Shipping,
    lifecycle::settle_by_event,
    record::{ObservedEvent, Record},
    shipment::PendingShipment,
    time::{begins, later},
    words,
};
use crate::{config::Config, unit_of_work::UnitOfWork};

/// Follows a shipment: its warehouse was asked, or has accounted for units. A shipment's events come
/// in their order.
pub fn follow(
    work: &mut UnitOfWork,
    event: &ObservedEvent,
    config: &Config,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let ObservedEvent { record, facts } = event;
    let Some((shipping, order_id)) = facts.shipping.as_ref().zip(facts.only_order()) else {
        return;
    };
    match shipping {
        Shipping::Asked { shipment_id, warehouse_id, ship_date, lines } => {
            let asked_at = record.occurred_at;
            let shipment = PendingShipment {
                shipment_id: *shipment_id,
                order_id,
                warehouse_id: warehouse_id.clone(),
                asked_at,
                open: Json(lines.clone()),
            };
            let due = ship_date.and_then(begins).map_or(asked_at, |day| day.max(asked_at));
            let opens_at = later(due, config.shipment_late_after);
            let reference = shipment_id.to_string();
            let case = Case::pending(ExceptionKind::ShipmentLate, reference, asked_at, opens_at);
            let message = message(work, &shipment, order_id);
            work.cases.put(Case { order_id: Some(order_id), message, ..case });
            work.pending_shipments.put(shipment);
        }
        Shipping::Accounted { shipment_id, lines } => {
            account(work, *shipment_id, order_id, lines, record, now, outputs);
        }
    }
}

fn account(
    work: &mut UnitOfWork,
    shipment_id: ShipmentId,
    order_id: OrderId,
    lines: &[LineQuantity],
    record: &Record,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let Some(shipment) = work.pending_shipments.get_mut(&shipment_id) else { return };
    shipment.account_for(lines);
    let shipment = shipment.clone();
    let case_id = case_id(ExceptionKind::ShipmentLate, &shipment_id.to_string());
    if shipment.open.0.is_empty() {
        work.pending_shipments.remove(&shipment_id);
        settle_by_event(&mut work.cases, case_id, record, now, outputs);
        return;
    }
    let message = message(work, &shipment, order_id);
    let is_unsettled = |case: &Case| case.state != State::Resolved;
    if work.cases.get(&case_id).is_some_and(is_unsettled)
        && let Some(case) = work.cases.get_mut(&case_id)
    {
        case.message = message;
    }
}

fn message(work: &UnitOfWork, shipment: &PendingShipment, order_id: OrderId) -> String {
    let PendingShipment { warehouse_id, asked_at, open, .. } = shipment;
    let order = work.orders.get(&order_id).map(|order| format!(" for {}", order.name()));
    let (order, goods) = (order.unwrap_or_default(), words::lines(&open.0));
    format!("{warehouse_id} has not said what became of {goods}{order}, asked for at {asked_at:.0}")
}
