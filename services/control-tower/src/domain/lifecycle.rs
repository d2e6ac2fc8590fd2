//! The life of a case: raised, opened, settled.

use contracts::{
    CaseId, OrderId,
    event::{ExceptionRaised, ExceptionResolved},
};
use jiff::Timestamp;
use mesh::{Outputs, Rows};

use super::{
    case::{Case, State, case_id, queue, unsettled},
    facts::Raise,
    record::Record,
};

/// Raises a case, at once or when its patience is over. A case that is open stays open, with the
/// latest message.
pub fn raise(
    cases: &mut Rows<Case>,
    raise: &Raise,
    order_id: Option<OrderId>,
    at: Timestamp,
    outputs: &mut Outputs,
) {
    let known = cases.get(&case_id(raise.kind, &raise.reference)).cloned();
    put(cases, known, raise, order_id, at, outputs);
}

/// Raises a case that is among the order's own as long as it is not settled.
pub fn raise_of_order(
    cases: &mut Rows<Case>,
    raise: &Raise,
    order_id: OrderId,
    at: Timestamp,
    outputs: &mut Outputs,
) {
    let case_id = case_id(raise.kind, &raise.reference);
    let known = unsettled(cases, order_id).find(|case| case.case_id == case_id).cloned();
    put(cases, known, raise, Some(order_id), at, outputs);
}

fn put(
    cases: &mut Rows<Case>,
    known: Option<Case>,
    raise: &Raise,
    order_id: Option<OrderId>,
    at: Timestamp,
    outputs: &mut Outputs,
) {
    let opens_at = at.checked_add(raise.patience).unwrap_or(at);
    let new = Case::pending(raise.kind, raise.reference.clone(), at, opens_at);
    let case_id = new.case_id;
    let new = Case { order_id, message: raise.message.clone(), ..new };
    let case = match known.filter(|case| case.state != State::Resolved) {
        Some(Case { state, opens_at, assignee, .. }) => Case { state, opens_at, assignee, ..new },
        None => new,
    };
    cases.put(case);
    if raise.patience.is_zero() {
        open(cases, case_id, outputs);
    }
}

/// Opens a case that is pending.
pub fn open(cases: &mut Rows<Case>, case_id: CaseId, outputs: &mut Outputs) {
    let pending = cases.get(&case_id).is_some_and(|case| case.state == State::Pending);
    if !pending {
        return;
    }
    let Some(case) = cases.get_mut(&case_id) else { return };
    case.state = State::Open;
    outputs.event(&ExceptionRaised {
        case_id,
        kind: case.kind.0,
        order_id: case.order_id,
        reference: case.reference.clone(),
        message: case.message.clone(),
        queue: queue(case.kind.0),
    });
}

/// Settles a case, where there is one.
pub fn settle(
    cases: &mut Rows<Case>,
    case_id: CaseId,
    by: &str,
    note: &str,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    match cases.get(&case_id).map(|case| case.state) {
        None | Some(State::Resolved) => {}
        Some(State::Pending) => cases.remove(&case_id),
        Some(State::Open) => {
            let Some(case) = cases.get_mut(&case_id) else { return };
            case.state = State::Resolved;
            case.resolved_at = Some(now);
            case.resolved_by = Some(by.to_owned());
            let (by, note) = (by.to_owned(), note.to_owned());
            outputs.event(&ExceptionResolved { case_id, by, note });
        }
    }
}

/// Settles a case in an event's name.
pub fn settle_by_event(
    cases: &mut Rows<Case>,
    case_id: CaseId,
    event: &Record,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let name = format!("{}/{}", event.event, event.aggregate_id);
    settle(cases, case_id, &name, &event.summary, now, outputs);
}
