//! The shipments of an order. A buyer sees those of its own orders.

use std::collections::BTreeMap;

use contracts::{
    OrderId, ShipmentId,
    document::read_json,
    question::{
        Question, ShipmentDispatch, ShipmentLine, ShipmentStatus, ShipmentStatusRequest,
        ShipmentSummary,
    },
};
use futures::FutureExt as _;
use mesh::{Asker, DatabaseConnection, Endpoint, Halt, QuestionError, row};
use serde_json::Value;

use crate::{
    FulfillmentBridge,
    domain::{
        confirmation::Confirmation,
        order::Order,
        shipment::{Line, Shipment, state},
    },
};

pub const ENDPOINT: Endpoint<FulfillmentBridge> = Endpoint {
    question: ShipmentStatusRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// The shipments of a PO number, oldest first.
async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    if asker.partner().is_some_and(|partner| !partner.has_any_role(ShipmentStatusRequest::ROLES)) {
        return Err(QuestionError::not_allowed());
    }
    let request: ShipmentStatusRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    let orders: Vec<Order> = row::find(db, "po_number", [request.po_number.clone()]).await?;
    let is_theirs = |order: &&Order| {
        asker.sees_all() || asker.partner().is_some_and(|it| it.partner == order.partner)
    };
    let theirs: Vec<OrderId> =
        orders.iter().filter(is_theirs).map(|order| order.order_id).collect();
    if theirs.is_empty() {
        let text = format!("there is no order PO {}", request.po_number);
        return Err(QuestionError::not_found(text));
    }
    let status = ShipmentStatus { shipments: shipments_of(db, theirs).await? };
    serde_json::to_value(status).map_err(|error| QuestionError::bad_request(error.to_string()))
}

async fn shipments_of(
    db: &DatabaseConnection,
    orders: Vec<OrderId>,
) -> Result<Vec<ShipmentSummary>, QuestionError> {
    let mut shipments: Vec<Shipment> = row::find(db, "order_id", orders).await?;
    shipments.sort_by_key(|it| (it.requested_at, it.reservation, it.warehouse_id.clone()));
    let ids = || shipments.iter().map(|shipment| shipment.shipment_id);
    let lines: Vec<Line> = row::find(db, "shipment_id", ids()).await?;
    let mut dispatches: Vec<Confirmation> = row::find(db, "shipment_id", ids()).await?;
    dispatches.retain(Confirmation::is_dispatch);
    dispatches.sort_by_key(|it| (it.content.shipped_at, it.taken_at, it.confirmation_id.clone()));
    let lines = by_shipment(&lines, |line| line.shipment_id);
    let dispatches = by_shipment(&dispatches, |dispatch| dispatch.shipment_id);
    let none = (Vec::new(), Vec::new());
    let summary = |shipment: &Shipment| {
        let lines = lines.get(&shipment.shipment_id).unwrap_or(&none.0);
        let dispatches = dispatches.get(&shipment.shipment_id).unwrap_or(&none.1);
        summary(shipment, lines, dispatches)
    };
    shipments.iter().map(summary).collect::<Result<_, Halt>>().map_err(broken)
}

fn broken(halt: Halt) -> QuestionError {
    QuestionError { code: 500, message: format!("a shipment does not add up: {halt:?}") }
}

fn by_shipment<T>(
    rows: &[T],
    shipment: impl Fn(&T) -> ShipmentId,
) -> BTreeMap<ShipmentId, Vec<&T>> {
    let mut all: BTreeMap<ShipmentId, Vec<&T>> = BTreeMap::new();
    rows.iter().for_each(|row| all.entry(shipment(row)).or_default().push(row));
    all
}

fn summary(
    shipment: &Shipment,
    lines: &[&Line],
    dispatches: &[&Confirmation],
) -> Result<ShipmentSummary, Halt> {
    Ok(ShipmentSummary {
        shipment_id: shipment.shipment_id,
        order_id: shipment.order_id,
        po_number: shipment.po_number.clone(),
        warehouse_id: shipment.warehouse_id.clone(),
        status: state(lines, dispatches)?,
        lines: lines.iter().map(|line| line_of(line)).collect(),
        dispatches: dispatches.iter().map(|dispatch| dispatch_of(dispatch)).collect(),
    })
}

fn line_of(line: &Line) -> ShipmentLine {
    ShipmentLine {
        line: line.line,
        sku: line.sku.clone(),
        requested: line.requested,
        dispatched: line.dispatched,
        short: line.short,
        cancelled: line.cancelled,
        covered: line.covered,
    }
}

fn dispatch_of(dispatch: &Confirmation) -> ShipmentDispatch {
    let lines = dispatch.acknowledgement.lines.iter();
    ShipmentDispatch {
        confirmation_id: dispatch.confirmation_id.clone(),
        shipped_at: dispatch.content.shipped_at,
        carrier: dispatch.content.carrier.clone(),
        tracking_number: dispatch.content.tracking_number.clone(),
        lines: lines.filter(|line| !line.quantity.is_zero()).cloned().collect(),
        delivery: dispatch.delivery.map(|delivery| delivery.0),
        delivered_at: dispatch.delivered_at,
    }
}
