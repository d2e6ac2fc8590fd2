//! Orders that do not leave in time. No event says so: a case is made pending when the order is
//! accepted, and opens when its time comes, unless it is settled before.

use contracts::{OrderId, event::ExceptionKind};
use jiff::Timestamp;
use mesh::Outputs;

use super::{
    case::{Case, State, case_id, is_settled_by},
    lifecycle::settle_by_event,
    line::Line,
    order::Order,
    record::Record,
    time::{ends, later},
    words,
};
use crate::{config::Config, unit_of_work::UnitOfWork};

/// Follows an order after an event: it is late at another time, or not any more.
pub fn follow(
    work: &mut UnitOfWork,
    order_id: OrderId,
    event: &Record,
    config: &Config,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let late_at = work.orders.get(&order_id).and_then(|order| late_at(order, config));
    let Some(late_at) = late_at else { return };
    let reference = order_id.to_string();
    let case_id = case_id(ExceptionKind::OrderLate, &reference);
    let known = work.cases.get(&case_id).map(|case| (case.state, case.opens_at));
    let again = match known {
        // Moved to a later time, it is looked at when the earlier one comes: most orders are
        // served by then, and not every event need write this row.
        Some((State::Pending, opens_at)) => late_at < opens_at,
        Some((State::Open, _)) if late_at > now => {
            settle_by_event(&mut work.cases, case_id, event, now, outputs);
            true
        }
        Some((State::Open, _)) => false,
        // An operator has settled it, knowing that the day is over.
        Some((State::Resolved, _)) => late_at > now,
        None => true,
    };
    if again {
        let pending = Case::pending(ExceptionKind::OrderLate, reference, late_at, late_at);
        work.cases.put(Case { order_id: Some(order_id), ..pending });
    }
}

/// The verdict on an order whose case is due.
#[derive(Debug)]
pub enum Verdict {
    Late {
        since: Timestamp,
        message: String,
    },
    /// The case is due again at another time.
    Postponed(Timestamp),
}

/// Judges an order whose case is due: later events may have put it off.
#[must_use]
pub fn judge(work: &UnitOfWork, order: &Order, config: &Config, now: Timestamp) -> Verdict {
    let again = later(now, config.order_late_after);
    let Some(since) = late_at(order, config) else { return Verdict::Postponed(again) };
    let lines = work.lines.from((order.order_id, 0));
    let missing: Vec<&Line> = lines.filter(|line| !line.missing().is_zero()).collect();
    let for_stock = missing.iter().all(|line| line.missing() == line.backordered);
    let (name, last_at) = (order.name(), order.last_at);
    let goods = words::goods(missing.iter().map(|line| (line.missing(), &line.sku)));
    let message = match order.requested_ship_date {
        _ if since > now => return Verdict::Postponed(since),
        None if for_stock => return Verdict::Postponed(again),
        None => format!("nothing has happened to {name} since {last_at:.0}; {goods} are to leave"),
        Some(date) => format!("{name} should have left on {date}; {goods} are to leave"),
    };
    Verdict::Late { since, message }
}

/// The time from which an order is late: the end of its ship date, or a long time after its last
/// event. None where no part of it is to leave.
fn late_at(order: &Order, config: &Config) -> Option<Timestamp> {
    let accepted_at = order.accepted_at?;
    if is_settled_by(order.stage, ExceptionKind::OrderLate) {
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
