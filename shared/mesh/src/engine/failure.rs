//! What becomes of messages that cannot be handled: rejections, refusals, dead letters.

use std::time::Instant;

use contracts::{
    CommandId, Reason, ReasonLine,
    document::{CommandResult, CommandStatus, Faults, Rejection, Unreadable},
};
use jiff::Timestamp;
use sea_orm::DbErr;

use super::{Engine, Fault, Processed, Work, begin, stamp::Stamp};
use crate::{
    message::{Inbound, Key, Origin, Waiting},
    outcome::Outputs,
    row,
    tables::{Attempt, DeadLetter, Parked},
};

/// What became of one message of a batch.
#[derive(Debug)]
pub(super) enum Verdict {
    Pending,
    Done(Outputs),
    Duplicate,
    Park(Key, Waiting),
    Dead { code: Reason, reason: String },
}

impl Verdict {
    pub fn dead(code: Reason, reason: String) -> Self {
        Self::Dead { code, reason }
    }
}

/// An unreadable document is answered by a `rejection`; a command by a refusal, or by a `rejection`
/// where its id cannot be read; an event that cannot be read is a defect, and a dead letter.
pub(super) fn refuse(inbound: &Inbound, why: &Faults) -> Verdict {
    let mut outputs = Outputs::none();
    match &inbound.origin {
        Origin::Event { .. } => return Verdict::dead(Reason::UnreadableEvent, why.to_string()),
        Origin::Document { partner, document, .. } => {
            let reasons = why.clone().into();
            let rejection = Rejection::of_payload(document, &inbound.payload, reasons);
            outputs.document(partner, &rejection);
        }
        Origin::Command { verb, .. } => match command_id(&inbound.payload) {
            Some(command_id) => {
                let reasons = why.all().iter().map(told).collect();
                let status = CommandStatus::Refused;
                outputs.to_operator(&CommandResult { command_id, status, reasons });
            }
            None => {
                let reasons = why.clone().into();
                outputs.to_operator(&Rejection::of_payload(verb, &inbound.payload, reasons));
            }
        },
    }
    Verdict::Done(outputs)
}

fn told(fault: &Unreadable) -> ReasonLine {
    let Unreadable { code, path, message } = fault;
    let place = if path.is_empty() { "" } else { ": " };
    ReasonLine::new(*code, format!("{path}{place}{message}"))
}

/// The operator's id of a command, even where the rest cannot be read.
fn command_id(payload: &[u8]) -> Option<CommandId> {
    let body: serde_json::Value = serde_json::from_slice(payload).ok()?;
    body.get("command_id")?.as_str()?.parse().ok()
}

/// What it waited for has not come, or it cannot wait (rule M5).
pub(super) fn waited_in_vain(inbound: &Inbound, reason: String) -> Verdict {
    match inbound.origin {
        Origin::Event { .. } => Verdict::dead(Reason::MissingPredecessor, reason),
        Origin::Document { .. } | Origin::Command { .. } => refuse(
            inbound,
            &Unreadable { code: Reason::NotFound, path: String::new(), message: reason }.into(),
        ),
    }
}

pub(super) fn record(inbound: &Inbound, code: Reason, reason: &str, now: Timestamp) -> DeadLetter {
    DeadLetter {
        id: inbound.id.clone(),
        key: inbound.key(),
        subject: inbound.subject.clone(),
        code: code.to_string(),
        reason: reason.to_owned(),
        failed_at: now,
        open: true,
    }
}

impl Engine {
    /// A message that makes its transaction fail is counted in a transaction of its own, and
    /// dead-lettered after the configured number of failures (rules M3, M4).
    pub(super) async fn failed(
        &self,
        work: &Work,
        error: DbErr,
        now: Timestamp,
        begun: Instant,
    ) -> Result<Processed, Fault> {
        let Some(inbound) = work.inbound.first() else { return Ok(Processed::default()) };
        let mut error = error;
        let first_failed_at = now;
        let mut failures = self.count_failure(inbound, now).await?;
        while failures < self.settings.attempts {
            match self.commit(work, now, begun).await {
                Err(Fault::Message(again)) => error = again,
                other => return other,
            }
            failures = self.count_failure(inbound, now).await?;
        }
        let (code, reason) = (Reason::AttemptsExhausted, error.to_string());
        tracing::error!(
            service = self.name(), id = inbound.id, subject = inbound.subject, failures,
            %error, "message failed for good"
        );
        let tx = begin(&self.db).await?;
        let mut stamp = Stamp::new(self.name(), now, now, &self.position);
        stamp.dead_letter(inbound, code, &reason, Some((failures, first_failed_at)));
        row::upsert(&tx, &[record(inbound, code, &reason, now)]).await?;
        row::delete::<Parked>(&tx, [vec![inbound.id.clone().into()]]).await?;
        row::insert(&tx, &[crate::tables::Inbox { id: inbound.id.clone(), received_at: now }])
            .await?;
        let (outgoing, _) = stamp.write(&tx).await?;
        #[expect(clippy::disallowed_methods, reason = "the dead letter's own transaction")]
        tx.commit().await?;
        let mut done = Processed { outgoing, ..Processed::default() };
        done.tally.dead = 1;
        Ok(done)
    }

    async fn count_failure(&self, inbound: &Inbound, now: Timestamp) -> Result<u32, Fault> {
        let tx = begin(&self.db).await?;
        let known: Vec<Attempt> = row::lock(&tx, "id", [inbound.id.clone()]).await?;
        let before = known.into_iter().next();
        let attempt = Attempt {
            id: inbound.id.clone(),
            failures: before.as_ref().map_or(0, |attempt| attempt.failures) + 1,
            first_failed_at: before.map_or(now, |attempt| attempt.first_failed_at),
        };
        row::upsert(&tx, [&attempt]).await?;
        #[expect(clippy::disallowed_methods, reason = "counted even though the batch fails")]
        tx.commit().await?;
        Ok(attempt.failures)
    }
}
