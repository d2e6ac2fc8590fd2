//! The way out: committed messages are published in order, and looked up again once the stream can
//! no longer lose them (rules M2, M7). The database is the truth; the stream is checked against it.

use std::{sync::Arc, time::Duration};

use async_nats::{HeaderMap, header::HeaderName};
use contracts::header;
use futures::{StreamExt, future::join_all, stream};
use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DbErr};
use tokio::{
    sync::mpsc,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use crate::{
    metrics::{LOST, PUBLISHED, label},
    nats::Link,
    tables::{self, Outgoing},
};

/// Batches on their way to the relay; beyond that the sweep finds them in the database.
const QUEUE: usize = 64;
/// Messages published before their acknowledgements are awaited.
const BURST: usize = 1024;
/// Between looks for messages that were committed and not acknowledged.
const SWEEP: Duration = Duration::from_secs(1);
/// A message this old without an acknowledgement is published again.
const OVERDUE: Duration = Duration::from_secs(6);
/// Messages looked up at a time, and how many of them at once.
const AUDIT: u64 = 2_000;
const AUDIT_AT_ONCE: usize = 64;

/// Hands committed messages to the task that publishes them.
#[derive(Debug, Clone)]
pub(crate) struct Relay {
    queue: mpsc::Sender<Vec<Outgoing>>,
}

impl Relay {
    pub fn new() -> (Self, mpsc::Receiver<Vec<Outgoing>>) {
        let (queue, receiver) = mpsc::channel(QUEUE);
        (Self { queue }, receiver)
    }

    /// Waits when the relay is behind: a slow stream slows the consumer down.
    pub async fn publish(&self, outgoing: Vec<Outgoing>) {
        if !outgoing.is_empty() {
            // When the relay has ended, the messages are in the database for the next start.
            let _ = self.queue.send(outgoing).await;
        }
    }
}

/// Publishes until shut down: first what an earlier process left, then what comes.
pub(crate) async fn publish(
    service: &'static str,
    link: Link,
    db: DatabaseConnection,
    mut queue: mpsc::Receiver<Vec<Outgoing>>,
    shutdown: CancellationToken,
) {
    let mut sweep = interval(SWEEP);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut left_over = true;
    loop {
        let mut burst = Vec::new();
        tokio::select! {
            biased;
            taken = queue.recv() => match taken {
                Some(first) => burst = first,
                None => return,
            },
            () = shutdown.cancelled() => queue.close(),
            _ = sweep.tick() => {
                let now = Timestamp::now();
                let before = if left_over { now } else { now - OVERDUE };
                match tables::unpublished(&db, before, BURST as u64).await {
                    Ok(found) => {
                        left_over &= found.len() == BURST;
                        burst = found;
                    }
                    Err(error) => tracing::warn!(service, %error, "the outbox can not be read"),
                }
            }
        }
        while burst.len() < BURST
            && let Ok(more) = queue.try_recv()
        {
            burst.extend(more);
        }
        if !burst.is_empty() {
            send(service, &link, &db, burst).await;
        }
    }
}

async fn send(service: &'static str, link: &Link, db: &DatabaseConnection, burst: Vec<Outgoing>) {
    let mut acknowledgements = Vec::with_capacity(burst.len());
    for message in burst {
        let mut headers = headers(&message);
        headers.insert("Nats-Expected-Stream", message.stream.as_str());
        let payload = message.payload.into();
        let sent = link.jetstream.publish_with_headers(message.subject, headers, payload).await;
        acknowledgements.push(async move {
            match sent {
                Ok(pending) => pending.await.map(|ack| (message.id, ack.sequence)),
                Err(error) => Err(error),
            }
        });
    }
    let mut acknowledged = Vec::new();
    for outcome in join_all(acknowledgements).await {
        match outcome {
            Ok(placed) => acknowledged.push(placed),
            // It stays pending and is published again with the same id.
            Err(error) => tracing::debug!(service, %error, "not acknowledged"),
        }
    }
    metrics::counter!(PUBLISHED, label::SERVICE => service).increment(acknowledged.len() as u64);
    if let Err(error) = tables::mark_published(db, &acknowledged, Timestamp::now()).await {
        tracing::warn!(service, %error, "published, but not noted: published again later");
    }
}

fn headers(message: &Outgoing) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in message.headers.iter() {
        if let Ok(name) = name.parse::<HeaderName>() {
            headers.insert(name, value.as_str());
        }
    }
    headers
}

/// Looks up every published message once its stream has had `horizon` to make it durable, and
/// makes those pending again that are not where they were put.
pub(crate) async fn audit(
    service: &'static str,
    link: Link,
    db: DatabaseConnection,
    horizon: Duration,
    shutdown: CancellationToken,
) {
    let mut look = interval(SWEEP);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = look.tick() => {}
        }
        match audit_once(&link, &db, Timestamp::now() - horizon).await {
            Ok(0) => {}
            Ok(lost) => {
                metrics::counter!(LOST, label::SERVICE => service).increment(lost);
                tracing::warn!(service, lost, "a stream has lost messages; they are sent again");
            }
            Err(error) => tracing::warn!(service, %error, "the outbox can not be audited"),
        }
    }
}

async fn audit_once(link: &Link, db: &DatabaseConnection, before: Timestamp) -> Result<u64, DbErr> {
    let published = tables::unconfirmed(db, before, AUDIT).await?;
    if published.is_empty() {
        return Ok(0);
    }
    let link = Arc::new(link.clone());
    let found: Vec<(String, Option<bool>)> = stream::iter(published)
        .map(|message| {
            let link = link.clone();
            async move {
                let there = is_there(&link, &message).await;
                (message.id, there)
            }
        })
        .buffer_unordered(AUDIT_AT_ONCE)
        .collect()
        .await;
    let with = |wanted: bool| {
        let found = found.iter().filter(move |(_, there)| *there == Some(wanted));
        found.map(|(id, _)| id.clone()).collect::<Vec<_>>()
    };
    let lost = with(false);
    tables::mark_confirmed(db, &with(true), Timestamp::now()).await?;
    tables::mark_lost(db, &lost).await?;
    Ok(lost.len() as u64)
}

/// Whether the stream holds this message at its sequence; `None` when it did not say.
async fn is_there(link: &Link, message: &Outgoing) -> Option<bool> {
    let sequence = message.stream_sequence?;
    let subject = format!("$JS.API.DIRECT.GET.{}", message.stream);
    let request = format!(r#"{{"seq":{sequence}}}"#);
    let answer = link.client.request(subject, request.into()).await.ok()?;
    match answer.status {
        Some(status) if status.as_u16() == 404 => Some(false),
        Some(status) if status.as_u16() >= 300 => None,
        _ => {
            let id = answer.headers.as_ref()?.get(header::NATS_MSG_ID)?;
            Some(id.as_str() == message.id)
        }
    }
}
