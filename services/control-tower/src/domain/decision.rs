//! Decisions of operators: the commands to every service, and their results.

use contracts::{
    CommandId, ReasonLine,
    command::{Command, ReleaseOrder},
    document::{CommandResult, CommandStatus},
};
use jiff::Timestamp;
use mesh::Json;
use serde_json::Value;

use super::{observation::StoredMessage, record::Record, words};

/// The fields that name the object of a command.
const ABOUT: &[&str] = &[
    "order_id",
    "shipment_id",
    "payment",
    "invoice_number",
    "case_id",
    "warehouse_id",
    "through",
    "sequence",
];

/// The aggregate of a decision in an order's timeline, which is the operator's own.
pub const AGGREGATE: &str = "command";

/// A command of an operator.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    pub command_id: CommandId,
    /// Stream and sequence of the command, by which its effects name their cause.
    pub position: String,
    /// The service that carries it out.
    pub service: String,
    pub verb: String,
    pub operator: String,
    pub reason: String,
    /// The object of the command, such as an order id or a payment; may be empty.
    pub about: String,
    /// The invoice that cash is applied to.
    pub invoice_number: Option<String>,
    /// The price of a release: `order` or `list`.
    pub price: Option<String>,
    pub given_at: Timestamp,
}

/// The result of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub command_id: CommandId,
    pub refused: bool,
    pub reasons: Json<Vec<ReasonLine>>,
    pub answered_at: Timestamp,
}

mesh::row!(Decided in "decisions" by (command_id: CommandId) {
    command_id, position, service, verb, operator, reason, about, invoice_number, price, given_at
});
mesh::row!(Outcome in "outcomes" by (command_id: CommandId) {
    command_id, refused, reasons, answered_at
});

impl Decided {
    /// The command of a message; `None` for any other message.
    #[must_use]
    pub fn of(stored: &StoredMessage) -> Option<Self> {
        let ["commands", service, verb, _] = stored.subject.split('.').collect::<Vec<_>>()[..]
        else {
            return None;
        };
        let body: Value = serde_json::from_slice(&stored.payload).ok()?;
        let text = |field: &str| match body.get(field)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let partner = || body.pointer("/partner/partner")?.as_str().map(str::to_owned);
        let about = ABOUT.iter().find_map(|field| text(field)).or_else(partner);
        let (reason, note) = (text("reason").unwrap_or_default(), text("note"));
        Some(Self {
            command_id: CommandId::new(text("command_id")?).ok()?,
            position: format!("{}:{}", stored.stream, stored.sequence),
            service: service.to_owned(),
            verb: verb.to_owned(),
            operator: text("operator").unwrap_or_default(),
            reason: [Some(reason), note].into_iter().flatten().collect::<Vec<_>>().join("; "),
            about: about.unwrap_or_default(),
            invoice_number: text("invoice_number"),
            price: text("price").filter(|_| verb == ReleaseOrder::VERB),
            given_at: stored.stored_at,
        })
    }

    /// The decision in a timeline, with its outcome where that is known.
    #[must_use]
    pub fn record(self, outcome: Option<&Outcome>) -> Record {
        let refused = outcome.filter(|outcome| outcome.refused);
        let refused = refused.map(|it| format!("; refused: {}", words::reasons(&it.reasons.0)));
        let summary =
            format!("by {}: {}{}", self.operator, self.reason, refused.unwrap_or_default());
        Record {
            id: self.position,
            aggregate: AGGREGATE.to_owned(),
            aggregate_id: self.command_id.to_string(),
            sequence: 1,
            event: format!("{AGGREGATE}.{}", self.verb),
            order_id: None,
            occurred_at: self.given_at,
            recorded_at: self.given_at,
            cause: String::new(),
            service: self.service,
            summary,
            payload: String::new(),
        }
    }
}

impl Outcome {
    /// The result of a message; `None` for any other message.
    #[must_use]
    pub fn of(stored: &StoredMessage) -> Option<Self> {
        let CommandResult { command_id, status, reasons } =
            serde_json::from_slice(&stored.payload).ok()?;
        let refused = status == CommandStatus::Refused;
        Some(Self { command_id, refused, reasons: Json(reasons), answered_at: stored.stored_at })
    }
}
