//! What an event changes: the record, its order, the order's lines and cases.

use contracts::{
    CaseId, OrderId,
    event::{self, Event, ExceptionKind, ExceptionRaised, InvoicePosted},
};
use jiff::Timestamp;
use mesh::Outputs;
use rust_decimal::Decimal;

use super::{
    Set, Told,
    case::{self, State},
    facts::{Raise, dispatch},
    late,
    order::{Line, Order, Stage, Standing, stage},
    record::{EventOrder, OrderName, Record},
};
use crate::config::Config;

/// Something happened.
pub fn told(set: &mut Set, told: &Told, config: &Config, now: Timestamp, outputs: &mut Outputs) {
    let Told { record, facts } = told;
    set.events.put(Record { recorded_at: now, ..record.clone() });
    if facts.orders.len() > 1 {
        for order_id in &facts.orders {
            set.event_orders.put(EventOrder { order_id: *order_id, event_id: record.id.clone() });
        }
    }
    let mut stage = None;
    let mut over = Over::default();
    for order_id in &facts.orders {
        stage = Some(advance(set, *order_id, told, &mut over));
        for name in &facts.names {
            set.order_names.put(OrderName { name: name.clone(), order_id: *order_id });
        }
        settle_by_stage(set, *order_id, told, now, outputs);
        // That somebody has to look at it is nothing that happened to it.
        if record.aggregate != ExceptionRaised::AGGREGATE {
            late::order(set, *order_id, record, config, now, outputs);
        }
    }
    late::shipment(set, told, config, now, outputs);
    let stage = stage.filter(|_| facts.orders.len() == 1);
    for (kind, reference) in facts.settles.iter().chain(&over.settles) {
        let case_id = case::case_id(*kind, reference);
        settle(set, case_id, record, now, outputs);
    }
    for raise in facts.raises.iter().chain(&over.raises) {
        let over = stage.is_some_and(|stage| case::settled_by(raise.kind, stage));
        if over || is_billed(set, raise) || is_settled(set, raise, record) {
            continue;
        }
        let order_id = raise.order_id.or(facts.only_order());
        case::raise(&mut set.cases, raise, order_id, record.occurred_at, outputs);
    }
}

/// Lines of which too much has left (rule F5): no event says so, it shows in the sums.
#[derive(Default)]
struct Over {
    raises: Vec<Raise>,
    settles: Vec<(ExceptionKind, String)>,
}

impl Over {
    /// Raises a case when the excess grows, and settles it when it is gone.
    fn compare(&mut self, line: &Line, before: Decimal, after: Decimal) {
        let (kind, reference) =
            (ExceptionKind::OverShipped, format!("{}/{}", line.order_id, line.line));
        if after > before {
            let (above, sku) = (after.normalize(), &line.sku);
            let message = format!("{above} × {sku} left above what was ordered");
            self.raises.push(Raise::at_once(kind, reference, message));
        } else if after.is_zero() && !before.is_zero() {
            self.settles.push((kind, reference));
        }
    }
}

/// Adds what an event says to its order and its lines.
fn advance(set: &mut Set, order_id: OrderId, told: &Told, over: &mut Over) -> Stage {
    let Told { record, facts } = told;
    let known = set.orders.get(&order_id).and_then(|order| order.tolerance);
    let tolerance = facts.tolerance.or(known);
    for change in &facts.changes {
        let new = || Line::new(order_id, change.line, change.sku.clone());
        let line = set.lines.get_or_put(&(order_id, change.line), new);
        let before = known.map(|tolerance| line.over_shipped(tolerance)).unwrap_or_default();
        line.add(change.figure, &change.sku, change.quantity);
        let after = tolerance.map(|tolerance| line.over_shipped(tolerance)).unwrap_or_default();
        over.compare(line, before, after);
    }
    let at = record.occurred_at;
    let standing = set.orders.get_or_put(&order_id, || Order::new(order_id, at)).standing;
    let standing = facts.standing.unwrap_or(standing);
    let lines: Vec<&Line> = set.lines.range((order_id, 0)..=(order_id, u32::MAX)).collect();
    let stage = stage(standing, &lines);
    let order = set.orders.get_or_put(&order_id, || Order::new(order_id, at));
    (order.standing, order.status, order.tolerance) = (standing, stage, tolerance);
    order.partner = order.partner.take().or_else(|| facts.partner.clone());
    order.po_number = order.po_number.take().or_else(|| facts.po_number.clone());
    order.customer_id = order.customer_id.take().or_else(|| facts.customer_id.clone());
    order.opened_at = order.opened_at.min(at);
    order.requested_ship_date = facts.ship_date.unwrap_or(order.requested_ship_date);
    match facts.standing {
        Some(Standing::Accepted) => order.accepted_at = earlier(order.accepted_at, at),
        Some(Standing::Completed) => order.completed_at = earlier(order.completed_at, at),
        Some(Standing::Unknown | Standing::Held | Standing::Rejected | Standing::Cancelled)
        | None => {}
    }
    if facts.invoices > 0 {
        order.invoiced_at = earlier(order.invoiced_at, at);
    }
    order.invoices += facts.invoices;
    order.settled += facts.settled;
    let happened = record.aggregate != ExceptionRaised::AGGREGATE;
    if happened && (at, &record.event) >= (order.last_at, &order.last_event) {
        (order.last_at, order.last_event) = (at, record.event.clone());
    }
    stage
}

fn earlier(known: Option<Timestamp>, at: Timestamp) -> Option<Timestamp> {
    Some(known.map_or(at, |known| known.min(at)))
}

/// Settles the cases that an order which stands like this has no more.
fn settle_by_stage(
    set: &mut Set,
    order_id: OrderId,
    told: &Told,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let Some(stage) = set.orders.get(&order_id).map(|order| order.status) else { return };
    let over = set.cases.iter().filter(|case| {
        case.order_id == Some(order_id)
            && case.state != State::Resolved
            && case::settled_by(case.kind.0, stage)
    });
    let over: Vec<CaseId> = over.map(|case| case.case_id).collect();
    for case_id in over {
        settle(set, case_id, &told.record, now, outputs);
    }
}

/// Settles a case in an event's name.
pub(super) fn settle(
    set: &mut Set,
    case_id: CaseId,
    by: &Record,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let name = format!("{}/{}", by.event, by.aggregate_id);
    case::settle(&mut set.cases, case_id, &name, &by.summary, now, outputs);
}

/// Whether a dispatch that is said to wait for its invoice has it: the two events are of different
/// aggregates, and the invoice may have been seen first.
fn is_billed(set: &Set, raise: &Raise) -> bool {
    let bills_it = |record: &Record| {
        record.event == "invoice.posted"
            && event::from_json::<InvoicePosted>(record.payload.as_bytes())
                .is_ok_and(|posted| dispatch(&posted.data) == raise.reference)
    };
    raise.kind == ExceptionKind::InvoiceWaiting && set.events.iter().any(bills_it)
}

/// Whether an invoice that is said to be paid short has been settled since: that is said by another
/// aggregate too.
fn is_settled(set: &Set, raise: &Raise, by: &Record) -> bool {
    let settles_it = |record: &Record| {
        record.event == "receivable.settled"
            && record.aggregate_id == raise.reference
            && record.occurred_at >= by.occurred_at
    };
    raise.kind == ExceptionKind::ShortPayment && set.events.iter().any(settles_it)
}
