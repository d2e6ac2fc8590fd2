//! Changes and cancels of orders that stand (O7, O8, O9), as they are kept: one protocol, whoever
//! wants it.
//!
//! One change of an order is under way at a time; later ones stand in line, in the order in which
//! they came. Under way, it waits until every unit that is not wanted any more was either set free
//! by allocation or has left. What a change adds is taken when that is settled, so that a change
//! that takes as much off one line as it adds to another needs no more credit than before.
//!
//! `queue` reads the changes of an order, `judge` says what becomes of each line, `begin` asks for
//! it, `advance` carries out what is settled by `finish`, `grow` and `cancelled`, `answer` tells the
//! buyer. `held` is for orders that nobody works on yet, `cancel` for those of which nothing more is
//! wanted, `reinstate` for goods that left all the same.

pub mod advance;
pub mod announce;
pub mod answer;
pub mod begin;
pub mod cancel;
pub mod cancelled;
pub mod close;
pub mod finish;
pub mod grow;
pub mod held;
pub mod judge;
pub mod queue;
pub mod reinstate;
pub mod repeat;

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    OrderId, Quantity, Reason, ReasonLine,
    document::{self, OrderChangeAck},
    event::OrderedLine,
};
use mesh::{Json, text_column};
use strum::{Display, EnumString};

/// The state of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// Another one of the order is under way.
    Queued,
    /// Next to begin.
    Ready,
    /// Units that are not wanted any more have been asked back.
    Active,
    /// Those are settled, and the units that it adds are to be taken.
    Settled,
    /// Carried out, in part at least.
    Answered,
}

/// The party that wants a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum By {
    /// The buyer, who is answered.
    Buyer,
    Operator,
    /// Nobody: the order's last day is over (O9).
    Date,
}

impl By {
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
    pub order_id: OrderId,
    /// The place among the order's changes, from 1.
    pub place: u32,
    /// The buyer's number; `None` for a cancel.
    pub number: Option<u32>,
    pub wanted_by: By,
    pub state: State,
    /// The document without `document_id`, which a resend is compared with; `None` for a cancel.
    pub document: Json<Option<document::OrderChange>>,
    /// The reasons for which lines were refused from the beginning.
    pub refused: Json<Vec<ReasonLine>>,
    /// The answer that the buyer was given, and a resend is given again.
    pub answer: Json<Option<OrderChangeAck>>,
}

/// A line of a change that is under way, in stock units.
#[derive(Debug, Clone)]
pub struct ChangeLine {
    pub order_id: OrderId,
    pub place: u32,
    pub line: u32,
    /// The total that is asked for.
    pub total: Quantity,
    /// Units that were set free for it so far.
    pub released: Quantity,
    /// Units that were taken back, left all the same, and were accepted by an operator.
    pub late: Quantity,
    /// The line as it will be when it grows, at its price; `None` where less is asked for.
    pub grown: Json<Option<OrderedLine>>,
}

/// A copy of a change that came while it was under way: it is answered with it (O7).
#[derive(Debug, Clone)]
pub struct Copied {
    pub order_id: OrderId,
    pub place: u32,
    /// The message that its answer names as its cause.
    pub cause: String,
}

/// The changes of an order, as counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kept {
    pub many: u32,
    /// The place of the last.
    pub last: u32,
}

/// The number of changes of orders, as the batch was loaded. Without a database none were counted:
/// all of them are rows in memory.
#[derive(Debug, Clone, Default)]
pub struct ChangesKept(Option<Counted>);

#[derive(Debug, Clone)]
struct Counted {
    /// Numbers under which changes were looked for.
    numbers: BTreeSet<u32>,
    orders: BTreeMap<OrderId, Kept>,
}

impl ChangesKept {
    /// The changes of `orders` as they were counted and found by `numbers`.
    #[must_use]
    pub fn counted(numbers: BTreeSet<u32>, orders: BTreeMap<OrderId, Kept>) -> Self {
        Self(Some(Counted { numbers, orders }))
    }

    /// The changes of an order.
    ///
    /// # Panics
    /// When they were not asked for.
    #[must_use]
    pub fn of(&self, order_id: OrderId) -> Kept {
        let Some(Counted { orders, .. }) = &self.0 else { return Kept::default() };
        *orders.get(&order_id).expect("the changes of the order were asked for")
    }

    /// Breaks an invariant unless changes of this number were asked for.
    ///
    /// # Panics
    /// When they were not.
    pub fn expect_number(&self, number: u32) {
        let Some(Counted { numbers, .. }) = &self.0 else { return };
        assert!(numbers.contains(&number), "changes {number} were read, but not asked for");
    }
}

/// The day after which nothing of an order is wanted (O9).
#[derive(Debug, Clone)]
pub struct Expiry {
    pub order_id: OrderId,
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
