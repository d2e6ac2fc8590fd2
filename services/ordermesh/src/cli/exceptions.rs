//! `ordermesh exceptions`.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use comfy_table::{Table, presets::NOTHING};
use contracts::{
    CaseId, CommandId, Reason, ReasonLine,
    command::{AssignException, Command, ResolveException},
    document::{CommandResult, CommandStatus},
    event::{ExceptionKind, ExceptionQueue},
    ids,
};
use control_tower::Exceptions as Answer;
use jiff::Timestamp;
use serde_json::json;

use super::{Common, Ended, one_of};
use crate::operator;

/// The service that keeps them.
const SERVICE: &str = "control-tower";
/// The most that are asked for at once.
const MOST: u64 = 1_000;

/// List what somebody has to look at, say who does, and settle it
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  ordermesh exceptions                                    what is open, oldest first\n  ordermesh exceptions --queue finance\n  ordermesh exceptions assign CASE --to maria\n  ordermesh exceptions resolve CASE --note 'credited by hand'"
)]
pub(crate) struct Exceptions {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List open exceptions, the oldest first
    List(List),
    /// Say who looks at an exception
    Assign(Assign),
    /// Settle an exception
    Resolve(Resolve),
}

/// List open exceptions, the oldest first
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    common: Common,
    /// Of this kind alone, such as order_held or short_payment
    #[arg(long, value_name = "KIND", value_parser = one_of::<ExceptionKind>)]
    kind: Option<ExceptionKind>,
    /// Of this queue alone: operations, finance, integration
    #[arg(long, value_name = "QUEUE", value_parser = one_of::<ExceptionQueue>)]
    queue: Option<ExceptionQueue>,
}

/// Say who looks at an exception
#[derive(Debug, Args)]
struct Assign {
    #[command(flatten)]
    common: Common,
    /// The case, as the list says it
    #[arg(value_parser = case)]
    case: CaseId,
    /// Who looks at it
    #[arg(long, value_name = "NAME")]
    to: String,
    /// Why, for the audit
    #[arg(long, value_name = "TEXT", default_value = "ordermesh exceptions assign")]
    reason: String,
}

/// Settle an exception
#[derive(Debug, Args)]
struct Resolve {
    #[command(flatten)]
    common: Common,
    /// The case, as the list says it
    #[arg(value_parser = case)]
    case: CaseId,
    /// How it was settled
    #[arg(long, value_name = "TEXT")]
    note: String,
    /// Why, for the audit
    #[arg(long, value_name = "TEXT", default_value = "ordermesh exceptions resolve")]
    reason: String,
}

fn case(text: &str) -> Result<CaseId, String> {
    text.parse().map_err(|_| "`ordermesh exceptions` lists the cases".to_owned())
}

impl Exceptions {
    pub async fn run(self) -> Result<Ended> {
        match self.what {
            None => self.list.run().await,
            Some(What::List(list)) => list.run().await,
            Some(What::Assign(assign)) => assign.run().await,
            Some(What::Resolve(resolve)) => resolve.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<Ended> {
        let operator = self.common.operator().await?;
        let request = json!({"kind": self.kind, "limit": MOST});
        let mut answer: Answer = operator.ask_named("exceptions", &request).await?;
        if let Some(queue) = self.queue {
            answer.exceptions.retain(|case| case.queue == queue);
            answer.total = i64::try_from(answer.exceptions.len())?;
        }
        super::print(&self.common, &answer, text)?;
        Ok(Ended::Well)
    }
}

impl Assign {
    async fn run(self) -> Result<Ended> {
        let command = AssignException {
            command_id: command_id(AssignException::VERB, self.case)?,
            operator: operator::name(),
            reason: self.reason,
            case_id: self.case,
            assignee: self.to,
        };
        let said = format!("{} is {}'s to look at", self.case, command.assignee);
        say(&self.common, &command, &said).await
    }
}

impl Resolve {
    async fn run(self) -> Result<Ended> {
        let command = ResolveException {
            command_id: command_id(ResolveException::VERB, self.case)?,
            operator: operator::name(),
            reason: self.reason,
            case_id: self.case,
            note: self.note,
        };
        say(&self.common, &command, &format!("{} is settled", self.case)).await
    }
}

/// Gives the command and prints what became of it.
async fn say<C: Command>(common: &Common, command: &C, done: &str) -> Result<Ended> {
    let operator = common.operator().await?;
    let result = operator.command(SERVICE, command).await?;
    match result.status {
        CommandStatus::Done => {
            super::print(common, &result, |_| done.to_owned())?;
            Ok(Ended::Well)
        }
        CommandStatus::Refused => refused(common, &result),
    }
}

fn refused(common: &Common, result: &CommandResult) -> Result<Ended> {
    if common.json {
        super::print(common, result, |_| String::new())?;
    }
    let words = result.reasons.iter().map(|ReasonLine { message, .. }| message.as_str());
    let words = words.collect::<Vec<_>>().join("; ");
    if result.reasons.iter().any(|reason| reason.code == Reason::UnknownCase) {
        eprintln!("{words}; see `ordermesh exceptions`");
        return Ok(Ended::NotFound);
    }
    bail!("{words}")
}

/// One command per call: what was settled may come again.
fn command_id(verb: &str, case: CaseId) -> Result<CommandId> {
    let now = Timestamp::now().as_nanosecond().to_string();
    Ok(CommandId::new(ids::derived(&[verb, &case.to_string(), &now]).to_string())?)
}

fn text(answer: &Answer) -> String {
    if answer.exceptions.is_empty() {
        return "no open exceptions".to_owned();
    }
    let mut table = Table::new();
    let header = ["case", "raised at", "kind", "queue", "assignee", "about", "what"];
    table.load_style(NOTHING).set_header(header);
    for case in &answer.exceptions {
        table.add_row([
            case.case_id.to_string(),
            case.raised_at.to_string(),
            case.kind.to_string(),
            case.queue.to_string(),
            case.assignee.clone().unwrap_or_else(|| "-".to_owned()),
            case.reference.clone(),
            case.message.clone(),
        ]);
    }
    let listed = answer.exceptions.len();
    let more = answer.total - i64::try_from(listed).unwrap_or(i64::MAX);
    if more > 0 { format!("{table}\n\n{more} more are open") } else { table.to_string() }
}
