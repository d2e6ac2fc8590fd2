//! `ordermesh dlq`: messages that failed for good, with the reason.

use anyhow::{Context as _, Result, ensure};
use async_nats::jetstream::message::StreamMessage;
use clap::{Args, Subcommand};
use contracts::{
    header,
    subject::{SERVICES, dead_letter_stream},
};
use jiff::Timestamp;
use serde::Serialize;

use super::{common::CommonArgs, outcome::Outcome};
use crate::{
    operator::Operator,
    table::{fitted, table as columns, when},
};

/// Look at dead letters
#[derive(Debug, Subcommand)]
pub(crate) enum Dlq {
    /// List dead letters, the newest last
    List(List),
    /// Show one dead letter whole
    Show(Show),
}

/// List dead letters, the newest last
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    common: CommonArgs,
    /// List the dead letters of this service alone
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// At most this many of each service, the newest
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u64,
}

/// Show one dead letter whole
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    common: CommonArgs,
    /// The service that rejected it
    service: String,
    /// The number that `dlq list` shows
    number: u64,
}

#[derive(Debug, Serialize)]
struct Letter {
    service: String,
    number: u64,
    subject: String,
    code: String,
    reason: String,
    failed_at: String,
    deliveries: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
}

impl Dlq {
    pub async fn run(self) -> Result<Outcome> {
        match self {
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<Outcome> {
        let operator = self.common.operator().await?;
        if let Some(service) = &self.service {
            check(service)?;
        }
        let wanted = |name: &&&str| self.service.as_deref().is_none_or(|service| service == **name);
        let mut letters = Vec::new();
        for service in SERVICES.iter().filter(wanted) {
            letters.extend(newest(&operator, service, self.limit).await?);
        }
        self.common.print(&letters, |letters| table(letters))?;
        Ok(Outcome::Success)
    }
}

impl Show {
    async fn run(self) -> Result<Outcome> {
        check(&self.service)?;
        let operator = self.common.operator().await?;
        let stream = operator.jetstream.get_stream(dead_letter_stream(&self.service)).await?;
        let Ok(message) = stream.direct_get(self.number).await else {
            return Ok(Outcome::NotFound(format!(
                "{} has no dead letter {}; see `ordermesh dlq list`",
                self.service, self.number
            )));
        };
        let mut letter = letter(&self.service, &message);
        letter.payload = Some(String::from_utf8_lossy(&message.payload).into_owned());
        self.common.print(&letter, |letter| {
            let payload = letter.payload.as_deref().unwrap_or_default();
            let head = table(std::slice::from_ref(letter));
            format!("{head}\n\nreason: {}\n\n{payload}", letter.reason)
        })?;
        Ok(Outcome::Success)
    }
}

fn check(service: &str) -> Result<()> {
    let names = SERVICES.join(", ");
    ensure!(SERVICES.contains(&service), "there is no service `{service}`; there are {names}");
    Ok(())
}

async fn newest(operator: &Operator, service: &str, limit: u64) -> Result<Vec<Letter>> {
    let name = dead_letter_stream(service);
    let stream = operator.jetstream.get_stream(&name).await;
    let stream = stream.with_context(|| format!("stream {name} cannot be read"))?;
    let state = &stream.cached_info().state;
    if state.messages == 0 {
        return Ok(Vec::new());
    }
    let first = state.first_sequence.max(state.last_sequence.saturating_sub(limit) + 1);
    let mut letters = Vec::new();
    for number in first..=state.last_sequence {
        if let Ok(message) = stream.direct_get(number).await {
            letters.push(letter(service, &message));
        }
    }
    Ok(letters)
}

fn letter(service: &str, message: &StreamMessage) -> Letter {
    let of = |name| message.headers.get(name).map(ToString::to_string).unwrap_or_default();
    let prefix = format!("dlq.{service}.");
    Letter {
        service: service.to_owned(),
        number: message.sequence,
        subject: message.subject.trim_start_matches(&prefix).to_owned(),
        code: of(header::DLQ_CODE),
        reason: of(header::DLQ_REASON),
        failed_at: of(header::DLQ_LAST_FAILED_AT),
        deliveries: of(header::DLQ_DELIVERIES),
        payload: None,
    }
}

fn table(letters: &[Letter]) -> String {
    if letters.is_empty() {
        return "no dead letters".to_owned();
    }
    let now = Timestamp::now();
    let mut table = columns(["service", "number", "failed at", "code", "subject"]);
    for letter in letters {
        let number = letter.number.to_string();
        let failed_at = letter.failed_at.parse().map(|at| when(at, now));
        let failed_at = failed_at.unwrap_or_else(|_| letter.failed_at.clone());
        table.add_row([&letter.service, &number, &failed_at, &letter.code, &letter.subject]);
    }
    fitted(table)
}
