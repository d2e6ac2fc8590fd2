//! Exceptions: the cases that somebody has to look at.

use std::{fmt, str::FromStr};

use contracts::{
    CaseId, OrderId, Reason, ReasonLine,
    event::{ExceptionKind, ExceptionQueue},
    ids::derived,
};
use jiff::Timestamp;
use mesh::{Rows, column::Cell, text_column};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

use super::status::Stage;

/// The kind of a case, as it stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(pub ExceptionKind);

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Kind {
    type Err = strum::ParseError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// The state of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// Nobody is told before its time, for it may settle itself.
    Pending,
    Open,
    Resolved,
}

impl State {
    /// The states of a case that is not settled.
    pub const UNSETTLED: [Self; 2] = [Self::Pending, Self::Open];
}

/// An exception with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Derived from kind and reference.
    pub case_id: CaseId,
    pub kind: Kind,
    /// The object of the case, such as a shipment or an invoice.
    pub reference: String,
    pub order_id: Option<OrderId>,
    pub message: String,
    pub state: State,
    /// The time of the event that raised it last.
    pub raised_at: Timestamp,
    /// The time from which somebody has to look at it.
    pub opens_at: Timestamp,
    pub resolved_at: Option<Timestamp>,
    /// The event that settled it, or the operator.
    pub resolved_by: Option<String>,
    pub assignee: Option<String>,
}

impl Case {
    /// A case of which nobody is told yet.
    #[must_use]
    pub fn pending(
        kind: ExceptionKind,
        reference: String,
        raised_at: Timestamp,
        opens_at: Timestamp,
    ) -> Self {
        Self {
            case_id: case_id(kind, &reference),
            kind: Kind(kind),
            reference,
            order_id: None,
            message: String::new(),
            state: State::Pending,
            raised_at,
            opens_at,
            resolved_at: None,
            resolved_by: None,
            assignee: None,
        }
    }
}

text_column!(Kind, State);
mesh::row!(Case in "cases" by (case_id: CaseId) {
    case_id, kind, reference, order_id, message, state, raised_at, opens_at, resolved_at,
    resolved_by, assignee
});

/// The id of the one case of this kind and reference.
#[must_use]
pub fn case_id(kind: ExceptionKind, reference: &str) -> CaseId {
    CaseId(derived(&["case", kind.as_ref(), reference]))
}

/// The unsettled cases of an order.
pub fn unsettled(cases: &Rows<Case>, order_id: OrderId) -> impl Iterator<Item = &Case> {
    State::UNSETTLED.into_iter().flat_map(move |state| {
        let values = [("order_id", order_id.value()), ("state", state.value())];
        cases.filtered(values, move |case| case.order_id == Some(order_id) && case.state == state)
    })
}

/// Refuses a command about a case that is not open. A case of which nobody was told yet is like
/// none.
///
/// # Errors
/// The reason for the operator.
pub fn expect_open(cases: &Rows<Case>, case_id: CaseId) -> Result<(), ReasonLine> {
    match cases.get(&case_id).map(|case| case.state) {
        Some(State::Open) => Ok(()),
        Some(State::Resolved) => {
            let text = format!("exception {case_id} is settled already");
            Err(ReasonLine::new(Reason::CaseClosed, text))
        }
        Some(State::Pending) | None => {
            let text = format!("there is no exception {case_id}");
            Err(ReasonLine::new(Reason::UnknownCase, text))
        }
    }
}

/// The people who look at cases of a kind.
#[must_use]
pub fn queue(kind: ExceptionKind) -> ExceptionQueue {
    match kind {
        ExceptionKind::OrderHeld
        | ExceptionKind::OrderLate
        | ExceptionKind::Backorder
        | ExceptionKind::InventoryShort
        | ExceptionKind::TransferLoss
        | ExceptionKind::ShipmentShort
        | ExceptionKind::OverShipped
        | ExceptionKind::ShipmentRefused
        | ExceptionKind::ShipmentLate
        | ExceptionKind::DeliveryFailed
        | ExceptionKind::ReturnRefused => ExceptionQueue::Operations,
        ExceptionKind::InvoiceWaiting
        | ExceptionKind::TaxFallback
        | ExceptionKind::UnappliedCash
        | ExceptionKind::ShortPayment
        | ExceptionKind::PaymentReversed
        | ExceptionKind::OutOfBalance => ExceptionQueue::Finance,
        ExceptionKind::DocumentRefused | ExceptionKind::DeadLetter => ExceptionQueue::Integration,
    }
}

/// Returns whether an order at this stage has no case of this kind any more. Cases that no stage
/// settles are settled by events that name them.
#[must_use]
pub fn is_settled_by(stage: Stage, kind: ExceptionKind) -> bool {
    let gone = matches!(
        stage,
        Stage::Shipped | Stage::Invoiced | Stage::Completed | Stage::Cancelled | Stage::Rejected
    );
    match kind {
        ExceptionKind::OrderHeld => stage != Stage::Held,
        ExceptionKind::InventoryShort | ExceptionKind::ShipmentShort => gone,
        ExceptionKind::OrderLate => gone || stage == Stage::Held,
        ExceptionKind::Backorder
        | ExceptionKind::TransferLoss
        | ExceptionKind::OverShipped
        | ExceptionKind::ShipmentRefused
        | ExceptionKind::ShipmentLate
        | ExceptionKind::DeliveryFailed
        | ExceptionKind::InvoiceWaiting
        | ExceptionKind::TaxFallback
        | ExceptionKind::UnappliedCash
        | ExceptionKind::ShortPayment
        | ExceptionKind::PaymentReversed
        | ExceptionKind::ReturnRefused
        | ExceptionKind::DocumentRefused
        | ExceptionKind::DeadLetter
        | ExceptionKind::OutOfBalance => false,
    }
}
