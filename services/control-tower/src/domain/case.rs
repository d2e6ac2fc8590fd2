//! Exceptions: what raises a case, who looks at it, and what settles it.

use std::{fmt, str::FromStr};

use contracts::{
    CaseId, OrderId,
    event::{ExceptionKind, ExceptionQueue, ExceptionRaised, ExceptionResolved},
    ids::derived,
};
use jiff::Timestamp;
use mesh::{Outputs, Rows, text_column};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

use super::{facts::Raise, order::Stage};

/// What is the matter, as it stands in a column.
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

/// How a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// It may settle itself yet: nobody is told before its time.
    Pending,
    /// Somebody has to look at it.
    Open,
    /// It is settled.
    Resolved,
}

/// One exception.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Derived from kind and reference.
    pub case_id: CaseId,
    /// What is the matter.
    pub kind: Kind,
    /// What it is about.
    pub reference: String,
    /// The order, where there is one.
    pub order_id: Option<OrderId>,
    /// The same in words.
    pub message: String,
    /// How it stands.
    pub state: State,
    /// When the event happened that raised it last.
    pub raised_at: Timestamp,
    /// From when on somebody has to look at it.
    pub opens_at: Timestamp,
    /// When it was settled.
    pub resolved_at: Option<Timestamp>,
    /// The event that settled it, or the operator.
    pub resolved_by: Option<String>,
    /// Who looks at it.
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

/// The one case of this kind about this.
#[must_use]
pub fn case_id(kind: ExceptionKind, reference: &str) -> CaseId {
    CaseId(derived(&["case", kind.as_ref(), reference]))
}

/// Who looks at it.
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

/// Whether an order that stands like this has no such case any more. Cases that are not settled
/// by how the order stands are settled by events that name them.
#[must_use]
pub fn settled_by(kind: ExceptionKind, stage: Stage) -> bool {
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

/// Raises a case, at once or when its patience is over. One that is open stays open, and says the
/// latest.
pub fn raise(
    cases: &mut Rows<Case>,
    raise: &Raise,
    order_id: Option<OrderId>,
    at: Timestamp,
    outputs: &mut Outputs,
) {
    let opens_at = at.checked_add(raise.patience).unwrap_or(at);
    let new = Case::pending(raise.kind, raise.reference.clone(), at, opens_at);
    let case_id = new.case_id;
    let new = Case { order_id, message: raise.message.clone(), ..new };
    let known = cases.get(&case_id).filter(|case| case.state != State::Resolved);
    let case = match known.cloned() {
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
    let Some(state) = cases.get(&case_id).map(|case| case.state) else { return };
    match state {
        State::Resolved => {}
        State::Pending => cases.remove(&case_id),
        State::Open => {
            let Some(case) = cases.get_mut(&case_id) else { return };
            case.state = State::Resolved;
            case.resolved_at = Some(now);
            case.resolved_by = Some(by.to_owned());
            let (by, note) = (by.to_owned(), note.to_owned());
            outputs.event(&ExceptionResolved { case_id, by, note });
        }
    }
}
