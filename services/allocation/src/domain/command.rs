//! Commands: each carried out once, and kept for the audit.

use contracts::{
    CommandId, Reason, ReasonLine,
    command::Command,
    document::{CommandResult, CommandStatus},
};
use jiff::Timestamp;
use mesh::{Context, Decision, Json, Outputs};
use serde_json::Value;

use super::Set;

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

mesh::row!(Audit in "commands" by (command_id: CommandId) {
    command_id, verb, operator, reason, carried_out_at, body, result
});

/// Carries a command out, unless it was carried out before: then it is answered again, or refused
/// where its id stands for another command.
pub fn once<C: Command>(
    set: &mut Set,
    command: &C,
    context: &Context<'_>,
    carry_out: impl FnOnce(&mut Set, &mut Outputs) -> Result<(), ReasonLine>,
) -> Decision {
    let mut outputs = Outputs::none();
    let body = serde_json::to_value(command).unwrap_or_default();
    if let Some(before) = set.commands.get(command.command_id()) {
        let same = before.verb == C::VERB && before.body.0 == body;
        let result = if same { before.result.0.clone() } else { conflicting(command) };
        outputs.to_operator(&result);
        return outputs.into();
    }
    let mut follow = Outputs::none();
    let refused = carry_out(set, &mut follow).err();
    let status = if refused.is_some() { CommandStatus::Refused } else { CommandStatus::Done };
    let result = CommandResult {
        command_id: command.command_id().clone(),
        status,
        reasons: refused.into_iter().collect(),
    };
    set.commands.put(Audit {
        command_id: command.command_id().clone(),
        verb: C::VERB.to_owned(),
        operator: command.operator().to_owned(),
        reason: command.reason().to_owned(),
        carried_out_at: context.now,
        body: Json(body),
        result: Json(result.clone()),
    });
    // The answer comes first: it belongs to the command, not to the last order that it touched.
    outputs.to_operator(&result).extend(follow);
    outputs.into()
}

fn conflicting<C: Command>(command: &C) -> CommandResult {
    let text = format!("command_id {} stands for another command", command.command_id());
    CommandResult {
        command_id: command.command_id().clone(),
        status: CommandStatus::Refused,
        reasons: vec![ReasonLine::new(Reason::ConflictingCommand, text)],
    }
}
