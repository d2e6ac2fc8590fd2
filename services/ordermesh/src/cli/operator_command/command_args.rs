//! Arguments and envelope of every operator command, and the report of its result.

use anyhow::{Context as _, Result};
use clap::Args;
use contracts::{
    CommandId, Reason, ReasonLine,
    command::Command,
    document::{CommandResult, CommandStatus},
    ids,
};
use jiff::Timestamp;

use crate::{
    cli::{common::CommonArgs, outcome::Outcome},
    operator::{self, Operator},
};

/// Hints on where to find what a service does not know.
const LOOK: [(Reason, &str); 6] = [
    (Reason::UnknownCase, "see `ordermesh exceptions`"),
    (Reason::UnknownOrder, "`ordermesh trace PO` finds an order"),
    (Reason::UnknownShipment, "`ordermesh trace PO` names an order's shipments"),
    (Reason::UnknownWarehouse, "warehouses come by `ordermesh import`"),
    (Reason::UnknownInvoice, "`ordermesh trace PO` names an order's invoices"),
    (Reason::UnknownPayment, "`ordermesh exceptions --queue finance` names payments"),
];

/// The mesh that gets a command, and what is recorded with it.
#[derive(Debug, Args)]
pub(crate) struct CommandArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    /// The reason, for the audit [default: the command that was given]
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Your own id for this command: the same command given again under one id is carried out once
    /// [default: a new id]
    #[arg(long, value_name = "ID")]
    command_id: Option<CommandId>,
}

/// The fields that every command begins with.
#[derive(Debug)]
pub(crate) struct CommandEnvelope {
    pub command_id: CommandId,
    pub operator: String,
    pub reason: String,
}

impl CommandArgs {
    /// Returns true if the operator named the command.
    pub fn is_named(&self) -> bool {
        self.command_id.is_some()
    }

    /// Builds the envelope of a command that was typed as `words`.
    ///
    /// # Errors
    /// Never: the ids made here are valid.
    pub fn envelope(&self, words: &str) -> Result<CommandEnvelope> {
        let command_id = match &self.command_id {
            Some(own) => own.clone(),
            None => {
                let now = Timestamp::now().as_nanosecond().to_string();
                let process = std::process::id().to_string();
                CommandId::new(ids::derived(&["command", words, &now, &process]).to_string())?
            }
        };
        let reason = self.reason.clone().unwrap_or_else(|| format!("ordermesh {words}"));
        Ok(CommandEnvelope { command_id, operator: operator::name(), reason })
    }

    /// Sends the command, waits for its result and prints it; `done` describes success in words.
    ///
    /// # Errors
    /// Returns an error when the mesh does not take it or does not answer.
    pub async fn send<C: Command>(
        &self,
        operator: &Operator,
        command: &C,
        done: impl FnOnce() -> String,
    ) -> Result<Outcome> {
        let service = C::SERVICE.context("a command without a service")?;
        let result = operator.command(service, command).await?;
        match result.status {
            CommandStatus::Done => {
                self.common.print(&result, |_| done())?;
                Ok(Outcome::Success)
            }
            CommandStatus::Refused => self.refused(&result),
        }
    }

    fn refused(&self, result: &CommandResult) -> Result<Outcome> {
        let messages: Vec<_> = result.reasons.iter().map(|it| it.message.as_str()).collect();
        let words = messages.join("; ");
        if let Some(look) = unknown(&result.reasons) {
            return Ok(Outcome::NotFound(format!("{words}; {look}")));
        }
        if self.common.json {
            self.common.print(result, |_| String::new())?;
        }
        eprintln!("refused: {words}");
        Ok(Outcome::Failure)
    }
}

/// Finds the hint for the first reason that says that something does not exist.
fn unknown(reasons: &[ReasonLine]) -> Option<&'static str> {
    let look = |reason: &ReasonLine| LOOK.iter().find(|(code, _)| *code == reason.code);
    reasons.iter().find_map(look).map(|(_, look)| *look)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_exist_is_told_from_what_is_refused() {
        let of = |code| unknown(&[ReasonLine::new(code, "no")]);
        assert_eq!(of(Reason::UnknownCase), Some("see `ordermesh exceptions`"));
        assert_eq!(of(Reason::NotHeld), None);
    }
}
