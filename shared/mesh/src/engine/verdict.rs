//! The end of one message of a batch: rejections, refusals, dead letters.

use contracts::{
    CommandId, Reason, ReasonLine,
    document::{CommandResult, CommandStatus, Faults, Rejection, Unreadable},
};
use jiff::Timestamp;

use crate::{
    message::{Inbound, Key, Origin, Waiting},
    outcome::Outputs,
    store::tables::DeadLetter,
};

/// The fate of one message of a batch.
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

/// An unreadable document is answered by a `rejection`; a command, also one that names no verb, by a
/// refusal, or by a `rejection` where its id cannot be read; an event that cannot be read is a defect,
/// and a dead letter.
pub(super) fn refuse(inbound: &Inbound, why: &Faults) -> Verdict {
    let mut outputs = Outputs::none();
    match &inbound.origin {
        Origin::Event { .. } => return Verdict::dead(Reason::UnreadableEvent, why.to_string()),
        Origin::Document { partner, document, .. } => {
            let reasons = why.clone().into();
            let rejection = Rejection::of_payload(document, &inbound.payload, reasons);
            outputs.document(partner, &rejection);
        }
        Origin::Command { verb, .. } => refuse_command(verb, &inbound.payload, why, &mut outputs),
        Origin::Unknown => refuse_command("", &inbound.payload, why, &mut outputs),
    }
    Verdict::Done(outputs)
}

fn refuse_command(verb: &str, payload: &[u8], why: &Faults, outputs: &mut Outputs) {
    match command_id(payload) {
        Some(command_id) => {
            let reasons = why.all().iter().map(reason_line).collect();
            let status = CommandStatus::Refused;
            outputs.to_operator(&CommandResult { command_id, status, reasons });
        }
        None => {
            let reasons = why.clone().into();
            outputs.to_operator(&Rejection::of_payload(verb, payload, reasons));
        }
    }
}

fn reason_line(fault: &Unreadable) -> ReasonLine {
    let Unreadable { code, path, message } = fault;
    let place = if path.is_empty() { "" } else { ": " };
    ReasonLine::new(*code, format!("{path}{place}{message}"))
}

/// The operator's id of a command, even where the rest cannot be read.
fn command_id(payload: &[u8]) -> Option<CommandId> {
    let body: serde_json::Value = serde_json::from_slice(payload).ok()?;
    body.get("command_id")?.as_str()?.parse().ok()
}

/// Ends a message that waited in vain or cannot wait (rule M5).
pub(super) fn waited_in_vain(inbound: &Inbound, reason: String) -> Verdict {
    match inbound.origin {
        Origin::Event { .. } | Origin::Unknown => Verdict::dead(Reason::MissingPredecessor, reason),
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
