//! The changes of an order in line: what is under way, what comes next, and whether more may come.

use contracts::{OrderId, Reason, ReasonLine, document};
use mesh::{Json, Outputs};

use crate::{
    domain::{
        change::{By, Change, ChangeLine, Copied, State},
        order::{Order, Status},
    },
    unit_of_work::UnitOfWork,
};

/// The changes of an order that a decision looks at, in their order.
pub fn changes_of(
    work: &UnitOfWork,
    order_id: OrderId,
) -> impl DoubleEndedIterator<Item = &Change> {
    let rows: Vec<&Change> = work.changes.from((order_id, 0)).collect();
    rows.into_iter()
}

/// The change of a buyer's number.
#[must_use]
pub fn of_number(work: &UnitOfWork, order_id: OrderId, number: u32) -> Option<&Change> {
    work.changes_kept.expect_number(number);
    changes_of(work, order_id).find(|known| known.number == Some(number))
}

/// The change that is under way.
#[must_use]
pub fn active(work: &UnitOfWork, order_id: OrderId) -> Option<&Change> {
    changes_of(work, order_id).find(|it| matches!(it.state, State::Active | State::Settled))
}

/// Returns whether a change of the order is under way or stands in line.
#[must_use]
pub fn is_pending(work: &UnitOfWork, order_id: OrderId) -> bool {
    changes_of(work, order_id).any(|change| change.state != State::Answered)
}

/// Returns whether a cancel of the order has taken place.
#[must_use]
pub fn was_cancelled(work: &UnitOfWork, order_id: OrderId) -> bool {
    changes_of(work, order_id).any(|it| it.state == State::Answered && it.document.is_none())
}

/// The reason why an order cannot be changed any more; `None` where it can.
#[must_use]
pub fn closed(work: &UnitOfWork, order_id: OrderId) -> Option<ReasonLine> {
    let text = match work.orders.get(&order_id).map(Order::status)? {
        Status::Accepted | Status::Held if was_cancelled(work, order_id) => {
            "the order is cancelled; what had left is billed".to_owned()
        }
        Status::Accepted | Status::Held => return None,
        closed @ (Status::Rejected | Status::Cancelled | Status::Completed) => {
            format!("the order is {closed}")
        }
    };
    Some(ReasonLine::new(Reason::OrderClosed, text))
}

/// The lines of a change that is under way.
#[must_use]
pub fn lines_of(work: &UnitOfWork, change: &Change) -> Vec<ChangeLine> {
    let key = (change.order_id, change.place, 0);
    work.change_lines.sharing(key, 2).cloned().collect()
}

/// The copies of a change that wait for its answer.
#[must_use]
pub fn copies_of(work: &UnitOfWork, change: &Change) -> Vec<Copied> {
    let key = (change.order_id, change.place, String::new());
    work.copies.sharing(key, 2).cloned().collect()
}

/// A new change, last in line; a cancel without a document.
#[must_use]
pub fn queued(
    work: &UnitOfWork,
    order_id: OrderId,
    wanted_by: By,
    document: Option<document::OrderChange>,
) -> Change {
    let last = changes_of(work, order_id).next_back().map_or(0, |change| change.place);
    Change {
        order_id,
        place: last.max(work.changes_kept.of(order_id).last) + 1,
        number: document.as_ref().map(|document| document.change_number),
        wanted_by,
        state: State::Queued,
        document: Json(document),
        refused: Json(Vec::new()),
        answer: Json(None),
    }
}

/// The number of an order's changes.
#[must_use]
pub fn how_many(work: &UnitOfWork, order_id: OrderId) -> usize {
    let kept = work.changes_kept.of(order_id);
    let new = changes_of(work, order_id).filter(|change| change.place > kept.last).count();
    usize::try_from(kept.many).map_or(usize::MAX, |many| many + new)
}

/// Lets the next one in line begin.
pub fn follow_on(work: &mut UnitOfWork, after: &Change, outputs: &mut Outputs) {
    let next = changes_of(work, after.order_id)
        .filter(|it| it.place != after.place)
        .find(|it| matches!(it.state, State::Queued | State::Ready))
        .map(|next| next.place);
    let Some(place) = next else { return };
    if let Some(next) = work.changes.get_mut(&(after.order_id, place)) {
        next.state = State::Ready;
    }
    outputs.more_due();
}
