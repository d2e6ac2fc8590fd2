//! The progress of an order by an event.

use contracts::{
    CaseId, OrderId,
    event::{Event, ExceptionRaised},
};
use jiff::Timestamp;
use mesh::{Halt, Outputs};

use super::{
    case::{is_settled_by, unsettled},
    excess::Excess,
    facts::Facts,
    lifecycle::settle_by_event,
    line::Line,
    order::Order,
    record::{ObservedEvent, Record},
    status::{OrderStatus, Stage, stage},
};
use crate::unit_of_work::UnitOfWork;

/// Adds the facts of an event to an order and its lines. Returns the order's stage.
///
/// # Errors
/// When a figure leaves its range.
pub fn advance(
    work: &mut UnitOfWork,
    order_id: OrderId,
    event: &ObservedEvent,
    excess: &mut Excess,
) -> Result<Stage, Halt> {
    let ObservedEvent { record, facts } = event;
    let known = work.orders.get(&order_id).and_then(|order| order.tolerance);
    let tolerance = facts.tolerance.or(known);
    for change in &facts.changes {
        let new = || Line::new(order_id, change.line, change.sku.clone());
        let line = work.lines.get_or_put(&(order_id, change.line), new);
        let before = known.map(|tolerance| line.over_shipped(tolerance)).unwrap_or_default();
        line.add(change.figure, &change.sku, change.quantity)?;
        let after = tolerance.map(|tolerance| line.over_shipped(tolerance)).unwrap_or_default();
        excess.compare(line, before, after);
    }
    let lines: Vec<&Line> = work.lines.from((order_id, 0)).collect();
    let order = work.orders.get_or_put(&order_id, || Order::new(order_id, record.occurred_at));
    order.status = facts.status.unwrap_or(order.status);
    order.stage = stage(order.status, &lines);
    order.tolerance = tolerance;
    update(order, facts, record);
    Ok(order.stage)
}

fn update(order: &mut Order, facts: &Facts, record: &Record) {
    let at = record.occurred_at;
    order.partner = order.partner.take().or_else(|| facts.partner.clone());
    order.po_number = order.po_number.take().or_else(|| facts.po_number.clone());
    order.customer_id = order.customer_id.take().or_else(|| facts.customer_id.clone());
    order.opened_at = order.opened_at.min(at);
    order.requested_ship_date = facts.ship_date.unwrap_or(order.requested_ship_date);
    if facts.status == Some(OrderStatus::Accepted) {
        order.accepted_at = earlier(order.accepted_at, at);
    }
    if facts.status == Some(OrderStatus::Completed) {
        order.completed_at = earlier(order.completed_at, at);
    }
    if facts.invoices > 0 {
        order.invoiced_at = earlier(order.invoiced_at, at);
    }
    order.invoices += facts.invoices;
    order.settled += facts.settled;
    // An exception is raised by the control tower itself: nothing happened to the order.
    let happened = record.aggregate != ExceptionRaised::AGGREGATE;
    if happened && (at, &record.event) >= (order.last_at, &order.last_event) {
        (order.last_at, order.last_event) = (at, record.event.clone());
    }
}

fn earlier(known: Option<Timestamp>, at: Timestamp) -> Option<Timestamp> {
    Some(known.map_or(at, |known| known.min(at)))
}

/// Settles the cases that an order at this stage has no more.
pub fn settle_by_stage(
    work: &mut UnitOfWork,
    order_id: OrderId,
    stage: Stage,
    event: &Record,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let over = unsettled(&work.cases, order_id);
    let over = over.filter(|case| is_settled_by(stage, case.kind.0));
    let over: Vec<CaseId> = over.map(|case| case.case_id).collect();
    for case_id in over {
        settle_by_event(&mut work.cases, case_id, event, now, outputs);
    }
}
