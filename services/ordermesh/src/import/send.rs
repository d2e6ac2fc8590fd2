//! Sends documents as the partner `erp` and waits for the answer to each.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context as _, Result};
use async_nats::{
    Client, Message, Subscriber,
    jetstream::{self, context::ContextBuilder},
};
use contracts::{
    Egress, Kind, PartnerName,
    document::{DocumentAck, Rejection},
    header,
    subject::{self, events_of},
};
use futures::{FutureExt as _, StreamExt as _};
use serde::de::DeserializeOwned;
use tokio::time::sleep_until;

use super::{
    answer::{Answer, DocumentOutcome},
    batch::Batch,
    document::Document,
    progress::Progress,
};
use crate::operator::Operator;

/// The time in which a document is stored; after that it is sent again.
const STORED_WITHIN: Duration = Duration::from_secs(5);
/// The aggregates whose events say that a document changed something.
const CHANGING: [&str; 5] = ["company", "warehouse", "item", "customer", "stock"];

/// A connection that sends as the partner, and one that reads the results as the operator.
pub(super) struct Sender {
    partner: PartnerName,
    js: jetstream::Context,
    answers: Subscriber,
    refusals: Subscriber,
    changes: Vec<Subscriber>,
    /// Places in the partner's stream of documents that changed something.
    caused: BTreeSet<String>,
}

impl Sender {
    /// Subscribes before anything is sent. The answers are read as they are published; the
    /// partner's own durable belongs to the partner and is left alone.
    pub async fn new(client: Client, partner: PartnerName, operator: &Operator) -> Result<Self> {
        let subscribe =
            |document: &str| operator.subscribe(subject::egress(partner.as_str(), document));
        let answers = subscribe(DocumentAck::DOCUMENT).await?;
        let refusals = subscribe(Rejection::DOCUMENT).await?;
        let mut changes = Vec::new();
        for aggregate in CHANGING {
            changes.push(operator.subscribe(events_of(aggregate)).await?);
        }
        operator.flush_subscriptions().await?;
        let js = ContextBuilder::new().timeout(STORED_WITHIN).build(client);
        Ok(Self { partner, js, answers, refusals, changes, caused: BTreeSet::new() })
    }

    /// Sends these documents of one kind and returns their results.
    pub async fn send(
        &mut self,
        kind: Kind,
        documents: &[&Document],
        progress: &mut Progress,
    ) -> Result<Vec<DocumentOutcome>> {
        let subject = subject::ingress(&self.partner, kind.name());
        let mut batch = Batch::new(documents);
        while !batch.is_over() {
            batch.fill(&self.js, &subject).await;
            let due = batch.next_due();
            tokio::select! {
                Some((at, stored)) = batch.stored.next() => batch.was_stored(at, stored),
                message = self.answers.next() => {
                    let ack: DocumentAck = read(message)?;
                    if ack.document == kind.name() {
                        batch.answered(ack.document_id.as_ref(), Answer::Accepted);
                    }
                }
                message = self.refusals.next() => {
                    let refusal: Rejection = read(message)?;
                    if refusal.document == kind.name() {
                        let answer = Answer::Rejected(refusal.reasons);
                        batch.answered(refusal.document_id.as_ref(), answer);
                    }
                }
                () = sleep_until(due) => {}
            }
            self.note_changes();
            progress.show(kind, batch.done());
        }
        Ok(batch.outcomes(&self.caused))
    }

    /// Collects changes. A service publishes its events before its answer, so those of an answer
    /// are already here.
    fn note_changes(&mut self) {
        for changes in &mut self.changes {
            while let Some(Some(message)) = changes.next().now_or_never() {
                let causation = message.headers.as_ref().and_then(|it| it.get(header::CAUSATION));
                self.caused.extend(causation.map(ToString::to_string));
            }
        }
    }
}

fn read<T: DeserializeOwned>(message: Option<Message>) -> Result<T> {
    let message = message.context("the connection to the mesh was closed")?;
    serde_json::from_slice(&message.payload)
        .with_context(|| format!("an answer on {} cannot be read", message.subject))
}
