//! What does not get on in time: a warehouse that does not account for what it was asked to ship
//! (rule F6), and an order. No event says so: a case is made pending when the waiting begins, and
//! opens when its time comes, unless it is settled before.

use std::time::Duration;

use contracts::{
    CaseId, OrderId, ShipmentId, WarehouseId, document::LineQuantity, event::ExceptionKind,
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use mesh::{Json, Outputs};

use super::{
    Set, Told,
    case::{self, Case, State},
    facts::{Shipping, words},
    order::{Line, Order},
    progress::settle,
    record::Record,
};
use crate::config::Config;

/// What a warehouse was asked to ship and has not accounted for. The row is gone when it has.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// Of which order.
    pub order_id: OrderId,
    /// Who was asked.
    pub warehouse_id: WarehouseId,
    /// When.
    pub asked_at: Timestamp,
    /// What neither left, nor is short, nor was taken back.
    pub open: Json<Vec<LineQuantity>>,
}

mesh::row!(Asked in "asked" by (shipment_id: ShipmentId) {
    shipment_id, order_id, warehouse_id, asked_at, open
});

/// A warehouse was asked, or has accounted for something. A shipment's events come in their order.
pub fn shipment(set: &mut Set, told: &Told, config: &Config, now: Timestamp, out: &mut Outputs) {
    let Told { record, facts } = told;
    match (&facts.shipping, facts.only_order()) {
        (Some(Shipping::Asked { shipment_id, warehouse_id, ship_date, lines }), Some(order_id)) => {
            let asked = Asked {
                shipment_id: *shipment_id,
                order_id,
                warehouse_id: warehouse_id.clone(),
                asked_at: record.occurred_at,
                open: Json(lines.clone()),
            };
            let due =
                ship_date.and_then(begins).map_or(asked.asked_at, |day| day.max(asked.asked_at));
            let message = unaccounted(set, &asked);
            set.cases.put(Case {
                order_id: Some(order_id),
                message,
                ..Case::pending(
                    ExceptionKind::ShipmentLate,
                    shipment_id.to_string(),
                    asked.asked_at,
                    later(due, config.shipment_late_after),
                )
            });
            set.asked.put(asked);
        }
        (Some(Shipping::Accounted { shipment_id, lines }), _) => {
            account(set, *shipment_id, lines, record, now, out);
        }
        (Some(Shipping::Asked { .. }) | None, _) => {}
    }
}

fn account(
    set: &mut Set,
    shipment_id: ShipmentId,
    lines: &[LineQuantity],
    record: &Record,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let Some(asked) = set.asked.get_mut(&shipment_id) else { return };
    for line in lines {
        let same = |open: &&mut LineQuantity| open.line == line.line && open.sku == line.sku;
        if let Some(open) = asked.open.0.iter_mut().find(same) {
            open.quantity = open.quantity.saturating_sub(line.quantity);
        }
    }
    asked.open.0.retain(|open| !open.quantity.is_zero());
    let asked = asked.clone();
    let case_id = case::case_id(ExceptionKind::ShipmentLate, &shipment_id.to_string());
    if asked.open.0.is_empty() {
        set.asked.remove(&shipment_id);
        settle(set, case_id, record, now, outputs);
        return;
    }
    let message = unaccounted(set, &asked);
    let waits = set.cases.get(&case_id).is_some_and(|case| case.state != State::Resolved);
    if let Some(case) = set.cases.get_mut(&case_id).filter(|_| waits) {
        case.message = message;
    }
}

fn unaccounted(set: &Set, asked: &Asked) -> String {
    let Asked { warehouse_id, asked_at, open, .. } = asked;
    let of = set.orders.get(&asked.order_id).map(|order| format!(" for {}", order.name()));
    let (of, goods) = (of.unwrap_or_default(), words::lines(&open.0));
    format!("{warehouse_id} has not said what became of {goods}{of}, asked for at {asked_at:.0}")
}

/// Something happened to an order: it is late at another time, or not any more.
pub fn order(
    set: &mut Set,
    order_id: OrderId,
    record: &Record,
    config: &Config,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let late_at = set.orders.get(&order_id).and_then(|order| late_at(order, config));
    let Some(late_at) = late_at else { return };
    let reference = order_id.to_string();
    let case_id = case::case_id(ExceptionKind::OrderLate, &reference);
    let known = set.cases.get(&case_id).map(|case| (case.state, case.opens_at));
    let again = match known {
        // Moved to a later time, it is looked at when the earlier one comes: most orders are
        // served by then, and not every event need write this row.
        Some((State::Pending, opens_at)) => late_at < opens_at,
        Some((State::Open, _)) if late_at > now => {
            settle(set, case_id, record, now, outputs);
            true
        }
        Some((State::Open, _)) => false,
        // An operator has settled it, knowing that the day is over.
        Some((State::Resolved, _)) => late_at > now,
        None => true,
    };
    if again {
        let pending = Case::pending(ExceptionKind::OrderLate, reference, late_at, late_at);
        set.cases.put(Case { order_id: Some(order_id), ..pending });
    }
}

/// The time of a pending case has come. How an order stands may have put it off.
pub fn overdue(
    set: &mut Set,
    case_id: CaseId,
    config: &Config,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let Some(case) = set.cases.get(&case_id).filter(|case| case.state == State::Pending) else {
        return;
    };
    let order = case.order_id.filter(|_| case.kind.0 == ExceptionKind::OrderLate);
    if let Some(order) = order.and_then(|order_id| set.orders.get(&order_id)) {
        let next = order_overdue(set, order, config, now);
        let Some(case) = set.cases.get_mut(&case_id) else { return };
        match next {
            Next::Late { since, message } => (case.raised_at, case.message) = (since, message),
            Next::Later(at) => {
                case.opens_at = at;
                return;
            }
        }
    }
    case::open(&mut set.cases, case_id, outputs);
}

enum Next {
    Late { since: Timestamp, message: String },
    Later(Timestamp),
}

fn order_overdue(set: &Set, order: &Order, config: &Config, now: Timestamp) -> Next {
    let again = later(now, config.order_late_after);
    let Some(since) = late_at(order, config) else { return Next::Later(again) };
    let lines = set.lines.range((order.order_id, 0)..=(order.order_id, u32::MAX));
    let missing: Vec<&Line> = lines.filter(|line| !line.missing().is_zero()).collect();
    let for_stock = missing.iter().all(|line| line.missing() == line.backordered);
    let (name, last_at) = (order.name(), order.last_at);
    let goods = words::goods(missing.iter().map(|line| (line.missing(), &line.sku)));
    let message = match order.requested_ship_date {
        _ if since > now => return Next::Later(since),
        None if for_stock => return Next::Later(again),
        None => format!("nothing has happened to {name} since {last_at:.0}; {goods} are to leave"),
        Some(date) => format!("{name} should have left on {date}; {goods} are to leave"),
    };
    Next::Late { since, message }
}

/// From when on an order is late: when its ship date is over, or when nothing has happened for
/// long. Never, where nothing of it is to leave.
fn late_at(order: &Order, config: &Config) -> Option<Timestamp> {
    let accepted_at = order.accepted_at?;
    if case::settled_by(ExceptionKind::OrderLate, order.status) {
        return None;
    }
    let patient = |since| later(since, config.order_late_after);
    Some(match order.requested_ship_date.and_then(ends) {
        Some(end) if end > accepted_at => end,
        // It came when the day was over.
        Some(_) => patient(accepted_at),
        None => patient(order.last_at),
    })
}

fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn begins(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp())
}

fn ends(day: Date) -> Option<Timestamp> {
    day.checked_add(1.day()).ok().and_then(begins)
}
