//! `ordermesh exceptions`.

use anyhow::Result;
use clap::{Args, Subcommand};
use comfy_table::{Table, presets::NOTHING};
use contracts::{
    CaseId,
    command::{AssignException, ResolveException},
    event::{ExceptionKind, ExceptionQueue},
};
use control_tower::Exceptions as Answer;
use serde_json::json;

use super::{
    Common, Ended,
    decide::{Given, Head},
    one_of,
};

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
    given: Given,
    /// The case, as the list says it
    #[arg(value_parser = case)]
    case: CaseId,
    /// Who looks at it
    #[arg(long, value_name = "NAME")]
    to: String,
}

/// Settle an exception
#[derive(Debug, Args)]
struct Resolve {
    #[command(flatten)]
    given: Given,
    /// The case, as the list says it
    #[arg(value_parser = case)]
    case: CaseId,
    /// How it was settled
    #[arg(long, value_name = "TEXT")]
    note: String,
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
        let operator = self.given.common.operator().await?;
        let Head { command_id, operator: name, reason } = self.given.head("exceptions assign")?;
        let (case_id, assignee) = (self.case, self.to);
        let done = format!("{case_id} is {assignee}'s to look at");
        let command = AssignException { command_id, operator: name, reason, case_id, assignee };
        self.given.give(&operator, &command, || done).await
    }
}

impl Resolve {
    async fn run(self) -> Result<Ended> {
        let operator = self.given.common.operator().await?;
        let Head { command_id, operator: name, reason } = self.given.head("exceptions resolve")?;
        let (case_id, note) = (self.case, self.note);
        let done = format!("{case_id} is settled");
        let command = ResolveException { command_id, operator: name, reason, case_id, note };
        self.given.give(&operator, &command, || done).await
    }
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
