//! A question to the tax engine outside and its reply (rule I4). The engine is asked beside the
//! decisions: decisions write questions, and replies become messages.

mod answer;
mod request;

use contracts::{ConfirmationId, OrderId, ShipmentId};
use jiff::Timestamp;
use mesh::{Json, text_column};
use strum::{Display, EnumString};

pub use answer::Answer;
pub use request::{Request, request};

/// A question to the engine. Decisions write it, and nobody else.
#[derive(Debug, Clone)]
pub struct Ask {
    pub order_id: OrderId,
    pub shipment_id: ShipmentId,
    pub confirmation_id: ConfirmationId,
    /// The number of questions about this dispatch, with this one.
    pub round: u64,
    /// Set while the invoice waits for the answer.
    pub is_open: bool,
    /// The moment from which on it is asked.
    pub asked_at: Timestamp,
    /// The reason for which the engine did not say in the round before: the table may tax it.
    pub failure: Option<String>,
    pub request: Json<Request>,
}

/// The progress of a question. Written beside the decisions, and by them never; they remove that of
/// an earlier one.
#[derive(Debug, Clone)]
pub struct Reply {
    pub order_id: OrderId,
    pub shipment_id: ShipmentId,
    pub confirmation_id: ConfirmationId,
    pub round: u64,
    pub state: State,
    pub attempts: u32,
    /// The moment from which on it may be asked again.
    pub next_at: Timestamp,
    pub answer: Option<Json<Answer>>,
    /// The reason for which the engine said nothing of use.
    pub failure: Option<String>,
}

/// The state of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// Is asked, or will be.
    Trying,
    Answered,
    /// Is given up.
    Failed,
}

text_column!(State);
mesh::row!(Ask in "tax_asks" by (
    order_id: OrderId, shipment_id: ShipmentId, confirmation_id: ConfirmationId
) { order_id, shipment_id, confirmation_id, round, is_open, asked_at, failure, request });
mesh::row!(Reply in "tax_replies" by (
    order_id: OrderId, shipment_id: ShipmentId, confirmation_id: ConfirmationId, round: u64
) {
    order_id, shipment_id, confirmation_id, round, state, attempts, next_at, answer, failure
});

impl Ask {
    /// The key of its reply.
    #[must_use]
    pub fn reply(&self) -> <Reply as mesh::row::Row>::Key {
        (self.order_id, self.shipment_id, self.confirmation_id.clone(), self.round)
    }
}
