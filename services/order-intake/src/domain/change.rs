//! Changes and cancels of orders that stand (O7, O8, O9): one protocol, whoever wants it.
//!
//! One change of an order is under way at a time; later ones stand in line, in the order in which
//! they came. Under way, it waits until every unit that is not wanted any more was either set free
//! by allocation or has left. What a change adds is taken when that is settled, so that a change
//! that takes as much off one line as it adds to another needs no more credit than before.
//!
//! `receive` takes the documents, `judge` says what becomes of each line, `start` asks for it,
//! `settle` hears what came of it, `finish`, `grow` and `cancel` carry it out, `answer` tells the buyer.
//! `held` is for orders that nobody works on yet, `expire` for those whose last day is over.

mod answer;
mod cancel;
pub mod expire;
mod finish;
mod grow;
mod held;
mod judge;
mod receive;
mod settle;
mod start;

use contracts::{
    OrderId, Quantity, Reason, ReasonLine,
    document::{self, OrderChangeAck},
    event::OrderedLine,
};
use mesh::{Json, text_column};
use strum::{Display, EnumString};

use super::Set;

pub use self::{
    answer::present,
    cancel::{by_operator, cancel_open},
    receive::{cancel, change},
    settle::{dispatched, moved, released},
    start::next,
};

/// Where a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// Another one of the order is under way.
    Queued,
    /// It is its turn.
    Ready,
    /// What is not wanted any more has been asked back.
    Active,
    /// That is settled, and what it adds is to be taken.
    Settled,
    /// It has taken place, in part at least.
    Answered,
}

/// Who wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum By {
    /// The buyer, who is answered.
    Buyer,
    /// An operator.
    Operator,
    /// Nobody: the order's last day is over (O9).
    Date,
}

impl By {
    /// The same as a reason.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::Buyer => Reason::CancelledByBuyer,
            Self::Operator => Reason::CancelledByOperator,
            Self::Date => Reason::CancelAfterPassed,
        }
    }
}

/// A change of an order, or a cancel.
#[derive(Debug, Clone)]
pub struct Change {
    /// Of which order.
    pub order_id: OrderId,
    /// Its place among the order's, from 1.
    pub place: u32,
    /// The buyer's number; none for a cancel.
    pub number: Option<u32>,
    /// Who wants it.
    pub wanted_by: By,
    /// Where it is.
    pub state: State,
    /// What it asks for, without `document_id`: what a resend is compared with. None for a cancel.
    pub document: Json<Option<document::OrderChange>>,
    /// Why lines of it were refused from the beginning.
    pub refused: Json<Vec<ReasonLine>>,
    /// What the buyer was told: what a resend is told.
    pub answer: Json<Option<OrderChangeAck>>,
}

/// A line of a change that is under way, in stock units.
#[derive(Debug, Clone)]
pub struct ChangeLine {
    /// Of which order.
    pub order_id: OrderId,
    /// Of which change.
    pub place: u32,
    /// Which line.
    pub line: u32,
    /// The total asked for.
    pub total: Quantity,
    /// What was set free for it so far.
    pub released: Quantity,
    /// What was taken back, left all the same, and was accepted by an operator.
    pub late: Quantity,
    /// The line as it will be when it grows, at its price; none where less is asked for.
    pub grown: Json<Option<OrderedLine>>,
}

/// A copy of a change that came while it was under way: it is answered with it (O7).
#[derive(Debug, Clone)]
pub struct Copied {
    /// Of which order.
    pub order_id: OrderId,
    /// Of which change.
    pub place: u32,
    /// What its answer names as its cause.
    pub cause: String,
}

/// How many changes an order has.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kept {
    /// So many.
    pub many: u32,
    /// The place of the last.
    pub last: u32,
}

/// The day after which nothing of an order is wanted (O9).
#[derive(Debug, Clone)]
pub struct Expiry {
    /// Of which order.
    pub order_id: OrderId,
    /// The last day.
    pub day: jiff::civil::Date,
}

text_column!(State, By);
mesh::row!(Change in "changes" by (order_id: OrderId, place: u32) {
    order_id, place, number, wanted_by, state, document, refused, answer
});
mesh::row!(ChangeLine in "change_lines" by (order_id: OrderId, place: u32, line: u32) {
    order_id, place, line, total, released, late, grown
});
mesh::row!(Copied in "change_copies" by (order_id: OrderId, place: u32, cause: String) {
    order_id, place, cause
});
mesh::row!(Expiry in "expiries" by (order_id: OrderId) { order_id, day });

impl Change {
    /// One that stands in line; a cancel without a document.
    #[must_use]
    pub fn queued(
        set: &Set,
        order_id: OrderId,
        wanted_by: By,
        document: Option<document::OrderChange>,
    ) -> Self {
        Self {
            order_id,
            place: place_of_next(set, order_id),
            number: document.as_ref().map(|document| document.change_number),
            wanted_by,
            state: State::Queued,
            document: Json(document),
            refused: Json(Vec::new()),
            answer: Json(None),
        }
    }
}

/// The changes of an order that are under way, are asked for again or cancel it, in their order.
pub fn changes_of(set: &Set, order_id: OrderId) -> impl DoubleEndedIterator<Item = &Change> {
    let rows: Vec<&Change> = set.changes.range((order_id, 0)..=(order_id, u32::MAX)).collect();
    rows.into_iter()
}

/// The change that is under way.
#[must_use]
pub fn active(set: &Set, order_id: OrderId) -> Option<&Change> {
    changes_of(set, order_id).find(|it| matches!(it.state, State::Active | State::Settled))
}

/// Whether a change of the order is under way or stands in line.
#[must_use]
pub fn is_pending(set: &Set, order_id: OrderId) -> bool {
    changes_of(set, order_id).any(|change| change.state != State::Answered)
}

/// The lines of a change that is under way.
fn lines_of(set: &Set, change: &Change) -> Vec<ChangeLine> {
    let (order_id, place) = (change.order_id, change.place);
    let range = (order_id, place, 0)..=(order_id, place, u32::MAX);
    set.change_lines.range(range).cloned().collect()
}

/// The place of the next change of an order.
fn place_of_next(set: &Set, order_id: OrderId) -> u32 {
    let last = changes_of(set, order_id).next_back().map_or(0, |change| change.place);
    let kept = set.changes_kept.get(&order_id).map_or(0, |kept| kept.last);
    last.max(kept).saturating_add(1)
}

/// How many changes an order has.
fn how_many(set: &Set, order_id: OrderId) -> usize {
    let kept = set.changes_kept.get(&order_id).copied().unwrap_or_default();
    let new = changes_of(set, order_id).filter(|change| change.place > kept.last).count();
    usize::try_from(kept.many).unwrap_or(usize::MAX).saturating_add(new)
}
