//! Commands: each carried out once, and kept for the audit.

use contracts::{
    CommandId, MoneyError, Reason, ReasonLine,
    command::Command,
    document::{CommandResult, CommandStatus},
};
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    context::Context,
    halt::Halt,
    outcome::Outputs,
    store::{
        column::Json,
        unit_of_work::{Rows, UnitOfWork},
    },
};

/// The audit record of a command: its operator, reason and result. Every service has the table.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The operator's id of it.
    pub command_id: CommandId,
    pub verb: String,
    pub operator: String,
    pub reason: String,
    /// The time at which it was carried out or refused.
    pub carried_out_at: Timestamp,
    /// The complete command as JSON.
    pub body: Json<Value>,
    pub result: Json<CommandResult>,
}

crate::row!(Audit in "commands" by (command_id: CommandId) {
    command_id, verb, operator, reason, carried_out_at, body, result
});

/// A unit of work with the audit of commands.
pub trait Audited: UnitOfWork {
    /// The commands that a batch names, as `load` brought them.
    fn audit(&mut self) -> &mut Rows<Audit>;
}

/// The reason that a command is not carried out, or a document is not accepted.
#[derive(Debug)]
pub enum Stop<R = ReasonLine> {
    /// Refuses the message and tells its sender the reasons: one for a command, possibly several
    /// for a document.
    Refused(R),
    /// The decision halted.
    Halt(Halt),
}

impl From<ReasonLine> for Stop {
    fn from(reason: ReasonLine) -> Self {
        Self::Refused(reason)
    }
}

/// Figures that are too large.
impl From<MoneyError> for Stop<MoneyError> {
    fn from(error: MoneyError) -> Self {
        Self::Refused(error)
    }
}

impl From<Stop<MoneyError>> for Halt {
    fn from(stop: Stop<MoneyError>) -> Self {
        match stop {
            Stop::Refused(error) => error.into(),
            Stop::Halt(halt) => halt,
        }
    }
}

impl<R> From<Halt> for Stop<R> {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

/// Carries a command out once. A repeated command gets the first answer again; another command
/// under the same id is refused. The changes of a refused command are undone, so a decision calls
/// this first.
///
/// # Errors
/// The [`Halt`] of `carry_out`.
pub fn once<S: Audited, C: Command>(
    work: &mut S,
    command: &C,
    context: &Context<'_>,
    carry_out: impl FnOnce(&mut S) -> Result<Outputs, Stop>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let body = serde_json::to_value(command).expect("a wire type is always JSON");
    if let Some(before) = work.audit().get(command.command_id()) {
        let same = before.verb == C::VERB && before.body.0 == body;
        let result = if same { before.result.0.clone() } else { conflicting(command) };
        outputs.to_operator(&result);
        return Ok(outputs);
    }
    let (refused, follow) = match carry_out(work) {
        Ok(follow) => (None, follow),
        Err(Stop::Refused(reason)) => {
            work.undo();
            (Some(reason), Outputs::none())
        }
        Err(Stop::Halt(halt)) => return Err(halt),
    };
    let result = result_of(command, refused);
    work.audit().put(Audit {
        command_id: command.command_id().clone(),
        verb: C::VERB.to_owned(),
        operator: command.operator().to_owned(),
        reason: command.reason().to_owned(),
        carried_out_at: context.now,
        body: Json(body),
        result: Json(result.clone()),
    });
    outputs.to_operator(&result).extend(follow);
    Ok(outputs)
}

fn result_of<C: Command>(command: &C, refused: Option<ReasonLine>) -> CommandResult {
    let status = if refused.is_some() { CommandStatus::Refused } else { CommandStatus::Done };
    CommandResult {
        command_id: command.command_id().clone(),
        status,
        reasons: refused.into_iter().collect(),
    }
}

fn conflicting<C: Command>(command: &C) -> CommandResult {
    let text = format!("command_id {} stands for another command", command.command_id());
    result_of(command, Some(ReasonLine::new(Reason::ConflictingCommand, text)))
}
