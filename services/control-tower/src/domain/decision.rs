//! What operators decided, by whichever service: read of the commands and of their results.

use contracts::{
    CommandId, ReasonLine,
    command::{Command, ReleaseOrder},
    document::{CommandResult, CommandStatus},
};
use jiff::Timestamp;
use mesh::Json;
use serde_json::Value;

use super::{facts::words, heard::Said, record::Record};

/// The fields that name what a command is about.
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

/// The aggregate of a decision in an order's timeline. It is the operator's own.
pub const AGGREGATE: &str = "command";

/// A command that an operator gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The operator's id of it.
    pub command_id: CommandId,
    /// Its place in the stream of commands: what it caused names it by that.
    pub place: String,
    /// Who carries it out.
    pub service: String,
    /// What to do.
    pub verb: String,
    /// Who said so.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// What it is about, such as an order id or a payment; may be empty.
    pub about: String,
    /// The invoice that cash is put to.
    pub invoice_number: Option<String>,
    /// Whose price counts, of a release: `order` or `list`.
    pub price: Option<String>,
    /// When it was said.
    pub said_at: Timestamp,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The operator's id of it.
    pub command_id: CommandId,
    /// Whether it was refused.
    pub refused: bool,
    /// Why.
    pub reasons: Json<Vec<ReasonLine>>,
    /// When it was said.
    pub said_at: Timestamp,
}

mesh::row!(Decided in "decisions" by (command_id: CommandId) {
    command_id, place, service, verb, operator, reason, about, invoice_number, price, said_at
});
mesh::row!(Outcome in "outcomes" by (command_id: CommandId) {
    command_id, refused, reasons, said_at
});

impl Decided {
    /// The command of a message; `None` for what is none.
    #[must_use]
    pub fn of(said: &Said) -> Option<Self> {
        let ["commands", service, verb, _] = said.subject.split('.').collect::<Vec<_>>()[..] else {
            return None;
        };
        let body: Value = serde_json::from_slice(&said.payload).ok()?;
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
            place: format!("{}:{}", said.stream, said.sequence),
            service: service.to_owned(),
            verb: verb.to_owned(),
            operator: text("operator").unwrap_or_default(),
            reason: [Some(reason), note].into_iter().flatten().collect::<Vec<_>>().join("; "),
            about: about.unwrap_or_default(),
            invoice_number: text("invoice_number"),
            price: text("price").filter(|_| verb == ReleaseOrder::VERB),
            said_at: said.at,
        })
    }

    /// The decision in a timeline, with what became of it where that is known.
    #[must_use]
    pub fn record(self, outcome: Option<&Outcome>) -> Record {
        let refused = outcome.filter(|outcome| outcome.refused);
        let refused = refused.map(|it| format!("; refused: {}", words::reasons(&it.reasons.0)));
        let summary =
            format!("by {}: {}{}", self.operator, self.reason, refused.unwrap_or_default());
        Record {
            id: self.place,
            aggregate: AGGREGATE.to_owned(),
            aggregate_id: self.command_id.to_string(),
            sequence: 1,
            event: format!("{AGGREGATE}.{}", self.verb),
            order_id: None,
            occurred_at: self.said_at,
            recorded_at: self.said_at,
            cause: String::new(),
            service: self.service,
            summary,
            payload: String::new(),
        }
    }
}

impl Outcome {
    /// The result of a message; `None` for what is none.
    #[must_use]
    pub fn of(said: &Said) -> Option<Self> {
        let CommandResult { command_id, status, reasons } =
            serde_json::from_slice(&said.payload).ok()?;
        let refused = status == CommandStatus::Refused;
        Some(Self { command_id, refused, reasons: Json(reasons), said_at: said.at })
    }
}
