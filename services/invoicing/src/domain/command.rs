//! Closing the books up to a day (I10). A command is carried out once, and kept for the audit.

use contracts::{
    CommandId, Reason, ReasonLine,
    command::{ClosePeriod, Command},
    document::{CommandResult, CommandStatus},
};
use jiff::{Timestamp, civil::Date};
use mesh::{Context, Decision, Json, Outputs};
use serde_json::Value;

use super::{Fault, Set};

/// What an operator said, when, why, and what became of it.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The operator's id of it.
    pub command_id: CommandId,
    /// What to do.
    pub verb: String,
    /// Who said so.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// When it was carried out or refused.
    pub carried_out_at: Timestamp,
    /// The whole command.
    pub body: Json<Value>,
    /// What became of it.
    pub result: Json<CommandResult>,
}

/// Up to which day the books are closed; there is one.
#[derive(Debug, Clone)]
pub struct Period {
    /// Always [`BOOKS`].
    pub period: String,
    /// The last closed day.
    pub closed_through: Date,
}

/// The key of the only period.
pub const BOOKS: &str = "books";

mesh::row!(Audit in "commands" by (command_id: CommandId) {
    command_id, verb, operator, reason, carried_out_at, body, result
});
mesh::row!(Period in "periods" by (period: String) { period, closed_through });

/// The day itself, or the first open one after it.
///
/// # Errors
/// When there is no day after the last closed one.
pub fn open_day(set: &Set, day: Date) -> Result<Date, Fault> {
    match set.periods.get(&BOOKS.to_owned()) {
        Some(period) if day <= period.closed_through => Ok(period.closed_through.tomorrow()?),
        Some(_) | None => Ok(day),
    }
}

/// Closes the books up to a day; a closed day is never opened again.
pub fn close_period(set: &mut Set, command: &ClosePeriod, context: &Context<'_>) -> Decision {
    let mut outputs = Outputs::none();
    let body = serde_json::to_value(command).unwrap_or_default();
    if let Some(before) = set.commands.get(&command.command_id) {
        let same = before.verb == ClosePeriod::VERB && before.body.0 == body;
        let text = format!("command_id {} stands for another command", command.command_id);
        let conflict = ReasonLine::new(Reason::ConflictingCommand, text);
        let result = if same { before.result.0.clone() } else { result(command, Some(conflict)) };
        outputs.to_operator(&result);
        return outputs.into();
    }
    let result = result(command, close(set, command.through).err());
    set.commands.put(Audit {
        command_id: command.command_id.clone(),
        verb: ClosePeriod::VERB.to_owned(),
        operator: command.operator.clone(),
        reason: command.reason.clone(),
        carried_out_at: context.now,
        body: Json(body),
        result: Json(result.clone()),
    });
    outputs.to_operator(&result);
    outputs.into()
}

fn close(set: &mut Set, through: Date) -> Result<(), ReasonLine> {
    let closed = set.periods.get(&BOOKS.to_owned()).map(|period| period.closed_through);
    if let Some(closed) = closed.filter(|closed| through <= *closed) {
        let text = format!("the books are closed through {closed} already; name a later day");
        return Err(ReasonLine::new(Reason::PeriodClosed, text));
    }
    if through.tomorrow().is_err() {
        let text = format!("no day is left after {through}");
        return Err(ReasonLine::new(Reason::InvalidValue, text));
    }
    set.periods.put(Period { period: BOOKS.to_owned(), closed_through: through });
    Ok(())
}

fn result(command: &ClosePeriod, refused: Option<ReasonLine>) -> CommandResult {
    let status = if refused.is_some() { CommandStatus::Refused } else { CommandStatus::Done };
    CommandResult {
        command_id: command.command_id.clone(),
        status,
        reasons: refused.into_iter().collect(),
    }
}
