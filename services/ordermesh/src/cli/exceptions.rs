mod case;

use anyhow::Result;
use clap::{Args, Subcommand};
use contracts::{
    command::{AssignException, ResolveException},
    event::{ExceptionKind, ExceptionQueue},
};
use control_tower::{Exceptions as Answer, view::Exception};
use jiff::Timestamp;

use self::case::{CaseRef, Found, open, short};
use super::{
    common::CommonArgs,
    operator_command::{CommandArgs, CommandEnvelope},
    outcome::Outcome,
    values::one_of,
};
use crate::table::{fitted, table, when};

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
    common: CommonArgs,
    /// List exceptions of this kind alone, such as order_held or short_payment
    #[arg(long, value_name = "KIND", value_parser = one_of::<ExceptionKind>)]
    kind: Option<ExceptionKind>,
    /// List exceptions of this queue alone: operations, finance, integration
    #[arg(long, value_name = "QUEUE", value_parser = one_of::<ExceptionQueue>)]
    queue: Option<ExceptionQueue>,
}

/// Say who looks at an exception
#[derive(Debug, Args)]
struct Assign {
    #[command(flatten)]
    args: CommandArgs,
    /// The case, as the list names it; its first characters are enough if no other case begins with
    /// them
    case: CaseRef,
    /// The person who looks at it
    #[arg(long, value_name = "NAME")]
    to: String,
}

/// Settle an exception
#[derive(Debug, Args)]
struct Resolve {
    #[command(flatten)]
    args: CommandArgs,
    /// The case, as the list names it; its first characters are enough if no other case begins with
    /// them
    case: CaseRef,
    /// A note on how it was settled
    #[arg(long, value_name = "TEXT")]
    note: String,
}

impl Exceptions {
    pub async fn run(self) -> Result<Outcome> {
        match self.what {
            None => self.list.run().await,
            Some(What::List(list)) => list.run().await,
            Some(What::Assign(assign)) => assign.run().await,
            Some(What::Resolve(resolve)) => resolve.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<Outcome> {
        let operator = self.common.operator().await?;
        let mut answer = open(&operator, self.kind).await?;
        if let Some(queue) = self.queue {
            answer.exceptions.retain(|case| case.queue == queue);
            answer.total = i64::try_from(answer.exceptions.len())?;
        }
        self.common.print(&answer, text)?;
        Ok(Outcome::Success)
    }
}

impl Assign {
    async fn run(self) -> Result<Outcome> {
        let operator = self.args.common.operator().await?;
        let case_id = match self.case.find(&operator).await? {
            Found::Case(case_id) => case_id,
            Found::None(said) => return Ok(Outcome::NotFound(said)),
        };
        let CommandEnvelope { command_id, operator: name, reason } =
            self.args.envelope("exceptions assign")?;
        let assignee = self.to;
        let done = format!("{case_id} is {assignee}'s to look at");
        let command = AssignException { command_id, operator: name, reason, case_id, assignee };
        self.args.send(&operator, &command, || done).await
    }
}

impl Resolve {
    async fn run(self) -> Result<Outcome> {
        let operator = self.args.common.operator().await?;
        let case_id = match self.case.find(&operator).await? {
            Found::Case(case_id) => case_id,
            Found::None(said) => return Ok(Outcome::NotFound(said)),
        };
        let CommandEnvelope { command_id, operator: name, reason } =
            self.args.envelope("exceptions resolve")?;
        let note = self.note;
        let done = format!("{case_id} is settled");
        let command = ResolveException { command_id, operator: name, reason, case_id, note };
        self.args.send(&operator, &command, || done).await
    }
}

fn text(answer: &Answer) -> String {
    if answer.exceptions.is_empty() {
        return "no open exceptions".to_owned();
    }
    let (now, cases) = (Timestamp::now(), &answer.exceptions);
    let ids: Vec<String> = cases.iter().map(|case| case.case_id.to_string()).collect();
    let length = short(&ids);
    let mut table = table(["case", "raised", "kind (queue, assignee)", "what"]);
    for (case, id) in cases.iter().zip(&ids) {
        let id = id.get(..length).unwrap_or(id);
        let raised = when(case.raised_at, now);
        table.add_row([id, &raised, &kind(case), &what(case)]);
    }
    let more = answer.total - i64::try_from(cases.len()).unwrap_or(i64::MAX);
    let text = fitted(table);
    if more > 0 { format!("{text}\n\n{more} more are open") } else { text }
}

fn kind(case: &Exception) -> String {
    let assignee = case.assignee.iter().map(|name| format!(", {name}")).collect::<String>();
    format!("{} ({}{assignee})", case.kind, case.queue)
}

/// Describes the case: its message, and the order or reference that the message does not name. An
/// order appears under its PO number, which `ordermesh trace` accepts.
fn what(case: &Exception) -> String {
    let Exception { message, reference, order_id, po_number, .. } = case;
    let order_id = order_id.map(|id| id.to_string()).unwrap_or_default();
    let order = po_number.as_ref().map(|number| format!("PO {number} (order {order_id:.8})"));
    let is_order = |part: &str| order.is_some() && part == order_id;
    let known = |part: &str| is_order(part) || message.contains(part);
    let rest = (!reference.split('/').all(known)).then(|| reference.clone());
    let about: Vec<String> = order.iter().cloned().chain(rest).collect();
    if about.is_empty() { message.clone() } else { format!("{message}\n{}", about.join(", ")) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ORDER: &str = "3f2a9c1d-6a3b-5c05-9f0d-6d2f3f8f7a11";

    fn told(message: &str, reference: &str, po_number: Option<&str>) -> String {
        let case = json!({"case_id": ORDER, "kind": "order_held", "queue": "operations",
            "state": "open", "order_id": ORDER, "po_number": po_number, "reference": reference,
            "message": message, "raised_at": "2026-03-01T10:00:00Z"});
        what(&serde_json::from_value(case).unwrap())
    }

    #[test]
    fn an_order_is_named_by_its_po_number() {
        let held = told("over the limit", ORDER, Some("PO-1"));
        assert_eq!(held, "over the limit\nPO PO-1 (order 3f2a9c1d)");
        let short = told("EAST is short", "shipment-7", Some("PO-1"));
        assert_eq!(short, "EAST is short\nPO PO-1 (order 3f2a9c1d), shipment-7");
        assert_eq!(told("over the limit", ORDER, None), format!("over the limit\n{ORDER}"));
        let cash = told("P-7 of mybank is unapplied", "mybank/P-7", None);
        assert_eq!(cash, "P-7 of mybank is unapplied");
    }
}
